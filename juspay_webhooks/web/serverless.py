"""Own the AWS Lambda function of a receiver: behind API Gateway (REST, HTTP), a load balancer, a function URL.

What a sender can send makes it raise nothing.
"""

from base64 import b64decode
from collections.abc import Callable

from juspay_webhooks.errors import ConfigurationError
from juspay_webhooks.models.fields import Json
from juspay_webhooks.receiver.answer import Answer
from juspay_webhooks.receiver.receiver import Receiver
from juspay_webhooks.web._lookup import found
from juspay_webhooks.web._refusal import Refusal, refusal, status_line

__all__ = ["lambda_handler"]


def lambda_handler(receiver: Receiver) -> Callable[[Json, object], dict[str, Json]]:
    """Make a Lambda function for requests.

    Example: `handler = lambda_handler(receiver)`. A load balancer tells no address of the sender: behind one, an
    address policy lets nobody in.

    Returns:
        A function of an event and its context; it raises ConfigurationError for a batch of records.
    """

    def handler(event: Json, _context: object, /) -> dict[str, Json]:
        answer = _answer(receiver, event)
        told = {"statusCode": answer.status, "body": answer.body.decode(), "isBase64Encoded": False}
        if found(event, "requestContext", "elb") is not None:
            told["statusDescription"] = status_line(answer.status)
            if found(event, "multiValueHeaders") is not None:
                return {**told, "multiValueHeaders": {name: [value] for name, value in answer.headers.items()}}
        return {**told, "headers": dict(answer.headers)}

    return handler


def _answer(receiver: Receiver, event: Json) -> Answer | Refusal:
    if found(event, "Records") is not None:
        message = "a batch of records is no request: it would count as done; take SQS with unverified_sqs_handler"
        raise ConfigurationError(message)
    context = found(event, "requestContext")
    if (found(event, "httpMethod") or found(context, "http", "method")) != "POST":
        return refusal(405)
    body = found(event, "body") or ""
    try:
        raw = (
            b64decode(body, validate=True) if found(event, "isBase64Encoded") else body.encode("utf-8", "surrogatepass")
        )
    except (AttributeError, TypeError, ValueError):
        return refusal(400)
    headers = found(event, "multiValueHeaders") or found(event, "headers")
    address = found(context, "identity", "sourceIp") or found(context, "http", "sourceIp")
    return receiver.handle(headers=headers if isinstance(headers, dict) else None, body=raw, client_ip=address)
