"""Which answers do the tests begin with? Plain ones, from which each test changes what it is about."""

GATES_NEE = dict.fromkeys(
    ("g_law_excludes", "g_no_room_law", "g_crisis", "g_minor", "g_tax", "g_internal", "g_decided",
     "g_other_body", "g_private", "g_law_requires", "g_promised"),
    False,
)  # fmt: skip

# need = 2*1 + 1 + 0 + 1 + 2*1 + 1 + 1 + 0 = 8, so the wish is consult; no bound is set.
QUIET = {
    **GATES_NEE,
    "room": 3,
    "commitment": 2,
    "impact": 1,
    "reach": 1,
    "uneven": 0,
    "attention": 1,
    "knowledge": 1,
    "problem": 1,
    "purpose": 0,
    "doing": 0,
    "energy": 1,
    "phase": 0,
    "time": 3,
    "capacity": 2,
    "mandate": 2,
    "initiator": "gemeente",
    "decider": "college",
    "earlier": True,
    "advisory_body": False,
}
