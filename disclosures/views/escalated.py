"""What a data protection officer and a safeguarding lead are told of: states and dates, never words."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.consulting import consulted
from disclosures.models import Decision
from disclosures.views.desk import WATCHING
from partnership.access import permission
from partnership.models import LiaisonPost
from partnership.roles import Permission

MOST = 100


@require_safe
@permission(Permission.OWN_ACCOUNT)
def escalated(request):
    """The decisions of the agencies for which the member holds one of the two posts, the newest first."""
    posts = LiaisonPost.objects.live().filter(member=request.member, kind__in=WATCHING)
    if not posts.exists():
        raise PermissionDenied
    rows = list(Decision.objects.known_to_posts(request.member).order_by("-created_at", "-pk")[:MOST])
    response = render(request, "disclosures/desk/escalated.html", {"rows": rows})
    consulted(request, None, event="decisions.listed", reason="decision", things=rows)
    return response
