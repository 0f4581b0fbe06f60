"""Rules: who may change how a site looks, its redirects and its frameworks, and who may open a site."""

import rules

from deliberation.people.rules import is_installer
from deliberation.projects.rules import manages, prepares

rules.add_perm("cms.change_theme", manages)
rules.add_perm("cms.change_redirects", manages)
rules.add_perm("cms.open_site", is_installer)
rules.add_perm(
    "cms.start_project_page", prepares
)  # asked of the municipality: who writes its pages
# Asked of the municipality. Who proposed a framework never approves it: compass/drafting.py.
rules.add_perm("cms.see_frameworks", prepares)
rules.add_perm("cms.edit_framework", prepares)
rules.add_perm("cms.propose_framework", prepares)
rules.add_perm("cms.approve_framework", prepares)
rules.add_perm("cms.return_framework", prepares)
rules.add_perm("cms.publish_framework", manages)
rules.add_perm("cms.use_framework", manages)
