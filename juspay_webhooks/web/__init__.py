"""Own the adapters between a receiver and what calls it: servers, functions, queues. Import each from its module.

An adapter hands over what came and answers what the receiver says. It knows no web framework, and nothing that a sender
can send makes it raise.
"""
