"""A scheme that asks for consent, and consents in every state; plain rows, and what the verbs take."""

import datetime
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import Event
from cases.models import Party, Track
from consent.models import Consent, ConsentAgency, ConsentAnswer, ConsentForm
from consent.rules.ends import last_day
from consent.workflow.asking import prepare, request_consent
from consent.workflow.signing import take_signature
from core.models import Key
from meetings.workflow import agenda
from meetings.workflow.research import nothing_known_of_rest, send_research

_numbers = itertools.count(1)
CATEGORIES = [
    {"code": "treatment", "label": "Type of treatment", "gated": ["acute"]},
    {"code": "attendance", "label": "Whether appointments are kept", "gated": ["acute"]},
    {"code": "housing", "label": "Housing"},
]
PURPOSES = [
    {"code": "panel", "label": "The case panel", "words": "to plan support together"},
    {"code": "care", "label": "Continuity of care"},
    {"code": "intelligence", "label": "Police intelligence"},
    {"code": "ndtms", "label": "National Drug Treatment Monitoring System", "apart": True},
]
EXPLAINED = ("limits_explained", "without_explained", "withdrawing_explained", "rights_explained")


def make_form(scheme="marac", **more) -> ConsentForm:
    """A published form of *scheme*, the same for every test."""
    given = {
        "number": 1,
        "edition": datetime.date(2026, 1, 5),
        "privacy_notice": "1",
        "texts": dict.fromkeys(ConsentForm.HEADINGS, "Words that were read aloud.") | {"title": "Consent to share"},
        "categories": CATEGORIES,
        "purposes": PURPOSES,
        "digest": "0" * 64,
        "published_at": timezone.now() - datetime.timedelta(days=700),
    }
    return ConsentForm.objects.create(scheme=scheme, **{**given, **more})


def make_episode(case, **more) -> Track:
    """A treatment episode of *case*."""
    track = Track(
        key=case.key,
        case=case,
        kind="episode",
        state="in_treatment",
        since=timezone.localdate(),
        opened_at=timezone.now(),
        **more,
    )
    track.save(force_insert=True)
    return track


def make_consent(
    world,
    case,
    *,
    state="given_full",
    by=None,
    gives=None,
    receives=None,
    categories=("treatment", "attendance", "housing"),
    purposes=("panel", "care"),
    no=(),
    form=None,
    days_ago=10,
    **more,
) -> Consent:
    """A consent that *by* (health, unless told otherwise) recorded of the case's victim, *days_ago* days ago.

    *categories* and *purposes* were answered yes, those in *no* no.  Fetched as `on_case` fetches it.
    """
    by = by or world.health
    party = case.parties.get(capacity="victim")
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    decided = {} if state in ("requested", "not_sought") else _decided(by, days_ago)
    if state in ("given_full", "given_part", "withdrawn", "superseded") or more.get("ground"):
        decided |= {"starts_on": day, "ends_on": last_day(day, born=None, chosen=None)}
    able = {"able": "no" if state == "cannot_consent" else "yes"}
    reason = {"not_sought_reason": "unreached"} if state == "not_sought" else {}
    consent = Consent(
        key=Key.objects.mint(Key.Kind.CONSENT),
        panel=case.panel,
        case=case,
        party=party,
        subject=party.subject,
        agency=by.agency,
        recorded_by=by,
        form=form or ConsentForm.objects.filter(scheme=case.panel.scheme).first() or make_form(case.panel.scheme),
        state=state,
        **{**able, **reason, **decided, **more},
    )
    consent.save(force_insert=True)
    give = [by.agency] if gives is None else gives
    take = [world.housing_agency, world.police_agency] if receives is None else receives
    name_agencies(consent, give, take)
    answer(consent, categories, purposes, no)
    return Consent.objects.on_case(case).get(pk=consent.pk)


def _decided(by, days_ago) -> dict:
    return {"decided_by": by, "decided_at": timezone.now() - datetime.timedelta(days=days_ago)}


def name_agencies(consent, gives, receives) -> None:
    for side, agencies in (("gives", gives), ("receives", receives)):
        for agency in agencies:
            ConsentAgency.objects.create(consent=consent, agency=agency, side=side)


def answer(consent, categories, purposes, no=()) -> None:
    for kind, yes, rows in (("category", categories, CATEGORIES), ("purpose", purposes, PURPOSES)):
        for row in rows:
            if row["code"] in yes or row["code"] in no:
                ConsentAnswer.objects.create(
                    consent=consent, kind=kind, code=row["code"], agreed=row["code"] in yes and row["code"] not in no
                )


# what the verbs take ------------------------------------------------------------------------------------------------
def prepared(world, consent, *, by=None, category=None, purpose=None, **person) -> Consent:
    """*consent* with every section filled in: yes to everything, save what is given otherwise."""
    typed = {
        "able": "yes",
        "able_words": "She explains it in her own words.",
        "format": "aloud",
        "interpreter": False,
        "gives": [world.health_agency],
        "receives": [world.housing_agency, world.police_agency],
        "category": dict.fromkeys([row["code"] for row in CATEGORIES], True) | (category or {}),
        "purpose": dict.fromkeys([row["code"] for row in PURPOSES], True) | (purpose or {}),
        **dict.fromkeys(EXPLAINED, True),
        **person,
    }
    return prepare(by=by or world.health, consent=consent, typed=typed, seen=consent.version)


def sign(world, consent, whose, *, by=None, **more) -> Consent:
    """*whose* signature under what stands in *consent*, typed before a witness unless told otherwise."""
    given = {
        "method": "typed",
        "name": "Mair O’Gwynedd" if whose == "person" else "Hana Health",
        "witness": "Wyn Witness",
        "signed_on": timezone.localdate(),
        **more,
    }
    take_signature(by=by or world.health, consent=consent, whose=whose, seen=consent.version, **given)
    return Consent.objects.with_key().with_whole().get(pk=consent.pk)


def signed(world, consent, by=None) -> Consent:
    """*consent*, signed by worker and person."""
    return sign(world, sign(world, consent, "worker", by=by), "person", by=by)


def was_born(party, years: int) -> datetime.date:
    """Let *party* be *years* old, with a birthday that is half a year away; the date of birth."""
    today = timezone.localdate()
    born = datetime.date(today.year - years, today.month, 1) - datetime.timedelta(days=150)
    party.birth_date = born
    party.save()
    return born


def victim(case) -> Party:
    return Party.objects.with_key().get(case=case, capacity="victim")


def asked(world, case, **more) -> Consent:
    return request_consent(by=world.health, case=case, party=victim(case), **more)


def fresh(consent) -> Consent:
    return Consent.objects.with_key().with_whole().get(pk=consent.pk)


def told(consent) -> tuple[str, str]:
    """The last history reason of *consent*, and the last audit event about it."""
    reason = consent.history.first().history_change_reason
    return reason, Event.objects.filter(thing_id=consent.pk).order_by("-id").first().name


def refused(verb, **given) -> list[str]:
    with pytest.raises(ValidationError) as error:
        verb(**given)
    return error.value.messages


def ready_agenda(world, **planned):
    """A meeting, its case and an entry: on the agenda nothing is missing, and health says what rests on consent.

    *planned* as `World.make_meeting` takes it.
    """
    case, meeting = world.make_case(), world.make_meeting(**planned)
    agencies = [world.health_agency, world.housing_agency, world.police_agency]
    given = {"type": "full", "presenter": world.housing, "agencies": agencies, "referral": case.referrals.get()}
    item = agenda.list_case(by=world.coordinator, meeting=meeting, case=case, **given)
    agenda.confirm_presenter(by=world.housing, item=item)
    send_research(by=world.coordinator, meeting=meeting)
    for member in (world.health, world.housing, world.police):
        nothing_known_of_rest(by=member, meeting=meeting)
    said = {"on_consent": True, "category": "treatment", "party": case.parties.get(capacity="victim")}
    return meeting, case, world.make_entry(item.listing, world.health_agency, world.health, **said)
