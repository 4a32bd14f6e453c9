"""Own the AWS Lambda function of a receiver behind an SQS queue. Nobody checks who wrote to it, as in `queue`."""

from collections.abc import Callable

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Json
from juspay_webhooks.receiver.receiver import Receiver
from juspay_webhooks.web._lookup import found
from juspay_webhooks.web.queue import Action, take_unverified

__all__ = ["unverified_sqs_handler"]


def unverified_sqs_handler(receiver: Receiver, *, label: str) -> Callable[[Json, object], dict[str, list[Json]]]:
    """Make a Lambda function for batches of messages.

    Example: `handler = unverified_sqs_handler(receiver, label="shop")`. The event source mapping must have
    `ReportBatchItemFailures`, or failed messages are deleted; and the queue a dead-letter queue, which takes what can
    never be handled. In a FIFO queue nothing overtakes a failure.

    Args:
        receiver: The receiver.
        label: Label of the merchant whose webhooks are in the queue.

    Returns:
        A function of an event and its context; it raises ConfigurationError for an event that is no batch.
    """

    def handler(event: Json, _context: object, /) -> dict[str, list[Json]]:
        records = found(event, "Records")
        if not isinstance(records, list) or not all(found(record, "messageId") for record in records):
            message = "the event is no batch of SQS messages; requests are for lambda_handler"
            raise ConfigurationError(message)
        failed: list[Json] = []
        for record in records:
            is_fifo = str(found(record, "eventSourceARN")).endswith(".fifo")
            if (failed and is_fifo) or not _is_done(receiver, found(record, "body"), label):
                failed.append({"itemIdentifier": found(record, "messageId")})
        return {"batchItemFailures": failed}

    return handler


def _is_done(receiver: Receiver, body: Json, label: str) -> bool:
    return isinstance(body, str) and take_unverified(receiver, body=body, label=label).action is Action.ACK
