"""The fourteen agencies of the invented partnership, and the people whom they send."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from .places import landline, mobile, postcode
from .planned import PlannedAgency, PlannedMember


@dataclass(frozen=True)
class Pattern:
    """An agency before it has numbers: its kind, its names, and the jobs of those who come."""

    key: str
    kind: str
    name: str
    short_name: str
    domain: str
    street: str
    responsible: bool
    jobs: tuple[str, ...]


PATTERNS = (
    Pattern(
        "police",
        "police",
        "Wenmarsh Police",
        "Police",
        "wenmarsh-police.example",
        "1 Signal Road",
        True,
        (
            "Detective Inspector, Public Protection",
            "Detective Sergeant, Domestic Abuse Unit",
            "Police Constable, Domestic Abuse Unit",
            "Vulnerability Officer",
            "Information Manager",
        ),
    ),
    Pattern(
        "idva",
        "idva",
        "Lantern Domestic Abuse Service",
        "Lantern",
        "lantern-service.example",
        "14 Orchard Row",
        False,
        (
            "IDVA Team Manager",
            "Independent Domestic Violence Adviser",
            "Independent Domestic Violence Adviser",
            "Court IDVA",
        ),
    ),
    Pattern(
        "childrens",
        "childrens_social_care",
        "Aberwenlli and Marsh Council: Children's Services",
        "Children's Services",
        "children.aberwenlli-marsh.example",
        "Sluice House, Harbour Street",
        True,
        ("Team Manager, Front Door", "Senior Social Worker", "Social Worker", "Early Help Manager"),
    ),
    Pattern(
        "adult",
        "adult_social_care",
        "Aberwenlli and Marsh Council: Adult Safeguarding",
        "Adult Safeguarding",
        "adults.aberwenlli-marsh.example",
        "Sluice House, Harbour Street",
        True,
        ("Safeguarding Adults Manager", "Social Worker, Adults", "Safeguarding Officer"),
    ),
    Pattern(
        "primary",
        "primary_care",
        "Wenlli Primary Care Group",
        "Primary Care",
        "primary-care.wenlli-health.example",
        "3 Ropewalk Court",
        True,
        ("Named GP for Safeguarding", "Specialist Nurse, Safeguarding", "Health Visitor Team Leader"),
    ),
    Pattern(
        "acute",
        "acute_trust",
        "Wenlli General Hospital",
        "Hospital",
        "hospital.wenlli-health.example",
        "Beacon Road",
        True,
        ("Head of Safeguarding", "Hospital Domestic Abuse Adviser", "Safeguarding Midwife"),
    ),
    Pattern(
        "mental",
        "mental_health_trust",
        "Marsh and Borders Mental Health Trust",
        "Mental Health",
        "mentalhealth.marsh-borders.example",
        "Rowan House, Quarry Lane",
        True,
        ("Safeguarding Lead", "Community Psychiatric Nurse", "Team Manager, Crisis Service"),
    ),
    Pattern(
        "probation",
        "probation",
        "Wenmarsh Probation",
        "Probation",
        "wenmarsh-probation.example",
        "22 Kiln Street",
        True,
        ("Senior Probation Officer", "Probation Officer", "Women's Safety Worker"),
    ),
    Pattern(
        "housing",
        "housing",
        "Aberwenlli and Marsh Council: Housing and Community Safety",
        "Council Housing",
        "housing.aberwenlli-marsh.example",
        "Sluice House, Harbour Street",
        True,
        (
            "MARAC Coordinator",
            "Housing Options Manager",
            "Homelessness Officer",
            "Information Governance Auditor",
            "Systems Administrator",
        ),
    ),
    Pattern(
        "provider",
        "registered_provider",
        "Cartrefi Morfa Homes",
        "Cartrefi Morfa",
        "cartrefi-morfa.example",
        "9 Chandler Way",
        False,
        ("Tenancy Support Manager", "Neighbourhood Officer", "Safeguarding Champion"),
    ),
    Pattern(
        "substance",
        "substance_misuse",
        "Clearwater Recovery",
        "Clearwater",
        "clearwater-recovery.example",
        "41 Tannery Lane",
        False,
        ("Service Manager", "Criminal Justice Worker", "Recovery Worker"),
    ),
    Pattern(
        "education",
        "education",
        "Aberwenlli and Marsh Council: Education Safeguarding",
        "Education",
        "education.aberwenlli-marsh.example",
        "Sluice House, Harbour Street",
        True,
        ("Education Safeguarding Officer", "Education Welfare Officer", "Designated Safeguarding Lead"),
    ),
    Pattern(
        "specialist",
        "specialist_minority_ethnic",
        "Saffron Women's Network",
        "Saffron Network",
        "saffron-network.example",
        "6 Damson Row",
        False,
        ("Director", "Outreach Worker", "Advocate"),
    ),
    Pattern(
        "fire",
        "fire_and_rescue",
        "Wenmarsh Fire and Rescue Service",
        "Fire and Rescue",
        "wenmarsh-fire.example",
        "Beacon Way",
        True,
        ("Home Safety Manager", "Community Safety Officer", "Watch Manager"),
    ),
)

# The eight accounts that show the eight roles: (agency, which of its members, role).
ACCOUNTS = (
    ("housing", 0, "coordinator"),
    ("police", 0, "chair"),
    ("childrens", 0, "representative"),
    ("childrens", 1, "deputy"),
    ("acute", 1, "referrer"),
    ("police", 4, "liaison_officer"),
    ("housing", 3, "auditor"),
    ("housing", 4, "administrator"),
)

NAMES = [
    "Helen Ravensworth",
    "Marcus Ebbsfield",
    "Priya Chandrasen",
    "Tom Underhay",
    "Gwenda Llewelfryn",
    "Bronwen Cadogan-Rees",
    "Sally Ottershaw",
    "Iestyn Prothero",
    "Faith Nwosu-Clarke",
    "Alison Kettleby",
    "Rhys Tanybwlch",
    "Joan Massingberd",
    "Delphine Okoro",
    "Peter Stallwood",
    "Ruth Haverstock",
    "Sioned Gwilliam",
    "Angus Dalwhinny",
    "Miriam Feldon",
    "Catherine Brockwell",
    "Owen Trefaldwyn",
    "Nadia Rahmani",
    "Steven Colthorpe",
    "Bethan Ystrad",
    "Laura Pemberley",
    "Graham Witherstone",
    "Jo Alderwick",
    "Sunil Deshpanday",
    "Menna Cilgwyn",
    "Frances Ollerton",
    "Dominic Sayle",
    "Yasmin Farouki",
    "Karl Lindquist",
    "Anwen Bodfari",
    "Rebecca Stainforth",
    "Hugh Marchbank",
    "Teresa O'Malligan",
    "Ewa Borowczyk",
    "Lisa Thrale",
    "David Penhallam",
    "Rosalind Eaves",
    "Jagdeep Bansalwal",
    "Saira Mirpuri",
    "Nkechi Amadi-Lowe",
    "Tracy Fulbrook",
    "Glyn Abergorlech",
    "Moira Strachur",
    "Ian Redfearn",
    "Zainab Yusufali",
    "Carol Dunmow",
    "Nick Fairlamb",
]


def agencies(rng, signatory_from):
    """The agencies by key, with invented registration numbers."""
    return {
        pattern.key: agency(rng, pattern, signatory_from + timedelta(days=7 * place))
        for place, pattern in enumerate(PATTERNS)
    }


def agency(rng, pattern, signatory_from):
    return PlannedAgency(
        key=pattern.key,
        kind=pattern.kind,
        name=pattern.name,
        short_name=pattern.short_name,
        domain=pattern.domain,
        ico_registration=f"Z{rng.randrange(10**7):07d}",
        phone=landline(rng),
        mailbox=f"marac@{pattern.domain}",
        address=f"{pattern.street}, Aberwenlli, {postcode(rng, 'Aberwenlli')}",
        responsible_authority=pattern.responsible,
        signatory_from=signatory_from,
    )


def members(rng, agencies, small=False):
    """The members by key; only the eight accounts where `small`."""
    accounts = {(key, place): role for key, place, role in ACCOUNTS}
    names = iter(NAMES)
    everyone = {}
    for pattern in PATTERNS:
        ordinary = ordinary_roles(pattern, accounts)
        for place, job in enumerate(pattern.jobs):
            account, name = accounts.get((pattern.key, place), ""), next(names)
            if account or not small:
                key = f"{pattern.key}-{place + 1}"
                roles = (account,) if account else next(ordinary)
                everyone[key] = member(rng, key, agencies[pattern.key], name, job, account, roles)
    return everyone


def ordinary_roles(pattern, accounts):
    """The roles of those who are not accounts, in turn: a representative, a deputy, then referrers.

    The last of an agency is its liaison officer too, unless an account is.
    """
    held = {role for (key, _), role in accounts.items() if key == pattern.key}
    places = [place for place in range(len(pattern.jobs)) if (pattern.key, place) not in accounts]
    wanted = [role for role in ("representative", "deputy") if role not in held]
    for place in places:
        role = wanted.pop(0) if wanted else "referrer"
        is_liaison = place == places[-1] and "liaison_officer" not in held
        yield (role, "liaison_officer") if is_liaison else (role,)


def member(rng, key, agency, name, job, account, roles):
    given, _, family = name.partition(" ")
    return PlannedMember(
        key=key,
        agency=agency.key,
        given=given,
        family=family,
        job=job,
        email=f"{mail_name(given)}.{mail_name(family)}@{agency.domain}",
        phone=mobile(rng),
        roles=roles,
        account=account,
    )


def mail_name(name):
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace("'", "").replace(" ", "-")


def holder(members, role):
    """The key of the first member who holds a role."""
    return next(key for key, member in members.items() if role in member.roles)


def staff(agencies, members):
    """Who works on cases, by agency, the representative first; in the small one the chair works for the police."""
    ranks = ("representative", "deputy", "referrer")
    return {key: ranked(key, members, ranks) or ranked(key, members, ("chair", "liaison_officer")) for key in agencies}


def ranked(agency, members, ranks):
    return [
        key for rank in ranks for key, member in members.items() if member.agency == agency and member.roles[0] == rank
    ]
