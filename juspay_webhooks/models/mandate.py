"""Own the mandate in its two shapes: `content.mandate` of a mandate's own events, and `mandate` inside an order.

The two spell the status differently (`status`, `mandate_status`); answers to pause, resume and revoke calls carry
`mandate_status` as well. Nothing here may call a mandate settled: ACTIVE may become PAUSED, REVOKED or EXPIRED.
"""

from datetime import datetime

import attrs

from juspay_webhooks.catalog import MandateOutcome
from juspay_webhooks.models.fields import Epoch, Model, Money, Personal, shape
from juspay_webhooks.models.instruments import Card, Upi
from juspay_webhooks.models.statuses import MandateStatus

__all__ = ["BankDetails", "Mandate", "OrderMandate", "PaymentInfo", "PgResponse"]


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class BankDetails(Model):
    """Payer's bank account, for mandates that are bound to one."""

    account_number: Personal | None = None
    """Number of the account; digits stay text."""

    ifsc: Personal | None = None
    """Code of the bank's branch (India), 11 characters."""

    bank_name: Personal | None = None
    """Name of the payer's bank."""

    beneficiary_name: Personal | None = None
    """Name of the account's owner."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PgResponse(Model):
    """What the gateway said when the registration failed."""

    response_code: str | None = None
    """Gateway's code, e.g. FAILURE_MANDATE."""

    response_message: str | None = None
    """Gateway's text."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class PaymentInfo(Model):
    """What the mandate debits; masked as a whole in 17 of 30 published bodies."""

    payment_method_type: str | None = None
    """UPI, CARD or NB."""

    payment_method: str | None = None
    """Brand, bank, or the flow of UPI (UPI_COLLECT); "COLLECT/PAY/INAPP" is a placeholder of the documents."""

    upi: Upi | None = None
    """The payer's UPI address; bodies show `payer_vpa` alone."""

    auth_type: str | None = None
    """How the payer was authenticated, e.g. THREE_DS; lists of mandates only."""

    card: Card | None = None
    """The card; lists of mandates only."""

    bank_details: BankDetails | None = None
    """The bank account; lists of mandates only."""


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class Mandate(Model):
    """A mandate as its own events carry it (`content.mandate`) and as the status call answers."""

    mandate_id: str
    """Juspay's id of the mandate; digits stay text."""

    status: MandateStatus
    """CREATED, ACTIVE, PAUSED, REVOKED, FAILURE, EXPIRED. Decide on `outcome`."""

    mandate_token: Personal | None = None
    """Secret with which later debits are made."""

    mandate_debit_token: Personal | None = None
    """Another secret for debits, `tkn_…`; absent inside an order."""

    mandate_type: str | None = None
    """MANDATE or EMANDATE; it does not tell the payment method (a real UPI body says EMANDATE)."""

    amount_rule: str | None = None
    """VARIABLE (up to `max_amount` each time) in every body; FIXED is documented."""

    frequency: str | None = None
    """ONETIME, DAILY, WEEKLY, FORTNIGHTLY, MONTHLY, BIMONTHLY, QUARTERLY, HALFYEARLY, YEARLY or ASPRESENTED."""

    max_amount: Money | None = None
    """Most that one debit may take, in major units of `currency` (rupees, not paise); text in 12 of 30 bodies."""

    rule_type: str | None = None
    """When to debit, relative to `rule_value`: AFTER, ON, and BEFORE by the documents."""

    rule_value: int | None = None
    """Number of the day that `rule_type` speaks of, e.g. 30."""

    start_date: Epoch | None = None
    """From when debits may be made; epoch seconds in text on the wire."""

    end_date: Epoch | None = None
    """Until when debits may be made; epoch seconds in text on the wire, as late as 2068 in published bodies."""

    activated_at: datetime | None = None
    """When the mandate first became active; absent while it is being registered."""

    last_activated_at: datetime | None = None
    """When it last became active, e.g. after a pause."""

    last_updated: datetime | None = None
    """When it last changed; ISO here, epoch seconds in a notification."""

    revokable_by_customer: bool | None = None
    """Whether the payer may revoke it; "true" in text in 12 of 30 bodies."""

    block_fund: bool | None = None
    """Whether the money is blocked on the payer's account until it is debited; False in every body."""

    order_id: str | None = None
    """Merchant's id of the order that registered the mandate; digits stay text."""

    customer_id: str | None = None
    """Merchant's id of the customer."""

    currency: str | None = None
    """ISO 4217 code; INR and BRL seen."""

    payment_info: PaymentInfo | None = None
    """What the mandate debits."""

    gateway: str | None = None
    """Gateway that holds the mandate, e.g. PAYTM_V2; one real body has it."""

    pg_response: PgResponse | None = None
    """What the gateway said; masked in both bodies that have it."""

    mandate_status: MandateStatus | None = None
    """State after a pause, resume or revoke call; answers to those calls only."""

    response_message: str | None = None
    """Juspay's text in the answer to a pause or resume call."""

    pause_start_date: datetime | None = None
    """From when the mandate is paused; answers to pause and resume calls only."""

    pause_end_date: datetime | None = None
    """Until when the mandate is paused; answers to pause and resume calls only."""

    gateway_response_code: str | None = None
    """Gateway's code in the answer to a revoke call of a UPI mandate; it keeps its zeros."""

    gateway_response_message: str | None = None
    """Gateway's text in the answer to a revoke call of a UPI mandate."""

    @property
    def outcome(self) -> MandateOutcome:
        """What the status of this mandate comes down to."""
        return self.status.outcome


@attrs.frozen(kw_only=True, slots=False, repr=False, eq=False, field_transformer=shape)
class OrderMandate(Model):
    """A mandate as the order carries it that registers or executes it (`order.mandate`). Decide on `outcome`."""

    mandate_id: str
    """Juspay's id of the mandate; digits stay text."""

    mandate_status: MandateStatus | None = None
    """ACTIVE and FAILURE seen; every published order spells it so."""

    status: MandateStatus | None = None
    """The same under the name that the mandate's own events use; no published order has it."""

    mandate_token: Personal | None = None
    """Secret with which later debits are made."""

    mandate_type: str | None = None
    """MANDATE or EMANDATE; it does not tell the payment method (a real UPI body says EMANDATE)."""

    amount_rule: str | None = None
    """VARIABLE (up to `max_amount` each time) in every body; FIXED is documented."""

    frequency: str | None = None
    """ONETIME, DAILY, WEEKLY, FORTNIGHTLY, MONTHLY, BIMONTHLY, QUARTERLY, HALFYEARLY, YEARLY or ASPRESENTED."""

    max_amount: Money | None = None
    """Most that one debit may take, in major units of the order's currency; number or text, e.g. 43538.34."""

    rule_type: str | None = None
    """When to debit, relative to `rule_value`: AFTER, ON, and BEFORE by the documents."""

    rule_value: int | None = None
    """Number of the day that `rule_type` speaks of, e.g. 30."""

    start_date: Epoch | None = None
    """From when debits may be made; epoch seconds in text on the wire."""

    end_date: Epoch | None = None
    """Until when debits may be made; epoch seconds in text on the wire, partly masked in five published bodies."""

    revokable_by_customer: bool | None = None
    """Whether the payer may revoke it; "true" in text in 5 of 18 bodies."""

    block_fund: bool | None = None
    """Whether the money is blocked on the payer's account until it is debited; False in every body."""

    bank_details: BankDetails | None = None
    """Payer's bank account; order-status answers only, masked in webhooks."""

    pg_response: PgResponse | None = None
    """What the gateway said when the registration failed."""

    @property
    def state(self) -> MandateStatus | None:
        """State of the mandate, whichever name it came under; None if the order does not tell."""
        return self.mandate_status or self.status

    @property
    def outcome(self) -> MandateOutcome:
        """What `state` comes down to; `UNKNOWN` if the order does not tell."""
        state = self.state
        return MandateOutcome.UNKNOWN if state is None else state.outcome
