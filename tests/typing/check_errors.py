"""State what type checkers must see in the errors. Never runs: mypy and pyright read it."""

from typing import assert_type

from juspay_webhooks.errors import ConfigurationError, JuspayWebhooksError, PayloadError, Problem


def check_payload_error(error: PayloadError) -> None:
    """An unusable body lists its problems and may have a name."""
    assert_type(error.problems, tuple[Problem, ...])
    assert_type(error.event_name, str | None)
    assert_type(error.path, str)


def check_handlers(error: ConfigurationError) -> tuple[JuspayWebhooksError, ValueError]:
    """A misuse is caught as an error of the library and as a ValueError."""
    return error, error


def check_problem_is_frozen(problem: Problem) -> None:
    """A problem cannot be changed."""
    problem.path = ""  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
