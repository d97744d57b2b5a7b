"""Forms over a consent: what a member typed and had not saved is kept for them alone, and offered again."""

from django.core.exceptions import ValidationError

from cases.views.writing import Writing, open_form
from cases.workflow import drafts
from consent.models import Consent
from consent.rules import moves
from partnership.views.doing import done


def draftable(member, pk) -> Consent | None:
    """The consent about which *member* may keep a draft: one that their agency keeps."""
    found = Consent.objects.visible_to(member).filter(pk=pk).first()
    return found if found and moves.may_keep(member, found) else None


def written(request, make, verb, *, consent: Consent, part: str) -> Writing:
    """The form that *make* gives of what was posted, saved by *verb*; or as it stands, or as the member left it.

    `saved` says whether it was; what was refused is kept as a draft.
    """
    if request.method != "POST":
        writing = open_form(request, make, about=consent, part=part)
        if writing.draft and writing.form.stands_alone:
            writing.form.be_over(consent)
        return writing
    form = make(request.POST)
    writing = Writing(form, part, consent)
    if form.is_valid():
        given = {**form.given, "seen": form.cleaned_data["seen"]}
        writing.saved = done(form, verb, by=request.member, consent=consent, **given)
    if writing.saved:
        drafts.drop_draft(by=request.member, about=consent, part=part)
        return writing
    try:
        drafts.keep_draft(by=request.member, about=consent, part=part, typed=request.POST)
    except ValidationError:
        pass  # too long to keep; it is still on the page
    return writing
