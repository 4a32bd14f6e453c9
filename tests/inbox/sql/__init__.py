"""Tests of what is remembered in a database."""
