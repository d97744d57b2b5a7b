"""DIP: drug interventions.  A case of one client, and three streams of it that are kept apart (`dip_streams`)."""

from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.schemes import Note, Part, Scheme, Section, Words
from cases.schemes.dip_streams import BAIL, EPISODE, INTELLIGENCE, RECORD, REQUIREMENT
from cases.schemes.marac import BASES, IDENTITY, PLACE

Capacity = Party.Capacity

SECTIONS = (
    Section(
        "about-you",
        _("About you"),
        "referral",
        ("contact_name", "contact_job_title", "contact_phone", "contact_email"),
        read_as=_("Who refers"),
    ),
    Section(
        "client",
        _("The client"),
        "principal",
        (*IDENTITY, "ethnicity", "disabled", *PLACE, "phone", "language", "interpreter", "access_needs", "works_for"),
        hint=_("Who it is, and how to reach them. Tests, treatment and intelligence have each their own place."),
    ),
    Section("why", _("Why you refer"), "referral", ("summary", "risks_staff")),
    Section("basis", _("Lawful basis"), "referral", ("lawful_basis", "lawful_basis_words")),
)

PARTS = (Part(Capacity.CLIENT, _("Client"), _("Clients"), conflict=True, briefed=True),)

NOTES = (
    Note("summary", _("Summary"), wanted=_("Write the summary."), short=_("Summary")),
    Note("progress", _("Progress since last time"), short=_("Progress")),
    Note("risk_person", _("Risk: the client"), risk=True),
    Note("risk_staff", _("Risk: staff"), risk=True),
)

WORDS = Words(
    name_missing=_("Enter the client’s given and family name"),
    summary_missing=_("Say why you refer this person, and what should change"),
    tell_whom=_("Who tells the client"),
)

SCHEME = DIP = Scheme(
    "dip",
    _("Drug interventions (DIP)"),
    SECTIONS,
    bases=BASES,
    parts=PARTS,
    notes=NOTES,
    features=frozenset({"telling", "consent", "referrer_stays"}),
    headings=("involvement", "contact", "engagement", "needs", "risk", "done", "other"),
    risks=(("person", _("The client")), ("staff", _("Staff"))),
    words=WORDS,
    labels={"summary": _("Why, and what should change")},
    statement=_(
        "What is said here is shared to help the people spoken of into treatment and to reduce crime in {place}, and "
        "stays here. What belongs to one of the three streams is not said in another."
    ),
    tracks=(EPISODE, REQUIREMENT, INTELLIGENCE),
    sheets=(RECORD, BAIL),
    papers=(("cases:case_record", _("Record of the case (PDF)")),),
    management_word=_("Streams"),
)
