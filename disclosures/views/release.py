"""Releases as their recipient has them: listed, acknowledged, opened, printed, taken out, reported on, confirmed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.views.following import followed, mark_of
from core.pages import Page
from disclosures.documents_of_decisions import condition_words
from disclosures.documents_of_releases import destroy_words_of
from disclosures.forms.release import AcknowledgeForm, ConfirmForm, UseForm
from disclosures.models import Decision, DisclosurePaper, NoticeReceipt, Release, ReleaseItem, ReleaseLetter
from disclosures.rules import release as rules
from disclosures.views.doing import done_as_typed
from disclosures.workflow import ending, post
from disclosures.workflow import release as verbs
from partnership.access import permission
from partnership.models import LegalBasis
from partnership.post import rules as post_rules
from partnership.roles import Permission
from partnership.views.doing import shown, typed

SHOWS = {
    "mine": gettext_lazy("To me"),
    "from": gettext_lazy("From my agency"),
    "to": gettext_lazy("To my agency"),
    "desk": gettext_lazy("On the panel’s cases"),
    "overdue": gettext_lazy("Overdue"),
}


@require_safe
@permission(Permission.ASK_DISCLOSURE)
def releases(request):
    """What was released to the member; for liaison officers and the desk what they answer for, and what is overdue."""
    kinds = _shows(request.member)
    show = request.GET.get("show", "mine")
    show = show if show in kinds else "mine"
    page = Page(_listed(request.member, show), ("-released_at", "-pk"), request)
    for release in page.rows:
        release.due = rules.due_state(release)
    receipts = NoticeReceipt.objects.told(request.member).waiting().select_related("notice", "release")
    context = {
        "page": page,
        "show": show,
        "reads_extracts": request.member.may(Permission.READ_EXTRACT),
        "tabs": [{"label": SHOWS[kind], "url": f"?show={kind}", "current": kind == show} for kind in kinds],
        "receipts": list(receipts.order_by("-notice__made_at")[:50]) if show == "mine" else [],
    }
    response = render(request, "disclosures/release/releases.html", context)
    consulted(request, None, event="releases.listed", reason="release", things=page.rows)
    return response


@require_safe
@permission(Permission.ASK_DISCLOSURE)
def release(request, pk):
    """One release: its conditions and its course; never its words."""
    found = find(request, pk)
    response = render(request, "disclosures/release/release.html", _context(request, found))
    _told(request, found)
    return response


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def acknowledge(request, pk):
    """Accept the conditions."""
    found = find(request, pk)
    if not rules.may_acknowledge(request.member, found):
        raise PermissionDenied
    form = AcknowledgeForm(request.POST)
    if done_as_typed(form, verbs.acknowledge, by=request.member, release=found):
        messages.success(request, _("You accepted the conditions."))
        return redirect("disclosures:release", pk=pk)
    response = render(
        request, "disclosures/release/release.html", _context(request, found) | {"form": form}, status=422
    )
    _told(request, found)
    return response


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def open_release(request, pk):
    """The words, in this answer and no other; each opening is recorded."""
    return _words(request, pk, "opened", "disclosures/release/words.html")


@require_safe
@permission(Permission.ASK_DISCLOSURE)
def release_now(request, pk):
    """Whether the words that the recipient has open are still theirs to read."""
    found = find(request, pk)
    if not rules.is_recipient(request.member, found):
        raise PermissionDenied
    pieces = ReleaseItem.objects.visible_to(request.member).filter(release=found).order_by()
    return followed(request, mark_of(pieces.values_list("pk")))


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def print_release(request, pk):
    """The words on a page made for paper; that it was asked for is recorded as printing."""
    return _words(request, pk, "printed", "disclosures/release/print.html")


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def file(request, pk):
    """The watermarked PDF; recorded before it leaves."""
    verbs.settle_mine(by=request.member, pk=pk)
    found = find(request, pk)
    try:
        content = post.export_release(by=request.member, release=found)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("disclosures:release", pk=pk)
    return as_file(content, f"confer-release-{found.pk.hex[:8]}.pdf")


@permission(Permission.ASK_DISCLOSURE)
def report(request, pk):
    """Was it used for its purpose?"""
    found = find(request, pk)
    if not rules.may_report(request.member, found):
        raise PermissionDenied
    form = UseForm(typed(request), initial={"seen": found.version, "used": found.used, "words": found.used_words})
    if done_as_typed(form, verbs.report_use, by=request.member, release=found):
        messages.success(request, _("Thank you. What came of it is recorded."))
        return redirect("disclosures:release", pk=pk)
    response = shown(request, "disclosures/release/report.html", {"form": form, "release": found})
    _told(request, found)
    return response


@permission(Permission.OWN_ACCOUNT)
def confirm(request, pk):
    """Confirm destruction or return; also by who may open nothing any more."""
    owed = find_or_404(request, Release.objects.owed_by(request.member), pk=pk)
    if not rules.may_confirm(request.member, owed):
        raise PermissionDenied
    form = ConfirmForm(typed(request), initial={"seen": owed.version})
    if done_as_typed(form, ending.confirm, by=request.member, release=owed):
        messages.success(request, _("Confirmed. What was released can no longer be opened."))
        return redirect("disclosures:releases" if request.member.may(Permission.ASK_DISCLOSURE) else "home")
    response = shown(request, "disclosures/release/confirm.html", {"form": form, "release": owed})
    _told(request, owed)
    return response


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def show_passphrase(request, pk):
    """The passphrase of the mailed PDF, in this answer and no other."""
    letter = _letter(request, pk)
    try:
        passphrase = post.show_passphrase(by=request.member, letter=letter)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("disclosures:release", pk=letter.release_id)
    found = find(request, letter.release_id)
    response = render(
        request, "disclosures/release/release.html", _context(request, found) | {"passphrase": passphrase}
    )
    response["Cache-Control"] = "no-store"
    return response


def find(request, pk) -> Release:
    return find_or_404(request, Release.objects.visible_to(request.member), pk=pk)


def as_file(content: bytes, name: str) -> HttpResponse:
    """*content* as a PDF to keep; *name* names nobody."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _words(request, pk, how: str, template: str):
    verbs.settle_mine(by=request.member, pk=pk)
    found = find(request, pk)
    try:
        items = verbs.open_release(by=request.member, release=found, how=how)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("disclosures:release", pk=pk)
    context = {
        "release": found,
        "mark": mark_of((item.pk,) for item in items),
        "items": items,
        "watermark": post.watermark_of(found),
        "conditions": condition_words(found.decision),
        "destroy": destroy_words_of(found),
        "may_copy": rules.may_copy(found),
        "corrections": _notices(request.member, found),
    }
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


def _letter(request, pk) -> ReleaseLetter:
    found = ReleaseLetter.objects.visible_to(request.member).select_related(
        "release__decision__disclosure", "release__decision__originator", "release__member", "release__agency", "agency"
    )
    return find_or_404(request, found, pk=pk)


def _context(request, found: Release) -> dict:
    member = request.member
    recipient = rules.is_recipient(member, found)
    paper = DisclosurePaper.objects.filter(release=found, kind="release").order_by("-number").first()
    letters = ReleaseLetter.objects.visible_to(member).filter(release=found).select_related("replaced_by")
    is_open = recipient and rules.is_open_to(member, found)
    return {
        "release": found,
        "decision": found.decision,
        "form": AcknowledgeForm(initial={"seen": found.version}),
        "conditions": condition_words(found.decision),
        "destroy": destroy_words_of(found),
        "due": rules.due_state(found),
        "is_recipient": recipient,
        "is_open": is_open,
        "may_copy": rules.may_copy(found),
        "may_acknowledge": rules.may_acknowledge(member, found),
        "may_report": rules.may_report(member, found),
        "may_confirm": rules.may_confirm(member, found),
        "may_extend": rules.may_extend(member, found),
        "may_give": rules.may_give(member, found),
        "paper": paper,
        "letters": [
            (letter, is_open and post_rules.may_show_passphrase(letter), post_rules.may_resend(letter))
            for letter in letters.order_by("-created_at")
        ],
        "receipts": _receipts(member, found),
    }


def _receipts(member, found: Release) -> list[NoticeReceipt]:
    """The notices about *found* and how they were answered; each has the lawful basis on which it is kept as `kept`."""
    receipts = list(
        NoticeReceipt.objects.visible_to(member).filter(release=found).select_related("notice").order_by("pk")
    )
    codes = {receipt.basis for receipt in receipts} - {""}
    kept = {row.code: row for row in LegalBasis.objects.filter(code__in=codes)} if codes else {}
    for receipt in receipts:
        receipt.kept = kept.get(receipt.basis)
    return receipts


def _notices(member, found: Release) -> list[NoticeReceipt]:
    return list(NoticeReceipt.objects.told(member).filter(release=found).select_related("notice").order_by("pk"))


def _shows(member) -> list[str]:
    shows = ["mine"]
    if member.may(Permission.DECIDE_DISCLOSURE):
        shows += ["from", "to"]
    if member.desk_panels():
        shows.append("desk")
    return [*shows, "overdue"] if len(shows) > 1 else shows


def _listed(member, show: str):
    if show == "desk":
        return Release.objects.known_to_desk(member)
    seen = Release.objects.visible_to(member)
    if show == "from":
        return seen.filter(decision__in=Decision.objects.visible_to(member).order_by().values("pk"))
    if show == "to":
        return Release.objects.held_by_agency_of(member)
    if show == "overdue":
        late = Release.objects.overdue().order_by().values("pk")
        known = Release.objects.known_to_desk(member).order_by().values("pk")
        mine = seen.order_by().values("pk")
        found = Release.objects.filter(pk__in=late)
        found = found.filter(pk__in=mine) | found.filter(pk__in=known)
        return found.select_related("decision__disclosure", "decision__originator", "agency", "member")
    return Release.objects.of(member)


def _told(request, found: Release) -> None:
    disclosure = found.decision.disclosure
    consulted(request, found, reason="release", case_id=disclosure.case_id, panel_id=disclosure.panel_id)
