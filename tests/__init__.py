"""Tests of the library, in the tree of the package; shared parts are imported as `tests.…`."""
