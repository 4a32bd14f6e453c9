"""Receive Juspay webhooks: bytes become one typed, immutable event."""
