"""Tests of `juspay_webhooks.events`."""
