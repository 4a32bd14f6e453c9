"""Own the list of mistakes, each under the id of its lesson, and the mark that a test carries for those it is about.

A lesson that cannot be tested yet stands in `NOT_YET` with the reason, never in silence.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

__all__ = ["MISTAKES", "NOT_YET", "lesson", "lessons_of"]

F = TypeVar("F", bound=Callable[..., object])

MISTAKES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Findings: what goes wrong in nearly every handler.
        "F1": "an unknown event name or status fails the parse",
        "F2": "the body is decoded before its sender is known, and a body that cannot be decoded is a server error",
        "F3": "the part of the content is chosen by the event's name, not by the key that is there",
        "F4": "a field that changes its type from body to body fails the parse",
        "F5": "a payment that failed stays pending, because the word FAILED never comes",
        "F6": "a request without the right credentials is let in",
        "F7": "the order and the event's name are taken for the identity of an event",
        "F9": "a late failure takes back that the order was paid",
        "F10": "customers' data and secrets are logged",
        # Authentication.
        "A1": "the check is skipped when nothing is configured",
        "A2": "the check is skipped when the header is absent",
        "A3": "the password is cut at its second colon",
        "A4": "the header is found in one spelling only",
        "A5": "credentials that are not ASCII crash or never match",
        "A6": "credentials are compared character by character until one differs",
        "A7": "a signature header is invented and taken for proof",
        "A9": "something is done with the body before the sender is known",
        "A10": "the API key that moves money is the login of the webhook",
        "A11": "there is no check at all",
        "A13": "one pair of credentials has to do for every merchant and every rotation",
        # Parsing and shape.
        "P1": "a new event or a new status breaks the decoding",
        "P2": "a missing field breaks the decoding",
        "P3": "an event is read by the wrong key",
        "P4": "an invented shape is taken for a webhook, and its tests pass",
        "P5": "payments and payouts on one queue need two entry points",
        "P6": "an explicit null is taken for a part that is there",
        "P7": "the text FILTERED in place of an object crashes",
        "P8": "a merchant payload is read in one of its two forms only",
        "P9": "one form of time is expected, and every other crashes",
        "P10": "a flag in text is read in one spelling only",
        "P11": "the event's name is believed where it contradicts the status",
        # Dedupe and ordering.
        "D1": "a second partial refund is dropped, because order and event name are the key",
        "D2": "the same payment is acted on twice, because it came under another id",
        "D3": "a flag for paid blocks the refund",
        "D4": "the loser of a race is dropped in silence, or a lock without an end blocks for ever",
        "D5": "a crash between receiving and handling loses the event",
        "D6": "a late failure undoes a payment",
        "D7": "webhook and return page ship the order twice",
        "D8": "a webhook that overtakes the merchant's own write is lost",
        # Status.
        "S1": "a failure is looked for by words that Juspay never sends",
        "S2": "the state is taken from the number beside the status",
        "S3": "the state is taken from the event's name",
        "S4": "a raw status is compared with a classified one",
        "S5": "a word that nobody knows is taken for pending, failed or an error",
        "S6": "the words between paid and failed are read as either",
        # Money and refunds.
        "M1": "an amount becomes a binary float",
        "M2": "rupees are taken for paise",
        "M3": "the amount is taken for the effective amount",
        "M4": "a wrong amount is logged, and the order is marked paid",
        "M5": "an amount of zero is taken for no amount",
        "R1": "a refund event marks the order as paid, for its status is still CHARGED",
        "R2": "the last refund of the list is taken for the one meant",
        "R3": "a refund that is not there is taken for a refund of everything",
        "R4": "an amount that is only asked back is taken for refunded",
        "R5": "a refund is known by a gateway's id that is not there yet",
        # Personal data.
        "L1": "the body is logged",
        "L2": "the Authorization header or a password is logged",
        "L3": "what is stored for later still holds the customer's data",
        # Acknowledgement and transport.
        "K1": "an internal error is answered with 200, and the event is lost",
        "K2": "an event that is not for the merchant is answered with an error, and comes again for ever",
        "K3": "the work is done before anything is stored",
        "K4": "success is answered with another code than 200",
        "K5": "what a queue delivers without headers cannot be received",
    }
)
"""Id of a lesson -> the mistake."""

NO_ORDER_STATUS: Final = "the library cannot ask for the status of an order yet"
NO_RETURN_URL: Final = "the library cannot check the signature of a return address yet"
NO_DECRYPTION: Final = "the library cannot decrypt bodies yet: one that is encrypted is refused as no event"
NO_POLLING: Final = "the library has no schedules for polling yet"

NOT_YET: Final[Mapping[str, str]] = MappingProxyType(
    {"F8": NO_ORDER_STATUS, "A8": NO_RETURN_URL, "A12": NO_DECRYPTION, "K6": NO_POLLING}
)
"""Id of a lesson -> why nothing tests it: the capability is not there yet."""


def lesson(*ids: str) -> Callable[[F], F]:
    """Mark a test with the lessons that it is about.

    Args:
        ids: Keys of `MISTAKES`.

    Returns:
        A decorator that hands the test back.

    Raises:
        KeyError: There is no such lesson.
    """
    for one in ids:
        _ = MISTAKES[one]

    def mark(test: F) -> F:
        vars(test)["lessons"] = ids
        return test

    return mark


def lessons_of(test: object) -> tuple[str, ...]:
    """Read the lessons that a test is about.

    Args:
        test: A function.

    Returns:
        Ids; none if it carries no mark.
    """
    found: tuple[str, ...] = getattr(test, "lessons", ())
    return found
