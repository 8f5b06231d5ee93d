"""`python -m local` starts the local stack."""

import sys

from local.launcher.main import main

sys.exit(main(sys.argv[1:]))
