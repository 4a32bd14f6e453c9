"""Own the databases of these tests: those of the inbox's tests, where each test has tables of its own."""

from tests.inbox.sql.conftest import engine, kind, place, prefix

__all__ = ["engine", "kind", "place", "prefix"]
