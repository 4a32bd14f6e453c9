"""Own what is remembered of effects in the database: who is acting on them, and which are done."""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs
from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from juspay_webhooks.events.effects import Effect
from juspay_webhooks.inbox.keys import digest
from juspay_webhooks.inbox.protocol import InboxUnavailable, Verdict
from juspay_webhooks.inbox.sql.database import TRIES, Database, new_token
from juspay_webhooks.inbox.sql.joining import Joined
from juspay_webhooks.inbox.sql.schema import fitted, insert_if_absent

__all__ = ["Effects", "Named"]

_NOBODY: Final = 0
"""Token of no claim."""


@attrs.frozen
class Named:
    """An effect of a merchant."""

    namespace: str
    """Label of the merchant's credential."""

    name: str
    """Key of the effect."""

    @property
    def key(self) -> str:
        """Key of its row."""
        return digest("effect", self.namespace, self.name)

    @property
    def texts(self) -> dict[str, object]:
        """What its row says of it."""
        return {"namespace": fitted(self.namespace), "name": fitted(self.name)}


class Effects:
    """The effects of an inbox. A row is a claim, or done: a claim that is given up leaves none."""

    def __init__(self, database: Database, *, lease: int) -> None:
        """Take the database.

        Args:
            database: The database.
            lease: Microseconds that a claim lives.
        """
        self._database = database
        self._lease = lease
        table = database.tables.effects
        columns = table.c
        self._insert = insert(table)
        self._insert_if_absent = insert_if_absent(table, database.dialect.name)
        looked_at = select(columns.key, columns.token, columns.lease_until, columns.done_at)
        self._look = looked_at.where(columns.key.in_([bindparam("at_key"), bindparam("at_other")]))
        self._look = self._look.order_by(columns.key).with_for_update()  # in one order: nobody waits in a circle
        is_it = columns.key == bindparam("at_key")
        is_ours = columns.token == bindparam("at_token")
        is_open = columns.done_at.is_(None)
        self._update = update(table).where(is_it)
        self._keep = self._update.where(is_open).values(lease_until=None)
        self._keep_ours = self._keep.where(is_ours)
        self._release = delete(table).where(is_it, is_ours, is_open)
        self._is_kept = select(columns.key).where(is_it, is_ours, columns.done_at.is_not(None))
        stands = or_(columns.done_at.is_not(None), columns.lease_until > bindparam("now"))
        self._stands = select(columns.key).where(is_it, stands)
        is_free = or_(is_ours, columns.lease_until <= bindparam("now"))
        self._keep_free = self._keep.where(is_free).values(token=bindparam("at_token"))

    def claim(self, token: int, effect: Effect, *, namespace: str) -> Verdict:
        """Claim an effect.

        Args:
            token: Number of the one who asks.
            effect: What happened.
            namespace: Label of the merchant's credential.

        Returns:
            Whether to go ahead.

        Raises:
            InboxUnavailable: The database failed, or others came and went too fast.
        """
        now = self._database.now()
        named = Named(namespace, effect.key)
        key = named.key
        over = None if effect.overtaken_by is None else Named(namespace, effect.overtaken_by).key
        held = {"token": token, "lease_until": now + self._lease}
        with self._database.connection() as connection:
            for _ in range(TRIES):
                found = connection.execute(self._look, {"at_key": key, "at_other": over or key})
                rows = {str(row["key"]): row for row in found.mappings()}
                verdict = _standing(rows, key, token, now)
                if verdict is Verdict.CLAIMED and over is not None:
                    verdict = _standing(rows, over, _NOBODY, now)
                if verdict is not Verdict.CLAIMED:
                    return verdict
                try:
                    if key in rows:
                        connection.execute(self._update, {**held, "at_key": key})
                    else:
                        connection.execute(self._insert, {**named.texts, **held, "key": key, "done_at": None})
                    connection.commit()
                except IntegrityError:  # somebody was faster: look again
                    connection.rollback()
                else:
                    return verdict
        message = "an effect appeared and vanished while it was looked at"
        raise InboxUnavailable(message)

    def keep(self, connection: Connection, names: Iterable[Named]) -> None:
        """Remember effects as done, whoever holds them: a holder that outlived its lease has acted all the same.

        Args:
            connection: The caller's transaction, which the caller commits.
            names: The effects.
        """
        now = self._database.now()
        for named in names:
            done = {"at_key": named.key, "done_at": now}
            if connection.execute(self._keep, done).rowcount == 1:
                continue
            row = {"key": named.key, "token": _NOBODY, "lease_until": None, "done_at": now}
            connection.execute(self._insert_if_absent, {**named.texts, **row})
            connection.execute(self._keep, done)  # somebody claimed it a moment ago

    def keep_ours(self, connection: Connection | Joined, token: int, names: Iterable[Named]) -> bool:
        """Remember effects as done if they are still those of a holder.

        Args:
            connection: The caller's transaction, which the caller commits or, if this is False, rolls back.
            token: Number of the holder.
            names: The effects.

        Returns:
            Whether they are.
        """
        done = {"at_token": token, "done_at": self._database.now()}
        return all(connection.execute(self._keep_ours, {**done, "at_key": named.key}).rowcount == 1 for named in names)

    def are_kept(self, connection: Connection, token: int, names: Iterable[Named]) -> bool:
        """Tell whether the effects of a holder are done, by that holder."""
        return all(
            connection.execute(self._is_kept, {"at_key": named.key, "at_token": token}).first() is not None
            for named in names
        )

    def keep_first(self, given: Joined, effect: Effect, *, namespace: str) -> bool:
        """Remember an effect as done in a transaction of the merchant's, if nobody has acted on it or is at it.

        Nothing is read that others may be writing: two who do this at once wait for each other in the INSERT.

        Args:
            given: The merchant's transaction, which the merchant ends.
            effect: What happened.
            namespace: Label of the merchant's credential.

        Returns:
            Whether the merchant is the first.
        """
        now, token, named = self._database.now(), new_token(), Named(namespace, effect.key)
        if effect.overtaken_by is not None:
            over = Named(namespace, effect.overtaken_by).key
            if given.execute(self._stands, {"at_key": over, "now": now}).first() is not None:
                return False
        held = {"token": token, "lease_until": now + self._lease, "done_at": None}
        given.execute(self._insert_if_absent, {**named.texts, **held, "key": named.key})
        done = {"at_key": named.key, "at_token": token, "now": now, "done_at": now}
        return given.execute(self._keep_free, done).rowcount == 1

    def release(self, token: int, names: Iterable[Named]) -> None:
        """Let others claim the effects that a holder still holds."""
        with self._database.connection() as connection:
            for named in names:
                connection.execute(self._release, {"at_key": named.key, "at_token": token})
            connection.commit()


def _standing(rows: Mapping[str, RowMapping], key: str, token: int, now: int) -> Verdict:
    row = rows.get(key)
    if row is None:
        return Verdict.CLAIMED
    if row["done_at"] is not None:
        return Verdict.DUPLICATE
    return Verdict.BUSY if row["lease_until"] > now and row["token"] != token else Verdict.CLAIMED
