"""What the originator's liaison officer does about what is out: told, extended, corrected, recalled; and its answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from disclosures.forms.release import ExtendForm, ReceiptForm, WarnForm
from disclosures.models import (
    Decision,
    DecisionRecipient,
    NoticeAction,
    NoticeReceipt,
    Release,
    ReleaseLetter,
    ReleaseNotice,
)
from disclosures.rules import release as rules
from disclosures.rules.lawful import own_bases
from disclosures.views.doing import done_as_typed
from disclosures.views.release import find
from disclosures.workflow import ending, post, recall
from disclosures.workflow import release as verbs
from disclosures.workflow.heard import to_telephone
from partnership.access import permission
from partnership.models import LegalBasis
from partnership.roles import Permission
from partnership.views.doing import pressed, shown, typed, whole_number


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def give(request, pk):
    """It was told to the recipient by word of mouth."""
    found = find(request, pk)
    seen = whole_number(request.POST.get("seen"))
    pressed(request, _("Recorded that it was told."), verbs.give, by=request.member, release=found, seen=seen)
    return redirect("disclosures:release", pk=pk)


@permission(Permission.DECIDE_DISCLOSURE)
def extend(request, pk):
    """Let the recipient keep it longer, with a reason."""
    found = find(request, pk)
    if not rules.may_extend(request.member, found):
        raise PermissionDenied
    asked = {"until": found.asked_until, "reason": found.asked_reason} if found.asked_at else {}
    form = ExtendForm(typed(request), initial={"seen": found.version} | asked)
    if done_as_typed(form, ending.extend, by=request.member, release=found):
        messages.success(request, _("The recipient may keep it longer, and is told."))
        return redirect("disclosures:release", pk=pk)
    response = shown(request, "disclosures/release/extend.html", {"form": form, "release": found})
    _told(request, found.decision, found)
    return response


@permission(Permission.DECIDE_DISCLOSURE)
def correct(request, pk):
    """Tell everyone who has it that it is wrong."""
    return _warn(request, pk, "correction", recall.correct, _("Everyone who received it is told."))


@permission(Permission.DECIDE_DISCLOSURE)
def recall_all(request, pk):
    """Take back everything that one decision released."""
    return _warn(request, pk, "recall", recall.recall, _("It is recalled: nobody can open it any more."))


@permission(Permission.OWN_ACCOUNT)
def notice(request, pk):
    """A recall or correction as its recipient reads and acknowledges it."""
    receipts = NoticeReceipt.objects.told(request.member).select_related(
        "notice", "release__decision__disclosure", "release__decision__originator", "release__member", "release__agency"
    )
    receipt = find_or_404(request, receipts, pk=pk)
    bases = own_bases(receipt.release.agency) if rules.may_keep(receipt) else []
    form = ReceiptForm(typed(request), initial={"seen": receipt.version}, bases=bases)
    if done_as_typed(form, recall.acknowledge_notice, by=request.member, receipt=receipt):
        messages.success(request, _("Thank you. Your answer is recorded."))
        return redirect("disclosures:notice", pk=pk)
    words = ReleaseNotice.objects.visible_to(request.member).filter(pk=receipt.notice_id).first()
    context = {"form": form, "receipt": receipt, "release": receipt.release, "words": words.words if words else ""}
    context["basis"] = LegalBasis.objects.filter(code=receipt.basis).first() if receipt.basis else None
    flagged = NoticeAction.objects.answered_for(request.member).filter(notice=receipt.notice_id).waiting().joined()
    context["flagged"] = list(flagged.order_by("action__number"))
    response = shown(request, "disclosures/release/notice.html", context)
    _told(request, receipt.release.decision, receipt.release)
    return response


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def decide_letter(request, pk):
    """A letter arrived, is withdrawn, or another is sent in its place."""
    found = ReleaseLetter.objects.visible_to(request.member).select_related(
        "agency", "release__member", "release__decision__originator", "release__decision__disclosure"
    )
    letter = find_or_404(request, found, pk=pk)
    act, given = request.POST.get("do"), {"by": request.member, "letter": letter}
    given["seen"] = whole_number(request.POST.get("seen"))
    if act == "again":
        pressed(request, _("A new letter is queued in its place."), post.post_again, **given)
    elif act in ("arrived", "withdraw"):
        pressed(request, _("The letter is settled."), post.settle_letter, arrived=act == "arrived", **given)
    else:
        raise Http404
    return redirect("disclosures:release", pk=letter.release_id)


def _warn(request, pk, kind: str, verb, success: str):
    found = Decision.objects.visible_to(request.member).select_related("originator", "key")
    decision = find_or_404(request, found, pk=pk)
    if not rules.may_warn(request.member, decision):
        raise PermissionDenied
    form = WarnForm(typed(request))
    if done_as_typed(form, verb, by=request.member, decision=decision):
        messages.success(request, success)
        return redirect("disclosures:decision", pk=pk)
    releases = Release.objects.visible_to(request.member).filter(decision=decision).order_by("member__name", "pk")
    context = {"form": form, "decision": decision, "kind": kind, "releases": list(releases)}
    context |= {"telephone": to_telephone(decision), "heard": _heard(decision)}
    response = shown(request, "disclosures/release/warn.html", context)
    _told(request, decision, decision)
    return response


def _heard(decision: Decision) -> list[DecisionRecipient]:
    """The members who heard it in a meeting and have no row of a release yet."""
    if decision.way != Decision.Way.MEETING:
        return []
    there = Release.objects.filter(decision=decision).values("member")
    found = DecisionRecipient.objects.filter(decision=decision, member__isnull=False).exclude(member__in=there)
    return list(found.select_related("member", "agency").order_by("member__name", "pk"))


def _told(request, decision: Decision, thing) -> None:
    disclosure = decision.disclosure
    consulted(request, thing, reason="release", case_id=disclosure.case_id, panel_id=disclosure.panel_id)
