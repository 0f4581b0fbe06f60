"""Operations on a municipality's own frameworks: every change, with permission and audit."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compass import drafting
from compass.models import Framework, FrameworkDraft
from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.staff_session import sensitive
from deliberation.projects.models import Municipality
from deliberation.projects.views import municipality_of as municipality_at

from .editing.mistakes import refuse_unmendable


def draft_here(request, pk) -> FrameworkDraft:
    """Find a draft of the municipality whose desk this is; 404 for anybody else's."""
    draft = FrameworkDraft.objects.filter(pk=pk, owner=municipality_at(request).slug).first()
    if draft is None:
        raise Http404("no such draft")
    return draft


def municipality_of(draft: FrameworkDraft) -> Municipality:
    """Find whose framework it is: permission is asked of the municipality."""
    return Municipality.objects.get(slug=draft.owner)


@operation
def start_framework(*, actor, municipality, key, source, based_on=None, now) -> FrameworkDraft:
    """Begin a framework of a municipality's own, from the text of another.

    Refused: a text that is no framework file, or that is wrong where no screen can mend it.
    """
    require("cms.edit_framework", actor, municipality, now)
    drafting.read_document(source)
    refuse_unmendable(source)
    draft = drafting.start_draft(
        owner=municipality.slug,
        key=key,
        source=source,
        based_on=based_on,
        owner_name=municipality.name,
        editor_id=person(actor),
        now=now,
    )
    _audit("start_framework", actor, draft, now)
    return draft


@operation
def change_draft(*, actor, draft, source, seen, now) -> FrameworkDraft:
    """Change the text of a draft that is being written; `seen` is the revision that was looked at."""
    require("cms.edit_framework", actor, municipality_of(draft), now)
    changed = drafting.change_draft(
        draft=draft, source=source, seen=seen, editor_id=person(actor), now=now
    )
    if changed.revision != seen:
        _audit("change_draft", actor, changed, now, revision=changed.revision)
    return changed


@operation
def propose_framework(*, actor, draft, now) -> FrameworkDraft:
    """Ask a colleague to approve a draft without errors."""
    require("cms.propose_framework", actor, municipality_of(draft), now)
    proposed = drafting.propose_draft(draft=draft, proposer_id=person(actor), now=now)
    _audit("propose_framework", actor, proposed, now)
    return proposed


@operation
def approve_framework(*, actor, draft, now) -> FrameworkDraft:
    """Approve what a colleague proposed: never one's own, whoever one is."""
    require("cms.approve_framework", actor, municipality_of(draft), now)
    approved = drafting.approve_draft(draft=draft, approver_id=person(actor), now=now)
    _audit("approve_framework", actor, approved, now)
    return approved


@operation
def return_framework(*, actor, draft, reason, now) -> FrameworkDraft:
    """Send a draft back to be written, with a reason."""
    require("cms.return_framework", actor, municipality_of(draft), now)
    returned = drafting.return_draft(draft=draft, reason=reason, now=now)
    _audit("return_framework", actor, returned, now, reason=reason)
    return returned


@sensitive
@operation
def publish_draft(*, actor, draft, valid_from, now) -> Framework:
    """Publish an approved draft as a version that counts from a day."""
    require("cms.publish_framework", actor, municipality_of(draft), now)
    version = drafting.publish_draft(
        draft=draft,
        valid_from=valid_from,
        today=timezone.localdate(now),
        actor_id=person(actor),
        now=now,
    )
    _audit("publish_framework", actor, draft, now, version=version.version)
    return version


@operation
def discard_framework(*, actor, draft, now) -> None:
    """Throw a draft away that is still being written."""
    require("cms.edit_framework", actor, municipality_of(draft), now)
    drafting.discard_draft(draft=draft)
    _audit("discard_framework", actor, draft, now)


@sensitive
@operation
def use_framework(*, actor, municipality, key, now) -> Municipality:
    """Choose by which framework new assessments are made; those that began keep theirs.

    Refused: a framework that isn't the municipality's or the platform's, or that doesn't count yet.
    """
    require("cms.use_framework", actor, municipality, now)
    versions = Framework.objects.filter(key=key, owner__in=(municipality.slug, ""))
    if not versions.filter(valid_from__lte=timezone.localdate(now)).exists():
        raise Refused(_("This framework does not count yet."), field="key")
    locked = Municipality.objects.select_for_update().get(pk=municipality.pk)
    locked.framework_key = key
    locked.save(update_fields=["framework_key"])
    record_audit(actor=actor, action="use_framework", obj=locked, now=now, detail={"key": key})
    return locked


def person(actor) -> str:
    """Name a person to the compass: a number that only we can look up."""
    return f"user:{actor.pk}"


def _audit(action: str, actor, draft: FrameworkDraft, now, **detail) -> None:
    detail = {"draft": draft.pk, "key": draft.key, **detail}
    record_audit(actor=actor, action=action, obj=municipality_of(draft), now=now, detail=detail)
