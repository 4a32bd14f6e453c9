"""Own one state of a thing: its members, and the body that they make, with and without the parts that are optional."""

from collections.abc import Mapping, Sequence
from copy import deepcopy

from juspay_webhooks.models.fields import Json
from juspay_webhooks.testing._json import json_text

__all__ = ["Snapshot"]


class Snapshot:
    """One state of an order, a payout or a validation. Bodies are written once."""

    def __init__(self, members: Mapping[str, Json], optional: Mapping[str, Sequence[str]]) -> None:
        """Take the members.

        Args:
            members: The whole object.
            optional: Part that is sent only when asked for -> where it stands (dots; `*` is each item of a list).

        Raises:
            ConfigurationError: A value has no form in JSON.
        """
        self.members = members
        self._optional = optional
        self._bodies: dict[frozenset[str], bytes] = {}
        self.body(frozenset(optional))

    def body(self, wanted: frozenset[str], /) -> bytes:
        """Write the object.

        Args:
            wanted: The optional parts that are asked for; unknown ones are passed over.

        Returns:
            JSON.
        """
        parts = wanted.intersection(self._optional)
        found = self._bodies.get(parts)
        if found is None:  # two threads may both write it, the same
            left = deepcopy(dict(self.members))
            for part in self._optional.keys() - parts:
                for path in self._optional[part]:
                    _drop(left, path.split("."))
            found = self._bodies[parts] = json_text(left).encode()
        return found


def _drop(holder: Json, path: Sequence[str]) -> None:
    """Take out what stands at a path, if it is there."""
    key, *rest = path
    if isinstance(holder, list) and key == "*":
        for item in holder:
            _drop(item, rest)
    elif isinstance(holder, dict) and not rest:
        holder.pop(key, None)
    elif isinstance(holder, dict):
        _drop(holder.get(key), rest)
