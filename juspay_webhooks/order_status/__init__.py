"""Own the asking: order status, payout status, and what to make of the answer. Import each name from its module."""
