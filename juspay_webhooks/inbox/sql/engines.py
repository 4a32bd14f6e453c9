"""Own how a database is reached: what SQLite and the servers want said, which versions will do, how long is waited.

Nothing of a URL but the kind of database, its host and its name is ever shown.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import attrs
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from juspay_webhooks.errors import ConfigurationError, shown

__all__ = ["backend_of", "check_version", "engine_of", "place_of"]


@attrs.frozen(kw_only=True)
class Backend:
    """One kind of database."""

    isolation: str
    """Isolation level, in SQLAlchemy's words."""

    settings: tuple[str, ...]
    """What is said once on each connection; `{ms}` and `{s}` are how long is waited for a lock."""

    begin: str | None = None
    """What begins a transaction; None leaves it to the driver."""

    version: str = "SELECT version()"
    """How its version is asked for."""


_SERVER_OF_MYSQL: Final = Backend(
    isolation="READ COMMITTED",
    settings=("SET SESSION innodb_lock_wait_timeout = {s}, SESSION lock_wait_timeout = {s}",),
)

_BACKENDS: Final[Mapping[str, Backend]] = {
    # The driver begins no transaction by itself. A deferred one could not become a writer while another one writes.
    "sqlite": Backend(
        isolation="AUTOCOMMIT",
        settings=("PRAGMA busy_timeout = {ms}", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"),
        begin="BEGIN IMMEDIATE",
        version="SELECT sqlite_version()",
    ),
    "postgresql": Backend(isolation="READ COMMITTED", settings=("SET lock_timeout = {ms}",)),
    "mariadb": _SERVER_OF_MYSQL,
    "mysql": _SERVER_OF_MYSQL,
}

_OLDEST: Final[Mapping[str, tuple[int, ...]]] = {
    "sqlite": (3, 7, 0),  # write-ahead log
    "postgresql": (12,),
    "mariadb": (10, 6),  # SKIP LOCKED
    "mysql": (8, 0, 1),  # SKIP LOCKED
}

_PATIENCE: Final = 30
"""Seconds that a server may take for one answer before its connection counts as broken."""

_ARGUMENTS: Final[Mapping[str, Mapping[str, object]]] = {
    "psycopg": {"connect_timeout": 5, "tcp_user_timeout": _PATIENCE * 1_000},
    "psycopg2": {"connect_timeout": 5, "tcp_user_timeout": _PATIENCE * 1_000},
    "pymysql": {"connect_timeout": 5, "read_timeout": _PATIENCE, "write_timeout": _PATIENCE, "charset": "utf8mb4"},
    "mysqldb": {"connect_timeout": 5, "read_timeout": _PATIENCE, "write_timeout": _PATIENCE, "charset": "utf8mb4"},
}
"""Driver -> what it is told unless the URL says otherwise: no driver here gives up by itself."""

_IN_MEMORY: Final = re.compile(r":memory:|^(?:file:)?(?:\?|$)")

_READY: Final = "juspay_webhooks_ready"


def backend_of(engine: Engine) -> Backend:
    """Tell the kind of database that an engine reaches."""
    return _BACKENDS[engine.dialect.name]


def place_of(engine: Engine) -> str:
    """Name a database without user, password or options."""
    url = engine.url
    host = url.host and url.host.rpartition("@")[2]  # a password with @ in it is taken for a part of the host
    return URL.create(url.drivername, host=host, port=url.port, database=url.database).render_as_string()


def check_version(name: str, text: str) -> None:
    """Refuse a server that is too old.

    Args:
        name: SQLAlchemy's name of the database.
        text: What it says of its version.

    Raises:
        ConfigurationError: It is too old.
    """
    product = "mariadb" if "mariadb" in text.lower() else {"mariadb": "mysql"}.get(name, name)
    found = re.search(r"\d+(?:\.\d+)*", text.removeprefix("5.5.5-"))  # MariaDB's disguise for old clients
    numbers = tuple(map(int, found.group().split("."))) if found else ()
    # Amazon Aurora leaves the last number away: it counts as new enough.
    if (*numbers, 1_000_000, 1_000_000) < _OLDEST[product]:
        oldest = ".".join(map(str, _OLDEST[product]))
        message = f"SqlInbox needs {product} {oldest} or later, and the server is {shown(text)}"
        raise ConfigurationError(message)


def engine_of(place: str | URL | Engine, *, wait: float) -> tuple[Engine, bool]:
    """Make an engine as an inbox wants it, or a view of a merchant's engine: its pool, but not its manners.

    Args:
        place: URL or engine.
        wait: Seconds to wait for a lock or a free connection.

    Returns:
        The engine, and whether its pool is ours.

    Raises:
        ConfigurationError: It is none, or of a kind that cannot be an inbox.
    """
    given: object = place
    if isinstance(given, Engine):
        _check(given.url, given.dialect.name, is_async=given.dialect.is_async)
        base, is_own = given, False
    elif isinstance(given, str | URL):
        base, is_own = _made(given, wait), True
    else:
        message = "SqlInbox takes a database URL or a SQLAlchemy Engine, such as SqlInbox('sqlite:///inbox.db')"
        raise ConfigurationError(message)
    backend = backend_of(base)
    # Ours have the level for good. A merchant's get it for each call and lose it again, on MariaDB by four round trips.
    engine = base if is_own else base.execution_options(isolation_level=backend.isolation)
    engine.hide_parameters = True
    # How long a merchant's own connections to a server wait is the merchant's choice.
    settings = backend.settings if is_own or backend.begin else ()
    words = [setting.format(ms=round(wait * 1_000), s=max(1, round(wait))) for setting in settings]
    event.listen(engine, "engine_connect", _preparing(words))
    if backend.begin:
        event.listen(engine, "begin", _beginning(backend.begin))
    return engine, is_own


def _made(place: str | URL, wait: float) -> Engine:
    try:
        url = make_url(place)
        name, dialect = url.get_backend_name(), url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        name, dialect, url = "", None, None
    if url is None or dialect is None or name not in _BACKENDS:
        message = (
            f"SqlInbox takes URLs of {', '.join(_BACKENDS)}, such as sqlite:///inbox.db, "
            "postgresql+psycopg://user@host/database or mysql+pymysql://user@host/database"
        )
        raise ConfigurationError(message) from None
    _check(url, name, is_async=dialect.is_async)
    arguments = {key: value for key, value in _ARGUMENTS.get(dialect.driver, {}).items() if key not in url.query}
    try:
        return create_engine(
            url,
            connect_args=arguments,
            hide_parameters=True,
            isolation_level=_BACKENDS[name].isolation,
            pool_pre_ping=name != "sqlite",  # a file never hangs up
            pool_timeout=wait,
            max_overflow=15,
        )
    except ImportError as error:
        message = (
            f"the driver {error.name} is not installed: pip install 'psycopg[binary]' for postgresql+psycopg://, "
            "or pip install PyMySQL for mysql+pymysql:// and mariadb+pymysql://"
        )
        raise ConfigurationError(message) from None


def _check(url: URL, name: str, *, is_async: bool) -> None:
    """Refuse what cannot be an inbox."""
    if name not in _BACKENDS:
        message = f"SqlInbox knows {', '.join(_BACKENDS)}, not {shown(name)}"
        raise ConfigurationError(message)
    if is_async:
        message = (
            "SqlInbox needs a driver that is not async (a receiver calls it on a thread), such as psycopg or pymysql"
        )
        raise ConfigurationError(message)
    if name == "sqlite" and (_IN_MEMORY.search(url.database or "") or url.query.get("mode") == "memory"):
        message = (
            "SqlInbox needs SQLite in a file, such as sqlite:///inbox.db: a database in memory ends with the process "
            "(MemoryInbox is made for that)"
        )
        raise ConfigurationError(message)


def _preparing(words: list[str]) -> Callable[[Connection], None]:
    def prepare(connection: Connection) -> None:
        if _READY not in connection.info:
            try:
                raw = connection.connection
                cursor = raw.cursor()
                for word in words:
                    cursor.execute(word)
                cursor.close()
                raw.commit()
            except BaseException:
                connection.invalidate()  # nobody would close it: who asked for it never gets it
                connection.close()
                raise
            connection.info[_READY] = True

    return prepare


def _beginning(word: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(word)

    return begin
