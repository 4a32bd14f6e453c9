"""Own the keys by which an inbox finds things: digests, so that any text may be part of one."""

from hashlib import sha256

__all__ = ["digest", "order_key"]


def digest(*parts: str | bytes) -> str:
    """Hash parts into a key.

    Args:
        parts: Texts and bodies; their borders count.

    Returns:
        SHA-256 in hex, 64 characters of ASCII.
    """
    state = sha256()
    for part in parts:
        octets = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(b"%d:" % len(octets))
        state.update(octets)
    return state.hexdigest()


def order_key(namespace: str, order_id: str) -> str:
    """Make the key of an order; Juspay compares the ids without case.

    Args:
        namespace: Label of the merchant's credential.
        order_id: The merchant's id of the order.

    Returns:
        64 characters of ASCII.
    """
    return digest("order", namespace, order_id.lower())
