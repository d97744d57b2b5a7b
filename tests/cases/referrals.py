"""Referrals for tests, written through the verbs: one with everything that is needed, sent, accepted."""

import datetime

from django.utils import timezone

from cases.models import Party, Referral
from cases.workflow.referral import add_party, save_part, start_referral, submit_referral
from cases.workflow.screening import accept_referral
from tests.again import made_again

WHOLE = {
    "contact_name": "Rhys O’Referrer",
    "contact_phone": "01632 960001",
    "contact_email": "rhys@aberwenlli-homes.example",
    "professional_judgement": True,
    "judgement_reasons": "It escalates.",
    "summary": "Threats at the door.",
    "lawful_basis": "A6e",
    "lawful_basis_words": "To keep her safe.",
    "other_marac": "no",
    "aware": "yes",
    "consents": "yes",
}
VICTIM = {
    "given_name": "Siân",
    "family_name": "O’Neill",
    "birth_date": datetime.date(1990, 3, 7),
    "address": "4 Lôn Goed",
    "safe_to_call": "no",
    "afraid_of": "Huw",
}
PERPETRATOR = {"given_name": "Huw", "family_name": "Prydderch", "birth_date": datetime.date(1988, 11, 2)}


def found(referral, member) -> Referral:
    """*referral* as *member* finds it now."""
    return (
        Referral.objects.visible_to(member)
        .select_related("panel", "agency", "written_by", "submitted_by")
        .get(pk=referral.pk)
    )


def begin(world, by=None) -> Referral:
    """An empty draft of *by* (the referrer)."""
    by = by or world.referrer
    return found(start_referral(by=by, panel=world.panel), by)


def victim_of(referral) -> Party:
    return Party.objects.with_key().get(referral=referral, capacity="victim")


@made_again
def whole(world, *, by=None, victim=None, perpetrator=None, children=(), **more) -> Referral:
    """A draft with everything that is needed; *victim* and *perpetrator* change their fields, *more* the referral's."""
    by = by or world.referrer
    referral = begin(world, by)
    person = victim_of(referral)
    save_part(by=by, referral=referral, row=person, typed={**VICTIM, **(victim or {})}, seen=person.version)
    add_party(by=by, referral=referral, capacity="perpetrator", typed={**PERPETRATOR, **(perpetrator or {})})
    for child in children:
        add_party(by=by, referral=referral, capacity="child", typed=child)
    typed = {**WHOLE, "incident_on": timezone.localdate(), **more}
    save_part(by=by, referral=referral, row=referral, typed=typed, seen=referral.version)
    return found(referral, by)


@made_again
def sent(world, *, by=None, **more) -> Referral:
    """A whole referral, submitted."""
    by = by or world.referrer
    referral = whole(world, by=by, **more)
    submit_referral(by=by, referral=referral)
    return Referral.objects.with_key().select_related("panel", "agency", "written_by").get(pk=referral.pk)


@made_again
def accepted(world, *, matches=None, repeat="new", **more):
    """The case of a whole referral, submitted and accepted."""
    referral = sent(world, **more)
    return accept_referral(by=world.coordinator, referral=referral, matches=matches, repeat=repeat)
