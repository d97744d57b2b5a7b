"""Letters as the coordinator deals with them: proposed, sent, followed, decided on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from core.pages import Page
from meetings.forms.letters import WAYS, SendForm
from meetings.models import Letter, Meeting
from meetings.rules import documents as document_rules
from meetings.rules import letters as rules
from meetings.workflow import letters as verbs
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import done, pressed, whole_number

State = Letter.State
DECIDABLE = Q(state__in=[State.FAILED, State.UNKNOWN], replaced_by__isnull=True)
SHOWS = {
    "all": (gettext_lazy("All"), Q()),
    "decide": (gettext_lazy("To decide"), DECIDABLE),
    "underway": (gettext_lazy("On the way"), Q(state__in=[State.QUEUED, State.SENDING])),
    "sent": (gettext_lazy("Sent"), Q(state=State.SENT)),
    "withdrawn": (gettext_lazy("Withdrawn"), Q(state=State.WITHDRAWN)),
}


@require_GET
@permission(Permission.SEND)
def letters(request):
    """Every letter of the coordinator's panels, the newest first."""
    found = Letter.objects.visible_to(request.member)
    found = found.filter(meeting__panel_id__in=request.member.panels_with(Permission.SEND))
    return _listed(request, found, None)


@require_GET
@permission(Permission.SEND)
def meeting_letters(request, pk):
    """The letters of one meeting."""
    meeting = _find_meeting(request, pk)
    return _listed(request, Letter.objects.visible_to(request.member).filter(meeting=meeting), meeting)


@permission(Permission.SEND)
def send_letters(request, pk, kind):
    """To whom, at which address, in which way: shown before anything is sent, and sent by one button."""
    meeting = _find_meeting(request, pk)
    if kind not in rules.KINDS:
        raise Http404
    ripe = document_rules.is_ripe(meeting, rules.KINDS[kind])
    proposed = verbs.propose_letters(meeting, kind, by=request.member) if ripe else []
    form = SendForm(request.POST or None, proposed=proposed)
    if (
        form.is_bound
        and form.is_valid()
        and done(
            form,
            verbs.send_letters,
            by=request.member,
            meeting=meeting,
            kind=kind,
            chosen=form.chosen(),
            batch=form.cleaned_data["batch"],
        )
    ):
        count = len(form.chosen())
        messages.success(
            request, ngettext("One letter is queued.", "%(count)d letters are queued.", count) % {"count": count}
        )
        return redirect("meetings:meeting_letters", meeting.pk)
    context = {
        "form": form,
        "meeting": meeting,
        "kind": kind,
        "words": dict(rules.sendings())[kind],
        "ripe": ripe,
        "ways": WAYS,
    }
    response = render(request, "meetings/letters/send.html", context, status=422 if form.is_bound else 200)
    consulted(request, meeting, reason="sending", panel_id=meeting.panel_id)
    return response


@require_POST
@permission(Permission.SEND)
def decide_letter(request, pk):
    """It arrived, it is withdrawn, or another is sent in its place."""
    letter = _find_letter(request, pk)
    seen = whole_number(request.POST.get("seen"))
    act = request.POST.get("do")
    if act == "arrived":
        pressed(
            request,
            _("The letter is marked as arrived."),
            verbs.decide_unknown,
            by=request.member,
            letter=letter,
            arrived=True,
            seen=seen,
        )
    elif act == "withdraw":
        pressed(
            request, _("The letter is withdrawn."), verbs.withdraw_letter, by=request.member, letter=letter, seen=seen
        )
    elif act == "again":
        pressed(
            request,
            _("A new letter is queued in its place."),
            verbs.send_again,
            by=request.member,
            letter=letter,
            seen=seen,
        )
    else:
        raise Http404
    if request.POST.get("back") == "meeting":
        return redirect("meetings:meeting_letters", letter.meeting_id)
    return redirect("meetings:letters")


def _listed(request, found, meeting):
    """One page of letters, their counts by state, and what may be done about each."""
    show = request.GET.get("show", "all")
    show = show if show in SHOWS else "all"
    counts = found.order_by().aggregate(
        **{
            name: Count("pk", filter=query, distinct=True) if query else Count("pk", distinct=True)
            for name, (_words, query) in SHOWS.items()
        }
    )
    rows = found.filter(SHOWS[show][1]).select_related(
        "meeting__panel", "document", "agency", "member", "queued_by", "settled_by", "replaced_by"
    )
    page = Page(rows, ("-created_at", "-pk"), request)
    context = {
        "page": page,
        "meeting": meeting,
        "show": show,
        "shows": [(name, words, counts[name]) for name, (words, _query) in SHOWS.items()],
        "underway": any(letter.state in (State.QUEUED, State.SENDING) for letter in page.rows),
        "query": request.GET.urlencode(),
    }
    part = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "_letters"
    response = render(request, f"meetings/letters/{'_letters' if part else 'letters'}.html", context)
    consulted(
        request,
        meeting or request.member,
        event="letters.listed",
        reason="sending",
        things=page.rows,
        panel_id=meeting.panel_id if meeting else None,
    )
    return response


def _find_meeting(request, pk) -> Meeting:
    """The meeting of a panel for which the member sends."""
    meeting = find_or_404(request, Meeting.objects.visible_to(request.member).select_related("panel"), pk=pk)
    if not request.member.may(Permission.SEND, meeting.panel_id):
        raise PermissionDenied
    return meeting


def _find_letter(request, pk) -> Letter:
    found = Letter.objects.visible_to(request.member).select_related(
        "meeting__panel", "agency", "member__agency", "document__key", "document__meeting__panel"
    )
    return find_or_404(request, found, pk=pk)
