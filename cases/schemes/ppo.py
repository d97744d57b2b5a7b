"""PPO / IOM: the persistent offenders who cause most local crime, nominated, decided on, managed and let go again.

The principal is the offender.  Management is in `ppo_courses`, the statuses beside it in `ppo_status`, what stops a
step in `ppo_guards`, the forms in `ppo_forms`.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.schemes import Basis, Missing, Note, Part, Scheme, Section, Words, Wrong
from cases.schemes.items import Item
from cases.schemes.marac import BASES, IDENTITY, LAW_ENFORCEMENT, PLACE
from cases.schemes.ppo_courses import COHORTS, MANAGEMENT
from cases.schemes.ppo_forms import INTELLIGENCE, LICENCE, PROFILE, SCORE
from cases.schemes.ppo_guards import GROUNDS_ITEM, on_a_test_alone
from cases.schemes.ppo_status import COHORT, POLICING, RAG, TRANSFER
from cases.schemes.settings import Number, number_of
from cases.schemes.supplies import Change, Supplies

Capacity = Party.Capacity

SECTIONS = (
    Section(
        "about-you",
        _("About you"),
        "referral",
        ("contact_name", "contact_job_title", "contact_phone", "contact_email"),
        read_as=_("Who nominates"),
    ),
    Section(
        "offender",
        _("The offender"),
        "principal",
        (
            *IDENTITY,
            "ethnicity",
            "disabled",
            *PLACE,
            "phone",
            "language",
            "interpreter",
            "access_needs",
            "gp",
            "occupation",
            "works_for",
            "weapons",
            "visit_warning",
        ),
    ),
    Section(
        "associates",
        _("Associates"),
        "people",
        (*IDENTITY, *PLACE, "relationship"),
        capacity=Capacity.ASSOCIATE,
        one=_("associate"),
        hint=_("Only where who they are matters to the plan."),
    ),
    Section("why", _("Why you nominate"), "referral", ("summary", "risks_staff")),
    Section(
        "grounds",
        _("Grounds and history"),
        "details",
        items=(
            GROUNDS_ITEM,
            Item("cohort", _("Which cohort do you have in mind?"), "choice", COHORTS),
            Item("offences", _("Offences and their history"), "long", required=True),
            Item("last_conviction", _("The last conviction: offence, day, sentence"), "long"),
            Item("sentences", _("Custody, community orders and supervision before"), "long"),
            Item("sentence", _("Length of the present sentence")),
            Item("release_on", _("Release date, if in custody"), "date"),
            Item("release_address", _("Where the person will live after release"), "long"),
        ),
    ),
    Section(
        "score",
        _("Risk score (advice)"),
        "details",
        items=(
            Item("score", _("Score"), "number", most=1000),
            Item("model", _("Name of the model"), hint=_("For example OGRS")),
            Item("model_version", _("Version of the model")),
            Item("scored_on", _("Scored on"), "date", when="past"),
        ),
        hint=_("A score advises. The panel decides."),
    ),
    Section("basis", _("Lawful basis"), "referral", ("lawful_basis", "lawful_basis_words")),
)

PARTS = (
    Part(Capacity.OFFENDER, _("Offender"), _("Offenders"), conflict=True, briefed=True),
    Part(Capacity.ASSOCIATE, _("Associate"), _("Associates")),
)

NOTES = (
    Note("summary", _("Summary"), wanted=_("Write the summary."), short=_("Summary")),
    Note("progress", _("Progress since last time"), short=_("Progress")),
    Note("risk_community", _("Risk: the community"), risk=True),
    Note("risk_person", _("Risk: the offender"), risk=True),
    Note("risk_staff", _("Risk: staff"), risk=True),
)

PATHWAYS = (
    ("accommodation", _("Accommodation")),
    ("education_work", _("Education, training and work")),
    ("health", _("Health")),
    ("substances", _("Drugs and alcohol")),
    ("finance", _("Finance")),
    ("family", _("Family")),
    ("attitudes", _("Attitudes")),
)

NUMBERS = (
    Number("fixed_from", _("Fixed cohort: from which score"), 75, 1, 1000),
    Number("flex_from", _("Flex cohort: from which score"), 50, 1, 1000),
    Number("kept_months", _("Months for which who was not adopted is kept"), 12, 1, 24),
)


def wants(referral, parties, details) -> list[Missing]:
    """Grounds beyond a positive drug test; and of a score, which version of which model gave it."""
    found = [Missing("positive_test_alone", "grounds", words) for words in on_a_test_alone(details.get("grounds"))]
    if details.get("score") is not None and not (
        details.get("model") and details.get("model_version") and details.get("scored_on")
    ):
        found.append(Missing("model", "score", gettext("Say which version of which model gave the score, and when")))
    return found


def weighs(referral, parties, details) -> list[Wrong]:
    """What a score advises; it stops nothing and decides nothing."""
    score = details.get("score")
    if score is None:
        return []
    fixed, flex = (number_of(SCHEME, referral.panel, code) for code in ("fixed_from", "flex_from"))
    words = gettext("The score %(score)s (%(model)s, version %(version)s) is below both thresholds. The panel decides.")
    if score >= fixed:
        words = gettext("The score %(score)s (%(model)s, version %(version)s) points to Fixed. The panel decides.")
    elif score >= flex:
        words = gettext("The score %(score)s (%(model)s, version %(version)s) points to Flex. The panel decides.")
    said = {"score": score, "model": details.get("model", ""), "version": details.get("model_version", "")}
    return [Wrong("score", words % said, False, "score")]


RELEASED = Change(
    track="management",
    moves=("new_date", "custody"),
    items={"release_on": "release_on", "release_address": "address"},
    reason="listed",
)

SCHEME = PPO = Scheme(
    "ppo",
    _("PPO / IOM"),
    SECTIONS,
    bases=(
        *BASES,
        Basis(
            "OMA14", _("Sharing for offender management (Offender Management Act 2007, section 14)"), LAW_ENFORCEMENT
        ),
    ),
    parts=PARTS,
    notes=NOTES,
    features=frozenset({"telling", "consent"}),
    wants=wants,
    weighs=weighs,
    headings=("offending", "involvement", "contact", "engagement", "needs", "risk", "done", "other"),
    risks=(("community", _("The community")), ("person", _("The offender")), ("staff", _("Staff"))),
    words=Words(
        name_missing=_("Enter the offender’s given and family name"),
        summary_missing=_("Say why you nominate this person, and what should change"),
        tell_whom=_("Who tells the offender"),
    ),
    labels={"relationship": _("Relationship to the offender"), "summary": _("Why, and what should change")},
    statement=_(
        "What is said here is shared to prevent and reduce crime in {place} and to manage the risk that the people "
        "spoken of pose, and stays here."
    ),
    tracks=(MANAGEMENT, RAG, COHORT, POLICING, TRANSFER),
    sheets=(PROFILE, SCORE, INTELLIGENCE, LICENCE),
    supplies=Supplies(
        kinds=("prison", "yoi", "ppo"),
        nomination={
            "offences": "offence",
            "sentence": "sentence",
            "release_on": "release_on",
            "release_address": "address",
        },
        changes={
            "prison": RELEASED,
            "yoi": RELEASED,
            "ppo": Change(
                sheet="profile",
                items={
                    "reference": "reference",
                    "offences": "offence",
                    "occupation": "occupation",
                    "easting": "easting",
                    "northing": "northing",
                },
                rest="as_listed",
            ),
        },
    ),
    papers=(("cases:plan", _("Offender plan")),),
    pathways=PATHWAYS,
    numbers=NUMBERS,
)
