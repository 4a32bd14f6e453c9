"""Own what all ways into a receiver share: how a delivery is begun, carried through, and answered."""

import asyncio
import logging
from time import perf_counter
from typing import Final

from juspay_webhooks.errors import ConfigurationError, shown
from juspay_webhooks.receiver.answer import Answer, AnswerOutcome, answer_of
from juspay_webhooks.receiver.case import Case
from juspay_webhooks.receiver.driving import Steps, run, run_async
from juspay_webhooks.receiver.lanes import Lanes
from juspay_webhooks.receiver.registry import Registry
from juspay_webhooks.receiver.setup import Setup
from juspay_webhooks.receiver.steps import taken, taken_now
from juspay_webhooks.receiver.work import Ending

__all__ = ["Core"]

_log: Final = logging.getLogger("juspay_webhooks.receiver")


class Core:
    """The inner part of a receiver."""

    _setup: Setup
    _registry: Registry
    _lanes: Lanes

    def _begun(self, source: str, label: str = "") -> Case:
        """Begin with a delivery; from now on nothing can be registered."""
        self._registry.is_frozen = True
        return Case(source, self._setup.clock(), perf_counter(), label)

    def _check_loop(self) -> None:
        """Refuse what would block an event loop for ever: a coroutine run by the thread that has to run it."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        message = "an event loop is running and there are async handlers: await handle_async (or observe_async)"
        raise ConfigurationError(message)

    def _taken(self, case: Case) -> Ending:
        if self._setup.inbox is not None:
            return self._run(taken(self._setup, case))
        try:
            return taken_now(self._setup, case)
        except Exception:  # noqa: BLE001 - as below
            return self._fault()

    def _run(self, steps: Steps[Ending]) -> Ending:
        try:
            return run(steps)
        except Exception:  # noqa: BLE001 - logged; a fault of ours must not take the merchant's server down
            return self._fault()

    async def _run_async(self, steps: Steps[Ending]) -> Ending:
        inbox = self._setup.inbox
        try:
            if inbox is None or not inbox.blocking:
                return await run_async(steps)
            async with self._lanes.place() as executor:
                return await run_async(steps, executor)
        except Exception:  # noqa: BLE001 - as above
            return self._fault()

    def _fault(self) -> Ending:
        _log.exception("this is a fault of juspay_webhooks, please report it; the sender is asked to come again")
        return AnswerOutcome.FAILED, None

    def _answered(self, case: Case, end: Ending) -> Answer:
        """Log how it ended, tell the hook, and make the answer."""
        outcome, wait = end
        if _log.isEnabledFor(logging.DEBUG):
            event = case.event
            name, key = ("", "") if event is None else (shown(event.name), shown(event.id or ""))
            _log.debug("%s: %s %s", outcome.value, name, key, extra={"outcome": outcome.value, "event_name": name})
        if self._setup.on_answer is not None:
            try:
                self._setup.on_answer(case.delivery(), outcome, perf_counter() - case.started)
            except Exception:  # noqa: BLE001 - logged; a hook that fails fails no delivery
                _log.exception("the on_answer hook raised")
        return answer_of(outcome, retry_after=self._setup.retry_after if wait is None else wait)
