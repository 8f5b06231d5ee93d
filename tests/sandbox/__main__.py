"""`python -m tests.sandbox`: what a real Chargebee test site does, one line for each check."""

import os
import sys

from local.launcher.layout import ROOT
from local.launcher.options import read_env_file
from tests.sandbox.verification import main

sys.exit(main({**read_env_file(ROOT / ".env"), **os.environ}))
