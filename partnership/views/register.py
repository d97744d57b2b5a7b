"""The register of the protocol: who signed, what ends soon, its versions, posts and attendees."""

import csv
import datetime

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.pages import Page
from core.recording import record
from partnership.access import permission
from partnership.finding import found_or_404
from partnership.forms.register import AttendeeForm, PostForm, ProtocolForm, ScheduleForm
from partnership.kinds import kinds
from partnership.models import (
    Agency,
    Attendee,
    ExitTask,
    Joining,
    LegalBasis,
    LiaisonPost,
    Protocol,
    ProtocolSchedule,
    Signatory,
)
from partnership.roles import Permission
from partnership.views.doing import done, pressed, shown, typed
from partnership.workflow import protocol as verbs

SOON = datetime.timedelta(days=60)
ATTENDEES = 100  # of a page: a whole panel is looked through at a glance
FORMS = ["GET", "HEAD", "POST"]


@require_safe
@permission(Permission.KEEP_REGISTER)
def register(request):
    """Everybody's standing on one page: tier, class, state, review dates, what ends soon, what is open."""
    agencies = register_of(request.member)
    context = {
        "agencies": agencies,
        "ending": [agency for agency in agencies if agency.ends_soon],
        "undecided": [agency for agency in agencies if agency.lacks_officer],
        "protocol": Protocol.objects.visible_to(request.member).in_force().first(),
        "joinings": Joining.objects.visible_to(request.member).open().select_related("agency"),
        "exits": ExitTask.objects.visible_to(request.member).open().select_related("agency").order_by("due_on"),
    }
    return render(request, "partnership/register.html", context)


@require_POST
@permission(Permission.EXPORT_REGISTER)
def export_register(request):
    """The register as CSV; recorded before it leaves."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="confer-register-{timezone.localdate():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [_("Agency"), _("Legal class"), _("Tier"), _("State"), _("From"), _("Until"), _("Review by"), _("ICO until")]
    )
    agencies = register_of(request.member)
    for agency in agencies:
        standing = agency.standing
        row = [agency.name, agency.get_legal_class_display(), *_standing_row(standing), agency.ico_expires_on or ""]
        writer.writerow([_unformed(str(cell)) for cell in row])
    record("register.exported", by=request.member, detail={"agencies": len(agencies)})
    return response


@require_safe
@permission(Permission.KEEP_REGISTER)
def protocols(request):
    """The versions of the protocol."""
    found = Protocol.objects.visible_to(request.member).select_related("lead_controller").order_by("-number")
    in_force = Protocol.objects.visible_to(request.member).in_force().first()
    return render(request, "partnership/protocols.html", {"protocols": found, "in_force": in_force})


@require_safe
@permission(Permission.KEEP_REGISTER)
def protocol(request, pk):
    """One version with its schedules."""
    found = found_or_404(request, Protocol.objects.visible_to(request.member).select_related("lead_controller"), pk=pk)
    schedules = list(found.schedules.all())
    codes = {code for schedule in schedules for code in schedule.bases}
    bases = {row.code: row for row in LegalBasis.objects.filter(code__in=codes)}
    schemes = kinds()
    for schedule in schedules:
        schedule.rows = [bases.get(code, code) for code in schedule.bases]
        schedule.name = schemes[schedule.scheme].name if schedule.scheme in schemes else schedule.scheme.upper()
    return render(request, "partnership/protocol.html", {"found": found, "schedules": schedules})


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def add_protocol(request):
    """The next version; it begins with the schedules of the latest."""
    instance = Protocol(partnership=request.member.agency.partnership)
    latest = Protocol.objects.visible_to(request.member).order_by("-number").first()
    names = ("name", "lead_controller", "allows_guests", "dpia_reference", "policy_reference")
    initial = {name: getattr(latest, name) for name in names} if latest else {}
    form = ProtocolForm(typed(request), instance=instance, by=request.member, initial=initial)
    if form.is_valid() and done(form, verbs.save_protocol, form.instance, by=request.member):
        messages.success(request, _("Version %(number)s is entered.") % {"number": instance.number})
        return redirect("partnership:protocol", pk=instance.pk)
    return _shown(request, form, _("New version of the protocol"), "partnership:protocols")


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def change_protocol(request, pk):
    """A version's dates and references."""
    found = found_or_404(request, Protocol.objects.visible_to(request.member), pk=pk)
    form = ProtocolForm(typed(request), instance=found, by=request.member)
    if form.is_valid() and done(form, verbs.save_protocol, found, by=request.member, seen=form.seen):
        messages.success(request, _("Saved."))
        return redirect("partnership:protocol", pk=pk)
    return _shown(request, form, _("Version of the protocol"), "partnership:protocol", pk)


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def add_schedule(request, pk):
    """The schedule of one more scheme."""
    found = found_or_404(request, Protocol.objects.visible_to(request.member), pk=pk)
    form = ScheduleForm(typed(request), instance=ProtocolSchedule(protocol=found))
    if form.is_valid() and done(form, verbs.save_schedule, form.instance, by=request.member):
        messages.success(request, _("Saved."))
        return redirect("partnership:protocol", pk=pk)
    return _shown(request, form, _("Schedule of a scheme"), "partnership:protocol", pk)


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def change_schedule(request, pk):
    """What the protocol says about one scheme."""
    found = found_or_404(request, ProtocolSchedule.objects.visible_to(request.member), pk=pk)
    form = ScheduleForm(typed(request), instance=found)
    if form.is_valid() and done(form, verbs.save_schedule, found, by=request.member, seen=form.seen):
        messages.success(request, _("Saved."))
        return redirect("partnership:protocol", pk=found.protocol_id)
    return _shown(request, form, _("Schedule of a scheme"), "partnership:protocol", found.protocol_id)


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def add_post(request, pk):
    """That somebody holds a post of an agency."""
    agency = found_or_404(request, Agency.objects.visible_to(request.member), pk=pk)
    form = PostForm(typed(request), instance=LiaisonPost(agency=agency))
    if form.is_valid() and done(form, verbs.fill_post, form.instance, by=request.member):
        messages.success(request, _("Saved."))
        return redirect("partnership:agency", pk=pk)
    return _shown(request, form, _("Post of the agency"), "partnership:agency", pk, caption=agency.name)


@require_POST
@permission(Permission.KEEP_REGISTER)
def end_post(request, pk):
    """That nobody holds this post through this row any more."""
    found = found_or_404(request, LiaisonPost.objects.visible_to(request.member), pk=pk)
    pressed(request, _("The post has ended."), verbs.end_post, found, by=request.member, seen=found.version)
    return redirect("partnership:agency", pk=found.agency_id)


@require_safe
@permission(Permission.KEEP_REGISTER)
def attendees(request):
    """Who may attend which panel; what is missing for each."""
    found = Attendee.objects.visible_to(request.member).live().select_related("member__agency", "panel")
    page = Page(found, ("panel__name", "member__name", "pk"), request, size=ATTENDEES)
    return render(request, "partnership/attendees.html", {"page": page})


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def add_attendee(request):
    """One more authorised attendee."""
    form = AttendeeForm(typed(request), by=request.member)
    if form.is_valid() and done(form, verbs.save_attendee, form.instance, by=request.member):
        messages.success(request, _("Saved."))
        return redirect("partnership:attendees")
    return _shown(request, form, _("Authorised attendee"), "partnership:attendees")


@require_http_methods(FORMS)
@permission(Permission.KEEP_REGISTER)
def change_attendee(request, pk):
    """When an attendee was trained, declared and vetted; or end it."""
    attendee = found_or_404(request, Attendee.objects.visible_to(request.member).select_related("member"), pk=pk)
    if request.POST.get("do") == "end":
        said = _("%(name)s attends no longer.") % {"name": attendee.member.name}
        pressed(request, said, verbs.end_attendee, attendee, by=request.member, seen=attendee.version)
        return redirect("partnership:attendees")
    form = AttendeeForm(typed(request), instance=attendee, by=request.member)
    if form.is_valid() and done(form, verbs.save_attendee, attendee, by=request.member, seen=form.seen):
        messages.success(request, _("Saved."))
        return redirect("partnership:attendees")
    return _shown(
        request,
        form,
        _("Authorised attendee"),
        "partnership:attendees",
        caption=attendee.member.name,
        second=("end", _("Attends no longer")),
    )


@require_safe
@permission(Permission.KEEP_REGISTER)
def legal_bases(request):
    """The table of lawful bases, as it is law today and as it was."""
    today = timezone.localdate()
    rows = list(LegalBasis.objects.visible_to(request.member))
    for row in rows:
        row.holds = row.is_valid(today)
    return render(request, "partnership/legal_bases.html", {"rows": rows})


# what the views above share
def register_of(member) -> list[Agency]:
    """Every agency with `standing`, its live or else latest one; `ends_soon`, what of it runs out within 60 days; and
    `lacks_officer`.

    Three queries, whatever their number.
    """
    standings = Prefetch("signatures", queryset=Signatory.objects.order_by("-since"), to_attr="standings")
    deciding = LiaisonPost.objects.deciding().select_related("member").order_by("-kind", "since")
    posts = Prefetch("posts", queryset=deciding, to_attr="deciding")
    agencies = list(Agency.objects.visible_to(member).prefetch_related(standings, posts).order_by("name"))
    now = timezone.now()
    for agency in agencies:
        live = [each for each in agency.standings if each.is_live(now)]
        agency.standing = next(iter(live or agency.standings), None)
        agency.ends_soon = list(_ending(agency, now))
        agency.lacks_officer = bool(live) and LiaisonPost.Kind.OFFICER not in [each.kind for each in agency.deciding]
    return agencies


def _ending(agency: Agency, now):
    limit = timezone.localdate(now + SOON)
    standing = agency.standing
    if standing and standing.is_live(now):
        if standing.until and standing.last_day <= limit:
            yield _("standing"), standing.last_day
        if standing.review_on and standing.review_on <= limit:
            yield _("review of the standing"), standing.review_on
    if agency.ico_expires_on and agency.ico_expires_on <= limit:
        yield _("ICO registration"), agency.ico_expires_on


def _standing_row(standing) -> list:
    if standing is None:
        return ["", _("Never signed"), "", "", ""]
    return [standing.tier, standing.state_words, standing.first_day, standing.last_day or "", standing.review_on or ""]


def _unformed(cell: str) -> str:
    """*cell* so that a spreadsheet takes it for words."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _shown(request, form, title, back, pk=None, *, caption="", second=None, notice=""):
    address = reverse(back, args=[pk] if pk else [])
    context = {"form": form, "title": title, "back_url": address, "caption": caption, "second": second}
    context["notice"] = notice
    return shown(request, "partnership/register_form.html", context)
