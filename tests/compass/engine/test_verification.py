"""Does the proof find every planted defect, with answers that show it, and agree with the engine?"""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from compass.engine.advise import advise
from compass.engine.findings import Finder, quiet
from compass.engine.formulas import Formulas, load_solver
from compass.engine.verification import Proof, check, errors, finding_as_dict

from .catalogue import load_translated
from .random_frameworks import a_framework
from .random_proofs import solver_agrees
from .shipped import KEYS, SOURCE, nl, shipped

SMALL = (Path(__file__).parent / "small.toml").read_text(encoding="utf-8")
WORDS = 'because = { nl = "Want.", en = "Because." }\nreference = "test"\n'


def rule(name: str, when: str, effect: str) -> str:
    return f'\n[[rules]]\nid = "{name}"\nwhen = "{when}"\n{effect}\n{WORDS}'


def case(expect: str, answers: str) -> str:
    return (
        f'\n[[cases]]\nid = "planted"\ntext = {{ nl = "Proef", en = "Trial" }}\n'
        f'answers = {{ {answers} }}\nexpect = "{expect}"\n'
    )


def codes(source: str) -> dict[str, str]:
    return {one.name: one.severity for one in check(load_translated(source))}


ALL_ROOM = "shut = false, vowed = false, size = 1"
LEVEL = """
[[levels]]
key = "lead"
rank = 40
influence = 2
mode = "design"
counts_as_participation = true
name = { nl = "leiden", en = "lead" }
plain = { nl = "U beslist", en = "You decide" }
promise = { nl = "U beslist.", en = "You decide." }
"""
QUESTION = """
[[questions]]
key = "mood"
kind = "criterion"
changeable = false
name = { nl = "Sfeer", en = "Mood" }
text = { nl = "Welke sfeer?", en = "Which mood?" }
help = { nl = "Kijk.", en = "Look." }
why = { nl = "Dat telt niet.", en = "It doesn't count." }
source = "test"
options = [
  { code = 0, label = { nl = "goed", en = "good" } },
  { code = 1, label = { nl = "slecht", en = "bad" } },
]
"""
DEFECTS = {  # what is planted in the small framework -> (source, the finding, its severity)
    "a level nothing leads to": (SMALL + LEVEL, "unreachable_level:lead", "error"),
    "a level that is only ever feasible": (
        SMALL.replace('id = "vowed_floor"\nwhen = "known(vowed)"\nat_least = "answer:vowed"',
                      'id = "vowed_floor"\nwhen = "vowed=plan"\nat_least = "plan"')
        .replace('at_most = "ask"', 'means_at_most = "ask"'),
        "only_feasible:ask", "warning",
    ),
    "a rule that never applies": (
        SMALL + rule("never", "size=0 and size=1", 'flag = "never"'), "dead_rule:never", "error"),
    "a band no score reaches": (
        SMALL + rule("far", "weight>=3", 'points_to = "plan"'), "dead_rule:far", "error"),
    "a rule that never matters": (
        SMALL + rule("twice", "weight>=2 and who=us", 'points_to = "plan"'), "idle_rule:twice", "warning"),
    "more that is less": (
        SMALL.replace('when = "weight>=2"', 'when = "weight<=0"'), "not_monotone:size/1", "error"),
    "two bands over one score": (
        SMALL + rule("both", "weight>=0", 'points_to = "ask"'), "overlapping_bands:weight/2", "warning"),
    "a score without a band": (SMALL, "band_gap:weight/0", "warning"),
    "a promise above what is possible": (SMALL, "c1:vowed_floor/them_ceiling", "warning"),
    "a promise above the means": (SMALL, "c2:vowed_floor/small_means", "warning"),
    "two exclusion grounds": (
        SMALL + rule("other", "size=1", 'settle = "ask"'), "settle_raised:other/shut_tells", "note"),
    "two exclusion grounds and a contradiction": (
        SMALL + rule("both_ways", "shut and not shut", 'settle = "ask"'), "dead_rule:both_ways", "error"),
    "a worked case that fails": (
        SMALL + case("plan", f'{ALL_ROOM}, who = "them"'), "failed_case:planted", "error"),
    "a question nobody reads": (
        SMALL.replace("[[scores]]", QUESTION + "\n[[scores]]"), "unread_question:mood", "warning"),
    "an explanation of nothing": (
        SMALL.replace('finding = "c1:vowed_floor/them_ceiling"', 'finding = "c1:gone/gone"'),
        "explains_nothing:c1:gone/gone", "note",
    ),
}  # fmt: skip


# The solver proved that no answers lead there, or no rule looks: there is nothing to show.
NEVER = {"unreachable_level", "dead_rule", "idle_rule", "unread_question", "explains_nothing"}


@pytest.mark.parametrize("planted", DEFECTS)
def test_a_planted_defect_is_found(planted):
    source, name, severity = DEFECTS[planted]
    framework = load_translated(source)
    (found,) = [one for one in check(framework) if one.name == name]
    assert found.severity == severity
    if source != SMALL:
        assert name not in codes(SMALL), "it must be the planted defect that is found"
    told = finding_as_dict(framework, found, "nl")
    assert source.splitlines()[told["line"] - 1].startswith("[["), "the line where its table begins"
    assert (found.witness is None) == (found.code in NEVER), (
        "answers show it, unless it never occurs"
    )
    if found.witness:
        assert advise(framework, found.witness).possible


def test_a_duty_of_law_can_not_be_undercut_in_silence(monkeypatch):
    """Proven, not assumed: an engine that forgot to report it would be found."""
    source = SMALL.replace('kind = "promise"', 'kind = "law"')
    assert not [name for name in codes(source) if name.startswith("floor_undercut")]
    resolve = Formulas._resolve

    def forgetful(self):
        resolve(self)
        self.c1 = self.answering.truth(False)

    monkeypatch.setattr(Formulas, "_resolve", forgetful)
    proof = proof_of(load_translated(source))
    assert [one.name for one in proof.about_floors()] == ["floor_undercut:vowed_floor"]


def proof_of(framework):
    return Proof(Finder(framework))


def test_every_witness_shows_what_it_is_a_witness_of():
    framework = nl()
    found = [one for one in check(framework) if one.code in ("c1", "c2")]
    assert len(found) > 20
    for one in found:
        advice = advise(framework, one.witness)
        assert one.code.upper() in advice.conflicts
        assert set(one.subjects) <= {reason.rule.id for reason in advice.reasons}


def test_a_witness_is_as_quiet_as_can_be():
    (found,) = [one for one in check(nl()) if one.name == "c1:floor_law/ceiling_no_room"]
    loud = {key for key, code in found.witness.items() if code != quiet(nl(), key)}
    assert loud == {"g_law_requires"}
    told = finding_as_dict(nl(), found, "nl")["in_words"]
    assert [row["answer"] for row in told] == ["ja", "niets"]


def test_more_is_less_shows_two_sets_of_answers():
    source, name, _ = DEFECTS["more that is less"]
    (found,) = [one for one in check(load_translated(source)) if one.name == name]
    framework = load_translated(source)
    before, after = advise(framework, found.witness), advise(framework, found.other)
    assert framework.place(after.outcome) < framework.place(before.outcome)
    assert {key for key in found.witness if found.witness[key] != found.other[key]} == {"size"}
    assert "groot" in found.text["nl"] and "klein" in found.text["nl"]


def test_the_shipped_framework_has_no_errors_and_explains_every_warning():
    found = check(nl())
    assert errors(found) == ()
    assert [one.name for one in found if one.severity == "warning" and not one.because] == []
    assert [one.name for one in found if one.code == "explains_nothing"] == []


def test_the_same_framework_gives_the_same_findings():
    again = load_translated(SOURCE + "\n")
    assert [(one.name, one.witness) for one in check(nl())] == [
        (one.name, one.witness) for one in check(again)
    ]


@pytest.mark.parametrize("key", KEYS)
def test_the_solver_and_the_engine_agree_on_random_answers(key):
    assert solver_agrees(shipped(key), Random(1), 100)["facts compared"] > 3_000


def test_the_solver_and_the_engine_agree_on_random_frameworks():
    rng = Random(3)
    for _ in range(25):
        solver_agrees(a_framework(rng), rng, 20)


def test_a_proof_that_takes_too_long_is_an_error(monkeypatch):
    from compass.engine import verification

    monkeypatch.setattr(verification, "PATIENCE", 1)
    solver = load_solver()
    monkeypatch.setattr(solver.Solver, "check", lambda self, *asked: solver.unknown)
    assert codes(SMALL)["not_proven:"] == "error"


def test_the_solver_is_only_loaded_to_prove_something():
    asked = (
        "import sys, compass.engine.verification, compass.engine.advise, compass.engine.what_if; "
        "sys.exit('z3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
