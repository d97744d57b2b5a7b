"""The management tab of a case, opening, moving and ending its tracks, and the list of cases by status."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases import gates
from cases.forms.track import EndForm, filter_form, move_form
from cases.models import Subject, Track
from cases.rules import stream as streams
from cases.rules import track as rules
from cases.schemes import scheme_of
from cases.views.following import management_mark
from cases.views.frame import find_case, reason_for, show_tab
from cases.views.track_reading import forms_shown, people_for, tracks_shown
from cases.views.writing import open_form, save_form
from cases.workflow import track as verbs
from core.pages import Page
from partnership.access import permission
from partnership.models import Panel
from partnership.roles import Permission
from partnership.views.doing import done, shown, typed


@require_safe
@permission(Permission.VIEW_CASE)
def management(request, pk):
    """How the case is managed: its tracks with their steps, and its forms."""
    case = find_case(request, pk)
    scheme = scheme_of(case.panel)
    if not (scheme.tracks or scheme.sheets):
        raise Http404
    mark = management_mark(request.member, case)  # before the rows: what comes between is seen as a change
    part = rules.Part.in_case(request.member, case)
    tracks = tracks_shown(request.member, case)
    passable = streams.passable(request.member, [one.track for one in tracks])
    standing = gates.episodes(by=request.member, tracks=[one.track for one in tracks])
    for one in tracks:
        one.may_pass_on, one.consent = one.track.pk in passable, standing.get(one.track.pk)
    context = {
        "mark": mark,
        "heading": scheme.management_word,
        "tracks": tracks,
        "forms": forms_shown(request.member, case, part, tracks),
        "papers": scheme.papers if request.member.may(Permission.MAKE_DOCUMENTS, case.panel_id) else (),
        "openings": rules.openings_for(request.member, case, part),
    }
    things = [one.track for one in tracks] + [sheet for form in context["forms"] for sheet in form.sheets]
    return show_tab(request, case, "management", "cases/management/_management.html", context, things=things)


@require_http_methods(["GET", "POST"])
@permission(Permission.VIEW_CASE)
def open_track(request, pk, kind, code):
    """Begin a track by one of its opening moves."""
    case = find_case(request, pk)
    kind_of = scheme_of(case.panel).track_kind(kind)
    move = kind_of.move(code) if kind_of else None
    if move is None or move.sources or not move.offered:
        raise Http404
    if (kind_of, move) not in rules.openings_for(request.member, case, rules.Part.in_case(request.member, case)):
        raise PermissionDenied
    people = people_for(request.member, case, kind_of)
    form_class = move_form(move, request.member)

    def make(data=None, initial=None):
        return form_class(data, initial=initial, move=move, people=people)

    def save(form):
        chosen = form.cleaned_data.get("subject")
        subject = Subject.objects.visible_to(request.member).get(pk=chosen) if chosen else None
        return verbs.open_track(by=request.member, case=case, kind=kind, move=code, subject=subject, **form.said)

    return _write(request, case, move, kind_of, make, save, about=case, part=f"open:{kind}:{code}"[:60])


@require_http_methods(["GET", "POST"])
@permission(Permission.VIEW_CASE)
def move_track(request, pk, code):
    """Make one move; where somebody moved meanwhile, what was typed stands over what is there now."""
    track = find_or_404(request, rules.find_track(request.member), pk=pk)
    move = track.kind_of.move(code)
    if move is None or not move.sources or not move.offered:
        raise Http404
    if not rules.may_move(request.member, track, move):
        raise PermissionDenied
    form_class = move_form(move, request.member)

    def make(data=None, initial=None):
        return form_class(data, initial={"version": track.version, **(initial or {})}, move=move)

    def save(form):
        return verbs.move(by=request.member, track=track, move=code, seen=form.seen, **form.said)

    case = find_case(request, track.case_id)
    return _write(request, case, move, track.kind_of, make, save, about=track, part=f"move:{code}", track=track)


@require_http_methods(["GET", "POST"])
@permission(Permission.KEEP_CASE)
def end_track(request, pk):
    """End a track outside its scheme's moves: opened in error, or the case is to be closed."""
    track = find_or_404(request, rules.find_track(request.member), pk=pk)
    if not rules.may_end(request.member, track):
        raise PermissionDenied
    form = EndForm(typed(request), initial={"version": track.version})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        if done(
            form,
            verbs.end_track,
            by=request.member,
            track=track,
            reason=said["reason"],
            words=said["words"],
            seen=said["version"] or 0,
        ):
            messages.success(request, _("It is ended. What was recorded stays."))
            return redirect("cases:case_management", track.case_id)
    response = shown(request, "cases/management/end.html", {"form": form, "track": track, "case": track.case})
    consulted(request, track, reason="supervision", case_id=track.case_id)
    return response


@require_safe
@permission(Permission.MANAGE_CASE)
def track_list(request):
    """Every running track that the member's desk or agency manages, the longest in its state first."""
    member = request.member
    panels = list(Panel.objects.visible_to(member).filter(pk__in=member.panels_with(Permission.MANAGE_CASE)))
    kinds = {kind.code: kind for panel in panels for kind in scheme_of(panel).tracks}
    form = filter_form(panels, kinds)(request.GET)
    form.is_valid()
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    columns = {"panel": "case__panel", "kind": "kind", "state": "state"}
    found = rules.find_track(member).filter(is_managing=True).running()
    found = found.filter(**{columns[name]: value for name, value in chosen.items()})
    page = Page(found, ("since", "pk"), request)
    for track in page.rows:
        track.urgency = rules.urgency(track, timezone.localdate())
    context = {"page": page, "form": form, "many_panels": len(panels) > 1}
    response = render(request, "cases/management/list.html", context)
    consulted(request, None, event="tracks.listed", reason="managing", things=page.rows)
    return response


def _write(request, case, move, kind, make, save, *, about, part, track=None):
    if request.method == "POST":
        writing = save_form(request, make, save, about=about, part=part)
        if writing.saved is not None:
            messages.success(request, _("Saved: %(move)s.") % {"move": move.words})
            return redirect("cases:case_management", case.pk)
    else:
        writing = open_form(request, make, about=about, part=part)
    now = _as_it_is(request, track, writing.form) if track else None
    context = {"case": case, "move": move, "kind": kind, "track": now, "writing": writing, "form": writing.form}
    response = render(request, "cases/management/move.html", context, status=writing.status)
    consulted(request, about, reason=reason_for(request, case) or "managing", case_id=case.pk)
    return response


def _as_it_is(request, track, form) -> Track:
    """The track as it is now; the next save of *form* is over it."""
    now = rules.find_track(request.member).filter(pk=track.pk).first() or track
    if form.is_bound:
        form.data = form.data.copy()
        form.data["version"] = now.version
    return now
