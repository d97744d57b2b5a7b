"""The liaison officer's desk: what waits, what is overdue, what was decided this week and to whom it went."""

import datetime

from django.contrib import messages
from django.db.models import F
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from disclosures.forms.register import RegisterForm
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
    waiting = Shown(mine.waiting().order_by(F("due_at").asc(nulls_last=True), "pk"), state="waiting")
    for decision in waiting:
        decision.is_own_request = decision.requested_by_id == request.member.pk
    reviews = Shown(mine.to_review().order_by("review_due_at"), state="decided")
    unanswered = Shown(mine.decided().filter(outcome="no_answer").order_by("-decided_at"), outcome="no_answer")
    week = Shown(mine.decided().filter(decided_at__gte=now - WEEK).order_by("-decided_at"), state="decided")
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
    dissents = Shown(
        Dissent.objects.visible_to(request.member)
        .filter(ended_at__isnull=True, decision__originator=request.member.agency_id)
        .select_related("agency", "decision__disclosure")
        .order_by("raised_at", "pk")
    )
    context = {"waiting": waiting, "reviews": reviews, "unanswered": unanswered, "week": week, "dissents": dissents}
    context["is_told"] = LiaisonPost.objects.live().filter(member=request.member, kind__in=WATCHING).exists()
    context["glance"] = _glance(waiting, reviews, dissents, left.count())
    response = render(request, "disclosures/desk/desk.html", context)
    consulted(
        request, None, event="decisions.listed", reason="decision", things=[*waiting, *reviews, *unanswered, *week]
    )
    return response


class Shown(list):
    """The first rows, no more than a person reads; `counted` says how many there are, `register_url` leads to all."""

    def __init__(self, found, **narrowed: str):
        rows = list(found[: MOST + 1])
        super().__init__(rows[:MOST])
        self.has_more = len(rows) > MOST
        self.register_url = (
            f"{reverse('disclosures:register')}?{urlencode({'filter': RegisterForm.sealed(**narrowed)})}"
        )

    @property
    def counted(self) -> int | str:
        return _more_than(MOST) if self.has_more else len(self)


def _glance(waiting: Shown, reviews: Shown, dissents: Shown, left: int) -> list[tuple]:
    """What the desk says first: how many, of what, where they stand, and what is overdue of them."""
    shown = [(waiting.counted, _("to decide"), "#waiting", _overdue(waiting))]
    if reviews:
        words = ngettext("emergency release to review", "emergency releases to review", len(reviews))
        shown.append((reviews.counted, words, "#reviews", _overdue(reviews)))
    if dissents:
        shown.append((dissents.counted, ngettext("disagreement", "disagreements", len(dissents)), "#dissents", ""))
    url = f"{reverse('disclosures:releases')}?show=overdue"
    words = ngettext("release not confirmed destroyed", "releases not confirmed destroyed", left)
    return [*shown, (left, words, url, _("Overdue") if left else "")]


def _overdue(rows: Shown) -> str:
    """What of *rows* is late; they stand by their day, so that more are late beyond them only where all here are."""
    late = sum(each.is_late for each in rows)
    count = _more_than(late) if rows.has_more and late == len(rows) else late
    return _("%(count)s overdue") % {"count": count} if late else ""


def _more_than(count: int) -> str:
    return _("more than %(count)s") % {"count": count}


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
