"""Own who may call: Basic auth and source addresses. Import each name from its module."""
