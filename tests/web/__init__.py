"""Tests of `juspay_webhooks.web`."""
