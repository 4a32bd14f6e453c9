"""A new payment event takes a row, a class and a sample; for each one forgotten a sentence says where it goes."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs
import pytest

import juspay_webhooks
from juspay_webhooks.catalog import PAYMENT_EVENTS, PaymentEventRow
from juspay_webhooks.events import leaves
from juspay_webhooks.events.dispatch import OBJECT_KEY, PAYMENT_CLASSES
from juspay_webhooks.events.payments import MandateEvent, OrderEvent, PaymentFamily
from juspay_webhooks.testing import sample_names

ROOT: Final = Path(__file__).parent.parent

ROWS: Final = PAYMENT_EVENTS
CLASSES: Final = {
    name: cls for name, cls in vars(leaves).items() if isinstance(cls, type) and cls.__module__ == leaves.__name__
}
"""Name of a class -> the class."""

SAMPLES: Final = [name for name in sample_names() if isinstance(name, str)]

ROW_PLACE: Final = "juspay_webhooks/catalog/payments.py"
CLASS_PLACE: Final = "juspay_webhooks/events/leaves.py"
SAMPLE_PLACE: Final = "juspay_webhooks/testing/bodies/payments"


def class_name(name: str) -> str:
    """Spell `ORDER_SUCCEEDED` as `OrderSucceeded`."""
    return name.title().replace("_", "")


def missing(
    rows: Mapping[str, PaymentEventRow], classes: Mapping[str, type[PaymentFamily]], samples: Collection[str]
) -> list[str]:
    """Say what an event lacks, and where it goes.

    Args:
        rows: The payment events of the catalog.
        classes: The classes of single events, by their names.
        samples: Names of the payment events that have a sample.

    Returns:
        Sentences; none if every modelled row has a class and a sample, and the other way round.
    """
    wanted = {name for name, row in rows.items() if row.is_modelled}
    spelled = {class_name(name): name for name in (*rows, *samples)}
    names = sorted({*wanted, *samples, *(spelled.get(cls, cls) for cls in classes)})
    return [sentence for name in names for sentence in _missing_of(name, rows.get(name), classes, samples)]


def _missing_of(
    name: str, row: PaymentEventRow | None, classes: Mapping[str, type[PaymentFamily]], samples: Collection[str]
) -> Iterator[str]:
    """Say what one event lacks."""
    if row is None:
        yield f"{name} has no row: add one to _MODELLED in {ROW_PLACE}"
    elif not row.is_modelled:
        yield f"{name} has a row that says it has no class of its own: move it to _MODELLED in {ROW_PLACE}"
    cls = classes.get(class_name(name), classes.get(name))
    if cls is None:
        yield f"{name} has no class: add {class_name(name)} to {CLASS_PLACE}"
    elif row is not None and row.is_modelled and not _fits(row, cls):
        yield f"{name} holds {row.content_key} by its row in {ROW_PLACE}, but {cls.__name__} in {CLASS_PLACE} does not"
    if name not in samples:
        yield f"{name} has no sample: add {name}.json to {SAMPLE_PLACE}"


def _fits(row: PaymentEventRow, cls: type[PaymentFamily]) -> bool:
    """Tell whether a class cannot be without the object that its row names."""
    family = next(base for base in cls.__mro__ if base in OBJECT_KEY and base not in PAYMENT_CLASSES.values())
    return OBJECT_KEY[family] == row.content_key


class OrderTeleported(OrderEvent):
    """An event that somebody adds."""


class MisplacedMandate(MandateEvent):
    """A class under the wrong family."""


TELEPORTED: Final = attrs.evolve(ROWS["ORDER_SUCCEEDED"], name="ORDER_TELEPORTED")
WITH_ROW: Final = {**ROWS, "ORDER_TELEPORTED": TELEPORTED}
WITH_CLASS: Final = {**CLASSES, "OrderTeleported": OrderTeleported}
WITH_SAMPLE: Final = [*SAMPLES, "ORDER_TELEPORTED"]

NO_ROW: Final = f"ORDER_TELEPORTED has no row: add one to _MODELLED in {ROW_PLACE}"
NO_CLASS: Final = f"ORDER_TELEPORTED has no class: add OrderTeleported to {CLASS_PLACE}"
NO_SAMPLE: Final = f"ORDER_TELEPORTED has no sample: add ORDER_TELEPORTED.json to {SAMPLE_PLACE}"


def test_the_package_is_complete() -> None:
    """Every published event has its row, its class and its sample."""
    assert [] == missing(ROWS, CLASSES, SAMPLES)


def test_a_row_a_class_and_a_sample_are_enough() -> None:
    """With the three of them an event is whole."""
    assert [] == missing(WITH_ROW, WITH_CLASS, WITH_SAMPLE)


@pytest.mark.parametrize(
    ("rows", "classes", "samples", "expected"),
    [
        (ROWS, WITH_CLASS, WITH_SAMPLE, [NO_ROW]),
        (WITH_ROW, CLASSES, WITH_SAMPLE, [NO_CLASS]),
        (WITH_ROW, WITH_CLASS, SAMPLES, [NO_SAMPLE]),
        (WITH_ROW, CLASSES, SAMPLES, [NO_CLASS, NO_SAMPLE]),
        (ROWS, CLASSES, WITH_SAMPLE, [NO_ROW, NO_CLASS]),
        (
            ROWS,
            WITH_CLASS,
            SAMPLES,
            [
                f"OrderTeleported has no row: add one to _MODELLED in {ROW_PLACE}",
                f"OrderTeleported has no sample: add OrderTeleported.json to {SAMPLE_PLACE}",
            ],
        ),
        (
            {**ROWS, "ORDER_TELEPORTED": attrs.evolve(TELEPORTED, is_modelled=False)},
            WITH_CLASS,
            WITH_SAMPLE,
            [f"ORDER_TELEPORTED has a row that says it has no class of its own: move it to _MODELLED in {ROW_PLACE}"],
        ),
        (
            WITH_ROW,
            {**CLASSES, "OrderTeleported": MisplacedMandate},
            WITH_SAMPLE,
            [f"ORDER_TELEPORTED holds order by its row in {ROW_PLACE}, but MisplacedMandate in {CLASS_PLACE} does not"],
        ),
        (
            ROWS,
            {name: cls for name, cls in CLASSES.items() if name != "TxnFailed"},
            [name for name in SAMPLES if name != "TXN_FAILED"],
            [
                f"TXN_FAILED has no class: add TxnFailed to {CLASS_PLACE}",
                f"TXN_FAILED has no sample: add TXN_FAILED.json to {SAMPLE_PLACE}",
            ],
        ),
    ],
)
def test_what_is_forgotten_is_named(
    rows: Mapping[str, PaymentEventRow],
    classes: Mapping[str, type[PaymentFamily]],
    samples: Collection[str],
    expected: list[str],
) -> None:
    """Each way of forgetting gives the sentence that says what to do."""
    assert expected == missing(rows, classes, samples)


def test_a_class_needs_no_other_line() -> None:
    """What stands in the module of classes is public, and found by its event's name, without being listed anywhere."""
    assert {*CLASSES} <= {*juspay_webhooks.__all__} <= {*dir(juspay_webhooks)}
    assert {class_name(name): cls for name, cls in PAYMENT_CLASSES.items()} == CLASSES
    assert CLASSES == {name: getattr(juspay_webhooks, name) for name in CLASSES}


@pytest.mark.parametrize("place", [ROW_PLACE, CLASS_PLACE, SAMPLE_PLACE])
def test_the_places_exist(place: str) -> None:
    """The sentences send nobody to a file that is gone."""
    assert (ROOT / place).exists()
