"""What do frameworks look like that nobody would write? Small, tangled, with every kind of rule."""

from random import Random

from compass.engine.framework import Rulebook, load_framework

LEVELS = (("none", 0, -1, ""), ("inform", 1, 0, ""), ("consult", 2, 1, ""),
          ("co_create", 3, 2, "design"), ("collaborate", 3, 2, "doing"))  # fmt: skip
EFFECTS = ("settle", "at_least", "at_least", "at_most", "at_most", "means_at_most",
           "points_to", "points_to", "mode", "flag", "flag")  # fmt: skip


def words(*names: str) -> str:
    return "".join(f'{name}.nl = "{name}"\n{name}.en = "{name}"\n' for name in names)


def level_table(key, rank, influence, mode) -> str:
    return (
        f'[[levels]]\nkey = "{key}"\nrank = {rank}\ninfluence = {influence}\nmode = "{mode}"\n'
        f"counts_as_participation = true\n{words('name', 'plain', 'promise')}"
    )


def question_table(key: str, codes) -> str:
    options = ", ".join(f'{{ code = {code}, label = {{ nl = "x", en = "x" }} }}' for code in codes)
    kind = "gate" if "true" in codes else "criterion"
    reason = words("public_reason") if kind == "gate" else ""
    return (
        f'[[questions]]\nkey = "{key}"\nkind = "{kind}"\nsource = "s"\nchangeable = true\n'
        f"options = [{options}]\n{words('name', 'text', 'help', 'why')}{reason}"
    )


def score_table(key: str, terms: dict) -> str:
    inside = ", ".join(f"{name} = {weight}" for name, weight in terms.items())
    return f'[[scores]]\nkey = "{key}"\nterms = {{ {inside} }}\n{words("name")}'


def a_condition(rng: Random, may_read_outcome: bool, depth=0) -> str:
    a, b = rng.sample("abcd", 2)
    n, total = rng.randint(0, 2), rng.randint(0, 7)
    leaves = [f"{a}>={n}", f"{a}<={n}", f"{a}={n}", "g", f"known({a})", f"{a} in (0, {n})",
              f"count({a}, {b} = {n}) >= 1", f"s>={total}", f"s<={total}", f"t {n}..{total + n}"]  # fmt: skip
    if may_read_outcome:
        leaves += ["outcome is inform", "outcome is collaborate"]
    if depth > 1 or rng.random() < 0.45:
        return rng.choice(leaves)
    one, other = (a_condition(rng, may_read_outcome, depth + 1) for _ in "12")
    return rng.choice([f"({one} and {other})", f"({one} or {other})", f"not {one}"])


def a_rule(rng: Random, number: int) -> str:
    effect = rng.choice(EFFECTS)
    target = {"mode": "doing", "flag": f"f{number}"}.get(effect) or rng.choice(LEVELS)[0]
    kind = f'kind = "{rng.choice(["law", "promise", "policy"])}"\n' if effect == "at_least" else ""
    return (
        f'[[rules]]\nid = "r{number}"\nwhen = "{a_condition(rng, effect == "flag")}"\n'
        f'{effect} = "{target}"\n{kind}reference = "r"\n{words("because")}'
    )


def a_framework(rng: Random) -> Rulebook:
    """Make four numbered questions, a gate, two scores over shared questions and ten rules."""
    tables = [f'key = "k"\nversion = "1"\nvalid_from = 2026-01-01\n{words("title")}']
    tables += [level_table(*level) for level in LEVELS]
    tables += [question_table(key, ["0", "1", "2"]) for key in "abcd"]
    tables += [question_table("g", ["true", "false"])]
    tables += [score_table("s", {"a": 2, "b": 1, "c": 1}), score_table("t", {"b": 2, "d": 3})]
    tables += [a_rule(rng, number) for number in range(10)]
    return load_framework("\n".join(tables))
