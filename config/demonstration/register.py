"""The protocol of the demonstration's partnership: its version, schedules, standings, posts and attendees."""

from datetime import timedelta

from partnership.models import Agency, Attendee, LiaisonPost, Protocol, ProtocolSchedule, Signatory
from partnership.roles import Permission, Role

from .corpus.planned import PlannedAgency, PlannedMember

SIGNED_AS = {"police": "Chief Constable", "idva": "Chair of Trustees", "housing": "Director of Housing"}
SIGNED_BY = (
    "Rhodri Vane",
    "Mererid Oakshott",
    "Cynan Fairweather",
    "Delyth Marlowe",
    "Emrys Tolland",
    "Ffion Cartwell",
    "Gareth Osmund",
)
CLASSES = {
    "registered_provider": Agency.LegalClass.RELEVANT,
    "education": Agency.LegalClass.COOPERATING,
    "substance": Agency.LegalClass.COOPERATING,
}
HEALTH = {
    "primary_care": "Dr Nerys Talwyn",
    "acute": "Dr Idris Pellow",
    "mental_health": "Dr Anwen Marchbank",
    "substance": "Dr Seren Oakes",
}
COUNCIL_OFFICER = "Bethan Quayle"
OFFICERS = {"police": "Gwilym Tarrant"} | dict.fromkeys(("housing", "children", "adults", "education"), COUNCIL_OFFICER)
# Where nobody of an agency holds the role: the information manager decides for them too, for the others somebody who
# has not enrolled yet.
SHARED = ("police", "housing", "acute")
NOT_ENROLLED = (
    "Ceri Wolstan",
    "Morfydd Lanyon",
    "Alun Draycott",
    "Hefin Sorrell",
    "Nia Pemberthy",
    "Gethin Marlais",
    "Olwen Thackray",
    "Siencyn Barraclough",
    "Tegwen Ashdown",
    "Ifor Kilbride",
    "Mali Stanforth",
    "Rhodri Eastwell",
    "Eleri Coldwell",
    "Dilwyn Harcross",
)
CHAMBER = PlannedAgency(
    key="chamber",
    kind="other",
    name="Aberwenlli Chamber of Trade",
    short_name="Chamber of Trade",
    domain="aberwenlli-chamber.example",
    ico_registration="Z4471902",
    phone="01632 960482",
    mailbox="office@aberwenlli-chamber.example",
    address="2 Quayside, Aberwenlli, QZ1 3DN",
    responsible_authority=False,
    signatory_from=None,
)
TRADER = PlannedMember(
    key="chamber-1",
    agency="chamber",
    given="Brychan",
    family="Tollgate",
    job="Secretary of the Chamber",
    email="brychan.tollgate@aberwenlli-chamber.example",
    phone="07700 900741",
    roles=(Role.REPRESENTATIVE.value,),
)
SAFEGUARDING = {"children": "Eirlys Dunmore", "adults": "Padrig Wensley", "acute": "Carys Holloway"}
MARAC = {
    "data_items": [
        ["identity", "Names, aliases and dates of birth"],
        ["address", "Addresses and who lives there"],
        ["contact", "Safe ways and times of contact"],
        ["family", "Children, their school and where they live"],
        ["incidents", "Incidents reported, with dates"],
        ["risk", "Risk checklist and professional judgement"],
        ["orders", "Convictions, orders, bail and licence conditions"],
        ["health", "Injuries, pregnancy, mental and physical health"],
        ["substances", "Use of drugs and alcohol, and treatment"],
        ["housing", "Tenancy, housing need and homelessness"],
        ["support", "Services involved and what they offer"],
    ],
    "purposes": [
        "Safety of adults at the highest risk from domestic abuse, and of their children",
        "Management of those who harm them",
        "Safety of staff",
    ],
    "bases": ["P01", "P09", "P12", "A6e", "A6ea", "A9g", "S1-18", "S1-10", "L35b", "L35s", "S8-4", "C1", "C2", "H8"],
    "methods": [
        "In the meeting, to those who signed",
        "In Confer, to a named recipient",
        "By encrypted mail to a registered domain",
    ],
    "retention": "Raw returns 30 days after the minutes are approved; minutes and action plans 6 years after the last "
    "hearing.",
    "rights": "Requests go to the agency that the information came from, whose liaison officer decides.",
}
ASB = {
    "data_items": [
        ["identity", "Names and dates of birth"],
        ["address", "Addresses and tenancy"],
        ["reports", "Reports of anti-social behaviour, with dates"],
        ["orders", "Warnings, contracts, orders and injunctions"],
        ["vulnerability", "What makes a victim vulnerable"],
    ],
    "purposes": ["A joint response to persistent anti-social behaviour", "Support of those who suffer it"],
    "bases": ["P01", "P14", "P15", "A6e", "A6ea", "S1-10", "L35b", "C2", "H8"],
    "methods": ["In the meeting, to those who signed", "In Confer, to a named recipient"],
    "retention": "3 years after the case is closed.",
    "rights": "Requests go to the agency that the information came from, whose liaison officer decides.",
}
POLICY = timedelta(days=365)


def class_of(planned, kind: str) -> str:
    """The legal class of an agency of the plan."""
    if planned.responsible_authority:
        return Agency.LegalClass.RESPONSIBLE.value
    return CLASSES.get(kind, Agency.LegalClass.OTHER).value


def enter_protocol(cast, save) -> Protocol:
    """Version 1 with its schedules, and that every agency signed it when the plan says so."""
    began, today = cast.began, cast.plan.today
    protocol = Protocol(
        partnership=cast.partnership,
        number=1,
        name=cast.partnership.protocol_name,
        lead_controller=next(agency for agency in cast.agencies.values() if agency.kind == "housing"),
        in_force_from=began.date(),
        review_on=today + timedelta(days=200),
        allows_guests=True,
        dpia_reference="DPIA 2024/07",
        policy_reference="APD version 3",
    )
    save(protocol, "protocol.changed", event="protocol.changed", detail={"number": 1})
    for scheme, words in (("marac", MARAC), ("asb", ASB)):
        schedule = ProtocolSchedule(protocol=protocol, scheme=scheme, **words)
        save(schedule, "schedule.changed", event="protocol.changed", detail={"scheme": scheme})
    return protocol


def enter_standings(cast, save, moment) -> None:
    """Every agency stands on tier 1 since it signed; the next review comes for each on a day of its own."""
    for place, (key, agency) in enumerate(cast.agencies.items()):
        signed_on = cast.plan.agencies[key].signatory_from
        since = moment(signed_on, 0)
        signatory = Signatory(
            agency=agency,
            protocol=cast.protocol,
            tier=Signatory.Tier.CENTRAL.value,
            since=since,
            review_on=cast.plan.today + timedelta(days=45 + 21 * place),
            signed_by=SIGNED_BY[place % len(SIGNED_BY)],
            signed_as=SIGNED_AS.get(agency.kind, "Chief Executive"),
            signed_on=signed_on,
            began=Signatory.Began.JOINED.value,
        )
        said = {"reason": "joined", "agency": str(agency.pk)}
        save(signatory, "joined", event="signatory.changed", at=since, detail=said)


def enter_posts(cast, save) -> None:
    """Who decides for each agency, and the guardians and officers whom the agencies named."""
    _enter_officers(cast, save)
    named = ((LiaisonPost.Kind.CALDICOTT, HEALTH), (LiaisonPost.Kind.DPO, OFFICERS))
    for kind, names in (*named, (LiaisonPost.Kind.SAFEGUARDING, SAFEGUARDING)):
        for agency in cast.agencies.values():
            name = names.get(agency.kind)
            if name:
                _post(save, _named(cast, agency, kind, name))


def _enter_officers(cast, save) -> None:
    """A liaison officer for every agency, and deputies where more than one holds the role."""
    officers = [member for member in cast.members.values() if cast.may(member, Permission.DECIDE_DISCLOSURE)]
    deciding: set = set()
    for member in officers:
        kind = LiaisonPost.Kind.DEPUTY if member.agency_id in deciding else LiaisonPost.Kind.OFFICER
        deciding.add(member.agency_id)
        _post(save, LiaisonPost(agency=member.agency, kind=kind.value, member=member, since=cast.began))
    officer = LiaisonPost.Kind.OFFICER.value
    for (key, agency), name in zip(cast.agencies.items(), NOT_ENROLLED, strict=True):
        if agency.pk in deciding:
            continue
        if key in SHARED:
            _post(save, LiaisonPost(agency=agency, kind=officer, member=officers[0], since=cast.began))
        else:
            _post(save, _named(cast, agency, officer, name))


def _named(cast, agency, kind: str, name: str) -> LiaisonPost:
    """A post held by somebody outside of Confer."""
    email = f"{name.lower().replace('dr ', '').replace(' ', '.')}@{agency.secure_domains[0]}"
    return LiaisonPost(agency=agency, kind=kind, name=name, email=email, since=cast.began)


def enter_attendees(cast, save) -> None:
    """Everybody who attends was trained, declared and vetted when the panel began."""
    day = cast.began.date()
    for member in cast.attending():
        attendee = Attendee(member=member, panel=cast.panel, since=cast.began)
        attendee.trained_on = attendee.declared_on = attendee.vetted_on = day
        save(attendee, "attendee.changed", event="attendee.changed", panel_id=cast.panel.pk)


def _post(save, post) -> None:
    save(post, "post.filled", event="post.filled", detail={"kind": post.kind, "agency": str(post.agency_id)})
