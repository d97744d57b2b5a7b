"""An agency's standing under the protocol: joining with everybody's consent, ending, renewing, and giving back.

A standing is never changed into another: each act ends the row that stands and writes the next.
"""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import SystemActor, record
from partnership import rules
from partnership.models import Agency, ExitTask, Joining, JoiningConsent, LiaisonPost, Protocol, Signatory
from partnership.roles import Permission

CLOCK = SystemActor("protocol clock")
Began, Ended, Tier = Signatory.Began, Signatory.Ended, Signatory.Tier
GOES_ON = (Ended.RENEWED, Ended.TIER)


# Joining -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_joining(agency: Agency, *, by, tier: int) -> Joining:
    """Ask every responsible authority whether *agency* joins on *tier*, or moves to tier 1.  Records joining.opened."""
    _require_keeper(by)
    standing = standing_of(agency)
    if standing and standing.tier <= tier:
        raise ValidationError(_("The agency is a signatory on this tier already."))
    protocol = Protocol.objects.in_force().filter(partnership=agency.partnership_id).first()
    if protocol is None:
        raise ValidationError(_("No version of the protocol is in force: enter one first."))
    joining = Joining(agency=agency, protocol=protocol, tier=tier, opened_by=by)
    try:
        with transaction.atomic():
            noting(joining, by=by, reason="joining.opened").save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("The responsible authorities are being asked about this agency already.")) from error
    record("joining.opened", by=by, thing=joining, detail={"agency": str(agency.pk), "tier": tier})
    return joining


@transaction.atomic
def answer_joining(joining: Joining, *, by, authority: Agency, agrees: bool, given_on=None, document="") -> None:
    """Record the answer of *authority*: from its own liaison officer, or by the register's keeper from a *document*.

    A “no” closes the joining.  Records joining.answered.
    """
    if joining.closed_at:
        raise ValidationError(_("This is closed: nobody is asked any more."))
    if authority not in rules.authorities_asked(joining):
        raise ValidationError(_("%(agency)s is not asked.") % {"agency": authority.name})
    own = rules.may_decide(by, authority)
    if not own and not by.may(Permission.KEEP_REGISTER):
        raise PermissionDenied
    if not own and not (document.strip() and given_on):
        raise ValidationError({"document": _("Enter the document in which they answered, and its date.")})
    if given_on and given_on > timezone.localdate():
        raise ValidationError({"given_on": _("The answer cannot be of a later day than today.")})
    consent = JoiningConsent(joining=joining, authority=authority, agrees=agrees, answered_by=by)
    consent.given_on, consent.document = given_on or timezone.localdate(), document.strip()
    try:
        with transaction.atomic():
            noting(consent, by=by, reason="joining.answered").save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("%(agency)s has answered already.") % {"agency": authority.name}) from error
    said = {"authority": str(authority.pk), "agrees": agrees, "in_confer": own}
    record("joining.answered", by=by, thing=joining, detail=said)
    if not agrees:
        close_joining(joining, by=by, outcome=Joining.Outcome.REFUSED)


@transaction.atomic
def sign_joining(
    joining: Joining, *, by, signed_by: str, signed_as: str, signed_on: datetime.date, review_on
) -> Signatory:
    """Let the agency be a signatory from now on.  Refused while one responsible authority has not agreed.

    Records signatory.changed with the reason.  Guidance 2.2.4: only with the consent of all.
    """
    _require_keeper(by)
    if joining.closed_at:
        raise ValidationError(_("This is closed: nobody is asked any more."))
    missing = rules.authorities_missing(joining)
    if missing:
        names = ", ".join(agency.name for agency in missing)
        raise ValidationError(_("Not every responsible authority has agreed: %(names)s.") % {"names": names})
    if signed_on > timezone.localdate():
        raise ValidationError({"signed_on": _("The signature cannot be of a later day than today.")})
    standing = standing_of(joining.agency)
    began = Began.TIER if standing else Began.JOINED
    if standing:
        _end(standing, by=by, ended=Ended.TIER, at=timezone.now())
    signed = {"signed_by": signed_by, "signed_as": signed_as, "signed_on": signed_on, "review_on": review_on}
    signatory = _begin(joining.agency, by=by, began=began, tier=joining.tier, protocol=joining.protocol, **signed)
    close_joining(joining, by=by, outcome=Joining.Outcome.SIGNED)
    return signatory


@transaction.atomic
def close_joining(joining: Joining, *, by, outcome: str = Joining.Outcome.DROPPED) -> None:
    """Ask no longer.  Records joining.closed with the outcome."""
    if outcome == Joining.Outcome.DROPPED:
        _require_keeper(by)
    joining.closed_at, joining.outcome = timezone.now(), outcome
    noting(joining, by=by, reason=f"joining.{outcome}").save_over(joining.version)
    record("joining.closed", by=by, thing=joining, detail={"outcome": str(outcome)})


# A standing that ends, or goes on ------------------------------------------------------------------------------------
@transaction.atomic
def end_standing(signatory: Signatory, *, by, ended: str, seen: int) -> ExitTask | None:
    """Suspend, withdraw or let lapse (*ended*) a live standing from this instant; what it opened shuts with it.

    A task to destroy or return what the agency holds is opened.  Records signatory.changed with the reason.
    """
    _require_keeper(by)
    if ended not in (Ended.SUSPENDED, Ended.WITHDRAWN, Ended.LAPSED):
        raise ValidationError({"ended": _("Select why the standing ends.")})
    if signatory.until and signatory.until <= timezone.now():
        raise ValidationError(_("This standing has ended already."))
    _end(signatory, by=by, ended=ended, at=timezone.now(), seen=seen)
    return open_exit_task(signatory, by=by)


@transaction.atomic
def resume_standing(signatory: Signatory, *, by) -> Signatory:
    """Let a suspended agency be a signatory again, as before; its open task closes.  Records signatory.changed."""
    _require_keeper(by)
    if signatory.ended != Ended.SUSPENDED or standing_of(signatory.agency):
        raise ValidationError(_("Only a suspended standing is resumed, and only once."))
    task = ExitTask.objects.open().filter(signatory=signatory).first()
    if task:
        _close_task(task, by=by, how=ExitTask.How.RESUMED, done_on=None)
    return _begin(signatory.agency, by=by, began=Began.RESUMED, **_kept(signatory))


@transaction.atomic
def renew_standing(signatory: Signatory, *, by, review_on: datetime.date, signed_on, seen: int) -> Signatory:
    """Let a live standing go on until its next review, under the version of the protocol that is in force now.

    One that lapsed or was withdrawn is not renewed: the agency joins again.  Records signatory.changed.
    """
    _require_keeper(by)
    now = timezone.now()
    if signatory.guest or (signatory.until and signatory.until <= now):
        raise ValidationError(_("Only a standing that still holds is renewed. After it the agency joins again."))
    if review_on <= timezone.localdate(now):
        raise ValidationError({"review_on": _("The next review must be on a later day than today.")})
    protocol = Protocol.objects.in_force().filter(partnership=signatory.agency.partnership_id).first()
    _end(signatory, by=by, ended=Ended.RENEWED, at=now, seen=seen)
    kept = _kept(signatory) | {"protocol": protocol, "review_on": review_on, "signed_on": signed_on}
    return _begin(signatory.agency, by=by, began=Began.RENEWED, since=now, **kept)


@transaction.atomic
def admit_guest(
    agency: Agency, *, by, case_id, until: datetime.datetime, home_area: str, home_protocol: str, home_allows: bool
) -> Signatory:
    """Let an out-of-area agency take part in one case until an instant; it sees that case alone (guidance 2.2.4).

    Refused with everything missing at once: our protocol and the home area's allow it, the agency has named a liaison
    officer of its own, and it is no signatory here.  Records signatory.changed.
    """
    _require_keeper(by)
    protocol = Protocol.objects.in_force().filter(partnership=agency.partnership_id).first()
    problems = []
    if protocol is None or not protocol.allows_guests:
        problems.append(_("Our protocol does not allow guests from another area."))
    if not home_allows:
        problems.append(_("The protocol of the home area does not allow it."))
    if not LiaisonPost.objects.live().filter(agency=agency, kind=LiaisonPost.Kind.OFFICER).exists():
        problems.append(_("%(agency)s has not named its liaison officer.") % {"agency": agency.name})
    if standing_of(agency):
        problems.append(_("%(agency)s is a signatory already.") % {"agency": agency.name})
    if until <= timezone.now():
        problems.append(_("The time as a guest must end later than now."))
    if problems:
        raise ValidationError(problems)
    area = {"home_area": home_area.strip(), "home_protocol": home_protocol.strip()}
    more = {"tier": Tier.CENTRAL, "protocol": protocol, "guest": True, "only_case": case_id, "until": until}
    return _begin(agency, by=by, began=Began.GUEST, **more, **area)


def standing_of(agency: Agency, at=None) -> Signatory | None:
    """The live standing of *agency* at *at* (default now), a guest's too."""
    return agency.signatures.live(at).order_by("tier", "-since").first()


# Destroy or return ---------------------------------------------------------------------------------------------------
def open_exit_task(signatory: Signatory, *, by) -> ExitTask | None:
    """Ask the agency to destroy or return what it holds; nothing where it only ever saw depersonalised data."""
    if signatory.tier != Tier.CENTRAL:
        return None
    due_on = timezone.localdate(signatory.until) + ExitTask.DAYS
    task = ExitTask(agency=signatory.agency, signatory=signatory, due_on=due_on)
    noting(task, by=by, reason="exit.opened").save(force_insert=True)
    record("exit.opened", by=by, thing=task, detail={"agency": str(signatory.agency_id)})
    return task


@transaction.atomic
def confirm_exit(task: ExitTask, *, by, how: str, done_on: datetime.date, seen: int) -> None:
    """The agency's liaison officer, or the register's keeper for them, confirms.  Records exit.confirmed."""
    if not (rules.may_decide(by, task.agency) or by.may(Permission.KEEP_REGISTER)):
        raise PermissionDenied
    if task.closed_at:
        raise ValidationError(_("This has been confirmed already."))
    if how not in ExitTask.How.values or how == ExitTask.How.RESUMED:
        raise ValidationError({"how": _("Select what was done.")})
    first = timezone.localdate(task.signatory.until)
    if not first <= done_on <= timezone.localdate():
        raise ValidationError({"done_on": _("The day must be between the end of the standing and today.")})
    _close_task(task, by=by, how=how, done_on=done_on, seen=seen)


def follow_the_clock(*, by=CLOCK) -> int:
    """Name the standings that ended by their date “lapsed” and open their tasks; how many."""
    ended = Signatory.objects.filter(until__lte=timezone.now(), ended="").select_related("agency")
    count = 0
    for signatory in ended:
        with transaction.atomic():
            signatory.ended = Ended.LAPSED
            noting(signatory, by=by, reason="lapsed").save_over(signatory.version)
            record("signatory.changed", by=by, thing=signatory, detail={"reason": "lapsed"})
            if not signatory.agency.signatures.central().exists():
                open_exit_task(signatory, by=by)
        count += 1
    return count


def _close_task(task: ExitTask, *, by, how, done_on, seen=None) -> None:
    task.closed_at, task.how, task.done_on = timezone.now(), how, done_on
    task.confirmed_by = None if isinstance(by, SystemActor) else by
    noting(task, by=by, reason=f"exit.{how}").save_over(task.version if seen is None else seen)
    record("exit.confirmed", by=by, thing=task, detail={"how": str(how)})


def _begin(agency: Agency, *, by, began: str, **more) -> Signatory:
    signatory = Signatory(agency=agency, began=began, **more)
    noting(signatory, by=by, reason=began).save(force_insert=True)
    record("signatory.changed", by=by, thing=signatory, detail={"reason": str(began), "agency": str(agency.pk)})
    return signatory


def _end(signatory: Signatory, *, by, ended: str, at, seen: int | None = None) -> None:
    signatory.ended, signatory.until = ended, max(at, signatory.since + datetime.timedelta(microseconds=1))
    noting(signatory, by=by, reason=ended).save_over(signatory.version if seen is None else seen)
    said = {"reason": str(ended), "agency": str(signatory.agency_id)}
    record("signatory.changed", by=by, thing=signatory, detail=said)


def _kept(signatory: Signatory) -> dict:
    names = ("tier", "protocol", "review_on", "signed_by", "signed_as", "signed_on")
    return {name: getattr(signatory, name) for name in names}


def _require_keeper(by) -> None:
    if not by.may(Permission.KEEP_REGISTER):
        raise PermissionDenied
