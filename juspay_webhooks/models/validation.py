"""Own the validation of a payout beneficiary: whether the account exists, and under which name.

The result is `status` alone: `response_message` says VALIDATION_SUCCESSFULL on an INVALID account too. No name from
here may be compared blindly: `name_at_bank` was the name of a bank in a published body.
"""

from datetime import datetime

import attrs

from juspay_webhooks.catalog import PayoutOutcome
from juspay_webhooks.models.fields import FreeForm, PayoutModel, Personal, shape
from juspay_webhooks.models.payout import Beneficiary
from juspay_webhooks.models.statuses import ValidationStatus

__all__ = ["ValidationInfo", "ValidationTransaction", "ValidationV2Info"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class ValidationInfo(PayoutModel):
    """A validation, version 1 (label VALIDATION). Its form was never published: these keys are those of version 2.

    Read the rest from the raw body.
    """

    status: ValidationStatus | None = None
    """VALID, INVALID or ERROR. Decide on `status.outcome`."""

    unique_id: str | None = None
    """Merchant's id of the beneficiary."""

    created_at: datetime | None = None
    """When the validation was asked for."""

    updated_at: datetime | None = None
    """When the validation last changed."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class ValidationTransaction(PayoutModel):
    """One attempt to validate a beneficiary at a bank."""

    status: ValidationStatus | None = None
    """Result of the attempt; decide on the status of the validation, not on this one."""

    transaction_ref: str | None = None
    """Reference that Juspay gave to the gateway."""

    gateway_ref_id: str | None = None
    """Gateway's own reference; digits stay text."""

    response_code: str | None = None
    """ACCOUNT_IS_VALID, INVALID_BANK_ACCOUNT or UNABLE_TO_VALIDATE."""

    response_message: str | None = None
    """VALIDATION_SUCCESSFULL (so spelt, on INVALID too) or UNABLE_TO_VALIDATE: never decide by it."""

    validation_method: str | None = None
    """Gateway and rail around an apostrophe, e.g. NSDL'JUSPAY_PNL."""

    created_at: datetime | None = None
    """When the attempt was made."""

    updated_at: datetime | None = None
    """When the attempt last changed; on ERROR later than the validation's own."""

    validate_resp: FreeForm | None = None
    """Gateway's raw answer; its `status` is not the result, its times are Indian and carry no offset."""

    name_at_bank: Personal | None = None
    """Name of the account's owner; on VALID only."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class ValidationV2Info(PayoutModel):
    """A validation (label VALIDATION_V2); it has neither an id of its own nor the customer's."""

    status: ValidationStatus | None = None
    """VALID, INVALID or ERROR, as the event's `value`. Decide on `status.outcome`."""

    unique_id: str | None = None
    """Merchant's id of the beneficiary; the status call needs the customer's id as well."""

    validation_type: str | None = None
    """PENNYLESS or PENNYDROP (a small sum was sent); "PennyDrop" and "UPI" in API answers."""

    response_code: str | None = None
    """ACCOUNT_IS_VALID, INVALID_BANK_ACCOUNT, UNABLE_TO_VALIDATE, and VALID_VPA in API answers."""

    response_message: str | None = None
    """VALIDATION_SUCCESSFULL (so spelt, on INVALID too) or UNABLE_TO_VALIDATE: never decide by it."""

    name_at_bank: Personal | None = None
    """Name of the account's owner; on VALID only, and once the name of a bank."""

    bene_details: Beneficiary | None = None
    """The beneficiary: account as asterisks of varying number, no name."""

    created_at: datetime | None = None
    """When the validation was asked for."""

    updated_at: datetime | None = None
    """When the validation last changed; on ERROR earlier than its transaction's."""

    transactions: tuple[ValidationTransaction, ...] | None = None
    """Attempts at banks, newest first by the documents; one in each published body."""

    @property
    def outcome(self) -> PayoutOutcome:
        """What the status comes down to; UNKNOWN without one."""
        return PayoutOutcome.UNKNOWN if self.status is None else self.status.outcome
