"""What does the design say, worked out by hand? A second reading of the rule table of framework nl.

Nothing here uses the engine: this is what the engine is compared with.
"""

NONE, INFORM, CONSULT, CO = 0, 1, 2, 3
RANK = {"none": 0, "inform": 1, "consult": 2, "co_create": 3, "collaborate": 3}
SETTLES = ("law_excludes", "no_room_law", "crisis", "minor", "tax", "decided", "other_body",
           "private")  # fmt: skip


def need(a):
    """Score of section 5."""
    return (
        2 * a["impact"] + a["reach"] + a["uneven"] + a["attention"]
        + 2 * a["knowledge"] + a["problem"] + a["energy"] + min(a["purpose"], 3)
    )  # fmt: skip


def fired(a):
    """List which rules of section 5 fire, as (id, effect, rank), flags apart."""
    residents, n = a["initiator"] == "inwoners", need(a)
    found = [(f"settle_{name}", "settle", INFORM) for name in SETTLES if a[f"g_{name}"]]
    rows = (
        ("settle_internal", "settle", NONE, a["g_internal"]),
        ("floor_law", "law", CONSULT, a["g_law_requires"]),
        ("floor_promise", "promise", RANK.get(a["g_promised"]), a["g_promised"] is not False),
        ("floor_affected", "policy", CONSULT,
         (a["impact"] >= 2 or a["knowledge"] == 2) and a["room"] >= 1),
        ("ceiling_no_room", "ceiling", INFORM, a["room"] == 0),
        ("ceiling_little_room", "ceiling", CONSULT,
         a["room"] == 1 and a["doing"] != 2 and not residents),
        ("ceiling_only_read", "ceiling", INFORM, a["commitment"] == 0),
        ("ceiling_weigh_and_explain", "ceiling", CONSULT, a["commitment"] == 1 and not residents),
        ("ceiling_design_ready", "ceiling", CONSULT, a["phase"] == 2 and a["room"] < 2),
        ("ceiling_being_carried_out", "ceiling", CONSULT,
         a["phase"] == 3 and a["doing"] == 0 and a["room"] < 2),
        ("means_to_ask", "means", CONSULT,
         (a["time"] <= 1 or a["capacity"] == 1) and not residents),
        ("means_none", "means", INFORM, a["capacity"] == 0),
        ("wish_inform", "wish", INFORM, n <= 5),
        ("wish_consult", "wish", CONSULT, 6 <= n <= 12),
        ("wish_co_create", "wish", CO, n >= 13),
        ("wish_result_stands", "wish", CO, a["commitment"] == 3 and a["room"] >= 2),
        ("wish_initiative", "wish", CO, residents and a["room"] >= 1),
        ("mode_doing", "mode", None,
         residents or a["doing"] == 2 or a["purpose"] == 4 or a["g_promised"] == "collaborate"),
    )  # fmt: skip
    return found + [(rule, effect, rank) for rule, effect, rank, fires in rows if fires]


def flags(a, outcome):
    """List which flags of section 5 are raised."""
    excluded = a["g_minor"] or a["g_crisis"] or a["g_no_room_law"]
    rows = (
        ("initiative_route", a["initiator"] == "inwoners"),
        ("split_in_two", a["doing"] == 2 and a["purpose"] == 3),
        ("too_late", a["phase"] >= 2 and a["impact"] >= 2 and not a["earlier"]),
        ("inform_but_listen",
         outcome == "inform" and (a["attention"] == 2 or a["impact"] >= 2) and not a["g_decided"]),
        ("few_want_to", a["energy"] == 0 and outcome in ("co_create", "collaborate")),
        ("council_first", a["decider"] == "raad" and a["mandate"] < 2),
        ("ask_first", a["mandate"] == 0),
        ("ask_body", a["advisory_body"]),
        ("confirm_exclusion", excluded and a["impact"] == 3),
    )  # fmt: skip
    return {name for name, raised in rows if raised}


def advice(a):
    """Work out section 2 on complete answers, as sets and names that can be compared."""
    rules = fired(a)

    def ranks(*effects):
        return [rank for _, effect, rank in rules if effect in effects]

    doing = any(effect == "mode" for _, effect, _ in rules)
    owed, policy = max(ranks("law", "promise"), default=0), max(ranks("policy"), default=0)
    floor, warnings = max(owed, policy), set()
    ceiling, means = min(ranks("ceiling"), default=CO), min(ranks("means"), default=CO)
    wish = max(ranks("wish"), default=floor)
    if ranks("settle"):
        fits = now = max(ranks("settle"))
        if owed > fits:
            warnings.add("C1")
    else:
        fits = max(floor, min(wish, ceiling))
        now = max(floor, min(fits, means))
        checks = {
            "C1": owed > ceiling,
            "C2": floor > means,
            "board_must_listen": policy > ceiling,
            "tension": wish > ceiling,
            "gap": now < fits,
        }
        warnings = {name for name in checks if checks[name]}
    names = ["none", "inform", "consult", "collaborate" if doing else "co_create"]
    bounds = {
        "floor": max(ranks("law", "promise", "policy"), default=None),
        "ceiling": min(ranks("ceiling"), default=None),
        "means": min(ranks("means"), default=None),
        "wish": max(ranks("wish"), default=None),
    }
    return {
        "outcome": names[fits],
        "now": names[now],
        "rules": {rule for rule, _, _ in rules},
        "flags": flags(a, names[fits]) | (warnings & {"board_must_listen"}),
        "conflicts": warnings & {"C1", "C2"},
        "tension": "tension" in warnings,
        "gap": "gap" in warnings,
        "bounds": bounds,
    }
