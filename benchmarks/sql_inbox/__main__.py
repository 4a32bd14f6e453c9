"""Own the start: `python -m benchmarks.sql_inbox`. Everything else is in the modules beside this one."""

import sys

# `-m` puts the checkout first; an installed wheel goes before it, unless PYTHONPATH asks for the checkout.
sys.path.append(sys.path.pop(0))

from benchmarks.sql_inbox.command import main

main(sys.argv[1:])
