"""The liaison officer's desk: what waits, what is overdue, what was decided this week and to whom it went."""

import datetime

from django.contrib import messages
from django.db.models import F
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from disclosures.models import Decision, DecisionRecipient, Dissent, Release
from partnership.access import permission
from partnership.models import LiaisonPost
from partnership.roles import Permission

WEEK = datetime.timedelta(days=7)
MOST = 50
WATCHING = (LiaisonPost.Kind.DPO, LiaisonPost.Kind.SAFEGUARDING)


@require_safe
@permission(Permission.DECIDE_DISCLOSURE)
def desk(request):
    """Everything that waits for the member as liaison officer, and what left in the last seven days."""
    now = timezone.now()
    mine = Decision.objects.visible_to(request.member).select_related(
        "disclosure__key", "disclosure__agency", "originator", "decided_by"
    )
    waiting = list(mine.waiting().order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST])
    for decision in waiting:
        decision.is_own_request = decision.requested_by_id == request.member.pk
    reviews = list(mine.to_review().order_by("review_due_at")[:MOST])
    unanswered = list(mine.decided().filter(outcome="no_answer").order_by("-decided_at")[:MOST])
    week = list(mine.decided().filter(decided_at__gte=now - WEEK).order_by("-decided_at")[:MOST])
    for decision in [*waiting, *reviews]:
        moment = decision.due_at if decision.state == Decision.State.WAITING else decision.review_due_at
        decision.is_late = bool(moment and moment <= now)
    left = Release.objects.overdue().filter(decision__in=mine.order_by().values("pk")).order_by()
    recipients: dict = {}
    for recipient in DecisionRecipient.objects.filter(decision__in=[d.pk for d in week]).select_related(
        "member", "agency"
    ):
        recipients.setdefault(recipient.decision_id, []).append(recipient)
    for decision in week:
        decision.to = recipients.get(decision.pk, [])
    dissents = list(
        Dissent.objects.visible_to(request.member)
        .filter(ended_at__isnull=True, decision__originator=request.member.agency_id)
        .select_related("agency", "decision__disclosure")[:MOST]
    )
    context = {"waiting": waiting, "reviews": reviews, "unanswered": unanswered, "week": week, "dissents": dissents}
    context["is_told"] = LiaisonPost.objects.live().filter(member=request.member, kind__in=WATCHING).exists()
    context["glance"] = _glance(waiting, reviews, dissents, left.count())
    response = render(request, "disclosures/desk/desk.html", context)
    consulted(
        request, None, event="decisions.listed", reason="decision", things=[*waiting, *reviews, *unanswered, *week]
    )
    return response


def _glance(waiting: list, reviews: list, dissents: list, left: int) -> list[tuple]:
    """What the desk says first: how many, of what, where they stand, and what is overdue of them."""
    shown = [(len(waiting), _("to decide"), "#waiting", _overdue(waiting))]
    if reviews:
        words = ngettext("emergency release to review", "emergency releases to review", len(reviews))
        shown.append((len(reviews), words, "#reviews", _overdue(reviews)))
    if dissents:
        shown.append((len(dissents), ngettext("disagreement", "disagreements", len(dissents)), "#dissents", ""))
    url = f"{reverse('disclosures:releases')}?show=overdue"
    words = ngettext("release not confirmed destroyed", "releases not confirmed destroyed", left)
    return [*shown, (left, words, url, _("Overdue") if left else "")]


def _overdue(rows: list) -> str:
    late = sum(each.is_late for each in rows)
    return _("%(count)s overdue") % {"count": late} if late else ""


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def find(request):
    """Go to a decision by its number."""
    number = request.POST.get("number", "").replace("\0", "").strip()
    found = Decision.objects.visible_to(request.member).filter(disclosure__number__iexact=number)
    decision = found.order_by("-created_at").first() if number else None
    if decision is None:
        messages.error(request, _("There is no decision of this number for you."))
        return redirect("disclosures:desk")
    return redirect("disclosures:decision", pk=decision.pk)
