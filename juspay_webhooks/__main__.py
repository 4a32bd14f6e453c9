"""Own `python -m juspay_webhooks`: the command `juspay-webhooks` under another name."""

import sys

from juspay_webhooks.cli import main

sys.exit(main())
