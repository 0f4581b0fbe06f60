"""The base class of all pages: one refers to nothing of another municipality."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page

from cms.redirects.lookup import is_taken
from cms.tenants.municipalities import municipality_of_page
from cms.tenants.references import NOT_YOURS, beside, forbidden, references_of

SLUG_TAKEN = _("The platform itself uses the address “%s”. Choose another one.")

PUBLISHED = ("live", "live_revision_id", "first_published_at", "last_published_at")


class SitePageForm(WagtailAdminPageForm):
    """Refuses every picture, document, page and row that this editor may not choose, beside its field.

    What stood there already may stay, as long as it is of this municipality or of nobody.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Without one the title makes it: a script does so too, but not for who publishes at once.
        self.fields["slug"].required = False
        self.stood = _things(references_of(self.instance)) if self.is_bound else set()

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if slug and is_taken(self.parent_page, slug):
            raise ValidationError(SLUG_TAKEN % slug)
        return slug

    def _post_clean(self):
        super()._post_clean()
        whose = municipality_of_page(self.instance if self.instance.pk else self.parent_page)
        for form in (self, *self._rows()):
            refuse(form, whose, self.for_user, self.stood)

    def save(self, commit=True):
        """Save a draft without taking back that it was published meanwhile: the editor saves by itself too."""
        if not (commit and self.instance.pk):
            return super().save(commit)
        with transaction.atomic():
            here = Page.objects.select_for_update(of=("self",)).filter(
                pk=self.instance.pk, live=True
            )
            for name, value in (here.values(*PUBLISHED).first() or {}).items():
                setattr(self.instance, name, value)
            return super().save()

    def _rows(self):
        """List the filled-in rows of what hangs below a page, as the documents of a list."""
        rows = [form for formset in self.formsets.values() for form in formset.forms]
        return [form for form in rows if not form.errors and form.has_changed()]


class SiteCopyForm(CopyForm):
    """Refuses a copy at an address where the platform shows something else."""

    def clean(self):
        cleaned = super().clean()
        parent = cleaned.get("new_parent_page") or self.page.get_parent()
        slug = cleaned.get("new_slug")
        if slug and is_taken(parent, slug):
            self.add_error("new_slug", SLUG_TAKEN % slug)
        return cleaned


class SitePage(Page):
    """A page as all of ours are. By whichever door it changes, it keeps to its own municipality."""

    base_form_class = SitePageForm
    copy_form_class = SiteCopyForm

    class Meta:
        abstract = True

    @staticmethod
    def _slug_is_available(slug, parent_page, page=None):
        """Tell Wagtail which slugs it may give a page by itself, and refuse the others by any door."""
        free = Page._slug_is_available(slug, parent_page, page)
        return free and not (parent_page and is_taken(parent_page, slug))

    def save_revision(self, *args, clean=True, **kwargs):
        """Keep a version. ValidationError by path for what belongs to another municipality."""
        if clean:
            found = forbidden(references_of(self), municipality_of_page(self))
            if found:
                raise ValidationError({".".join(one.path): NOT_YOURS for one in found})
        return super().save_revision(*args, clean=clean, **kwargs)


def refuse(form, municipality, user, stood) -> None:
    """Tell beside the field what may not be chosen; only what this form asked for is looked at."""
    asked = [one for one in references_of(form.instance) if one.path[0] in form.cleaned_data]
    new = [one for one in asked if (one.model, one.pk) not in stood]
    found = forbidden(new, municipality, user) + forbidden(asked, municipality)
    for name, error in beside(form.instance, found).items():
        form.add_error(name, error)


def _things(references) -> set:
    return {(one.model, one.pk) for one in references}
