"""Who may change how a municipality's site looks?"""

import rules

from deliberation.projects.rules import manages

rules.add_perm("cms.change_theme", manages)
