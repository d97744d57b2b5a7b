"""Whether an open page still shows what its reader may see: asked each second while somebody looks at it.

The page carries a mark of its rows (`static/following.mjs`); where the mark is another, or the page closed to its
reader, what it shows goes within two seconds.  Asking writes nothing.
"""

import hashlib

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cases.models import Entry, Sheet, Track
from cases.views.frame import find_case
from partnership.access import permission
from partnership.roles import Permission


def mark_of(*rows) -> str:
    """A digest of *rows*: querysets of values, each in one query, whatever their order."""
    return hashlib.sha256(repr([sorted(map(str, each)) for each in rows]).encode()).hexdigest()[:32]


def followed(request, mark: str) -> HttpResponse:
    """Empty: 204 while the page shows what *mark* says, else 200 with the mark of what there is now."""
    tag = f'"{mark}"'
    same = request.headers.get("If-None-Match") == tag
    return HttpResponse(status=204 if same else 200, headers={"ETag": tag, "Cache-Control": "no-store"})


def entries_mark(member, case) -> str:
    """The mark of what agencies have said on *case*, as *member* may read it now."""
    return mark_of(Entry.objects.visible_to(member).filter(case=case).order_by().values_list("pk", "version"))


def management_mark(member, case) -> str:
    """The mark of the tracks and forms of *case*, as *member* may read them now."""
    tracks, sheets = (rows.objects.visible_to(member).filter(case=case).order_by() for rows in (Track, Sheet))
    return mark_of(tracks.values_list("pk", "version"), sheets.values_list("pk", "version"))


@require_safe
@permission(Permission.VIEW_CASE)
def entries_now(request, pk):
    """Whether what agencies have said is still what the page shows."""
    return followed(request, entries_mark(request.member, find_case(request, pk)))


@require_safe
@permission(Permission.VIEW_CASE)
def management_now(request, pk):
    """Whether tracks and forms are still what the page shows."""
    return followed(request, management_mark(request.member, find_case(request, pk)))
