"""What a member has typed and not saved: kept, offered again, dropped.  No history, no audit, nobody else's business.

Each noun that is written in forms says at start how one of its rows is found (`register`), so that a draft is kept
only by somebody who may write there, and sealed with the key of what it is about.
"""

import json
import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Draft

LARGEST = 200_000  # characters of one part
MOST = 60  # drafts of one member
MOST_OF_ONE = 40  # drafts of one member about one thing: sections, people, contacts of a referral
PART = re.compile(r"[a-z0-9:._-]{1,60}\Z")
NOT_KEPT = {"csrfmiddlewaretoken", "then"}

_finders: dict[str, Callable] = {}


def register(kind: str, find: Callable) -> None:
    """Let drafts be about rows of *kind* ("cases.referral").

    *find* takes the member and an id, and gives the row with its `key`, or None where the member may not write there.
    """
    _finders[kind] = find


def find_about(member, kind: str, about_id):
    """The row that *member* may write a draft about, or None."""
    find = _finders.get(kind)
    return find(member, about_id) if find else None


@transaction.atomic
def keep_draft(*, by, about, part: str, typed: QueryDict, seen_version: int = 0) -> Draft:
    """Keep *typed*, the raw form data of *part* of *about*, in place of what *by* had there.

    *about* is a sealed row that `find_about` gave.  Refused where it is too long to keep.  Beyond `MOST` of a member,
    or `MOST_OF_ONE` about one thing, those longest untouched go.
    """
    if not PART.match(part):
        raise ValidationError(_("There is no such part to keep a draft of."))
    data = {name: typed.getlist(name) for name in typed if name not in NOT_KEPT}
    if len(json.dumps(data)) > LARGEST:
        raise ValidationError(_("This is too long to keep as a draft. Shorten it, or save it in parts."))
    draft = _held(by, about, part) or _begun(by, about, part)
    draft.data, draft.seen_version, draft.updated_at = data, seen_version, timezone.now()
    draft.save()
    return draft


def _held(by, about, part: str) -> Draft | None:
    mine = Draft.objects.visible_to(by).select_for_update(of=("self",))
    return mine.filter(about_kind=about._meta.label_lower, about_id=about.pk, part=part).first()


def _begun(by, about, part: str) -> Draft:
    draft = Draft(
        member=by,
        key=about.key,
        about_kind=about._meta.label_lower,
        about_id=about.pk,
        part=part,
        updated_at=timezone.now(),
    )
    _make_room(by, about)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:  # the same member, in another tab, a moment ago
        return _held(by, about, part)
    return draft


def _make_room(by, about) -> None:
    """Drop the drafts of *by* that are one too many, the longest untouched first."""
    mine = Draft.objects.filter(member_id=by.pk)
    of_one = mine.filter(about_kind=about._meta.label_lower, about_id=about.pk)
    for drafts, most in ((of_one, MOST_OF_ONE), (mine, MOST)):
        kept = drafts.order_by("-updated_at", "pk").values_list("pk", flat=True)
        Draft.objects.filter(pk__in=list(kept[most - 1 :])).delete()


def draft_of(member, about, part: str) -> Draft | None:
    """What *member* left unsaved in *part* of *about*."""
    return (
        Draft.objects.visible_to(member)
        .filter(about_kind=about._meta.label_lower, about_id=about.pk, part=part)
        .first()
    )


def parts_with_drafts(member, about) -> set[str]:
    """The parts of *about* in which *member* left something unsaved."""
    drafts = Draft.objects.filter(member_id=member.pk, about_kind=about._meta.label_lower, about_id=about.pk)
    return set(drafts.values_list("part", flat=True))


def drop_draft(*, by, about, part: str) -> None:
    """Forget what *by* left in *part*: it was saved, or is not wanted."""
    Draft.objects.filter(member_id=by.pk, about_kind=about._meta.label_lower, about_id=about.pk, part=part).delete()


def drop_all_drafts(about) -> None:
    """Forget everybody's drafts about a row that is not written any more."""
    Draft.objects.filter(about_kind=about._meta.label_lower, about_id=about.pk).delete()


def typed_before(draft: Draft) -> QueryDict:
    """A draft as the form data it was."""
    typed = QueryDict(mutable=True)
    for name, values in draft.data.items():
        typed.setlist(name, values)
    return typed
