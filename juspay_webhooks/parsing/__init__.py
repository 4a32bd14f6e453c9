"""Own the way from bytes to typed events and back; the only place that knows msgspec and cattrs.

Two engines with one meaning: a fast one for bodies in which every known field is right, a tolerant one for the rest.
Nothing here checks who sent a body, and nothing here does I/O.
"""
