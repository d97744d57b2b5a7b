"""Research: the agency's page for the whole list, its answer for one case, the coordinator's board."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from cases import gates
from cases.forms.entry import EntryForm
from cases.models import Party
from cases.schemes import scheme_of
from cases.views.entry import sight_of
from cases.views.writing import Writing, open_form, save_form
from meetings.forms.research import CheckForm, ReturnForm
from meetings.models import Meeting, ResearchRequest, Return
from meetings.rules import calendar
from meetings.rules import research as rules
from meetings.views.calendar import find_meeting
from meetings.views.research_rows import board_for, rows_for
from meetings.workflow import research as verbs
from partnership.access import permission
from partnership.models import Agency
from partnership.roles import Permission
from partnership.views.doing import pressed, whole_number


@require_GET
@permission(Permission.RESEARCH)
def research(request, pk):
    """Everything that the agency is asked about at one meeting."""
    meeting = find_meeting(request, pk)
    rows = rows_for(request.member, meeting)
    own = ResearchRequest.objects.visible_to(request.member).filter(meeting=meeting, agency=request.member.agency_id)
    context = {
        "meeting": meeting,
        "rows": rows,
        "request_sent": own.first(),
        "remaining": sum(row.is_outstanding for row in rows),
        "may_answer": rules.may_research(request.member, meeting),
    }
    response = render(request, "meetings/research/research.html", context)
    consulted(request, meeting, reason="research", things=[row.case for row in rows], panel_id=meeting.panel_id)
    return response


@require_POST
@permission(Permission.RESEARCH)
def nothing_known_of_rest(request, pk):
    """Nothing known in every case that is not begun."""
    meeting = find_meeting(request, pk)
    try:
        answered, left = verbs.nothing_known_of_rest(by=request.member, meeting=meeting)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("meetings:research", meeting.pk)
    words = ngettext("One case answered: nothing known.", "%(count)d cases answered: nothing known.", len(answered))
    messages.success(request, words % {"count": len(answered)})
    if left:
        words = ngettext(
            "One case was left alone, because it has been begun.",
            "%(count)d cases were left alone, because they have been begun.",
            len(left),
        )
        messages.info(request, words % {"count": len(left)})
    return redirect("meetings:research", meeting.pk)


@require_POST
@permission(Permission.RESEARCH)
def nothing_known_of_case(request, pk):
    """Nothing known of anybody in one case."""
    return _to_case(_answered(request, pk, verbs.nothing_known_of_case, _("%(case)s: nothing known.")))


@require_POST
@permission(Permission.RESEARCH)
def nothing_known_of_person(request, pk, party):
    """Nothing known of one person."""
    answer = _find_answer(request, pk)
    person = find_or_404(request, _people(request, answer), pk=party)
    pressed(
        request,
        _("%(case)s: nothing known of this person.") % {"case": answer.listing.case.reference},
        verbs.nothing_known_of_person,
        by=request.member,
        answer=answer,
        party=person,
    )
    return _to_case(answer)


@require_POST
@permission(Permission.RESEARCH)
def reopen(request, pk):
    """Answer anew what was answered."""
    answer = _answered(request, pk, verbs.reopen_return, _("%(case)s can be answered anew."))
    return redirect("meetings:return", answer.pk)


@permission(Permission.RESEARCH)
def answer_return(request, pk):
    """The form of one case in which something is known; posting sends the agency's answer."""
    answer = _find_answer(request, pk)
    writing = None
    if request.method == "POST":
        _require_answerer(request, answer)
        writing = save_form(
            request,
            _return_maker(request, answer),
            lambda form: verbs.answer_return(by=request.member, answer=answer, **form.said()),
            about=answer,
            part="answer",
        )
        if writing.saved:
            messages.success(request, _("%(case)s is answered.") % {"case": answer.listing.case.reference})
            return _to_case(answer)
    return _return_page(request, answer, of_return=writing)


@permission(Permission.RESEARCH)
def check_person(request, pk, party):
    """What the agency holds of one person; a GET shows the case."""
    answer = _find_answer(request, pk)
    person = find_or_404(request, _people(request, answer), pk=party)
    if request.method != "POST":
        return redirect("meetings:return", answer.pk)
    _require_answerer(request, answer)
    writing = save_form(
        request,
        _check_maker(person, None),
        lambda form: verbs.save_check(by=request.member, answer=answer, party=person, **form.said()),
        about=answer,
        part=f"check-{person.pk}",
    )
    if writing.saved:
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('meetings:return', args=[answer.pk])}#person-{person.pk}")
    return _return_page(request, answer, of_person=(person.pk, writing))


@require_GET
@permission(Permission.KEEP_AGENDA)
def board(request, pk):
    """Who has answered, agency by case."""
    meeting = find_meeting(request, pk)
    _require_desk(request, meeting)
    gathered = board_for(request.member, meeting)
    context = {
        "meeting": meeting,
        "board": gathered,
        "may_send": calendar.may_happen("send_research", meeting),
        "may_chase": calendar.may_happen("answer", meeting),
    }
    response = render(request, "meetings/research/board.html", context)
    consulted(
        request,
        meeting,
        reason="agenda_item",
        things=[item.listing.case for item in gathered.items],
        panel_id=meeting.panel_id,
    )
    return response


@require_POST
@permission(Permission.KEEP_AGENDA)
def send(request, pk):
    """Send the research requests, to those who have none yet."""
    meeting = find_meeting(request, pk)
    _require_desk(request, meeting)
    pressed(request, _("The research requests are sent."), verbs.send_research, by=request.member, meeting=meeting)
    return redirect("meetings:board", meeting.pk)


@require_POST
@permission(Permission.KEEP_AGENDA)
def chase(request, pk):
    """Chase all agencies whose answers are outstanding, or one."""
    meeting = find_meeting(request, pk)
    _require_desk(request, meeting)
    agencies = None
    if request.POST.get("agency"):
        agencies = [find_or_404(request, Agency.objects.visible_to(request.member), pk=request.POST["agency"])]
    pressed(
        request,
        _("Reminders without names are sent."),
        verbs.chase_research,
        by=request.member,
        meeting=meeting,
        agencies=agencies,
    )
    return redirect("meetings:board", meeting.pk)


def _return_page(request, answer, *, of_return=None, of_person=(None, None)):
    meeting, member = answer.request.meeting, request.member
    row = rows_for(member, meeting, [answer])[0]
    for person in row.people:
        part = f"check-{person.party.pk}"
        person.writing = (
            of_person[1]
            if person.party.pk == of_person[0]
            else open_form(request, _check_maker(person.party, person.check), about=answer, part=part)
        )
    here = reverse("meetings:return", args=[answer.pk])
    entry_writing = _entry_writing(request, row)
    context = {
        "meeting": meeting,
        "row": row,
        "answer": answer,
        "writing": of_return or open_form(request, _return_maker(request, answer), about=answer, part="answer"),
        "entry_writing": entry_writing,
        "may_answer": rules.may_answer(member, answer),
        "told_to": _told_to(member, row),
        **sight_of(member, answer.listing, row.audience, entry_writing.form),
        "here": here,
    }
    context["form"] = context["writing"].form
    context["refused_forms"] = [w.form for w in (of_return, of_person[1]) if w is not None]
    status = max(w.status for w in (of_return, of_person[1]) if w is not None) if context["refused_forms"] else 200
    response = render(request, "meetings/research/return.html", context, status=status)
    consulted(request, answer.listing.case, reason="research", case_id=answer.listing.case_id, things=[answer])
    return response


def _told_to(member, row) -> str:
    """Who reads whom the agency knows, in words."""
    if rules.rests_on_consent(row.answer.request.meeting.panel, member.agency):
        return _("%(agency)s (your agency)") % {"agency": member.agency.name}
    return row.audience.sentence(member.agency)


def _entry_writing(request, row) -> Writing:
    parties = [person.party for person in row.people]
    others = row.audience.others(request.member.agency)

    panel = row.answer.request.meeting.panel
    scheme, kinds = scheme_of(panel), gates.categories(panel)

    def make(data=None, **more):
        given = {"scheme": scheme, "parties": parties, "others": others, "categories": kinds}
        return EntryForm(data, auto_id="entry_%s", **given, **more)

    return open_form(request, make, about=row.answer.listing, part="entry")


def _check_maker(party: Party, check):
    def make(data=None, **more):
        return CheckForm(data, auto_id=f"check_{party.pk}_%s", **({"initial": CheckForm.of(check)} | more))

    return make


def _return_maker(request, answer: Return):
    def make(data=None, **more):
        return ReturnForm(data, answer=answer, **({"initial": ReturnForm.of(answer, request.member)} | more))

    return make


def _find_answer(request, pk) -> Return:
    """A return of the member's own agency that stands on an agenda; else 404."""
    answers = (
        Return.objects.visible_to(request.member)
        .asked()
        .filter(request__agency_id=request.member.agency_id, listing__item__removed_at__isnull=True)
        .select_related(
            "key",
            "request__agency",
            "request__meeting__panel",
            "listing__key",
            "listing__item",
            "listing__case__key",
            "listing__case__panel",
            "listing__referral__key",
        )
    )
    return find_or_404(request, answers, pk=pk)


def _answered(request, pk, verb, said: str) -> Return:
    """Do *verb* to the agency's return over the version that the page showed, and say so."""
    answer = _find_answer(request, pk)
    seen = whole_number(request.POST.get("seen"), answer.version)
    words = said % {"case": answer.listing.case.reference}
    pressed(request, words, verb, by=request.member, answer=answer, seen=seen)
    return answer


def _people(request, answer: Return):
    return Party.objects.visible_to(request.member).filter(case=answer.listing.case_id).current().spoken_of()


def _require_answerer(request, answer: Return) -> None:
    if not rules.may_answer(request.member, answer):
        raise PermissionDenied


def _require_desk(request, meeting: Meeting) -> None:
    if not rules.may_chase(request.member, meeting):
        raise PermissionDenied


def _to_case(answer: Return):
    return redirect(f"{reverse('meetings:research', args=[answer.request.meeting_id])}#case-{answer.pk}")
