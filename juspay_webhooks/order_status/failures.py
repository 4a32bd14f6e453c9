"""Own the ways in which a question gets no answer at all, in words that both transports use.

No address, no header and no text of an exception is in them: a proxy's password, or a customer's id, may stand there.
"""

import ssl
from collections.abc import Iterator
from typing import Final

from juspay_webhooks.order_status.request import Failure

__all__ = ["BROKEN", "NO_CONNECTION", "NO_FILE", "NO_PASSAGE", "TOO_LATE", "UNUSABLE", "tls_failure"]

TOO_LATE: Final = Failure("it took too long")
NO_CONNECTION: Final = Failure("no connection was free in time: raise pool_size, or ask about fewer orders at a time")
BROKEN: Final = Failure("the connection failed or broke off")
NO_PASSAGE: Final = Failure("the proxy of this machine does not let the request through")
UNUSABLE: Final = Failure("the URL, or that of a proxy, is not usable", retryable=False)
NO_FILE: Final = Failure("a file of certificates is not there: see REQUESTS_CA_BUNDLE", retryable=False)

_INSECURE: Final = Failure("the connection is not secure (certificate or TLS)", retryable=False)

_CUT_OFF: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
"""What TLS says where the network failed: a server that restarts ends a handshake in the middle."""


def tls_failure(error: BaseException, /) -> Failure | None:
    """Tell whether TLS failed, and whether another attempt may do better.

    Args:
        error: What was raised; the error of TLS may be its cause.

    Returns:
        The failure; None if TLS has nothing to do with it.
    """
    found = next((each for each in _causes(error) if isinstance(each, ssl.SSLError)), None)
    if found is None:
        return None
    return BROKEN if isinstance(found, _CUT_OFF) else _INSECURE


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
