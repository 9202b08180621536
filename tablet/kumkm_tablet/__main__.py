"""`python -m kumkm_tablet`."""

import sys

from kumkm_tablet.cli import main

sys.exit(main())
