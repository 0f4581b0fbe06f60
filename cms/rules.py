"""Who may change how a municipality's site looks?"""

import rules

from deliberation.people.rules import is_installer
from deliberation.projects.rules import manages, prepares

rules.add_perm("cms.change_theme", manages)
rules.add_perm("cms.open_site", is_installer)
rules.add_perm(
    "cms.start_project_page", prepares
)  # asked of the municipality: who writes its pages
