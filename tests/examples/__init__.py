"""Tests of the examples: each runs as a reader would run it, behind a real server."""
