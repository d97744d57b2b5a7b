"""Run apart, against the journey's own database: the cast of `tests/world.py`, printed as JSON with their secrets.

usage: python -m tests.journeys.stage [disclosure] [asb] [ppo] [people] [consent] [protocol] [outside] [dip]
"""

import datetime
import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client

    from tests.signing_in import enrol, sign_in
    from tests.world import PASSWORD, World

    world = World()
    certificate = sys.stdin.read()
    _settle(world, certificate)
    more = _disclosure(world) if "disclosure" in sys.argv[1:] else {}
    more |= _asb(world) if "asb" in sys.argv[1:] else {}
    more |= _ppo(world) if "ppo" in sys.argv[1:] else {}
    more |= _people(world) if "people" in sys.argv[1:] else {}
    more |= _consent(world) if "consent" in sys.argv[1:] else {}
    more |= _protocol(world) if "protocol" in sys.argv[1:] else {}
    more |= _outside(world) if "outside" in sys.argv[1:] else {}
    more |= _dip(world) if "dip" in sys.argv[1:] else {}
    names = [
        "coordinator",
        "chair",
        "police",
        "idva",
        "housing",
        "housing_deputy",
        "health",
        "children",
        "liaison_officer",
        "referrer",
        "auditor",
        "administrator",
        *(name for name in ("health_officer", "guest", "handler", "second", "colleague") if hasattr(world, name)),
    ]
    cast = {}
    for name in names:
        member = getattr(world, name)
        cast[name] = {
            "email": member.email,
            "password": PASSWORD,
            "totp_secret": enrol(member).secret_base32,
            "name": member.name,
            "agency": member.agency.name,
            "session": {
                "name": settings.SESSION_COOKIE_NAME,
                "value": sign_in(Client(), member).cookies[settings.SESSION_COOKIE_NAME].value,
            },
        }
    print(json.dumps({"cast": cast, "panel": str(world.panel.pk), **more}))


def _disclosure(world) -> dict:
    """A case that housing and health have to do with, what health said of it, and health's liaison officer."""
    _health_officer(world)
    case = world.make_case(asked=[world.housing_agency, world.health_agency])
    item = world.list_case(world.make_meeting(), case, asked=[world.health_agency])
    world.make_entry(item.listing, world.health_agency, world.health, "He is treated on the ward for his heart.")
    return {"case": str(case.pk)}


def _health_officer(world) -> None:
    from partnership.roles import Role
    from tests.world import make_legal_bases, make_member, make_post

    make_legal_bases()
    world.health_officer = make_member("Lleucu Liaison", world.health_agency, Role.LIAISON_OFFICER, panel=world.panel)
    make_post(world.health_agency, world.health_officer, "officer")


def _protocol(world) -> dict:
    """An agency that wishes to join, one of another area, a meeting in session, and a case that it does not hear."""
    from partnership.roles import Role
    from tests.meetings.sitting import opened
    from tests.world import make_agency, make_legal_bases, make_member, make_post

    make_legal_bases()
    world.protocol.allows_guests = True
    world.protocol.save()
    joiner = make_agency(world.partnership, "Cwmpell Refuge", "voluntary", signatory=False)
    away = make_agency(world.partnership, "Dyffryn Pell Homes", "housing", signatory=False)
    world.guest = make_member("Glenys Guest", away, Role.REPRESENTATIVE, panel=world.panel)
    make_post(away, None, name="Luned Pell", email="luned@dyffryn-pell-homes.example")
    meeting, item = opened(world, world.housing, world.health)
    world.make_entry(item.listing, world.health_agency, world.health, "He is treated on the ward for his heart.")
    case = world.make_case(victim=("Nest", "Brân"))
    world.make_meeting()
    return {
        "joiner": str(joiner.pk),
        "away": str(away.pk),
        "housing": str(world.housing_agency.pk),
        "meeting": str(meeting.pk),
        "heard": str(item.listing.case_id),
        "case": str(case.pk),
        "reference": case.reference,
        "next_meeting": str(world.panel.meetings.exclude(pk=meeting.pk).get().pk),
    }


def _outside(world) -> dict:
    """Who answers requests from outside at council and housing, health's officer, and two cases of one person.

    Housing's two sat in the meeting on one of them; the other they do not know of.
    """
    from cases.workflow.matching import index_subject
    from tests.disclosures.outsiders import Outsiders

    cast = Outsiders(world)
    world.handler, world.second, world.health_officer = cast.handler, cast.second, cast.health_officer
    world.second.email = world.second.email.replace("ô", "o")  # a browser takes no other address
    world.second.save()
    world.colleague = cast.officer("Cai Colleague", world.housing_agency)
    case = cast.hear()
    said = "Mair told the office at Lôn Ddychmygol that she fears Huw, and that her sister Nest knows."
    world.make_entry(case.listings.get(), world.housing_agency, world.housing, text=said)
    world.make_action(case, world.health_agency, text="Visit Mair at the flat of her sister Nest on Friday.")
    for member in (world.liaison_officer, world.colleague):
        world.involve(case, world.housing_agency, member=member, stage="meeting")
    other = world.make_case(agency=world.health_agency, by=world.health, asked=[world.health_agency])
    for party in other.parties.select_related("subject__key"):
        index_subject(party.subject)
    listing = world.list_case(world.make_meeting(), other).listing
    world.make_entry(listing, world.health_agency, world.health, text="She asked about a refuge.")
    return {"case": str(case.pk)}


def _asb(world) -> dict:
    """The panel is an ASB panel; another, at whose desk the coordinator sits too, hears case reviews."""
    from django.core.management import call_command

    from partnership.models import Panel, RoleGrant
    from partnership.roles import Role

    call_command("load_asb_tools", stdout=sys.stderr)
    world.panel.scheme, world.panel.name = "asb", "Aberwenlli ASB panel"
    world.panel.save()
    world.statement.delete()
    reviews = Panel.objects.create(
        partnership=world.partnership, name="Aberwenlli case reviews", scheme="asb_review", reference_prefix="CR"
    )
    reviews.agencies.set([world.housing_agency, world.health_agency, world.police_agency])
    for role, member in ((Role.COORDINATOR, world.coordinator), (Role.REPRESENTATIVE, world.housing)):
        RoleGrant.objects.create(member=member, role=str(role), panel=reviews)
    return {"reviews": str(reviews.pk)}


def _ppo(world) -> dict:
    """The panel is a PPO / IOM panel."""
    world.panel.scheme, world.panel.name = "ppo", "Aberwenlli IOM"
    world.panel.save()
    world.statement.delete()
    return {}


def _people(world) -> dict:
    """Nest Rhydderch is the victim of a MARAC case, being heard, and the alleged perpetrator of one of an ASB panel.

    Housing and health are on the first, children's services on the other, the police on both; the coordinator and the
    chair are of both desks.  What the hourly comparison finds is found.
    """
    from cases.models.access import Stage
    from cases.workflow.across import look_across
    from partnership.models import Panel, RoleGrant
    from partnership.roles import Role
    from tests.meetings.sitting import opened

    other = Panel.objects.create(
        partnership=world.partnership, name="Aberwenlli ASB panel", scheme="asb", reference_prefix="AS"
    )
    roles = {world.coordinator: Role.COORDINATOR, world.chair: Role.CHAIR}
    roles |= {world.police: Role.REPRESENTATIVE, world.children: Role.REPRESENTATIVE}
    for member, role in roles.items():
        RoleGrant.objects.create(member=member, role=str(role), panel=other)
    on_it = [world.housing_agency, world.health_agency, world.police_agency]
    meeting, item = opened(world, world.housing, world.health, world.police, asked=on_it)
    here = item.listing.case
    for agency in on_it:
        world.involve(here, agency, stage=Stage.ACTION)
    marac, world.panel = world.panel, other
    there = world.make_case(victim=("Olwen", "Ifans"))
    for agency in (world.children_agency, world.police_agency):
        world.involve(there, agency, stage=Stage.MANAGING)
    world.panel = marac
    _same_person(here, "victim", there, "perpetrator")
    look_across()
    return {"here": str(here.pk), "there": str(there.pk), "meeting": str(meeting.pk), "item": str(item.pk)} | {
        "references": [here.reference, there.reference]
    }


def _same_person(*parts) -> None:
    """The people of these cases and parts have one name and birthday, and are found by it."""
    from cases.models import Party
    from cases.workflow.matching import index_subject
    from core.history import noting

    for case, capacity in zip(parts[::2], parts[1::2], strict=True):
        party = Party.objects.with_key().select_related("subject__key").get(case=case, capacity=capacity)
        party.given_name, party.family_name = "Nest", "Rhydderch"
        party.birth_date = datetime.date(1991, 4, 7)
        noting(party, by=case.opened_by, reason="corrected").save()
        index_subject(party.subject)


def _dip(world) -> dict:
    """The panel is a DIP; beside it a treatment group, with two clients whom health treats and nobody has asked yet.

    Health has a liaison officer.  Another meeting of today waits, its agenda frozen, with what health says on a consent
    that covers housing.
    """
    from django.core.management import call_command

    from cases.models import Party
    from partnership.models import Panel, RoleGrant
    from partnership.roles import Role
    from tests.cases.dip import opened
    from tests.world import make_attendee

    call_command("load_consent_forms", stdout=sys.stderr)
    _health_officer(world)
    world.panel.scheme, world.panel.name = "dip", "Aberwenlli DIP"
    world.panel.save()
    world.statement.delete()
    group = Panel.objects.create(
        partnership=world.partnership,
        name="Aberwenlli treatment group",
        scheme="treatment",
        reference_prefix="TG",
        place="Town hall",
    )
    group.agencies.set([world.health_agency, world.housing_agency, world.police_agency])
    roles = (
        (Role.COORDINATOR, world.coordinator),
        (Role.CHAIR, world.chair),
        *((Role.REPRESENTATIVE, member) for member in (world.health, world.housing, world.police)),
        (Role.LIAISON_OFFICER, world.health_officer),
    )
    for role, member in roles:
        RoleGrant.objects.create(member=member, role=str(role), panel=group)
        make_attendee(member, group)
        member.__dict__.pop("grants", None)
    dip, world.panel = world.panel, group
    clients = {}
    for given in ("Nest", "Twm"):
        name, other = (given, "Rhydderch"), ("Huw", "Prydderch")
        case = world.make_case(victim=name, perpetrator=other, agency=world.health_agency)
        case.parties.filter(capacity="perpetrator").delete()
        Party.objects.filter(case=case).update(capacity="client")
        world.involve(case, world.health_agency, stage="managing")
        opened(world.health, case, "episode")
        clients[given] = {"case": f"/cases/{case.pk}/", "reference": case.reference}
    world.panel = dip
    return {"group": str(group.pk), "clients": clients}


def _settle(world, certificate: str) -> None:
    """What a running partnership has beside its cast: registrations in date, and one agency with a certificate."""
    for agency in world.partnership.agencies.all():
        agency.ico_registration, agency.ico_expires_on = "Z1234567", datetime.date.today() + datetime.timedelta(300)
        agency.save()
    if certificate.strip():
        agency = world.housing_agency
        agency.refresh_from_db()
        agency.certificate = certificate
        agency.certificate_expires_at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=300)
        agency.save()


def _consent(world) -> dict:
    """A DIP in session, which asks people for consent: health, housing and the chair signed, its one item is heard.

    Health has a liaison officer.  Another meeting of today waits, its agenda frozen, with what health says on a consent
    that covers housing.
    """
    from django.core.management import call_command
    from django.utils import timezone

    from cases.models import Party
    from consent.models import ConsentForm
    from meetings.workflow.agenda_issue import freeze_agenda
    from tests.consent.asking import make_consent, ready_agenda
    from tests.meetings.sitting import opened

    world.panel.scheme = "dip"
    world.panel.save()
    call_command("load_consent_forms", stdout=sys.stderr)
    _health_officer(world)
    meeting, item = opened(world, world.health, world.housing)
    waits, case, _entry = ready_agenda(world)
    form = ConsentForm.objects.for_panel(world.panel).first()
    consent = make_consent(world, case, receives=[world.housing_agency], form=form)
    Party.objects.filter(case__in=[item.listing.case_id, case.pk], capacity="victim").update(capacity="client")
    freeze_agenda(by=world.coordinator, meeting=waits, seen=waits.version, despite_warnings=True)
    type(waits).objects.filter(pk=waits.pk).update(starts_at=timezone.now())
    staged = {"meeting": meeting.pk, "case": item.listing.case_id, "listing": item.listing_id}
    staged |= {"waits": waits.pk, "waiting": case.reference, "waiting_case": case.pk, "consent": consent.pk}
    return {name: str(value) for name, value in staged.items()}


if __name__ == "__main__":
    main()
