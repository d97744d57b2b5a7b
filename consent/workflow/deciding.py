"""What the person decided, or what was decided where they cannot: given, refused, decided for them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.models import Consent, ConsentAnswer, Signature
from consent.rules.complete import (
    GILLICK_UNTIL,
    age_of,
    is_child,
    lacks,
    lacks_of_person,
    lacks_of_signatures,
    signed_by,
)
from consent.rules.ends import last_day
from consent.workflow.ending import replace_renewed
from consent.workflow.keeping import check, keep, whole
from consent.workflow.settle import settle_of

State, Able, Cannot, Ground = Consent.State, Consent.Able, Consent.Cannot, Consent.Ground
Kind, Whose = ConsentAnswer.Kind, Signature.Whose


@transaction.atomic
def record_given(*, by, consent: Consent, seen: int) -> Consent:
    """The person consents, in full or to what they answered yes; it holds from the day of the later signature.

    Worker and person have both signed what stands in it now (guidance 3.1.1.1).  In full means yes to every category
    and every purpose that is not asked apart.  Replaces the consent that it renews.  Refused with everything missing.
    """
    consent = whole(consent)
    check("give", by, consent)
    if consent.able == Able.NO:
        raise ValidationError(_("The person cannot decide this. Record that they cannot consent."))
    _refuse([*lacks(consent), *lacks_of_signatures(consent, Whose.WORKER, Whose.PERSON), *_lacks_of_yes(consent)])
    consent.state = State.FULL if _is_full(consent) else State.PART
    _begin(consent, Whose.WORKER, Whose.PERSON)
    return _decided(consent, by=by, reason=consent.state, seen=seen)


@transaction.atomic
def record_refused(*, by, consent: Consent, words: str, seen: int) -> Consent:
    """The person does not consent; nobody's consent stands in for a refusal of somebody who can decide.

    A parent's answer is kept beside it and changes nothing (Gillick).  No signature is asked.
    """
    consent = whole(consent)
    check("refuse", by, consent)
    if consent.able == Able.NO:
        raise ValidationError(_("Only somebody able to decide can refuse. Record that they cannot consent."))
    _refuse(lacks_of_person(consent))
    consent.state, consent.words = State.REFUSED, words
    return _decided(consent, by=by, reason="refused", seen=seen)


@transaction.atomic
def record_cannot(*, by, consent: Consent, cannot_reason: str, ground: str, words: str, seen: int) -> Consent:
    """The person cannot decide; *ground* (`Consent.Ground`, or empty) on which it goes on without, *words* who decided.

    For an adult nobody consents: best interests alone (Mental Capacity Act 2005 s.4).  For a child who is not
    competent somebody with parental responsibility may, and signs.  With a ground it holds like a consent.
    """
    consent = whole(consent)
    check("cannot", by, consent)
    _refuse(lacks_of_person(consent))
    _check_cannot(consent, cannot_reason, ground, words)
    consent.state, consent.cannot_reason = State.CANNOT, cannot_reason
    consent.ground, consent.words = ground, words
    if ground:
        needed = [Whose.WORKER, *([Whose.PARENT] if ground == Ground.PARENTAL else [])]
        _refuse([*lacks(consent), *lacks_of_signatures(consent, *needed), *_lacks_of_yes(consent)])
        _begin(consent, *needed)
    return _decided(consent, by=by, reason="cannot_consent", seen=seen)


def _check_cannot(consent: Consent, cannot_reason: str, ground: str, words: str) -> None:
    age, errors = age_of(consent), {}
    if consent.able == Able.YES:
        raise ValidationError(_("The person is able to decide this: record what they decided."))
    if cannot_reason not in Cannot.values:
        errors["cannot_reason"] = _("Choose why the person cannot decide.")
    elif cannot_reason == Cannot.AGE and (age is None or age >= GILLICK_UNTIL):
        errors["cannot_reason"] = _("From 16 on the question is capacity, not age.")
    if ground == Ground.PARENTAL and not is_child(consent):
        errors["ground"] = _("Nobody consents for an adult. It can only be in their best interests.")
    elif ground == Ground.PARENTAL and consent.parent_answer != Consent.Parent.AGREES:
        errors["ground"] = _("Nobody with parental responsibility agrees, by what is recorded.")
    if not words.strip():
        errors["words"] = _("Say what the person wants as far as they can, and who decided what, why.")
    if errors:
        raise ValidationError(errors)


def _lacks_of_yes(consent: Consent) -> list[str]:
    """That something was agreed at all: otherwise it is a refusal."""
    apart = {question.code for question in consent.form.questions(Kind.PURPOSE) if question.apart}
    yes = [row for row in consent.answers.all() if row.agreed]
    purposes = {row.code for row in yes if row.kind == Kind.PURPOSE}
    if not purposes:
        return [_("No purpose was answered yes: record a refusal.")]
    if purposes - apart and not any(row.kind == Kind.CATEGORY for row in yes):
        return [_("No kind of information was answered yes: record a refusal.")]
    return []


def _is_full(consent: Consent) -> bool:
    apart = {question.code for question in consent.form.questions(Kind.PURPOSE) if question.apart}
    return all(row.agreed for row in consent.answers.all() if not (row.kind == Kind.PURPOSE and row.code in apart))


def _begin(consent: Consent, *signers: str) -> None:
    """Let *consent* hold from the later of the days on which *signers* signed."""
    standing = signed_by(consent)
    consent.starts_on = max(standing[whose].signed_on for whose in signers)
    born = consent.party.birth_date if consent.party else None
    consent.ends_on = last_day(consent.starts_on, born=born, chosen=consent.chosen_end_on)
    if consent.ends_on < timezone.localdate():
        raise ValidationError(_("By its dates this consent has ended already. Ask the person again."))
    if consent.ends_on < consent.starts_on:
        raise ValidationError(_("The last day that the person chose is before they signed."))


def _decided(consent: Consent, *, by, reason: str, seen: int) -> Consent:
    consent.decided_at, consent.decided_by = timezone.now(), by
    keep(consent, by=by, reason=reason, event="consent.decided", seen=seen)
    replace_renewed(by=by, consent=consent)
    settle_of(consent, by=by)
    return consent


def _refuse(missing: list[str]) -> None:
    if missing:
        raise ValidationError(missing)
