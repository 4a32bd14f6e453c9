"""Tests of the way from bytes to events and back."""
