"""Tests of `juspay_webhooks.catalog`."""
