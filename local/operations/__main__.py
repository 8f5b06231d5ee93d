"""`python -m local.operations`: what an operator does to a stack by hand."""

import os
import sys

from local.operations.command import main

sys.exit(main(sys.argv[1:], os.environ))
