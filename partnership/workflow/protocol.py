"""The protocol's versions and schedules, the posts of its agencies, and who may attend for them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import record
from partnership.models import Attendee, LegalBasis, LiaisonPost, Protocol, ProtocolSchedule
from partnership.roles import Permission


@transaction.atomic
def save_protocol(protocol: Protocol, *, by, seen: int | None = None) -> None:
    """Enter the next version, or save one over the version *seen*.  A new version takes along the latest schedules.

    Records protocol.changed.
    """
    _require_keeper(by)
    if seen is not None:
        noting(protocol, by=by, reason="protocol.changed").save_over(seen)
        record("protocol.changed", by=by, thing=protocol, detail={"number": protocol.number})
        return
    earlier = Protocol.objects.filter(partnership=protocol.partnership_id)
    latest = earlier.order_by("-number").first()
    protocol.number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            noting(protocol, by=by, reason="protocol.changed").save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("Somebody else entered a version at the same time. Look at it first.")) from error
    for schedule in latest.schedules.all() if latest else ():
        schedule.pk, schedule._state.adding, schedule.protocol, schedule.version = None, True, protocol, 1
        schedule.pk = ProtocolSchedule._meta.pk.get_default()
        noting(schedule, by=by, reason="protocol.changed").save(force_insert=True)
    record("protocol.changed", by=by, thing=protocol, detail={"number": protocol.number})


@transaction.atomic
def save_schedule(schedule: ProtocolSchedule, *, by, seen: int | None = None) -> None:
    """Add or save the schedule of one scheme; its codes are of the reference table.  Records protocol.changed."""
    _require_keeper(by)
    known = set(LegalBasis.objects.filter(code__in=schedule.bases).values_list("code", flat=True))
    unknown = [code for code in schedule.bases if code not in known]
    if unknown:
        sentence = _("Not in the table of lawful bases: %(codes)s.") % {"codes": ", ".join(unknown)}
        raise ValidationError({"bases": sentence})
    noting(schedule, by=by, reason="schedule.changed")
    try:
        with transaction.atomic():
            schedule.save(force_insert=True) if seen is None else schedule.save_over(seen)
    except IntegrityError as error:
        raise ValidationError({"scheme": _("This version has a schedule for the scheme already.")}) from error
    record("protocol.changed", by=by, thing=schedule, detail={"scheme": schedule.scheme})


@transaction.atomic
def fill_post(post: LiaisonPost, *, by) -> None:
    """Let somebody hold a post of an agency from now on.

    A member holds posts of their own agency alone, while they work for it.  Who decides on disclosure is a member with
    the liaison officer's role.  Records post.filled.
    """
    _require_keeper(by)
    if post.member is not None and not _works_for(post.member, post.agency):
        raise ValidationError({"member": _("%(name)s does not work for this agency now.") % {"name": post.member.name}})
    if post.kind in LiaisonPost.DECIDING:
        if post.member is None:
            raise ValidationError({"member": _("A liaison officer who decides in Confer is a member of it.")})
        if not post.member.may(Permission.DECIDE_DISCLOSURE):
            raise ValidationError(
                {"member": _("%(name)s does not have the role of liaison officer yet.") % {"name": post.member.name}}
            )
    same = LiaisonPost.objects.live().filter(agency=post.agency, kind=post.kind)
    if post.member_id and same.filter(member=post.member_id).exists():
        raise ValidationError({"member": _("%(name)s holds this post already.") % {"name": post.member.name}})
    if post.kind == LiaisonPost.Kind.OFFICER and same.filter(member__isnull=False).exists():
        raise ValidationError({"kind": _("The agency has a liaison officer: end that post first, or add a deputy.")})
    noting(post, by=by, reason="post.filled").save(force_insert=True)
    record("post.filled", by=by, thing=post, detail={"kind": post.kind, "agency": str(post.agency_id)})


def _works_for(member, agency) -> bool:
    return member.agency_id == agency.pk and member.is_active and member.left_at is None


@transaction.atomic
def end_post(post: LiaisonPost, *, by, seen: int) -> None:
    """Let nobody hold this post through this row from now on.  Records post.ended."""
    _require_keeper(by)
    if post.until and post.until <= timezone.now():
        raise ValidationError(_("This post has ended already."))
    post.until = timezone.now()
    noting(post, by=by, reason="post.ended").save_over(seen)
    record("post.ended", by=by, thing=post, detail={"kind": post.kind, "agency": str(post.agency_id)})


@transaction.atomic
def save_attendee(attendee: Attendee, *, by, seen: int | None = None) -> None:
    """Enter, or save over the version *seen*, who may attend a panel.  Records attendee.changed."""
    _require_keeper(by)
    today = timezone.localdate()
    for name in ("trained_on", "declared_on", "vetted_on"):
        if (getattr(attendee, name) or today) > today:
            raise ValidationError({name: _("Enter a day that has been.")})
    if not attendee.member.may(Permission.ATTEND, attendee.panel_id):
        raise ValidationError(_("%(name)s holds no role that attends.") % {"name": attendee.member.name})
    noting(attendee, by=by, reason="attendee.changed")
    try:
        with transaction.atomic():
            attendee.save(force_insert=True) if seen is None else attendee.save_over(seen)
    except IntegrityError as error:
        raise ValidationError(_("%(name)s is entered already.") % {"name": attendee.member.name}) from error
    record("attendee.changed", by=by, thing=attendee, panel_id=attendee.panel_id)


@transaction.atomic
def end_attendee(attendee: Attendee, *, by, seen: int) -> None:
    """Let the member attend no longer, save as an observer.  Records attendee.ended."""
    _require_keeper(by)
    if attendee.until and attendee.until <= timezone.now():
        raise ValidationError(_("This has ended already."))
    attendee.until = timezone.now()
    noting(attendee, by=by, reason="attendee.ended").save_over(seen)
    record("attendee.ended", by=by, thing=attendee, panel_id=attendee.panel_id)


def _require_keeper(by) -> None:
    if not by.may(Permission.KEEP_REGISTER):
        raise PermissionDenied
