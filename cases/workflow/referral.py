"""What can happen to a referral while it is written and sent: started, saved part by part, submitted, withdrawn.

Screening is in `cases.workflow.screening`, people in `cases.workflow.matching`.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import emails
from cases.models import Checklist, Party, Referral
from cases.models.access import Stage
from cases.models.reference import ReferenceCounter
from cases.rules import referral as rules
from cases.rules import sight as sight_rules
from cases.rules.contact import may_record_contact
from cases.rules.hold import is_held
from cases.schemes import scheme_of
from cases.workflow import sight
from cases.workflow.access import involve
from cases.workflow.drafts import drop_all_drafts
from cases.workflow.merging import Clash, merge, same
from cases.workflow.reference import next_reference
from cases.workflow.refusing import recording_refusals
from cases.workflow.screening import accept_referral  # noqa: F401 (the referral’s verb, in its own room)
from core.history import noting
from core.models import Key
from core.recording import record

State = Referral.State
NOTHING: tuple = (None, "", False, [])


@transaction.atomic
def start_referral(*, by, panel) -> Referral:
    """A new draft of *by*'s agency to *panel*, seen by that agency alone: with the person it will be about, and a
    checklist where the scheme has one, both empty.

    Sealed from the first save with a key that becomes its case's.  Refused unless the agency is a full signatory now.
    """
    if panel.pk not in {allowed.pk for allowed in rules.panels_to_refer_to(by)}:
        raise PermissionDenied(_("Your agency is not a full signatory of the information sharing protocol."))
    key = Key.objects.mint(Key.Kind.CASE)
    referral = Referral(
        key=key,
        panel=panel,
        agency=by.agency,
        written_by=by,
        reference=next_reference(panel, ReferenceCounter.Kind.REFERRAL),
        contact_name=by.name,
        contact_job_title=by.job_title,
        contact_phone=by.phone,
        contact_email=by.email,
    )
    noting(referral, by=by, reason="started").save(force_insert=True)
    scheme = scheme_of(panel)
    principal = Party(key=key, referral=referral, capacity=scheme.principal)
    noting(principal, by=by, reason="started").save(force_insert=True)
    if scheme.has("checklist"):
        checklist = Checklist(
            key=key, referral=referral, instrument=panel.instrument, unanswered=panel.instrument_items
        )
        noting(checklist, by=by, reason="started").save(force_insert=True)
    involve(by=by, panel=panel, referral=referral, agency=by.agency, stage=Stage.REFERRAL, why="referred")
    record("referral.started", by=by, thing=referral, panel_id=panel.pk)
    return referral


@transaction.atomic
def save_part(*, by, referral: Referral, row, typed: dict, seen: int):
    """Write *typed* (field name → value) into *row*, which is *referral* or a party or checklist of it.

    Answers to a scheme's items come as ``{"details": {code: value}}``, those of one section, an emptied one as None;
    what other sections answer stays.
    *seen* is the version the writer had open.  What a colleague changed meanwhile in other fields is kept; where both
    changed the same one, `Clash` is raised and nothing is written.  Nothing is written either where nothing changed.
    """
    _must_be_written(by, referral)
    row = _again(row)
    if "details" in typed:
        typed = {**typed, "details": {**row.details, **typed["details"]}}
    merged = merge(row, seen, typed)
    if merged.clashes:
        raise Clash(row, merged)
    changed = [name for name, value in merged.values.items() if not same(getattr(row, name), value)]
    if not changed:
        return row
    for name in changed:
        value = merged.values[name]
        setattr(row, name, {k: v for k, v in value.items() if v is not None} if name == "details" else value)
    if isinstance(row, Checklist):
        row.count(referral.panel.instrument_items)
    noting(row, by=by, reason="saved").save_over(row.version)
    record(
        "referral.changed",
        by=by,
        thing=row,
        case_id=referral.case_id,
        panel_id=referral.panel_id,
        detail={"fields": len(changed)},
    )
    if "works_for" in changed:
        sight.guard_conflicts(by=by, referral=referral)
    return row


@transaction.atomic
def add_party(*, by, referral: Referral, capacity: str, typed: dict) -> Party:
    """One more person of *capacity* on *referral*, after the others; refused where nothing at all is said of them."""
    _must_be_written(by, referral)
    if not any(value not in NOTHING for value in typed.values()):
        raise ValidationError({"given_name": _("Enter a name, or what else is known of this person.")})
    position = 1 + max(referral.parties.values_list("position", flat=True), default=0)
    party = Party(key=referral.key, referral=referral, capacity=capacity, position=position, **typed)
    noting(party, by=by, reason="added").save(force_insert=True)
    record(
        "referral.changed",
        by=by,
        thing=party,
        case_id=referral.case_id,
        panel_id=referral.panel_id,
        detail={"added": capacity},
    )
    if party.works_for_id:
        sight.guard_conflicts(by=by, referral=referral)
    return party


@transaction.atomic
def remove_party(*, by, referral: Referral, party: Party) -> None:
    """Take a person off *referral* while it is being written; the one it is about stays.

    What was written of them is destroyed; while the referral is held back from destruction, it is kept out of sight.
    """
    _must_be_written(by, referral)
    scheme = scheme_of(referral.panel)
    if party.capacity == scheme.principal:
        raise ValidationError(scheme.words.principal_stays)
    record(
        "referral.changed",
        by=by,
        thing=party,
        case_id=referral.case_id,
        panel_id=referral.panel_id,
        detail={"removed": party.capacity},
    )
    if is_held(referral):
        party.superseded_at = timezone.now()
        noting(party, by=by, reason="removed").save_over(party.version)
    else:
        party.delete()
    sight.guard_conflicts(by=by, referral=referral)


@recording_refusals("referral")
@transaction.atomic
def submit_referral(*, by, referral: Referral) -> list:
    """Send *referral* to the panel's desk and those told at once; returns the agencies told.

    Refused with the whole list of what is missing, for an agency that is no full signatory at this instant, and where
    nobody at the desk could see it.  Letters without names go to the desk and those told.
    """
    if by.agency_id == referral.agency_id and not rules.is_full_signatory(referral.agency):
        raise ValidationError(_("Your agency is not a full signatory of the information sharing protocol any more."))
    _must_be_written(by, referral)
    referral = _again(referral)
    missing = rules.missing_from(referral, list(_parties(referral)), _checklist(referral))
    if missing:
        raise ValidationError([ValidationError(item.words, code=item.code) for item in missing])
    sight.guard_conflicts(by=by, referral=referral)
    if not sight_rules.screeners(referral.panel, but=sight_rules.barred_ids(referral)):
        raise ValidationError(
            _("Nobody at the panel’s desk may see this referral, because of whom they work for. Telephone the panel.")
        )
    again = referral.state == State.RETURNED
    referral.state, referral.submitted_at, referral.submitted_by = State.SUBMITTED, timezone.now(), by
    noting(referral, by=by, reason="submitted").save_over(referral.version)
    record(
        "referral.submitted",
        by=by,
        thing=referral,
        case_id=referral.case_id,
        panel_id=referral.panel_id,
        detail={"again": again},
    )
    told = sight.tell_at_once(by=by, referral=referral)
    emails.referral_submitted(referral, told)
    return told


@transaction.atomic
def withdraw_referral(*, by, referral: Referral, reason: str) -> None:
    """The referrer's agency takes *referral* back before it is decided; *reason* in words."""
    if not rules.may_withdraw(by, referral):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("Say why you withdraw the referral."))
    referral = _again(referral)
    referral.state, referral.decision_reason = State.WITHDRAWN, reason
    referral.decided_at, referral.decided_by = timezone.now(), by
    noting(referral, by=by, reason="withdrawn").save_over(referral.version)
    record("referral.withdrawn", by=by, thing=referral, panel_id=referral.panel_id)
    drop_all_drafts(referral)


def find_for_draft(member, pk) -> Referral | None:
    """The referral about which *member* may keep drafts: to write it, or to record contact with its victim."""
    referral = Referral.objects.visible_to(member).filter(pk=pk).first()
    if referral and (rules.may_write(member, referral) or may_record_contact(member, referral)):
        return referral
    return None


def _must_be_written(by, referral) -> None:
    if not rules.may_write(by, referral):
        raise ValidationError(_("This referral cannot be changed any more: it has been sent."))
    if not Referral.objects.visible_to(by).filter(pk=referral.pk).exists():
        raise PermissionDenied


def _again(row):
    """*row* as it is now, held until the transaction ends, with its key and what a save may ask for."""
    fresh = type(row)._default_manager.with_key().select_for_update(of=("self",)).get(pk=row.pk)
    for name in ("panel", "agency", "written_by", "referral"):
        if row._state.fields_cache.get(name) is not None:
            setattr(fresh, name, getattr(row, name))
    return fresh


def _parties(referral):
    return Party.objects.with_key().current().in_order().filter(referral=referral)


def _checklist(referral) -> Checklist | None:
    return Checklist.objects.with_key().filter(referral=referral).first()
