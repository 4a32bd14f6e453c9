"""The package's root: every public name is there, loaded or not."""

import subprocess
import sys

import pytest

import juspay_webhooks
from juspay_webhooks.events import leaves


def test_every_public_name_is_there() -> None:
    """Each name of `__all__` can be had, is listed once, and is known to `dir`."""
    names = juspay_webhooks.__all__

    assert len(names) == len(set(names))
    assert set(names) <= set(dir(juspay_webhooks))
    assert [] == [name for name in names if getattr(juspay_webhooks, name, None) is None]


def test_every_event_class_is_public() -> None:
    """A class that is added to the leaves needs no line in the root."""
    assert {name for name, found in vars(leaves).items() if isinstance(found, type)} <= set(juspay_webhooks.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As in every other module."""
    with pytest.raises(AttributeError, match="no attribute 'OrderPayed'"):
        _ = juspay_webhooks.OrderPayed  # pyright: ignore[reportAttributeAccessIssue]


def test_a_star_import_gives_all_names() -> None:
    """In a fresh interpreter, where nothing was loaded before."""
    code = "from juspay_webhooks import *; import juspay_webhooks as j; assert set(j.__all__) <= set(globals())"

    subprocess.run([sys.executable, "-c", code], check=True)
