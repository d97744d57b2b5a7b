"""MARAC: sections of its referral, the four routes, the lawful bases offered.  Thresholds are settings of the panel."""

from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.schemes import Basis, Route, Scheme, Section
from partnership.models import Agency

Capacity = Party.Capacity
Kind = Agency.Kind

IDENTITY = ("given_name", "family_name", "aliases", "birth_date", "other_birth_dates", "gender", "gender_identity")
EQUALITY = ("ethnicity", "disabled", "lgbt")
PLACE = ("address", "postcode", "current_address", "address_confidential")
NEEDS = ("language", "interpreter", "access_needs", "immigration")
WORK = ("occupation", "workplace", "works_for")

LAW_ENFORCEMENT = frozenset({Kind.POLICE, Kind.PROBATION})
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
        "victim",
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
        "victim",
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

MARAC = Scheme("marac", _("MARAC"), SECTIONS, ROUTES, BASES)
