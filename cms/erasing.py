"""What does Wagtail keep of somebody that going along with the account does not reach?"""

from django.db.models import Q
from wagtail.models import ModelLogEntry, PageLogEntry
from wagtail.users.models import UserProfile


def erase_from_desk(*, participants, user, now) -> None:
    """Remove the picture file and what the logs say about the account; what it did to pages stays.

    Who wrote, uploaded or published lets go of the account by itself; comments go with it.
    """
    if user is None:
        return
    for profile in UserProfile.objects.filter(user=user):
        if profile.avatar:
            profile.avatar.delete(save=False)
    ModelLogEntry.objects.filter(
        content_type__app_label=user._meta.app_label,
        content_type__model=user._meta.model_name,
        object_id=str(user.pk),
    ).delete()
    for log in (PageLogEntry, ModelLogEntry):
        log.objects.filter(user=user).update(user=None)
        told = Q(data__icontains=user.email) | Q(label__icontains=user.email)
        log.objects.filter(told).update(data={}, label="")
