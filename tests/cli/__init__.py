"""Tests of the command `juspay-webhooks`."""
