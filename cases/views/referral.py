"""A referral as a whole: the agency's list, starting one, its page, who is left out, sending and taking back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.referral import ExclusionForm, PanelForm, WithdrawForm
from cases.models import Bar, Checklist, Party, Referral, VictimContact
from cases.rules import contact as contact_rules
from cases.rules import referral as rules
from cases.rules import screening as screening_rules
from cases.rules import sight as sight_rules
from cases.schemes import scheme_of
from cases.views.referral_parts import editable
from cases.views.referral_reading import answers_of, laid_out
from cases.workflow import drafts
from cases.workflow.referral import start_referral, submit_referral, withdraw_referral
from cases.workflow.sight import exclude
from partnership.access import permission
from partnership.roles import Permission

State = Referral.State
SHOWN = 50
COLOURS = {
    "draft": "grey",
    "submitted": "blue",
    "returned": "yellow",
    "accepted": "green",
    "declined": "red",
    "withdrawn": "grey",
}


@permission(Permission.REFER)
@require_safe
def referrals(request):
    """The referrals of the member's agency: what is to be finished, and the latest that were sent."""
    own = (
        Referral.objects.visible_to(request.member)
        .filter(agency=request.member.agency_id)
        .select_related("written_by", "panel")
    )
    unfinished = list(own.filter(state__in=rules.BEING_WRITTEN).order_by("-created_at")[:SHOWN])
    sent = list(
        own.exclude(state__in=rules.BEING_WRITTEN).order_by(F("submitted_at").desc(nulls_last=True), "-created_at")[
            :SHOWN
        ]
    )
    told = _told(request.member)
    principal = {referral.pk: scheme_of(referral.panel).principal for referral in unfinished}
    people = Party.objects.visible_to(request.member).filter(
        referral__in=list(principal), capacity__in=set(principal.values())
    )
    names = {party.referral_id: party.name for party in people if party.capacity == principal[party.referral_id]}
    titles = {str(scheme_of(referral.panel).principal_words) for referral in unfinished}
    context = {
        "unfinished": [{"referral": r, "name": names.get(r.pk, ""), "colour": COLOURS[r.state]} for r in unfinished],
        "principal_words": titles.pop() if len(titles) == 1 else _("Person"),
        "shows_contact": any(row["has_contact"] for row in told),
        "shows_panel": len({r.panel_id for r in [*unfinished, *sent, *(row["referral"] for row in told)]}) > 1,
        "sent": [{"referral": r, "colour": COLOURS[r.state]} for r in sent],
        "told": told,
        "panels": rules.panels_to_refer_to(request.member),
    }
    response = render(request, "cases/referral/list.html", context)
    consulted(
        request,
        reason="own_referral",
        event="list.consulted",
        things=[*unfinished, *sent, *(row["referral"] for row in told)],
    )
    return response


@permission(Permission.REFER)
@require_http_methods(["GET", "POST"])
def start(request):
    """Choose the panel, where there are several, and start a draft."""
    panels = rules.panels_to_refer_to(request.member)
    if not panels:
        raise PermissionDenied
    typed = request.POST if request.method == "POST" and len(panels) > 1 else None
    form = PanelForm(typed, panels=panels)
    if request.method == "POST" and (len(panels) == 1 or form.is_valid()):
        panel = panels[0] if len(panels) == 1 else form.cleaned_data["panel"]
        return redirect("cases:referral", start_referral(by=request.member, panel=panel).pk)
    return render(
        request, "cases/referral/start.html", {"form": form, "panels": panels}, status=422 if form.is_bound else 200
    )


@permission(Permission.REFER)
@require_safe
def referral(request, pk):
    """The referral: its task list while the member may write it, the whole to read afterwards."""
    found = _found(request, pk)
    own = found.agency_id == request.member.agency_id
    show = _tasks if rules.may_write(request.member, found) else _whole
    response = show(request, found)
    consulted(
        request, found, reason="own_referral" if own else "referral", case_id=found.case_id, panel_id=found.panel_id
    )
    return response


@permission(Permission.REFER)
@require_http_methods(["GET", "POST"])
def leave_out(request, pk):
    """Agencies and people whom the author leaves out, and who will see the referral then."""
    found = editable(request, pk)
    bars = list(Bar.objects.live().filter(referral=found, reason=Bar.Reason.EXCLUDED))
    initial = {
        "agencies": [b.agency_id for b in bars if b.agency_id],
        "members": [b.member_id for b in bars if b.member_id],
    }
    form = ExclusionForm(request.POST or None, initial=initial, referral=found, member=request.member)
    if request.method == "POST" and form.is_valid():
        try:
            exclude(by=request.member, referral=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved who is left out."))
            return redirect("cases:submit_referral", pk)
    response = render(
        request,
        "cases/referral/leave_out.html",
        {"referral": found, "form": form, **_sight(request, found)},
        status=422 if form.is_bound else 200,
    )
    consulted(request, found, reason="own_referral", case_id=found.case_id, panel_id=found.panel_id)
    return response


@permission(Permission.REFER)
@require_http_methods(["GET", "POST"])
def submit(request, pk):
    """Everything that is missing, and who will see it; then send."""
    found = editable(request, pk)
    missing, refusal = _missing(request, found), []
    if request.method == "POST" and not missing:
        try:
            submit_referral(by=request.member, referral=found)
        except ValidationError as error:
            refusal = error.messages
        else:
            messages.success(request, _("Sent. The panel’s desk and those told at once can read it now."))
            return redirect("cases:referral", pk)
    context = {
        "referral": found,
        "missing": missing,
        "refusal": refusal,
        "asked": request.method == "POST",
        **_sight(request, found),
    }
    response = render(request, "cases/referral/submit.html", context, status=422 if request.method == "POST" else 200)
    consulted(request, found, reason="own_referral", case_id=found.case_id, panel_id=found.panel_id)
    return response


@permission(Permission.REFER)
@require_http_methods(["GET", "POST"])
def withdraw(request, pk):
    """Ask why, then take the referral back."""
    found = _found(request, pk)
    if not rules.may_withdraw(request.member, found):
        raise PermissionDenied
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw_referral(by=request.member, referral=found, reason=form.cleaned_data["words"])
        messages.success(request, _("The referral was withdrawn."))
        return redirect("cases:referral", pk)
    return render(
        request, "cases/referral/withdraw.html", {"referral": found, "form": form}, status=422 if form.is_bound else 200
    )


def _told(member) -> list[dict]:
    """The latest referrals that the member's agency was told of at once, each with whether contact was recorded."""
    found = Referral.objects.told_at_once(member).select_related("agency", "panel").order_by("-submitted_at")[:SHOWN]
    told = list(found)
    contacts = VictimContact.objects.visible_to(member).filter(referral__in=[referral.pk for referral in told])
    contacted = set(contacts.order_by().values_list("referral_id", flat=True))
    return [
        {
            "referral": referral,
            "colour": COLOURS[referral.state],
            "is_contacted": referral.pk in contacted,
            "has_contact": scheme_of(referral.panel).has("contact"),
        }
        for referral in told
    ]


def _found(request, pk) -> Referral:
    scoped = Referral.objects.visible_to(request.member).select_related(
        "panel", "agency", "written_by", "submitted_by", "decided_by", "case"
    )
    return find_or_404(request, scoped, pk=pk)


def _people(request, found):
    return list(
        Party.objects.visible_to(request.member).select_related("works_for").current().in_order().filter(referral=found)
    )


def _missing(request, found):
    checklist = Checklist.objects.visible_to(request.member).filter(referral=found).first()
    return rules.missing_from(found, _people(request, found), checklist)


def _tasks(request, found):
    missing = _missing(request, found)
    lacking = {item.section for item in missing}
    unsaved = {part.split(":")[0] for part in drafts.parts_with_drafts(request.member, found)}
    tasks = [
        {
            "section": section,
            "lacking": section.code in lacking,
            "unsaved": section.code in unsaved,
            "asked": section.code in (found.missing or []),
        }
        for section in scheme_of(found.panel).sections_for(found.panel)
    ]
    done = sum(1 for task in tasks if not task["lacking"])
    return render(
        request,
        "cases/referral/tasks.html",
        {"referral": found, "tasks": tasks, "missing": missing, "done": done, "colour": COLOURS[found.state]},
    )


def _whole(request, found):
    parties = _people(request, found)
    scheme = scheme_of(found.panel)
    checklist = Checklist.objects.visible_to(request.member).filter(referral=found).first()
    contacts = (
        VictimContact.objects.visible_to(request.member)
        .select_related("agency", "recorded_by")
        .filter(referral=found)
        .order_by("-happened_at")
    )
    return render(
        request,
        "cases/referral/referral.html",
        {
            "referral": found,
            "colour": COLOURS[found.state],
            "sections": laid_out(found, parties, checklist),
            "victim": next((party for party in parties if party.capacity == scheme.principal), None),
            "scheme": scheme,
            "has_contact": scheme.has("contact"),
            "answers": answers_of(checklist) if checklist else [],
            "contacts": contacts,
            "may_contact": contact_rules.may_record_contact(request.member, found),
            "may_withdraw": rules.may_withdraw(request.member, found),
            "may_screen": screening_rules.may_screen(request.member, found),
            "is_own": found.agency_id == request.member.agency_id,
            **_sight(request, found),
        },
    )


def _sight(request, found) -> dict:
    """Who sees the referral, or will, who does not because of a conflict, and who was left out."""
    bars = list(Bar.objects.live().filter(referral=found).select_related("agency", "member__agency"))
    but = {bar.agency_id or bar.member_id for bar in bars}
    own_conflict = any(
        b.member_id and b.reason == Bar.Reason.CONFLICT and b.member.agency_id == found.agency_id for b in bars
    )
    return {
        "watchers": sight_rules.watchers(found, but=but, only_author=own_conflict),
        "conflicts": [bar for bar in bars if bar.reason == Bar.Reason.CONFLICT and bar.agency_id],
        "own_conflict": own_conflict,
        "left_out": [bar for bar in bars if bar.reason == Bar.Reason.EXCLUDED],
    }
