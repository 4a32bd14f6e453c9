"""Own the pre-debit notification: the message to the payer that a mandate is about to be debited.

Its times are epoch seconds in text, unlike the mandate's. It must never stand for the debit itself: SUCCESS says that
the message was delivered.
"""

from typing import Annotated

import attrs

from juspay_webhooks.catalog import NotificationOutcome
from juspay_webhooks.models.fields import Epoch, FreeForm, Model, Money, Wire, shape
from juspay_webhooks.models.statuses import NotificationStatus

__all__ = ["Notification", "NotificationMandate", "NotificationSource", "ProviderResponse"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class NotificationSource(Model):
    """The debit that the payer is told of (`source_info`)."""

    amount: Money | None = None
    """Planned debit in major units of the mandate's currency (rupees, not paise); a number in a string."""

    txn_date: Epoch | None = None
    """Planned time of the debit; epoch seconds in text on the wire."""

    mandate_display_invoice_number: Annotated[str, Wire(("mandate.display_invoice_number",))] | None = None
    """Merchant's invoice number as the payer sees it; on the wire one key that holds a dot."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class NotificationMandate(Model):
    """The mandate that is to be debited."""

    mandate_id: str | None = None
    """Juspay's id of the mandate; the only key that this object has."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class ProviderResponse(Model):
    """What the provider of the message answered."""

    provider_ref_id: str | None = None
    """Provider's reference of the message."""

    provider_response_code: str | None = None
    """Provider's code; answers to status calls only. It keeps its zeros."""

    provider_response_message: str | None = None
    """Provider's text; answers to status calls only."""

    notification_date: Epoch | None = None
    """When the provider sent the message; epoch seconds in text on the wire, answers to status calls only."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Notification(Model):
    """A pre-debit notification (`content.notification`). Debit only after SUCCESS, and only by the planned amount."""

    id: str
    """Juspay's id of the notification; digits in text."""

    object_reference_id: str
    """Merchant's reference of the notification: find your record by it."""

    status: NotificationStatus
    """CREATED, PENDING, SUCCESS or FAILURE. Decide on `outcome`."""

    object: str | None = None
    """Always "notification"."""

    notification_type: str | None = None
    """Channel of the message; SMS is the only word seen."""

    description: str | None = None
    """Merchant's text about the notification."""

    date_created: Epoch | None = None
    """When the notification was made; epoch seconds in text on the wire (the envelope's date is ISO)."""

    last_updated: Epoch | None = None
    """When it last changed; epoch seconds in text on the wire."""

    source_object: str | None = None
    """What the notification is about; MANDATE is the only word seen."""

    source_object_id: str | None = None
    """Id of that object; documented, in no published body."""

    metadata: FreeForm | None = None
    """What the merchant adds; documented, in no published body."""

    source_info: NotificationSource | None = None
    """The planned debit."""

    mandate: NotificationMandate | None = None
    """The mandate that is to be debited."""

    provider_name: str | None = None
    """Who sends the message: BILLDESK, HYPERPG."""

    provider_response: ProviderResponse | None = None
    """What the provider answered."""

    response_code: str | None = None
    """Juspay's code of a failure, e.g. JP_852; see `error_code`."""

    response_message: str | None = None
    """Juspay's text of a failure; see `error_message`."""

    @property
    def outcome(self) -> NotificationOutcome:
        """What the status of this notification comes down to."""
        return self.status.outcome

    @property
    def error_code(self) -> str | None:
        """Code of the failure, from Juspay or else from the provider, whose codes stand there on success too."""
        provider = self.provider_response
        return self.response_code or (None if provider is None else provider.provider_response_code)

    @property
    def error_message(self) -> str | None:
        """Text of the failure, from Juspay or else from the provider, whose texts stand there on success too."""
        provider = self.provider_response
        return self.response_message or (None if provider is None else provider.provider_response_message)
