"""With which answers does an advice hold a gap, a conflict or a flag?"""

from tests.builders import answers_for

# Fits co_create, now consult: much is wanted, and there is time for little.
GAP = {**answers_for("co_create"), "time": 1}
# A law asks for a say and there is nothing to choose: C1.
C1 = {**answers_for("inform"), "g_law_requires": True}
# The by-law wants a say and there is no money to ask anybody: C2.
C2 = {**answers_for("consult"), "capacity": 0}
# Many people notice it, and a crisis leaves no time: a manager confirms.
EXCLUDED = {**answers_for("consult"), "g_crisis": True, "impact": 3}
# The council decides and nobody asked it yet.
COUNCIL_FIRST = {**answers_for("consult"), "mandate": 0}
# People notice it and there is something to choose, but the board only reads along.
LISTEN = {**answers_for("consult"), "commitment": 0}
