"""Tests of `juspay_webhooks.testing`."""
