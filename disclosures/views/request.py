"""Asking: from the case page's tab or by reference, writing, following and withdrawing a request."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.models import Case, Party, Sheet
from cases.views.frame import find_case, show_tab
from cases.views.writing import open_form, save_form
from core.pages import Page
from core.records import StaleVersion
from disclosures.forms.request import DissentForm, FindCaseForm, RequestForm
from disclosures.models import Decision, Disclosure, DisclosurePerson, Dissent
from disclosures.rules import merits
from disclosures.rules import request as rules
from disclosures.rules.extracting import may_make
from disclosures.rules.told import ANSWERED, answers_to
from disclosures.workflow import approval
from disclosures.workflow import request as verbs
from disclosures.workflow.merits import put_to_officer
from partnership.access import permission
from partnership.models import Agency
from partnership.roles import Permission
from partnership.views.doing import pressed

PART = "request"


@require_safe
@permission(Permission.VIEW_CASE)
def case_requests(request, pk):
    """The case page's tab: the own agency's requests and, at the desk, that others are there."""
    case = find_case(request, pk)
    mine, newest = _own(request.member).filter(case=case), ("-created_at", "-pk")
    own = Page(mine.select_related("requested_by"), newest, request)
    known = Disclosure.objects.known_to_desk(request.member).filter(case=case)
    known = known.exclude(pk__in=mine.order_by().values("pk")).select_related("agency")
    others = Page(known, newest, request, parameter="other")
    answers = answers_to([*own, *others])
    for disclosure in [*own, *others]:
        disclosure.answers = answers[disclosure.pk]
    standing = merits.standings(request.member, case)
    may_tell = rules.may_tell(request.member, case)
    may_ask = may_tell and rules.is_prepared(request.member, case.panel_id)
    context = {"own": own, "others": others, "may_ask": may_ask, "may_tell": may_tell}
    context["may_extract"] = may_make(request.member, case.panel_id)
    context |= {"merits": standing, "may_put": bool(standing) and merits.may_put(request.member, case)}
    things = [*own.rows, *(each.sheet for each in standing)]
    return show_tab(request, case, "requests", "disclosures/request/_case_requests.html", context, things=things)


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def put_merits(request, pk):
    """Put what the own agency decided on the merits before its liaison officer."""
    sheet = find_or_404(request, Sheet.objects.visible_to(request.member), pk=pk)
    pressed(request, _("It waits for your liaison officer."), put_to_officer, by=request.member, sheet=sheet)
    return redirect("disclosures:case_requests", pk=sheet.case_id)


@permission(Permission.ASK_DISCLOSURE)
def request_list(request):
    """The own agency's requests, the newest first; and a way to begin one by the case's reference."""
    form = FindCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"].strip()
        case = Case.objects.visible_to(request.member).filter(reference__iexact=reference).first()
        if case is not None:
            return redirect("disclosures:case_requests", pk=case.pk)
        form.add_error("reference", _("You see no case of this reference."))
    page = Page(_own(request.member).select_related("case", "requested_by"), ("-created_at", "-pk"), request)
    answers = answers_to(page.rows)
    for disclosure in page.rows:
        disclosure.answers = answers[disclosure.pk]
    urgent = list(_urgent(request.member))
    context = {"page": page, "form": form, "urgent": urgent}
    response = render(request, "disclosures/request/list.html", context, status=422 if form.errors else 200)
    consulted(request, None, event="disclosures.listed", reason="own_request", things=[*page.rows, *urgent])
    return response


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def begin(request, pk):
    """Begin a request about a case."""
    case = find_or_404(request, Case.objects.visible_to(request.member).select_related("panel"), pk=pk)
    disclosure = verbs.begin_request(by=request.member, case=case)
    return redirect("disclosures:write_request", pk=disclosure.pk)


@permission(Permission.ASK_DISCLOSURE)
def write(request, pk):
    """Write the request, kept as it is typed, and ask."""
    disclosure = _find(request, pk)
    if not rules.may_write(request.member, disclosure):
        raise PermissionDenied
    make = _form_maker(request.member, disclosure)
    if request.method == "POST":
        writing = save_form(
            request,
            make,
            lambda form: verbs.ask(
                by=request.member, disclosure=disclosure, seen=form.cleaned_data["version"] or 0, **form.said()
            ),
            about=disclosure,
            part=PART,
        )
        if writing.saved:
            messages.success(request, _("Your request has been sent. The agencies asked decide on it."))
            return redirect("disclosures:request", pk=pk)
    else:
        writing = open_form(request, make, about=disclosure, part=PART)
    context = {"disclosure": disclosure, "writing": writing, "form": writing.form}
    response = render(request, "disclosures/request/write.html", context, status=writing.status)
    consulted(request, disclosure, reason="own_request", case_id=disclosure.case_id)
    return response


@require_safe
@permission(Permission.ASK_DISCLOSURE)
def show(request, pk):
    """One request of the own agency: what was asked, and of each agency one word."""
    disclosure = _find(request, pk)
    people = list(DisclosurePerson.objects.with_key().filter(disclosure=disclosure))
    schedule = rules.schedule_for(disclosure.panel)
    labels = dict(schedule.items) if schedule else {}
    dissents = Dissent.objects.with_key().filter(decision__disclosure=disclosure, agency=request.member.agency_id)
    dissents = list(dissents.select_related("key", "decision__originator").order_by("raised_at", "pk"))
    context = {
        "disclosure": disclosure,
        "people": people,
        "categories": [labels.get(code, code) for code in disclosure.categories],
        "answers": answers_to([disclosure])[disclosure.pk],
        "dissents": dissents,
        "may_write": rules.may_write(request.member, disclosure),
        "may_withdraw": rules.may_withdraw(request.member, disclosure),
        "answered": ANSWERED,
        "disagreed": {dissent.decision.originator_id for dissent in dissents if not dissent.ended_at},
    }
    response = render(request, "disclosures/request/request.html", context)
    consulted(request, disclosure, reason="own_request", case_id=disclosure.case_id, things=people)
    return response


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def withdraw(request, pk):
    """Take the request back."""
    disclosure = _find(request, pk)
    try:
        verbs.withdraw(by=request.member, disclosure=disclosure)
    except StaleVersion:
        messages.error(request, _("An answer came in at this moment. Look again before you withdraw."))
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("disclosures:requests")


@permission(Permission.ASK_DISCLOSURE)
def dissent(request, pk, agency):
    """Say that the own agency disagrees with the answer of one agency."""
    disclosure = _find(request, pk)
    originator = find_or_404(request, Agency.objects.visible_to(request.member), pk=agency)
    form = DissentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            approval.dissent(by=request.member, disclosure=disclosure, originator=originator, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Recorded. The agency’s data protection officer is told."))
            return redirect("disclosures:request", pk=pk)
    context = {"disclosure": disclosure, "originator": originator, "form": form}
    response = render(request, "disclosures/request/dissent.html", context, status=422 if form.errors else 200)
    consulted(request, disclosure, reason="own_request", case_id=disclosure.case_id)
    return response


@require_POST
@permission(Permission.ASK_DISCLOSURE)
def withdraw_dissent(request, pk):
    """The own agency disagrees no more."""
    own = Dissent.objects.visible_to(request.member).filter(agency=request.member.agency_id)
    dissent = find_or_404(request, own.select_related("decision__disclosure"), pk=pk)
    words = request.POST.get("words", "")[:5000]  # the field takes no more
    pressed(request, _("Withdrawn."), approval.withdraw_dissent, by=request.member, dissent=dissent, words=words)
    return redirect("disclosures:request", pk=dissent.decision.disclosure_id)


def draftable(member, pk) -> Disclosure | None:
    """The request about which *member* may keep a draft: their own, not sent yet."""
    found = _own(member).filter(pk=pk).first()
    return found if found and rules.may_write(member, found) else None


def _own(member):
    return Disclosure.objects.visible_to(member).asked_by(member)


def _urgent(member):
    """Emergencies that wait for the member's own agency, which may release at once."""
    return (
        Decision.objects.visible_to(member)
        .waiting()
        .first_ones()
        .filter(disclosure__urgency=Disclosure.Urgency.EMERGENCY, originator_id=member.agency_id)
        .order_by("due_at")[:20]
    )


def _find(request, pk) -> Disclosure:
    found = _own(request.member).select_related("key", "panel", "case", "requested_by", "agency")
    return find_or_404(request, found, pk=pk)


def _form_maker(member, disclosure):
    parties = list(Party.objects.visible_to(member).filter(case=disclosure.case_id).current().spoken_of().in_order())
    originators = rules.originators_for(member, disclosure.case)
    schedule = rules.schedule_for(disclosure.panel)

    def make(data=None, **more):
        more = {"initial": {"version": disclosure.version} | more.get("initial", {})}
        return RequestForm(data, parties=parties, originators=originators, schedule=schedule, **more)

    return make
