"""Tests of asking Juspay."""
