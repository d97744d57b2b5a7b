"""What a data protection officer and a safeguarding lead are told of: states and dates, never words."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.consulting import consulted
from core.pages import Page
from disclosures.models import Decision
from disclosures.views.desk import WATCHING
from partnership.access import permission
from partnership.models import LiaisonPost
from partnership.roles import Permission


@require_safe
@permission(Permission.OWN_ACCOUNT)
def escalated(request):
    """The decisions of the agencies for which the member holds one of the two posts, the newest first."""
    posts = LiaisonPost.objects.live().filter(member=request.member, kind__in=WATCHING)
    if not posts.exists():
        raise PermissionDenied
    page = Page(Decision.objects.known_to_posts(request.member), ("-created_at", "-pk"), request)
    response = render(request, "disclosures/desk/escalated.html", {"page": page})
    consulted(request, None, event="decisions.listed", reason="decision", things=page.rows)
    return response
