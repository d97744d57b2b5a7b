"""What becomes of a consent later: taken back, renewed, replaced; and the copy that the person was given."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Party
from consent.emails import tell_keepers
from consent.models import Consent, ConsentAgency, ConsentAnswer, Withdrawal
from consent.rules.ends import begins_at
from consent.rules.moves import is_open_to
from consent.workflow.asking import prepare, request_consent
from consent.workflow.keeping import check, keep, whole
from consent.workflow.settle import settle_of
from core.history import noting
from core.recording import record
from partnership.models import Agency
from partnership.roles import Permission

State = Consent.State
Side, Kind = ConsentAgency.Side, ConsentAnswer.Kind


@transaction.atomic
def withdraw(
    *, by, consent: Consent, how: str, words: str, seen: int, what: dict | None = None, from_at=None
) -> Withdrawal:
    """The person takes consent back, wholly or (*what*) in part, from the instant *from_at* (default now).

    *what*: ids of agencies under "gives" and "receives", codes under "category" and "purpose".  It asks no reason and
    no signature: as easy as giving.  What is left of nothing is the whole.  Recorded as withdrawn, what and why unsaid.
    """
    now = timezone.now()
    from_at = from_at or now
    consent = whole(consent)
    check("withdraw", by, consent)
    if not begins_at(consent) <= from_at <= now:
        raise ValidationError({"from_on": _("Consent is taken back from a moment after it was given, and not ahead.")})
    rows = _rows_of(consent, what) if what is not None else []
    if what is not None and not rows:
        raise ValidationError({"what": _("Choose what the person takes back.")})
    is_whole = what is None or _leaves_nothing(consent, rows)
    said = {"from_at": from_at, "how": how, "words": words}
    return _take_back(consent, by=by, rows=rows, whole=is_whole, seen=seen, **said)


@transaction.atomic
def pass_on_withdrawal(*, by, case, party, how: str, words: str, from_at=None) -> None:
    """*party* told *by*, of any agency on *case*, that they take consent back: every consent of theirs there ends.

    *by* learns neither whether there was one nor whose.  The agencies that asked are told that a record changed.
    Taking back is as easy as giving, whoever hears it (UK GDPR Article 7(3) says so of consent as a basis).
    """
    now = timezone.now()
    from_at = from_at or now
    if not by.may(Permission.KEEP_CONSENT, case.panel_id):
        raise PermissionDenied
    if from_at > now:
        raise ValidationError({"from_time": _("The time must be in the past.")})
    held = [
        consent
        for consent in Consent.objects.on_case(case).filter(subject=party.subject_id)
        if is_open_to("withdraw", consent, now)
    ]
    for consent in held:
        since = max(from_at, begins_at(consent))
        said = {"from_at": since, "how": how, "words": words}
        _take_back(whole(consent), by=by, rows=[], whole=True, seen=consent.version, **said)
    record("consent.passed_on", by=by, thing=case, case_id=case.pk, panel_id=case.panel_id)
    tell_keepers([consent for consent in held if consent.agency_id != by.agency_id])


def _take_back(consent: Consent, *, by, rows: list, whole: bool, seen: int, from_at, how: str, words: str):
    """Let *rows*, or all of *consent*, hold no longer than until *from_at*."""
    withdrawal = Withdrawal(
        key=consent.key,
        consent=consent,
        from_at=from_at,
        whole=whole,
        what=_said(rows),
        how=how,
        words=words,
        recorded_by=by,
    )
    if whole:
        consent.state, consent.withdrawn_at = State.WITHDRAWN, from_at
    elif consent.state == State.FULL:
        consent.state = State.PART
    reason = "withdrawn" if whole else "withdrawn_in_part"
    keep(consent, by=by, reason=reason, event="consent.withdrawn", seen=seen)
    for row in rows:
        row.until = from_at
        row.save(update_fields=["until"])
    withdrawal.save(force_insert=True)
    settle_of(consent, by=by)
    return withdrawal


@transaction.atomic
def renew(*, by, consent: Consent, seen: int) -> Consent:
    """Ask again: a new record, to which the old one's agencies are put forward and no answer; the old one stands until
    the new one is decided.  Refused while the person is being asked already."""
    consent = whole(consent)
    check("renew", by, consent)
    if consent.case is None or consent.party is None:
        raise ValidationError(_("The case of this consent is no more."))
    if consent.version != seen:
        raise ValidationError(_("This record has changed meanwhile. Look at it again."))
    track = consent.track if consent.track and consent.track.is_running else None
    where = {"case": consent.case, "party": _latest(consent), "track": track, "language": consent.form.language}
    made = request_consent(by=by, renews=consent, **where)
    named = {side: _still_named(consent, side) for side in Side.values}
    return prepare(by=by, consent=made, typed=named, seen=made.version)


@transaction.atomic
def supersede(*, by, consent: Consent, words: str, seen: int) -> Consent:
    """Set *consent* aside as recorded in error, or replaced by other means, with the reason in words."""
    consent = whole(consent)
    check("supersede", by, consent)
    if not words.strip():
        raise ValidationError({"words": _("Say why this record is set aside.")})
    consent.state, consent.superseded_at, consent.words = State.SUPERSEDED, timezone.now(), words
    keep(consent, by=by, reason="superseded", event="consent.superseded", seen=seen)
    settle_of(consent, by=by)
    return consent


@transaction.atomic
def record_copy_given(*, by, consent: Consent, on: datetime.date, how: str, seen: int) -> Consent:
    """That the person was given a copy of what they signed, or did not want one."""
    consent = whole(consent)
    check("copy", by, consent)
    if on > timezone.localdate():
        raise ValidationError({"copy_given_on": _("The day must be today or earlier.")})
    consent.copy_given_on, consent.copy_given_how = on, how
    return keep(consent, by=by, reason="copy_given", event="consent.copy_given", seen=seen)


def replace_renewed(*, by, consent: Consent) -> None:
    """Let *consent*, now decided, replace the one that it renews."""
    old = Consent.objects.with_key().filter(pk=consent.renews_id).exclude(state=State.SUPERSEDED).first()
    if old is None:
        return
    old.superseded_at = consent.decided_at
    old.state = State.SUPERSEDED
    noting(old, by=by, reason="renewed").save_over(old.version)
    record("consent.superseded", by=by, thing=old, case_id=old.case_id, panel_id=old.panel_id)


def _rows_of(consent: Consent, what: dict) -> list:
    """The rows that *what* names and that still stand."""
    agencies = [
        row for row in consent.agencies.all() if row.until is None and str(row.agency_id) in what.get(row.side, [])
    ]
    answers = [
        row for row in consent.answers.all() if row.agreed and row.until is None and row.code in what.get(row.kind, [])
    ]
    return [*agencies, *answers]


def _leaves_nothing(consent: Consent, rows: list) -> bool:
    """Whether nothing could be shared any more once *rows* are taken back."""
    gone = {row.pk for row in rows}
    left = {row.side for row in consent.agencies.all() if row.until is None and row.pk not in gone}
    left |= {row.kind for row in consent.answers.all() if row.agreed and row.until is None and row.pk not in gone}
    return left != {*Side.values, *Kind.values}


def _said(rows: list) -> dict:
    said: dict[str, list[str]] = {}
    for row in rows:
        name, value = (row.side, str(row.agency_id)) if isinstance(row, ConsentAgency) else (row.kind, row.code)
        said.setdefault(name, []).append(value)
    return said


def _still_named(consent: Consent, side: str) -> list[Agency]:
    named = [row.agency_id for row in consent.agencies.all() if row.side == side and row.until is None]
    return list(Agency.objects.central().filter(pk__in=named))


def _latest(consent: Consent):
    """The person as the newest referral of the case names them."""
    newest = Party.objects.with_key().filter(case=consent.case_id, subject=consent.subject_id).current().in_order()
    return newest.last() or consent.party
