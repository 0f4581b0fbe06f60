"""How do tests set the platform up? As the environment says, told explicitly that this is no place of residents."""

import os

os.environ["SAMENKOMPAS_TESTING"] = "1"

from cms.settings import *  # noqa: F403

# A question more or less by the clock is none of a test's that counts them.
SITE_IS_KEPT = 0
# Nor is a page that an earlier test made; who tests the cache of pages switches it on.
PAGES_ARE_KEPT = 0

# What a test starts beside itself is an installation like any other.
del os.environ["SAMENKOMPAS_TESTING"]
