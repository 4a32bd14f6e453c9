"""Own the tables of a SQL inbox, one for each thing it knows of, and the statements that make them, per database.

Times are whole microseconds since 1970 in UTC. Keys are hex digests, stored and compared byte for byte.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Insert,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    make_url,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine

from juspay_webhooks.errors import ConfigurationError

__all__ = [
    "DIALECTS",
    "PREFIX",
    "Tables",
    "alembic_of",
    "ddl_of",
    "fitted",
    "insert_if_absent",
    "micros",
    "micros_of",
    "moment",
    "tables_of",
]

PREFIX: Final = "juspay_inbox_"
"""How the names of the tables begin unless told otherwise."""

DIALECTS: Final = ("sqlite", "postgresql", "mariadb", "mysql")
"""Names that SQLAlchemy has for the databases."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_LONGEST: Final = 255
"""Characters of a text."""

_LONGEST_PREFIX: Final = 40
"""Characters; PostgreSQL cuts the names of indexes at 63."""

_MYSQL: Final = ("mysql", "mariadb")


@attrs.frozen(kw_only=True)
class Tables:
    """The tables of one inbox."""

    metadata: MetaData
    """All of them."""

    deliveries: Table
    """What came: one row a delivery."""

    effects: Table
    """What was acted on, or is being acted on: one row an effect."""

    orders: Table
    """What is known of orders: one row an order."""

    pending: Table
    """What is to be asked about: one row an order."""


def _ascii(length: int) -> TypeEngine[str]:
    """Text that no database folds, pads or sorts by a language (whose rules may change with an upgrade)."""
    exact = mysql.VARCHAR(length, charset="ascii", collation="ascii_bin")
    return String(length).with_variant(String(length, collation="C"), "postgresql").with_variant(exact, *_MYSQL)


def _text() -> TypeEngine[str]:
    exact = mysql.VARCHAR(_LONGEST, charset="utf8mb4", collation="utf8mb4_bin")
    return String(_LONGEST).with_variant(exact, *_MYSQL)


def _octets() -> TypeEngine[bytes]:
    return LargeBinary().with_variant(mysql.LONGBLOB(), *_MYSQL)


def micros(span: timedelta, /) -> int:
    """Count the microseconds of a span."""
    return span // timedelta(microseconds=1)


def micros_of(instant: datetime, /) -> int:
    """Write a time, aware, as the database keeps it."""
    return micros(instant - _EPOCH)


def moment(instant: int, /) -> datetime:
    """Read a time of the database."""
    return _EPOCH + timedelta(microseconds=instant)


def fitted(text: str, /) -> str:
    """Make a text fit into a column: cut at 255 characters, what no database takes escaped.

    Args:
        text: Any text.

    Returns:
        Text without NUL and halves of surrogate pairs.
    """
    exact = text[:_LONGEST].replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
    return exact[:_LONGEST]


def tables_of(prefix: str, /) -> Tables:
    """Describe the tables of an inbox.

    Args:
        prefix: How their names begin.

    Returns:
        The tables.

    Raises:
        ConfigurationError: It is no such prefix.
    """
    given: object = prefix
    if not isinstance(given, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", given) or len(given) > _LONGEST_PREFIX:
        message = f"table_prefix is small letters, digits and _ ({_LONGEST_PREFIX} at most), such as {PREFIX!r}"
        raise ConfigurationError(message)
    metadata = MetaData()
    return Tables(
        metadata=metadata,
        deliveries=_deliveries(prefix, metadata),
        effects=_effects(prefix, metadata),
        orders=_orders(prefix, metadata),
        pending=_pending(prefix, metadata),
    )


def _deliveries(prefix: str, metadata: MetaData) -> Table:
    table = Table(
        f"{prefix}deliveries",
        metadata,
        Column("key", _ascii(64), primary_key=True),
        Column("namespace", _text(), nullable=False),
        Column("event_id", _text()),
        Column("name", _text(), nullable=False),
        Column("source", _text(), nullable=False),
        Column(
            "headers", Text().with_variant(mysql.TEXT(charset="ascii", collation="ascii_bin"), *_MYSQL), nullable=False
        ),
        Column("body", _octets(), nullable=False),
        Column("body_digest", _ascii(64), nullable=False),
        Column("state", _ascii(16), nullable=False),
        Column("id_conflict", Boolean, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("token", BigInteger, nullable=False),
        Column("received_at", BigInteger, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("due_at", BigInteger),
        Column("error", _text(), nullable=False),
        mysql_engine="InnoDB",
        mariadb_engine="InnoDB",
    )
    Index(f"{prefix}deliveries_due", table.c.due_at)
    Index(f"{prefix}deliveries_state", table.c.state, table.c.since)
    return table


def _effects(prefix: str, metadata: MetaData) -> Table:
    return Table(
        f"{prefix}effects",
        metadata,
        Column("key", _ascii(64), primary_key=True),
        Column("namespace", _text(), nullable=False),
        Column("name", _text(), nullable=False),
        Column("token", BigInteger, nullable=False),
        Column("lease_until", BigInteger),
        Column("done_at", BigInteger),
        mysql_engine="InnoDB",
        mariadb_engine="InnoDB",
    )


def _orders(prefix: str, metadata: MetaData) -> Table:
    table = Table(
        f"{prefix}orders",
        metadata,
        Column("key", _ascii(64), primary_key=True),
        Column("namespace", _text(), nullable=False),
        Column("order_id", _text(), nullable=False),
        Column("status", _text(), nullable=False),
        Column("outcome", _ascii(32), nullable=False),
        Column("state", _octets(), nullable=False),
        Column("source", _text(), nullable=False),
        Column("seen_at", BigInteger, nullable=False),
        mysql_engine="InnoDB",
        mariadb_engine="InnoDB",
    )
    Index(f"{prefix}orders_outcome", table.c.outcome, table.c.seen_at)
    return table


def _pending(prefix: str, metadata: MetaData) -> Table:
    table = Table(
        f"{prefix}pending",
        metadata,
        Column("key", _ascii(64), primary_key=True),
        Column("namespace", _text(), nullable=False),
        Column("order_id", _text(), nullable=False),
        Column("asked", Integer, nullable=False),
        Column("token", BigInteger, nullable=False),
        Column("added_at", BigInteger, nullable=False),
        Column("due_at", BigInteger),
        Column("given_up_at", BigInteger),
        Column("said", _text(), nullable=False),
        mysql_engine="InnoDB",
        mariadb_engine="InnoDB",
    )
    Index(f"{prefix}pending_due", table.c.namespace, table.c.due_at)
    Index(f"{prefix}pending_given_up", table.c.given_up_at)
    return table


def insert_if_absent(table: Table, dialect: str) -> Insert:
    """Make the statement that inserts a row unless its key is there: a conflict changes nothing and is no error.

    Args:
        table: The table.
        dialect: SQLAlchemy's name of the database.

    Returns:
        The statement; afterwards nobody else can change the row until the transaction ends. The number of rows that a
        driver reports says nothing.
    """
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    # Not IGNORE: it would share the lock, and two who then want it for themselves would wait for each other.
    return mysql.insert(table).on_duplicate_key_update(key=table.c.key)


def _statements(dialect: Dialect, tables: Tables) -> Iterator[str]:
    for table in (tables.deliveries, tables.effects, tables.orders, tables.pending):
        yield _tidy(str(CreateTable(table).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield _tidy(str(CreateIndex(index).compile(dialect=dialect)))


def _tidy(statement: str) -> str:
    """Leave away what editors and linters strike: tabs, and blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in statement.strip().expandtabs(4).splitlines())


def _ddl(dialect: str, prefix: str) -> list[str]:
    if dialect not in DIALECTS:
        message = f"the dialect is one of {', '.join(DIALECTS)}"
        raise ConfigurationError(message)
    return list(_statements(make_url(f"{dialect}://").get_dialect()(), tables_of(prefix)))


def ddl_of(dialect: str, prefix: str) -> str:
    """Write the statements that make the tables in one database; see `SqlInbox.ddl`."""
    return ";\n\n".join(_ddl(dialect, prefix)) + ";\n"


def alembic_of(prefix: str) -> str:
    """Write the body of an Alembic migration; see `SqlInbox.alembic`."""
    lines = ["STATEMENTS = {"]
    for dialect in DIALECTS:
        lines.append(f'    "{dialect}": [')
        lines += [f'        """{statement}""",' for statement in _ddl(dialect, prefix)]
        lines.append("    ],")
    names = [table.name for table in tables_of(prefix).metadata.sorted_tables]
    lines += [
        "}",
        "",
        "",
        "def upgrade() -> None:",
        "    for statement in STATEMENTS[op.get_context().dialect.name]:",
        "        op.execute(statement)",
        "",
        "",
        "def downgrade() -> None:",
        *(f'    op.drop_table("{name}")' for name in names),
    ]
    return "\n".join(lines) + "\n"
