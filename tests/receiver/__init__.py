"""Tests of `juspay_webhooks.receiver`."""
