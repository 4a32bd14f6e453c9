"""Own how a merchant reaches a database without SQLAlchemy: by a driver alone, and through Django."""

import importlib
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from sqlalchemy import make_url

__all__ = ["django_settings", "raw"]


def raw(place: str, driver: str | None = None, *, make: Callable[..., Any] | None = None, **settings: object) -> Any:  # noqa: ANN401 - any driver's
    """Connect with a driver alone.

    Args:
        place: URL of the database, as SQLAlchemy takes it.
        driver: What SQLAlchemy calls the driver; that of the URL if None.
        make: What connects; the driver's own function if None.
        settings: What it is told besides.

    Returns:
        The driver's connection.
    """
    url = make_url(place)
    url = url if driver is None else url.set(drivername=driver)
    kind: Any = url.get_dialect()
    arguments, named = kind().create_connect_args(url)
    named.pop("client_flag", None)  # SQLAlchemy lets MySQL count what was found; the driver counts what was changed
    return (make or kind.import_dbapi().connect)(*arguments, **{**named, **settings})


def django_settings(place: str) -> dict[str, object]:
    """Describe a database as Django wants it.

    Args:
        place: URL of the database, as SQLAlchemy takes it.

    Returns:
        One of the `DATABASES` of Django's settings.
    """
    url = make_url(place)
    name = {"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgresql", "sqlite": "sqlite3"}
    engine, socket = name[url.get_backend_name()], url.query.get("unix_socket")
    if engine == "mysql":
        _lend_pymysql()
    return {
        "ENGINE": f"django.db.backends.{engine}",
        "NAME": url.database or ":memory:",
        "USER": url.username or "",
        "PASSWORD": url.password or "",
        "HOST": url.query.get("host", url.host or ""),
        "PORT": url.query.get("port", url.port or ""),
        "OPTIONS": {"unix_socket": socket} if socket else {},
    }


def _lend_pymysql() -> None:
    """Let Django take PyMySQL for the driver that it wants, if that is not there; nobody else may."""
    if "MySQLdb" in sys.modules or find_spec("MySQLdb") is not None:
        return
    sys.modules["MySQLdb"] = importlib.import_module("pymysql")
    try:
        importlib.import_module("django.db.backends.mysql.base")
    finally:
        del sys.modules["MySQLdb"]
