"""How an inbox in a database is set up: places, settings, versions, tables, and what is said of mistakes."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url

import juspay_webhooks.inbox
from juspay_webhooks import ConfigurationError
from juspay_webhooks.inbox import InboxUnavailable, SqlInbox, Verdict
from juspay_webhooks.inbox.sql import database
from juspay_webhooks.inbox.sql.engines import check_version
from juspay_webhooks.inbox.sql.schema import DIALECTS, PREFIX, insert_if_absent, tables_of
from tests.inbox.records import counts, record
from tests.inbox.sql.places import Make

NEVER = "sqlite:////nowhere/inbox.db"

IN_MEMORY = "SqlInbox needs SQLite in a file"


def fresh(code: str, **environment: str) -> str:
    """Run a line in an interpreter of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env={**os.environ, **environment}
    )
    return done.stdout.strip()


# --- Import ---


def test_sqlalchemy_is_loaded_when_it_is_needed() -> None:
    """Not by the inbox in memory."""
    code = "import sys, juspay_webhooks.inbox as i; print('sqlalchemy' in sys.modules); i.SqlInbox; "
    code += "print('sqlalchemy' in sys.modules, i.SqlInbox.__module__)"

    assert "False\nTrue juspay_webhooks.inbox.sql.inbox" == fresh(code)


def test_without_the_extra() -> None:
    """It is said how to install it; another module that is missing is no such case."""
    code = "import sys; sys.modules['{}'] = None\nimport juspay_webhooks.inbox as i\ntry: i.SqlInbox\n"
    code += "except Exception as error: print(type(error).__name__, error)"

    said = "ConfigurationError SqlInbox needs SQLAlchemy: pip install 'juspay-webhooks[sql]'"
    assert said == fresh(code.format("sqlalchemy"))
    assert fresh(code.format("secrets")).startswith("ModuleNotFoundError")


@pytest.mark.parametrize("missing", ["sqlalchemy", "secrets"])
def test_the_extra_is_missed_when_it_is_needed(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """A name that is asked for, not an import of the package."""
    monkeypatch.delitem(vars(juspay_webhooks.inbox), "SqlInbox", raising=False)
    for name in [name for name in sys.modules if name.startswith("juspay_webhooks.inbox.sql")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)

    error = ConfigurationError if missing == "sqlalchemy" else ModuleNotFoundError
    with pytest.raises(error) as raised:
        _ = juspay_webhooks.inbox.SqlInbox
    assert (missing == "sqlalchemy") == ("pip install 'juspay-webhooks[sql]'" in str(raised.value))


def test_another_name() -> None:
    """As in every module."""
    with pytest.raises(AttributeError, match="no attribute 'SqlInbux'"):
        _ = juspay_webhooks.inbox.SqlInbux  # pyright: ignore[reportAttributeAccessIssue]


# --- Arguments ---


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (None, "SqlInbox takes a database URL or a SQLAlchemy Engine"),
        (Path("inbox.db"), "SqlInbox takes a database URL or a SQLAlchemy Engine"),
        ("", "SqlInbox takes URLs of sqlite, postgresql, mariadb, mysql"),
        ("inbox.db", "SqlInbox takes URLs of"),
        ("postgres://shop:hunter2@db/shop", "SqlInbox takes URLs of"),
        ("postgresql+hunter2://db/shop", "SqlInbox takes URLs of"),
        ("postgresql+psycopg://shop:hunter2@db:hunter2/shop", "SqlInbox takes URLs of"),
        ("oracle://shop:hunter2@db/shop", "SqlInbox takes URLs of"),
        ("postgresql+asyncpg://shop:hunter2@db/shop", "a driver that is not async"),
        ("sqlite+aiosqlite:///inbox.db", "a driver that is not async"),
        ("sqlite://", IN_MEMORY),
        ("sqlite:///", IN_MEMORY),
        ("sqlite:///:memory:", IN_MEMORY),
        ("sqlite:///file::memory:?cache=shared&uri=true", IN_MEMORY),
        ("sqlite:///file:?uri=true", IN_MEMORY),
        ("sqlite:///file:shop?mode=memory&uri=true", IN_MEMORY),
        (URL.create("sqlite"), IN_MEMORY),
        ("mysql+pyodbc_or_so://shop:hunter2@db/shop", "SqlInbox takes URLs of"),
        ("mysql+mysqlconnector://shop:hunter2@db/shop", "the driver mysql is not installed"),
    ],
)
def test_places_that_are_none(place: Any, says: str) -> None:  # noqa: ANN401 - what a caller may give
    """The error says what is expected, and nothing of the URL."""
    with pytest.raises(ConfigurationError, match=says) as raised:
        SqlInbox(place)

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("lease", (300, "5m", None, timedelta(0), timedelta(-1)), "lease is a timedelta of at least 0:00:00.001"),
        ("wait", (5, None, timedelta(0)), "wait is a timedelta"),
        ("create", (1, "no", None), "create is a bool"),
        ("keep_bodies", (0, None), "keep_bodies is a bool"),
        ("clock", (None, 5.0), "clock is a function"),
        ("table_prefix", ("", None, "Shop_", "1_", "a-b", "x; DROP", "x" * 41, "a\n"), "table_prefix is small letters"),
    ],
)
def test_settings_that_are_none(name: str, values: tuple[Any, ...], says: str) -> None:
    """It is said at once."""
    for value in values:
        with pytest.raises(ConfigurationError, match=says):
            SqlInbox(NEVER, **{name: value})


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    """Neither those in the URL, nor those in its options."""
    inbox = SqlInbox(f"sqlite:///{tmp_path / 'a.db'}?timeout=7")
    server = make_url("postgresql+psycopg://shop:hunter2@db:5433/shop?password=hunter2")

    assert f"SqlInbox('sqlite:///{tmp_path}/a.db')" == repr(inbox)
    slip = SqlInbox("postgresql+psycopg://shop:half@other-half@db/shop")
    assert "SqlInbox('postgresql+psycopg://db/shop')" == repr(slip)
    assert "SqlInbox('postgresql+psycopg://db:5433/shop')" == repr(SqlInbox(server))
    with pytest.raises(ConfigurationError) as raised:
        SqlInbox(server.set(drivername="postgresql+asyncpg"))
    assert "hunter2" not in str(raised.value)


def test_it_is_there_for_a_block(make: Make) -> None:
    """Closed at its end; a later call opens a new connection."""
    with make() as inbox:
        inbox.store(record())
    assert {"received": 1} == counts(inbox)


# --- An engine of the merchant's ---


def test_an_engine_keeps_its_manners(make: Make, engine: Engine) -> None:
    """The inbox uses its pool; what the merchant does with it is as it was, and closing leaves it open."""
    with make(place=engine) as inbox:
        assert Verdict.CLAIMED is inbox.claim(record()).verdict
    with engine.connect() as connection:
        before = connection.get_isolation_level(), connection.in_transaction()
        pooled = engine.pool.checkedout()  # type: ignore[attr-defined]

    plain = create_engine(engine.url)
    with plain.connect() as other:
        assert before == (other.get_isolation_level(), other.in_transaction())
    plain.dispose()
    assert 1 == pooled
    assert not engine.hide_parameters
    assert {"processing": 1} == counts(inbox)


def test_engines_that_cannot_be_an_inbox() -> None:
    """In memory, or of another kind."""
    memory = create_engine("sqlite://")

    with pytest.raises(ConfigurationError, match=IN_MEMORY):
        SqlInbox(memory)
    memory.dialect.name = "firebird"
    with pytest.raises(ConfigurationError, match="SqlInbox knows sqlite, postgresql, mariadb, mysql, not firebird"):
        SqlInbox(memory)


# --- Versions ---


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("sqlite", "3.40.1", None),
        ("sqlite", "3.6.23", "needs sqlite 3.7.0 or later"),
        ("postgresql", "PostgreSQL 12.0 on x86_64", None),
        ("postgresql", "PostgreSQL 18beta1 on x86_64", None),
        ("postgresql", "PostgreSQL 11.22 (Debian 11.22) on x86_64", "needs postgresql 12 or later"),
        ("mysql", "8.0.1-dmr", None),
        ("mysql", "9.1.0", None),
        ("mysql", "8.0.0-dmr", "needs mysql 8.0.1 or later"),
        ("mysql", "5.7.44-log", "needs mysql 8.0.1 or later"),
        ("mysql", "8.0.mysql_aurora.3.04.0", None),
        ("mysql", "5.7.mysql_aurora.2.11.4", "needs mysql 8.0.1 or later"),
        ("mysql", "10.11.19-MariaDB-0+deb12u1", None),
        ("mysql", "5.5.5-10.6.0-MariaDB", None),
        ("mariadb", "10.5.29-MariaDB", "needs mariadb 10.6 or later, and the server is 10.5.29-MariaDB"),
        ("mariadb", "8.0.36", None),
        ("mariadb", "nothing", None),
    ],
)
def test_versions(name: str, text: str, says: str | None) -> None:
    """Too old ones are refused by name, whatever they are disguised as."""
    if says is None:
        check_version(name, text)
        return
    with pytest.raises(ConfigurationError, match=says):
        check_version(name, text)


# --- Tables ---


def names(engine: Engine) -> list[str]:
    """List the tables of the inbox."""
    return sorted(name for name in inspect(engine).get_table_names() if not name.startswith(("sqlite_", "alembic")))


def test_tables_are_not_made_against_ones_will(make: Make, prefix: str) -> None:
    """The error names the ways to make them, and goes once they are there."""
    inbox = make(create=False)

    with pytest.raises(ConfigurationError):
        inbox.prepare()
    with pytest.raises(ConfigurationError) as raised:
        inbox.prepare()
    missing = f"{prefix}deliveries and no {prefix}effects and no {prefix}orders and no {prefix}pending"
    said = f"the database has no {missing}: make them with a migration (SqlInbox.ddl "
    assert f"{said}and SqlInbox.alembic write it), or let the inbox make them with create=True" == str(raised.value)
    make().prepare()
    assert Verdict.CLAIMED is inbox.claim(record()).verdict


class _Alembic:
    """What a migration calls: Alembic's `op`, with a connection of ours."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.dialect = engine.dialect

    def get_context(self) -> "_Alembic":
        """Give what knows the dialect."""
        return self

    def execute(self, statement: str) -> None:
        """Run a statement."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(statement)

    def drop_table(self, name: str) -> None:
        """Drop a table."""
        self.execute(f"DROP TABLE {name}")


@pytest.mark.parametrize("way", ["ddl", "alembic"])
def test_tables_of_a_migration(make: Make, engine: Engine, prefix: str, way: str) -> None:
    """They are what the inbox would make, and can be dropped."""
    namespace: dict[str, Any] = {"op": _Alembic(engine)}
    exec(SqlInbox.alembic(table_prefix=prefix), namespace)  # noqa: S102 - the text is ours
    if way == "alembic":
        namespace["upgrade"]()
    else:
        for statement in SqlInbox.ddl(engine.dialect.name, table_prefix=prefix).split(";\n")[:-1]:
            namespace["op"].execute(statement)
    inbox = make(create=False)

    assert Verdict.CLAIMED is inbox.claim(record()).verdict
    seen = inspect(engine)
    assert [["due_at"], ["state", "since"]] == sorted(
        one["column_names"] for one in seen.get_indexes(f"{prefix}deliveries")
    )
    inbox.close()
    namespace["downgrade"]()
    assert not [name for name in names(engine) if name.startswith(prefix)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_statements_of_each_database(dialect: str) -> None:
    """Bodies of any size, and keys that are compared byte for byte."""
    said = SqlInbox.ddl(dialect)
    columns = {
        "sqlite": ('"key" VARCHAR(64) NOT NULL', "body BLOB NOT NULL"),
        "postgresql": ('key VARCHAR(64) COLLATE "C" NOT NULL', "body BYTEA NOT NULL"),
        "mariadb": ("`key` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL", "`body` LONGBLOB NOT NULL"),
        "mysql": ("`key` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL", "body LONGBLOB NOT NULL"),
    }[dialect]

    assert [True, True] == [column in said for column in columns]
    assert 9 == said.count("CREATE ") == said.count(";\n")
    assert said.count(PREFIX) == said.replace(PREFIX, "shop_").count("shop_")
    assert [] == [line for line in SqlInbox.alembic().splitlines() if line != line.rstrip() or "\t" in line]


def test_statements_of_another_database() -> None:
    """There are none."""
    with pytest.raises(ConfigurationError, match="the dialect is one of sqlite, postgresql, mariadb, mysql"):
        SqlInbox.ddl("oracle")


@pytest.mark.parametrize("times", [1, 99])
def test_others_make_the_tables_at_the_same_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Who comes too late finds them made; who never finds them says why."""
    monkeypatch.setattr(database, "_PAUSE", 0)
    engine = create_engine(f"sqlite:///{tmp_path / 'inbox.db'}")
    made = list[str]()

    def make_first(_: object, cursor: Any, statement: str, *__: object) -> None:  # noqa: ANN401 - a driver's
        if statement.lstrip().startswith("CREATE TABLE") and len(made) < times:
            made.append(statement)
            cursor.execute(statement)

    event.listen(engine, "before_cursor_execute", make_first)
    inbox = SqlInbox(engine)

    if times == 1:
        assert Verdict.CLAIMED is inbox.claim(record()).verdict
    else:
        with pytest.raises(InboxUnavailable, match="OperationalError"):
            inbox.claim(record())
        assert 5 == len(made)
    engine.dispose()


def test_sqlite_writes_ahead_and_waits(tmp_path: Path) -> None:
    """What is answered with 200 is on the disk, and a short wait is no error."""
    with SqlInbox(f"sqlite:///{tmp_path / 'inbox.db'}", wait=timedelta(seconds=2)) as inbox:
        unit = inbox.begin("shop")
        asked = [
            unit.tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
        unit.rollback()

    assert ["wal", 2, 2_000] == asked


@pytest.mark.parametrize(
    ("dialect", "says"),
    [
        ("sqlite", "ON CONFLICT DO NOTHING"),
        ("postgresql", "ON CONFLICT DO NOTHING"),
        ("mariadb", "ON DUPLICATE KEY UPDATE `key` = juspay_inbox_orders.`key`"),
        ("mysql", "ON DUPLICATE KEY UPDATE `key` = juspay_inbox_orders.`key`"),
    ],
)
def test_a_row_that_may_be_there(dialect: str, says: str) -> None:
    """No conflict is an error; on MySQL it locks the row as a change would, so that nobody waits for another's half."""
    statement = insert_if_absent(tables_of(PREFIX).orders, dialect)

    assert str(statement.compile(dialect=make_url(f"{dialect}://").get_dialect()())).endswith(says)


def test_tables_are_named_by_the_prefix() -> None:
    """So that two inboxes may share a database."""
    assert ["a_deliveries", "a_effects", "a_orders", "a_pending"] == [
        table.name for table in tables_of("a_").metadata.sorted_tables
    ]
