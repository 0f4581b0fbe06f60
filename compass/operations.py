"""Operations: a framework is published, an assessment is adopted.

The compass knows no persons: who acts is an opaque name, and the caller writes the audit row.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from compass.engine.advise import Advice, AnswerErrors, advise
from compass.engine.framework import FrameworkErrors, Rulebook
from compass.models import Assessment, Framework
from compass.queries import (
    other_route,
    parsed,
    read_framework,
    shipped_framework_source,
    shipped_frameworks,
)
from compass.refusal import Refused


def publish_framework(*, source: str, actor_id: str, now: datetime, owner: str = "") -> Framework:
    """Publish a version of a framework; the same text twice gives the version that was there.

    `owner` is opaque: blank for what comes with the platform. Refused: a key that is somebody else's,
    a file with errors (all of them are named), and another text under a key and version that exist,
    because an adopted assessment must replay for ever.
    """
    try:
        rulebook = read_framework(source)
    except FrameworkErrors as errors:
        raise Refused(str(errors), code="malformed", field="source") from errors
    if Framework.objects.filter(key=rulebook.key).exclude(owner=owner).exists():
        raise Refused(_("This key belongs to somebody else's framework."), field="source")
    version = {"key": rulebook.key, "version": rulebook.version}
    found = Framework.objects.filter(**version).first()
    if found is None:
        found = _insert(version, rulebook, source, actor_id, now, owner)
    if found.source_hash != rulebook.source_hash:
        reason = _("This version exists and has another text. Give a change a version of its own.")
        raise Refused(reason, code="state", field="source")
    return found


def publish_shipped_frameworks(*, actor_id: str, now: datetime) -> list[Framework]:
    """Publish every framework that comes with the platform, so that municipalities can choose one.

    Twice does no harm: what was published is given back. After an upgrade it adds the new versions.
    """
    return [
        publish_framework(source=shipped_framework_source(key), actor_id=actor_id, now=now)
        for key in shipped_frameworks()
    ]


def _insert(version: dict, rulebook: Rulebook, source: str, actor_id: str, now, owner) -> Framework:
    """Write a new version; who comes second at the same moment gets the first one's."""
    try:
        with transaction.atomic():
            return Framework.objects.create(
                **version,
                source=source,
                source_hash=rulebook.source_hash,
                valid_from=rulebook.valid_from,
                published_at=now,
                published_by=actor_id,
                owner=owner,
            )
    except IntegrityError:
        return Framework.objects.get(**version)


@transaction.atomic
def record_assessment(
    *, framework: Framework, answers: Mapping, public_reasons: Mapping[str, str], now: datetime
) -> Assessment:
    """Adopt answers: work out the advice once more and keep it with them.

    Refused: answers that don't fit this framework (malformed), an advice that can still change
    (state), and a gate answered with anything but `nee` without its public reason (refused). The
    sentence about the other route is kept with them, when the two routes differ.
    """
    rulebook = parsed(framework)
    advice = _final_advice(rulebook, answers)
    reasons = _reasons_kept(rulebook, advice, public_reasons)
    return Assessment.objects.create(
        framework=framework,
        answers=dict(advice.answers),
        public_reasons=reasons,
        advice=advice.as_dict(settings.LANGUAGE_CODE),
        created_at=now,
    )


def _final_advice(rulebook: Rulebook, answers: Mapping) -> Advice:
    try:
        advice = advise(rulebook, answers)
    except AnswerErrors as errors:
        raise Refused(str(errors), code="malformed", field=next(iter(errors.errors))) from errors
    if advice.provisional:
        question = rulebook.question(advice.next_questions[0])
        reason = _("The advice can still change. Answer more questions first.")
        raise Refused(reason, code="state", field=question.key)
    return advice


def _reasons_kept(rulebook: Rulebook, advice: Advice, given: Mapping) -> dict[str, str]:
    """Keep the reason of every gate that was not answered `nee`, and the sentence about the other route."""
    if not isinstance(given, Mapping) or not set(given) <= rulebook.with_reasons:
        raise Refused(_("A public reason belongs to a gate question."), code="malformed")
    told = {key: str(text or "").strip() for key, text in given.items()}
    reasons = {}
    for gate in rulebook.gates:
        if advice.answers.get(gate.key, False) is not False:
            if not told.get(gate.key):
                reason = _("Give a public reason for every gate question you answer with yes.")
                raise Refused(reason, field=gate.key)
            reasons[gate.key] = told[gate.key]
    if other_route(advice) and told.get(rulebook.compare.question):
        reasons[rulebook.compare.question] = told[rulebook.compare.question]
    return reasons
