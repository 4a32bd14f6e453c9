"""Tests of the fake Juspay, over real sockets."""
