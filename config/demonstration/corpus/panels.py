"""The partnership's other panels: what they are called, when they sit, which agencies they ask, and who sits on them.

Most people sit on one panel; those whose key is of the MARAC's plan, and those with two roles here, sit on two.
"""

from dataclasses import dataclass
from datetime import time

from .agencies import mail_name
from .planned import PlannedMember


@dataclass(frozen=True, kw_only=True)
class PlannedPanel:
    """One panel; *prefix* of its references, *weekday* 0 for Monday, *minutes* per case."""

    key: str
    name: str
    scheme: str
    prefix: str
    weekday: int
    starts_at: time
    place: str
    minutes: int
    agencies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Who sits where: somebody of the MARAC's plan (*member*), or somebody new; *roles* as (panel, role)."""

    key: str
    agency: str
    name: str = ""
    job: str = ""
    phone: str = ""
    roles: tuple[tuple[str, str], ...]

    def planned(self, domain: str) -> PlannedMember:
        """The new member, with an address of *domain*."""
        given, _, family = self.name.partition(" ")
        return PlannedMember(
            key=self.key,
            agency=self.agency,
            given=given,
            family=family,
            job=self.job,
            email=f"{mail_name(given)}.{mail_name(family)}@{domain}",
            phone=self.phone,
            roles=(),
        )


CUSTODY_SUITE = "Briefing Room, Wenmarsh Police, Beacon Road, Aberwenlli"
TOWN_HALL = "Committee Room 1, Harbour Street, Aberwenlli"
CLINIC = "Group Room, Clearwater Recovery, Osier Lane, Aberwenlli"
PANELS = (
    PlannedPanel(
        key="ppo",
        name="Aberwenlli and Marsh IOM",
        scheme="ppo",
        prefix="IOM",
        weekday=3,
        starts_at=time(14, 0),
        place=CUSTODY_SUITE,
        minutes=8,
        agencies=("police", "probation", "housing", "substance", "mental"),
    ),
    PlannedPanel(
        key="asb",
        name="Aberwenlli and Marsh ASB Panel",
        scheme="asb",
        prefix="ASB",
        weekday=1,
        starts_at=time(10, 0),
        place=TOWN_HALL,
        minutes=10,
        agencies=("police", "housing", "provider", "fire", "mental"),
    ),
    PlannedPanel(
        key="review",
        name="Aberwenlli and Marsh ASB Case Reviews",
        scheme="asb_review",
        prefix="CR",
        weekday=4,
        starts_at=time(10, 0),
        place=TOWN_HALL,
        minutes=45,
        agencies=("police", "housing", "provider"),
    ),
    PlannedPanel(
        key="dip",
        name="Aberwenlli and Marsh Drug Interventions",
        scheme="dip",
        prefix="DIP",
        weekday=0,
        starts_at=time(13, 30),
        place=CUSTODY_SUITE,
        minutes=8,
        agencies=("police", "substance", "probation", "housing"),
    ),
    PlannedPanel(
        key="treatment",
        name="Aberwenlli and Marsh Treatment Group",
        scheme="treatment",
        prefix="TG",
        weekday=0,
        starts_at=time(15, 0),
        place=CLINIC,
        minutes=12,
        agencies=("substance", "mental", "acute", "primary", "housing"),
    ),
)

SEATS = (
    # PPO / IOM
    Seat(
        key="iom-coordinator",
        agency="housing",
        name="Eluned Farthing",
        job="IOM Coordinator",
        phone="07700 900811",
        roles=(("ppo", "coordinator"), ("asb", "coordinator")),
    ),
    Seat(
        key="iom-chair",
        agency="police",
        name="Robert Ainsdale",
        job="Chief Inspector, Neighbourhood Crime",
        phone="07700 900812",
        roles=(("ppo", "chair"),),
    ),
    Seat(
        key="iom-police",
        agency="police",
        name="Kath Wainfleet",
        job="Police Sergeant, Offender Management",
        phone="07700 900813",
        roles=(("ppo", "representative"),),
    ),
    Seat(
        key="iom-probation",
        agency="probation",
        name="Dylan Prys-Harding",
        job="Probation Officer, IOM",
        phone="07700 900814",
        roles=(("ppo", "representative"),),
    ),
    Seat(
        key="iom-housing",
        agency="housing",
        name="Nesta Gulliver",
        job="Resettlement Officer",
        phone="07700 900815",
        roles=(("ppo", "representative"),),
    ),
    Seat(
        key="iom-mental",
        agency="mental",
        name="Aron Liddington",
        job="Liaison and Diversion Nurse",
        phone="07700 900816",
        roles=(("ppo", "representative"),),
    ),
    Seat(
        key="iom-referrer",
        agency="police",
        name="Simone Bracegirdle",
        job="Police Constable, Burglary Team",
        phone="07700 900817",
        roles=(("ppo", "referrer"),),
    ),
    # the criminal justice worker of the MARAC's deputies sits on IOM and on DIP
    Seat(key="substance-2", agency="substance", roles=(("ppo", "representative"), ("dip", "representative"))),
    # ASB panel and case reviews
    Seat(
        key="asb-coordinator",
        agency="housing",
        name="Ifan Colebrook",
        job="Anti-social Behaviour Coordinator",
        phone="07700 900821",
        roles=(("asb", "coordinator"), ("review", "coordinator")),
    ),
    Seat(
        key="asb-chair",
        agency="police",
        name="Judith Penhale",
        job="Inspector, Neighbourhood Policing",
        phone="07700 900822",
        roles=(("asb", "chair"),),
    ),
    Seat(
        key="asb-police",
        agency="police",
        name="Gruffydd Onslow",
        job="Police Sergeant, Neighbourhood Team",
        phone="07700 900823",
        roles=(("asb", "representative"), ("review", "representative")),
    ),
    Seat(
        key="asb-housing",
        agency="housing",
        name="Pauline Dacre-Hughes",
        job="Tenancy Enforcement Officer",
        phone="07700 900824",
        roles=(("asb", "representative"), ("review", "representative")),
    ),
    Seat(key="provider-2", agency="provider", roles=(("asb", "representative"), ("review", "representative"))),
    Seat(key="fire-2", agency="fire", roles=(("asb", "representative"),)),
    Seat(
        key="asb-mental",
        agency="mental",
        name="Rachel Tresilian",
        job="Community Mental Health Nurse",
        phone="07700 900825",
        roles=(("asb", "representative"),),
    ),
    Seat(
        key="asb-referrer",
        agency="provider",
        name="Meic Sandiford",
        job="Neighbourhood Officer",
        phone="07700 900826",
        roles=(("asb", "referrer"), ("review", "referrer")),
    ),
    Seat(
        key="review-chair",
        agency="fire",
        name="Huw Staverley",
        job="Area Manager",
        phone="07700 900827",
        roles=(("review", "chair"),),
    ),
    # DIP and the treatment group
    Seat(
        key="dip-coordinator",
        agency="housing",
        name="Sara Inglefield",
        job="Drug and Alcohol Partnership Manager",
        phone="07700 900831",
        roles=(("dip", "coordinator"), ("treatment", "coordinator")),
    ),
    Seat(
        key="dip-chair",
        agency="probation",
        name="Aneurin Quillfeather",
        job="Head of Probation Delivery",
        phone="07700 900832",
        roles=(("dip", "chair"),),
    ),
    Seat(
        key="dip-police",
        agency="police",
        name="Debra Ashgrove",
        job="Custody Sergeant",
        phone="07700 900833",
        roles=(("dip", "representative"),),
    ),
    Seat(
        key="dip-probation",
        agency="probation",
        name="Ieuan Maltravers",
        job="Probation Officer, Rehabilitation Requirements",
        phone="07700 900834",
        roles=(("dip", "representative"),),
    ),
    Seat(
        key="dip-substance",
        agency="substance",
        name="Ruaridh Macklin",
        job="Recovery Coordinator",
        phone="07700 900835",
        roles=(("dip", "representative"), ("treatment", "representative")),
    ),
    Seat(
        key="treatment-chair",
        agency="mental",
        name="Olivia Stranraer",
        job="Consultant Psychiatrist, Addictions",
        phone="07700 900836",
        roles=(("treatment", "chair"),),
    ),
    Seat(
        key="treatment-acute",
        agency="acute",
        name="Tudur Selwood",
        job="Alcohol Care Nurse",
        phone="07700 900837",
        roles=(("treatment", "representative"),),
    ),
    Seat(
        key="treatment-housing",
        agency="housing",
        name="Winifred Cardale",
        job="Supported Housing Officer",
        phone="07700 900838",
        roles=(("dip", "representative"), ("treatment", "representative")),
    ),
)
