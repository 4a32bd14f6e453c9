"""Own how a receiver is found by its name: `module:attribute`, as servers and task queues are told theirs.

It runs code of the user's: what that raises is shown as Python shows it.
"""

import inspect
import sys
from importlib import import_module
from traceback import format_exception
from types import ModuleType
from typing import Final

from juspay_webhooks.cli._streams import say
from juspay_webhooks.cli._terminal import complain, safe
from juspay_webhooks.receiver.receiver import Receiver

__all__ = ["find_receiver"]

_MAKE_ONE: Final = (
    "next: name a Receiver, or a function without parameters that returns one, e.g. shop.webhooks:receiver"
)

_NAME_IT: Final = "next: start in the folder that holds it, and name it as `import` does, without .py and without /"


class _NotThereError(Exception):
    """There is no such receiver; its arguments say so, and what to do."""


def find_receiver(name: str, /) -> Receiver | None:
    """Import a module and find the receiver in it; modules of the current directory are found too.

    Args:
        name: `module:attribute`, both dotted names.

    Returns:
        The receiver; None if there is none, which is said then.
    """
    module, _, path = name.partition(":")
    if "" not in sys.path:  # the current directory, as Python writes it
        sys.path.insert(0, "")
    try:
        return _receiver(_imported(module), path)
    except _NotThereError as missing:
        complain(*missing.args)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code may raise anything
        say("".join(f"{safe(line)}\n" for line in _trace(error).splitlines()))
        complain(
            f"{name}: the code of {module} raised {type(error).__name__} (above)",
            f'next: make `python -c "import {module}"` run in this folder',
        )
    return None


def _imported(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        missing = error.name
    said = f"there is no module {missing}"
    raise _NotThereError(said, _NAME_IT)


def _receiver(module: ModuleType, path: str) -> Receiver:
    found: object = module
    for word in path.split("."):
        if not hasattr(found, word):
            there = [name for name, value in vars(module).items() if isinstance(value, Receiver)]
            said = f"{module.__name__} has no {path}" + (f"; its receivers: {', '.join(there)}" if there else "")
            raise _NotThereError(said, _MAKE_ONE)
        found = getattr(found, word)
    if callable(found) and _needs_nothing(found):
        found = found()
    if isinstance(found, Receiver):
        return found
    said = f"{module.__name__}:{path} is no Receiver, but of the type {type(found).__name__}"
    raise _NotThereError(said, _MAKE_ONE)


def _needs_nothing(found: object) -> bool:
    """Tell whether something can be called without arguments."""
    try:
        inspect.signature(found).bind()  # type: ignore[arg-type]  # it is callable
    except (TypeError, ValueError):
        return False
    return True


def _trace(error: BaseException) -> str:
    """Write a traceback that begins in the user's code."""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file != __file__ and "importlib" not in file:
            break
        trace = trace.tb_next
    return "".join(format_exception(type(error), error, trace))
