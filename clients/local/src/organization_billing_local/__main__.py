"""`python -m organization_billing_local` is the command `organization-billing-local`."""

import sys

from organization_billing_local.command import main

sys.exit(main())
