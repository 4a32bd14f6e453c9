"""Tests named after the mistakes that merchants' webhook code makes: one name each, so that none comes back."""
