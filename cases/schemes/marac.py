"""MARAC: sections of its referral, the four routes, the lawful bases offered.  Thresholds are settings of the panel."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.schemes import Basis, Missing, Note, Part, Route, Scheme, Section, Words
from cases.schemes.words import OF_A_VICTIM
from partnership.models import Agency

Capacity = Party.Capacity
Kind = Agency.Kind

IDENTITY = ("given_name", "family_name", "aliases", "birth_date", "other_birth_dates", "gender", "gender_identity")
EQUALITY = ("ethnicity", "disabled", "lgbt")
PLACE = ("address", "postcode", "current_address", "address_confidential")
NEEDS = ("language", "interpreter", "access_needs", "immigration")
WORK = ("occupation", "workplace", "works_for")

LAW_ENFORCEMENT = frozenset({Kind.POLICE, Kind.PROBATION, Kind.PRISON})
PUBLIC = LAW_ENFORCEMENT | {
    Kind.CHILDREN,
    Kind.ADULTS,
    Kind.PRIMARY_CARE,
    Kind.ACUTE,
    Kind.MENTAL_HEALTH,
    Kind.HOUSING,
    Kind.EDUCATION,
    Kind.MASH,
    Kind.FIRE,
    Kind.COUNCIL,
    Kind.YOUTH_JUSTICE,
    Kind.JOBCENTRE,
}
NOT_PUBLIC = frozenset(Kind) - PUBLIC | {Kind.OTHER}

SECTIONS = (
    Section(
        "about-you",
        _("About you"),
        "referral",
        ("contact_name", "contact_job_title", "contact_phone", "contact_email"),
        read_as=_("Who refers"),
    ),
    Section(
        "victim",
        _("The victim"),
        "principal",
        (
            *IDENTITY,
            *EQUALITY,
            *PLACE,
            "relationship_status",
            "lives_with",
            *NEEDS,
            "pregnant",
            "gp",
            *WORK,
            "tenancy",
            "visit_warning",
        ),
    ),
    Section(
        "safe-contact",
        _("Safe contact"),
        "principal",
        (
            "phone",
            "safe_to_call",
            "safe_number",
            "safe_times",
            "safe_method",
            "safe_people",
            "unsafe_people",
            "safe_third_contact",
            "afraid_of",
        ),
        hint=_("A call at the wrong time, or to the wrong number, can put the victim in danger."),
    ),
    Section(
        "perpetrators",
        _("Alleged perpetrators"),
        "people",
        (
            *IDENTITY,
            *EQUALITY,
            "relationship",
            "relationship_status",
            *PLACE,
            "phone",
            "lives_with",
            *NEEDS,
            "pregnant",
            "gp",
            *WORK,
            "tenancy",
            "weapons",
            "visit_warning",
        ),
        capacity=Capacity.PERPETRATOR,
        one=_("alleged perpetrator"),
    ),
    Section(
        "children",
        _("Children"),
        "people",
        (
            *IDENTITY,
            *EQUALITY,
            "relationship",
            "relationship_to_perpetrator",
            *PLACE,
            "lives_with",
            "school",
            *NEEDS,
            "gp",
        ),
        capacity=Capacity.CHILD,
        one=_("child"),
        add=_("Add a child"),
        hint=_("Every child who lives in, stays in or visits either home, and any unborn child."),
    ),
    Section(
        "others",
        _("Other adults"),
        "people",
        (
            *IDENTITY,
            *EQUALITY,
            "relationship",
            "relationship_to_perpetrator",
            *PLACE,
            "phone",
            "lives_with",
            *NEEDS,
            "gp",
            *WORK,
            "visit_warning",
        ),
        capacity=Capacity.OTHER,
        one=_("other adult"),
        hint=_("Others at risk, or whom the victim is afraid of."),
    ),
    Section(
        "reasons",
        _("Why you refer"),
        "referral",
        (
            "visible_high_risk",
            "professional_judgement",
            "judgement_reasons",
            "potential_escalation",
            "escalation_count",
            "escalation_months",
            "claimed_repeat",
            "claimed_repeat_on",
            "claimed_repeat_reference",
        ),
    ),
    Section(
        "checklist",
        _("Risk checklist"),
        "checklist",
        ("instrument", "instrument_version", "assessed_on", "assessor", "narrative"),
    ),
    Section(
        "incident",
        _("What happened"),
        "referral",
        (
            "incident_on",
            "summary",
            "recent_incidents",
            "injuries",
            "frequency",
            "background",
            "reported",
            "barriers",
            "substance_use",
            "mental_health",
        ),
    ),
    Section(
        "risks",
        _("Risks and support"),
        "referral",
        ("risks_victim", "risks_children", "risks_perpetrator", "risks_staff", "support_in_place", "animals"),
    ),
    Section(
        "police",
        _("Police"),
        "referral",
        (
            "crime_reference",
            "officer",
            "offence",
            "markers",
            "orders",
            "bail",
            "offender_management",
            "court",
            "wants_police_contact",
            "police_contact_how",
        ),
        hint=_("What you know. Leave empty what you do not."),
    ),
    Section(
        "agreement",
        _("What the victim knows and wants"),
        "referral",
        ("aware", "not_aware_reason", "consents", "no_consent_reason"),
        hint=_(
            "A referral needs neither. Each is recorded as its own fact, with the reason. "
            "Never tell the alleged perpetrator."
        ),
    ),
    Section("basis", _("Lawful basis"), "referral", ("lawful_basis", "lawful_basis_words")),
    Section("other-marac", _("Other MARACs"), "referral", ("other_marac", "other_marac_where", "other_marac_on")),
    Section(
        "sign-off", _("Manager’s sign-off"), "referral", ("manager_name", "manager_signed_on"), when="manager_sign_off"
    ),
)

ROUTES = (
    Route("visible", "visible_high_risk", _("Visible high risk")),
    Route("judgement", "professional_judgement", _("Professional judgement")),
    Route("escalation", "potential_escalation", _("Potential escalation")),
    Route("repeat", "claimed_repeat", _("Repeat")),
)

BASES = (
    Basis(
        "L35b", _("Necessary for a law enforcement task (Data Protection Act 2018, section 35(2)(b))"), LAW_ENFORCEMENT
    ),
    Basis("A6e", _("Public task (UK GDPR Article 6(1)(e)), with Crime and Disorder Act 1998, section 115"), PUBLIC),
    Basis("A6c", _("Legal obligation (UK GDPR Article 6(1)(c))")),
    Basis("A6d", _("Vital interests: somebody’s life is in danger (UK GDPR Article 6(1)(d))")),
    Basis(
        "A6ea",
        _("Recognised legitimate interest: crime, safeguarding or emergency (UK GDPR Article 6(1)(ea))"),
        NOT_PUBLIC,
    ),
    Basis("A6f", _("Legitimate interests (UK GDPR Article 6(1)(f))"), NOT_PUBLIC),
)


def _count_of_children(number: int) -> str:
    return ngettext("%(number)s child.", "%(number)s children.", number) % {"number": number}


PARTS = (
    Part(Capacity.VICTIM, _("Victim"), _("Victims"), conflict=True, briefed=True),
    Part(
        Capacity.PERPETRATOR,
        _("Alleged perpetrator"),
        _("Alleged perpetrators"),
        conflict=True,
        matched=True,
        briefed=True,
    ),
    Part(Capacity.CHILD, _("Child"), _("Children"), counted=_count_of_children),
    Part(Capacity.OTHER, _("Other adult"), _("Other adults")),
)

NOTES = (
    Note("summary", _("Summary"), wanted=_("Write the summary."), short=_("Summary")),
    Note(
        "voice",
        _("The victim’s voice"),
        wanted=_("Record what the victim says or wants, or why it is not known."),
        giver_wanted=_("Say who gave the victim’s voice."),
        short=_("Victim’s voice"),
    ),
    Note("risk_victim", _("Risk: victim"), risk=True),
    Note("risk_children", _("Risk: children"), risk=True),
    Note("risk_others", _("Risk: other adults"), risk=True),
    Note("risk_perpetrator", _("Risk: alleged perpetrator"), risk=True),
    Note("risk_staff", _("Risk: staff"), risk=True),
    Note(
        "perpetrator_line",
        _("Action about the alleged perpetrator, or “considered, because”"),
        wanted=_("Agree an action about the alleged perpetrator, or say why none: “considered, because …”."),
        unless="perpetrator",
    ),
    Note("links", _("MAPPA, child and adult protection, disclosure scheme and orders considered")),
)

RISKS = (
    ("victim", _("Victim")),
    ("children", _("Children")),
    ("others", _("Other adults")),
    ("perpetrator", _("Alleged perpetrator")),
    ("staff", _("Staff")),
)

WORDS = Words(
    name_missing=_("Enter the victim’s given and family name"),
    summary_missing=_("Summarise what happened and why you are worried"),
    principal_stays=_("A referral always has a victim."),
    heard_before=_(
        "Heard %(heard)s; last referral %(on)s, %(months)s; same victim and same alleged perpetrator (%(case)s)."
    ),
    not_heard_before=_(
        "Not yet heard; last referral %(on)s, %(months)s; same victim and same alleged perpetrator (%(case)s)."
    ),
    none_before=_(
        "No earlier case of this victim with this alleged perpetrator is known, going by the people linked so far."
    ),
    again_title=_("Is it a repeat?"),
    apart=_(
        "This referral is still part of case %(case)s, although its victim and alleged perpetrator are no longer both "
        "linked to those of that case. Its reasons, its people and the contact with its victim are read there by "
        "everybody who sees the case."
    ),
    goes_along=_("Its people, its reasons, its checklist and the contact with its victim go along."),
    transferred_from=_("Transferred from (MARAC area)"),
    **OF_A_VICTIM,
)

FEATURES = frozenset({"agreement", "checklist", "contact", "idva", "minimum_age", "repeats", "telling", "flags"})


def wants(referral, parties, details) -> list[Missing]:
    """What a MARAC needs to know of the victim, of safe contact, and of the alleged perpetrators (marac.md §1.4)."""
    found = []
    victim = next((party for party in parties if party.capacity == Capacity.VICTIM), None)
    if victim is None or not victim.address:
        found.append(Missing("victim_address", "victim", gettext("Enter the victim’s address, or that there is none")))
    if victim is None or not victim.safe_to_call:
        found.append(Missing("safe_to_call", "safe-contact", gettext("Say whether it is safe to call the victim")))
    elif victim.safe_to_call == Party.YesNo.YES and not (victim.safe_number or victim.phone):
        found.append(Missing("safe_number", "safe-contact", gettext("Enter the number that is safe to call")))
    if victim is None or not victim.afraid_of:
        found.append(Missing("afraid_of", "safe-contact", gettext("Say who the victim is afraid of")))
    return found + _perpetrators([party for party in parties if party.capacity == Capacity.PERPETRATOR])


def _perpetrators(parties) -> list[Missing]:
    if not parties:
        return [Missing("perpetrator", "perpetrators", gettext("Add the alleged perpetrator"))]
    words = gettext("Enter a name for alleged perpetrator %(number)s, or “not known”")
    return [
        Missing("perpetrator_name", "perpetrators", words % {"number": number})
        for number, party in enumerate(parties, 1)
        if not (party.given_name or party.family_name)
    ]


SCHEME = MARAC = Scheme(
    "marac",
    _("MARAC"),
    SECTIONS,
    bases=BASES,
    parts=PARTS,
    notes=NOTES,
    routes=ROUTES,
    features=FEATURES,
    wants=wants,
    headings=("involvement", "contact", "attitude", "risk", "priorities", "done", "other"),
    risks=RISKS,
    words=WORDS,
    hints={
        "postcode": _("The postcode decides which MARAC hears the case."),
        "afraid_of": _("Everybody, not only the alleged perpetrator"),
    },
)

SCHEME = MARAC
