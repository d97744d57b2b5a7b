"""The confidentiality statement: its versions, and signing it for one meeting.

Signing opens the items of that meeting to the one member who signed, until the meeting is closed.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar
from cases.models.access import Stage
from cases.schemes import scheme_of
from cases.workflow.access import involve
from core.history import noting
from core.recording import record
from meetings.models import Agreement, Attendance, Meeting, Statement
from meetings.rules import statement as rules
from meetings.workflow.presence import join_open_item, room_changed
from partnership.roles import Permission, Role
from partnership.rules import is_authorised


def default_text(panel) -> str:
    """The statement of *panel*, which has not written its own: its scheme's, or else this.

    Elements of the guidance's attendance-and-agreement form (Home Office 2010, Box 1) and of MARAC practice, in our
    words; ``{place}``, ``{protocol}`` and ``{panel}`` are filled in when it is shown.
    """
    return str(scheme_of(panel).statement) or _(
        "We meet to keep adults and children in {place} safe, to reduce crime, disorder and anti-social behaviour, and "
        "to stop people from being victimised again. We share what is needed for that, and nothing else.\n\n"
        "By signing I agree that:\n"
        "* what is said, shown or written at this meeting is confidential. It stays within the organisations that "
        "attend, unless the meeting agrees otherwise and the action plan records it;\n"
        "* information is shared under the {protocol}, lawfully, and in proportion to the risk;\n"
        "* anyone who wants to pass information on outside this meeting first asks the designated liaison officer of "
        "the agency that it came from;\n"
        "* each agency remains responsible for its own decisions and its own actions. The meeting takes no "
        "responsibility away from anyone, and we hold each other to account for what we undertake;\n"
        "* we decide together whether somebody is a danger to a person or to the community, and plan for the safety "
        "of victims, children and staff;\n"
        "* we speak of everybody with respect and treat nobody less well because of age, disability, sex, sexual "
        "orientation, gender reassignment, race, religion or belief, pregnancy or maternity, marriage or civil "
        "partnership;\n"
        "* minutes and papers are kept securely, opened only by those who need them, and neither copied nor "
        "forwarded without the agreement of the agencies they came from;\n"
        "* if I know somebody who is discussed, or have any other interest, I say so and leave that item."
    )


def filled(text: str, panel) -> str:
    """*text* with the names of the panel, its place and its protocol."""
    partnership = panel.partnership
    names = {"{place}": partnership.place, "{protocol}": partnership.protocol_name, "{panel}": panel.name}
    for placeholder, name in names.items():
        text = text.replace(placeholder, name)
    return text


def statement_to_sign(panel) -> Statement:
    """The statement in force, or the default as an unsaved version 1 where the panel has none."""
    return Statement.objects.in_force(panel) or Statement(
        panel=panel, number=1, text=default_text(panel), in_force_from=timezone.now()
    )


@transaction.atomic
def write_statement(*, by, panel, text: str, seen: int) -> Statement:
    """Put a new version of the panel's statement in force from now.

    *seen* is the number of the version that the writer had before them; a newer one refuses.  Signatures given
    keep the version that was signed.  Recorded as administration.
    """
    if not by.may(Permission.KEEP_SETTINGS):
        raise PermissionDenied
    latest = Statement.objects.filter(panel=panel).order_by("-number").first()
    if (latest.number if latest else 0) != seen:
        raise ValidationError(_("Somebody else has written a newer version. Read it, then write yours."), code="stale")
    if not text.strip():
        raise ValidationError({"text": _("Write the statement.")})
    written = Statement(panel=panel, number=seen + 1, text=text.strip(), in_force_from=timezone.now(), made_by=by)
    written.save(force_insert=True)
    record("statement.written", by=by, thing=written, panel_id=panel.pk, detail={"number": written.number})
    return written


@transaction.atomic
def sign_statement(*, by, meeting: Meeting, number: int, mode: str = Attendance.Mode.ROOM) -> Agreement | None:
    """*by* signs the statement for *meeting* and may from now on see the items from which they are not barred.

    *number* is the version that was read; where another is in force it must be read first.  *mode* is an
    `Attendance.Mode`.  Refused before the day, after the end, and while the member's agency is no tier-1 signatory
    of the protocol.  Writes the agreement, the time in, and the sight of each item.  Signing twice changes nothing.
    Who is no authorised attendee of the panel signs as an observer, to whom no item opens: nothing is given back.
    Home Office 2010 guidance, Box 1.
    """
    if not by.may(Permission.ATTEND, meeting.panel_id):
        raise PermissionDenied
    signed = Agreement.objects.filter(meeting=meeting, member=by).first()
    if signed:
        return signed
    _require_signable(by, meeting)
    statement = statement_to_sign(meeting.panel)
    if statement.number != number:
        raise ValidationError(_("The statement has changed. Read the new version before you sign."), code="stale")
    if statement._state.adding:
        statement = _first_version(statement)
    if not is_authorised(by, meeting.panel_id):
        return _observe(by, meeting, mode, statement.number)
    agreement = Agreement(meeting=meeting, member=by, agency=by.agency, statement=statement, signed_at=timezone.now())
    try:
        with transaction.atomic():
            agreement.save(force_insert=True)
    except IntegrityError:  # a second click, at the same instant
        return Agreement.objects.get(meeting=meeting, member=by)
    record("statement.signed", by=by, thing=agreement, panel_id=meeting.panel_id, detail={"number": statement.number})
    attendance = _arrive(by, meeting, mode)
    open_items_to(by=by, meeting=meeting, member=by)
    join_open_item(by=by, meeting=meeting, attendance=attendance)
    room_changed(meeting)
    return agreement


def _observe(by, meeting: Meeting, mode: str, number: int) -> None:
    attendance = _arrive(by, meeting, mode, capacity=Attendance.Capacity.OBSERVER)
    said = {"number": number, "observer": True}
    record("statement.signed", by=by, thing=attendance, panel_id=meeting.panel_id, detail=said)
    join_open_item(by=by, meeting=meeting, attendance=attendance)
    room_changed(meeting)


def _first_version(statement: Statement) -> Statement:
    """The default text as the panel's version 1; who signs at the same instant as the first finds theirs."""
    try:
        with transaction.atomic():
            statement.save(force_insert=True)
    except IntegrityError:
        return Statement.objects.get(panel=statement.panel_id, number=statement.number)
    return statement


def open_items_to(*, by, meeting: Meeting, member) -> None:
    """Let *member*, who signed, see each standing item of *meeting* from which no bar keeps them.

    A restricted item opens to the desk and to agencies that were asked about it; to who came to present one case and
    for nothing else, that item alone.
    """
    presenting = rules.presenters_only(meeting)
    for item in meeting.items.standing().select_related("listing__case__panel"):
        kept = Bar.objects.against(member).on(item.listing).exists()
        if not kept and rules.is_let_in(item.listing, member) and rules.is_for(item, member.pk, presenting):
            _open_item(by=by, item=item, member=member)


def open_item_to_signed(*, by, item) -> None:
    """Let all who signed for the meeting see *item*: for one that is listed after they signed."""
    kept = Bar.objects.on(item.listing).live()
    members, agencies = set(), set()
    for member_id, agency_id in kept.values_list("member_id", "agency_id"):
        members.add(member_id)
        agencies.add(agency_id)
    presenting = rules.presenters_only(item.meeting)
    for agreement in Agreement.objects.filter(meeting_id=item.meeting_id).select_related("member__agency"):
        kept_away = agreement.member_id in members or agreement.member.agency_id in agencies
        if kept_away or not rules.is_for(item, agreement.member_id, presenting):
            continue
        if rules.is_let_in(item.listing, agreement.member):
            _open_item(by=by, item=item, member=agreement.member)


def _open_item(*, by, item, member) -> None:
    case = item.listing.case
    involve(by=by, panel=case.panel, case=case, listing=item.listing, member=member, stage=Stage.MEETING, why="signed")


def _require_signable(by, meeting: Meeting) -> None:
    if not rules.is_the_day(meeting):
        raise ValidationError(_("The statement is signed on the day of the meeting."))
    if not rules.is_signable(meeting):
        raise ValidationError(
            _("The agenda has to be frozen before anyone signs.")
            if meeting.state in (Meeting.State.PLANNED, Meeting.State.AGENDA_OPEN)
            else _("This meeting is over: the statement can no longer be signed.")
        )
    if not rules.is_expected(by.agency, meeting):
        raise ValidationError(
            _(
                "%(agency)s is not a signatory of the %(protocol)s today, so you cannot sign for it. "
                "Speak to the coordinator."
            )
            % {"agency": by.agency.name, "protocol": meeting.panel.partnership.protocol_name}
        )


def _arrive(by, meeting: Meeting, mode: str, *, capacity: str = "") -> Attendance:
    attendance = Attendance.objects.filter(meeting=meeting, member=by).first()
    now, capacity = timezone.now(), capacity or capacity_of(by, meeting)
    observes = capacity == Attendance.Capacity.OBSERVER
    if attendance is None:
        attendance = Attendance(
            meeting=meeting, member=by, agency=by.agency, capacity=capacity, mode=mode, arrived_at=now
        )
        attendance.observer_signed = observes
        noting(attendance, by=by, reason="signed").save(force_insert=True)
    else:
        attendance.apologies, attendance.mode, attendance.left_at = False, mode, None
        attendance.observer_signed = observes
        if Attendance.Capacity.OBSERVER in (capacity, attendance.capacity) or capacity == Attendance.Capacity.PRESENTER:
            attendance.capacity = capacity
        attendance.arrived_at = attendance.arrived_at or now
        noting(attendance, by=by, reason="signed").save_over(attendance.version)
    record("attendance.arrived", by=by, thing=attendance, panel_id=meeting.panel_id, reason="signed")
    return attendance


def capacity_of(member, meeting: Meeting) -> str:
    """The part in which *member* attends: chair, minutes, presenter of one case, deputy or representative."""
    roles = member.roles_on(meeting.panel_id)
    if meeting.chair_id == member.pk:
        return Attendance.Capacity.CHAIR
    if member.pk in rules.presenters_only(meeting):
        return Attendance.Capacity.PRESENTER
    if Role.COORDINATOR in roles:
        return Attendance.Capacity.MINUTES
    if Role.DEPUTY in roles and Role.REPRESENTATIVE not in roles:
        return Attendance.Capacity.DEPUTY
    return Attendance.Capacity.MEMBER
