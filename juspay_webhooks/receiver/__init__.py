"""Own the receiving side: verify, parse, remember, hand to handlers, answer. Import each name from its module."""
