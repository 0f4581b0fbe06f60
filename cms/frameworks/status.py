"""Status of a framework: what the check says, whether its cases hold, who did what, and where it is used."""

from functools import lru_cache

from compass.engine import look_ahead
from compass.engine.findings import finding_as_dict
from compass.engine.formats import read_document
from compass.engine.framework import FrameworkErrors
from compass.engine.phrasebook import phrasebook_for
from compass.models import Framework, FrameworkDraft
from compass.queries import checked, frameworks_of, read_framework
from deliberation.people.models import User


@lru_cache(maxsize=128)
def _top_of(source: str) -> dict:
    """Read what stands above the tables, also while something below is wrong."""
    try:
        document = read_document(source)
    except FrameworkErrors:
        return {}
    return {name: document.get(name) for name in ("title", "version")}


def title_of(source: str, language: str) -> str:
    """Name a framework as people know it; nothing when it has no title."""
    title = _top_of(source).get("title")
    given = title if isinstance(title, dict) else {}
    return str(given.get("en" if language == "en" else "nl") or given.get("nl") or "")


def version_of(source: str) -> str:
    return str(_top_of(source).get("version") or "")


def checked_draft(source: str, language: str) -> dict:
    """Check a text: whether it has mistakes, what the proof found by severity, and every worked case."""
    language = language if language in ("nl", "en") else "nl"
    try:
        framework = read_framework(source)
    except FrameworkErrors:
        return {"mistakes": True, "findings": {}, "cases": []}
    found = [finding_as_dict(framework, one, language) for one in checked(source)]
    kinds = ("error", "warning", "note")
    return {
        "mistakes": False,
        "findings": {kind: [one for one in found if one["severity"] == kind] for kind in kinds},
        "cases": [_case(framework, case, language) for case in framework.cases],
    }


def _case(framework, case, language: str) -> dict:
    book = phrasebook_for(framework, language)
    seen = look_ahead.look_ahead(framework, case.answers)
    right_now = case.expect_now is None or seen.possible_now == (case.expect_now,)
    return {
        "name": case.text[language],
        "verdict": {
            "expected": book.level(case.expect),
            "outcome": ", ".join(book.level(level) for level in seen.possible),
            "passed": seen.possible == (case.expect,) and right_now,
        },
    }


def people_of(draft: FrameworkDraft) -> dict[str, tuple]:
    """Name who wrote, proposed and approved, each with the moment; somebody erased has no name."""
    steps = {
        "edited": (draft.edited_by, draft.edited_at),
        "proposed": (draft.proposed_by, draft.proposed_at),
        "approved": (draft.approved_by, draft.approved_at),
    }
    numbers = {who.removeprefix("user:") for who, _ in steps.values()} - {""}
    names = {str(user.pk): str(user) for user in User.objects.filter(pk__in=numbers)}
    return {
        step: (names.get(who.removeprefix("user:"), ""), at)
        for step, (who, at) in steps.items()
        if at
    }


def versions_of(municipality, today, language: str) -> list[dict]:
    """List the frameworks a municipality may use, the one in use first, each with its versions and the
    one that counts today."""
    families: dict[str, list[Framework]] = {}
    for version in frameworks_of(municipality.slug):
        families.setdefault(version.key, []).append(version)
    used = set(
        Framework.objects.filter(assessments__isnull=False).values_list("pk", flat=True).distinct()
    )
    return [
        {
            "key": key,
            "title": title_of((_counting(versions, today) or versions[0]).source, language) or key,
            "own": bool(versions[0].owner),
            "in_use": key == municipality.framework_key,
            "counts": _counting(versions, today),
            "versions": [(version, version.pk in used) for version in versions],
        }
        for key, versions in sorted(
            families.items(), key=lambda family: family[0] != municipality.framework_key
        )
    ]


def _counting(versions: list[Framework], today) -> Framework | None:
    started = [version for version in versions if version.valid_from <= today]
    return max(started, key=lambda v: (v.valid_from, v.published_at, v.pk), default=None)
