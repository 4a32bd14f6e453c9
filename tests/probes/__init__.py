"""What receivers of other vendors' webhooks were probed with, sent to this one in each way that a server has."""
