"""Asking a person for consent: begun, or not and why; what is written before anybody signs."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.models import Track
from consent.models import Consent, ConsentAgency, ConsentAnswer, ConsentForm
from consent.rules.sight import may_begin, people_to_ask
from consent.workflow.keeping import check, keep, whole
from core.history import noting
from core.models import Key
from core.recording import record
from partnership.models import Agency

State = Consent.State


@transaction.atomic
def note_not_sought(*, by, case, party, track=None, language: str = "en", reason: str, words: str) -> Consent:
    """That *party* is not asked, and why (`Consent.NotSought`, and in words).  Recorded as begun and decided."""
    if not words.strip():
        raise ValidationError({"words": _("Say why the person is not asked.")})
    if reason not in Consent.NotSought.values:
        raise ValidationError({"not_sought_reason": _("Choose why the person is not asked.")})
    consent = _begun(by=by, case=case, party=party, track=track, language=language)
    consent.state, consent.not_sought_reason, consent.words = State.NOT_SOUGHT, reason, words
    return _first_saved(consent, by=by, reason="not_sought")


@transaction.atomic
def request_consent(*, by, case, party, track=None, language: str = "en", renews: Consent | None = None) -> Consent:
    """Begin to ask *party* on *case*, in episode *track* where the form holds for one, with the form in *language*.

    Every answer is still open.

    Refused while the own agency is asking the same person already.  Recorded as begun.
    """
    consent = _begun(by=by, case=case, party=party, track=track, language=language)
    consent.renews = renews
    _refuse_twice(consent)
    try:
        with transaction.atomic():
            return _first_saved(consent, by=by, reason="requested")
    except IntegrityError:
        raise ValidationError(_already()) from None


@transaction.atomic
def ask_after_all(*, by, consent: Consent, seen: int) -> Consent:
    """Ask a person who had not been asked.  Refused in any other state."""
    consent = whole(consent)
    check("request", by, consent)
    _refuse_twice(consent)
    consent.state, consent.not_sought_reason, consent.words = State.REQUESTED, "", ""
    return keep(consent, by=by, reason="requested", event="consent.begun", seen=seen)


@transaction.atomic
def prepare(*, by, consent: Consent, typed: dict, seen: int) -> Consent:
    """Write one section: columns of the consent, and under "gives", "receives", "category", "purpose" its rows.

    Agencies are kept whole (a list of `Agency`), answers one by one (code to True, False, or None for still open).
    What was signed before no longer counts.  Refused once it is decided.
    """
    consent = whole(consent)
    check("prepare", by, consent)
    rows = {name: typed.pop(name) for name in ("gives", "receives", "category", "purpose") if name in typed}
    for name, value in typed.items():
        setattr(consent, name, value)
    keep(consent, by=by, reason="prepared", event="consent.prepared", seen=seen)
    for side in set(rows) & set(ConsentAgency.Side.values):
        _name(consent, side, rows[side])
    for kind in set(rows) & set(ConsentAnswer.Kind.values):
        _answer(consent, kind, rows[kind])
    return whole(consent)


def _begun(*, by, case, party, track, language: str) -> Consent:
    """A new consent, unsaved; refused where *by* may not ask this person here."""
    if not may_begin(by, case):
        raise PermissionDenied
    form = ConsentForm.objects.for_panel(case.panel, language).first()
    if form is None:
        raise ValidationError(_("There is no consent form for this panel. An administrator can load one."))
    if not people_to_ask(by, case, form).filter(pk=party.pk).exists():
        raise ValidationError({"party": _("Choose somebody on this case whom the form is for.")})
    episodes = episodes_of(by, case, form)
    if track is None and episodes.exists():
        raise ValidationError({"track": _("Choose the episode: a form holds for one alone.")})
    if track is not None and not episodes.filter(pk=track.pk).exists():
        raise ValidationError({"track": _("Choose a running episode of this case.")})
    return Consent(
        panel=case.panel,
        case=case,
        party=party,
        subject_id=party.subject_id,
        track=track,
        agency=by.agency,
        recorded_by=by,
        form=form,
    )


def episodes_of(member, case, form: ConsentForm):
    """The running episodes of *case* that *member* sees and that a form holds for one of."""
    return Track.objects.visible_to(member).filter(case=case, kind__in=form.episodes).running().order_by("since", "pk")


def _first_saved(consent: Consent, *, by, reason: str) -> Consent:
    consent.key = Key.objects.mint(Key.Kind.CONSENT)
    noting(consent, by=by, reason=reason).save(force_insert=True)
    record("consent.begun", by=by, thing=consent, case_id=consent.case_id, panel_id=consent.panel_id)
    return consent


def _refuse_twice(consent: Consent) -> None:
    same = Consent.objects.filter(
        state=State.REQUESTED,
        case=consent.case_id,
        subject=consent.subject_id,
        agency=consent.agency_id,
        track=consent.track_id,
    )
    if same.exists():
        raise ValidationError(_already())


def _already() -> str:
    return _("Your agency is asking this person already. Go on with that record.")


def _name(consent: Consent, side: str, agencies: list[Agency]) -> None:
    here = {row.agency_id: row for row in consent.agencies.all() if row.side == side}
    wanted = {agency.pk for agency in agencies}
    ConsentAgency.objects.filter(consent=consent, side=side).exclude(agency__in=wanted).delete()
    for agency in agencies:
        if agency.pk not in here:
            ConsentAgency(consent=consent, agency=agency, side=side).save(force_insert=True)


def _answer(consent: Consent, kind: str, answers: dict[str, bool | None]) -> None:
    known = {question.code for question in consent.form.questions(kind)}
    for code, agreed in answers.items():
        if code not in known:
            continue
        if agreed is None:
            ConsentAnswer.objects.filter(consent=consent, kind=kind, code=code).delete()
        else:
            ConsentAnswer.objects.update_or_create(
                consent=consent, kind=kind, code=code, defaults={"agreed": agreed, "until": None}
            )
