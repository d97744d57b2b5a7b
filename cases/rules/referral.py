"""When a referral may be written, sent and withdrawn, and everything that is missing from it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Party, Referral
from cases.schemes import Missing, scheme_of
from cases.schemes.items import missing as missing_items
from partnership.models import Panel
from partnership.roles import Permission

State = Referral.State
YES, NO = Party.YesNo.YES, Party.YesNo.NO
BEING_WRITTEN = frozenset({State.DRAFT, State.RETURNED})


def is_full_signatory(agency, at=None) -> bool:
    """Whether *agency* is a tier-1 signatory of the protocol at *at* (default now): only these share about people."""
    return agency.is_central(at)


def panels_to_refer_to(member) -> list[Panel]:
    """The panels to which *member* may refer; none while the member's agency is not a full signatory."""
    if not is_full_signatory(member.agency):
        return []
    return list(Panel.objects.visible_to(member).filter(pk__in=member.panels_with(Permission.REFER)))


def may_write(member, referral) -> bool:
    """Whether *member* may change *referral*: it is the own agency's and being written."""
    return (
        referral.agency_id == member.agency_id
        and referral.state in BEING_WRITTEN
        and member.may(Permission.REFER, referral.panel_id)
    )


def may_withdraw(member, referral) -> bool:
    """Whether *member* may take *referral* back: the own agency's, before it is decided."""
    return (
        referral.agency_id == member.agency_id
        and referral.state in BEING_WRITTEN | {State.SUBMITTED}
        and member.may(Permission.REFER, referral.panel_id)
    )


def missing_from(referral, parties, checklist) -> list[Missing]:
    """Everything without which *referral* is not sent, in the order of the sections.

    *parties* are its current people, *checklist* its checklist or None.  What each route demands: marac.md §1.4.
    Asked are the person's name, what the scheme's sections have columns and required items for, and what the scheme
    wants beside.
    """
    scheme = scheme_of(referral.panel)
    order = {section.code: place for place, section in enumerate(scheme.sections)}
    found = [
        *_principal(scheme, parties),
        *scheme.wants(referral, parties, referral.details),
        *_routes(scheme, referral, checklist),
        *_facts(scheme, referral),
        *(_agreement(referral) if scheme.has("agreement") else ()),
        *_items(scheme, referral),
    ]
    return sorted(found, key=lambda missing: order[missing.section])


def _principal(scheme, parties) -> list[Missing]:
    found = next((party for party in parties if party.capacity == scheme.principal), None)
    if found and found.given_name and found.family_name:
        return []
    section = next(section for section in scheme.sections if section.of == "principal")
    return [Missing(f"{scheme.principal}_name", section.code, scheme.words.name_missing)]


def _items(scheme, referral) -> list[Missing]:
    return [
        Missing(item.code, section.code, _("%(label)s: answer this") % {"label": item.label})
        for section in scheme.sections_for(referral.panel)
        for item in missing_items(section.items, referral.details)
    ]


def _routes(scheme, referral, checklist) -> list[Missing]:
    panel, found = referral.panel, []
    if scheme.routes and not any(getattr(referral, route.field) for route in scheme.routes):
        return [Missing("route", "reasons", _("Choose at least one reason for the referral"))]
    if referral.visible_high_risk:
        score = checklist.score if checklist else 0
        if score < panel.threshold:
            words = _("Visible high risk needs %(needed)s or more yes answers on the risk checklist; it has %(score)s")
            found.append(Missing("score", "checklist", words % {"needed": panel.threshold, "score": score}))
        if checklist is None or not (checklist.instrument and checklist.assessed_on and checklist.assessor):
            found.append(Missing("instrument", "checklist", _("Say which checklist was used, when and by whom")))
    if referral.professional_judgement and not referral.judgement_reasons:
        found.append(Missing("judgement", "reasons", _("Give the reasons for your professional judgement")))
    if referral.potential_escalation:
        found += _escalation(referral, panel)
    if referral.claimed_repeat:
        if not referral.claimed_repeat_on:
            found.append(Missing("repeat_on", "reasons", _("Repeat: enter the date the case was last listed")))
        if not referral.claimed_repeat_reference:
            found.append(Missing("repeat_reference", "reasons", _("Repeat: enter the case number, or “not known”")))
    return found


def _escalation(referral, panel) -> list[Missing]:
    shown = {"count": panel.escalation_count, "months": panel.escalation_months}
    if not (referral.escalation_count and referral.escalation_months):
        return [Missing("escalation", "reasons", _("Escalation: enter the number of incidents and the months"))]
    found = []
    if referral.escalation_count < panel.escalation_count:
        words = _(
            "Escalation needs %(count)s incidents or more; if the risk is high all the same, choose professional "
            "judgement and say why"
        )
        found.append(Missing("escalation_count", "reasons", words % shown))
    if referral.escalation_months > panel.escalation_months:
        words = _("Escalation counts incidents within %(months)s months or fewer")
        found.append(Missing("escalation_months", "reasons", words % shown))
    return found


ASKED = (
    # column, words; asked where a section of the scheme has the column
    ("contact_name", gettext_lazy("Enter your name")),
    ("contact_phone", gettext_lazy("Enter your telephone number")),
    ("contact_email", gettext_lazy("Enter your e-mail address")),
    ("incident_on", gettext_lazy("Enter the date of the latest incident")),
    ("summary", None),
    ("lawful_basis", gettext_lazy("Choose the lawful basis for sharing")),
    ("lawful_basis_words", gettext_lazy("Say why sharing is necessary and proportionate")),
)


def _facts(scheme, referral) -> list[Missing]:
    found = []
    for column, words in ASKED:
        section = scheme.section_of_field(referral.panel, column)
        if section and not getattr(referral, column):
            found.append(Missing(column, section.code, words or scheme.words.summary_missing))
    return found + _elsewhere(scheme, referral)


def _elsewhere(scheme, referral) -> list[Missing]:
    found = []
    asks = scheme.section_of_field(referral.panel, "other_marac")
    if asks and not referral.other_marac:
        found.append(Missing("other_marac", "other-marac", _("Say whether another MARAC has had this case")))
    elif asks and referral.other_marac == YES and not referral.other_marac_where:
        found.append(Missing("other_marac_where", "other-marac", _("Say which other MARAC, and when")))
    signs = scheme.section_of_field(referral.panel, "manager_name")
    if signs and not (referral.manager_name and referral.manager_signed_on):
        found.append(Missing("sign_off", signs.code, _("Enter the manager who signed off this referral, and when")))
    return found


def _agreement(referral) -> list[Missing]:
    found = []
    if not referral.aware:
        found.append(Missing("aware", "agreement", _("Say whether the victim knows of this referral")))
    elif referral.aware != YES and not referral.not_aware_reason:
        found.append(Missing("not_aware", "agreement", _("Say why the victim has not been told")))
    if not referral.consents:
        found.append(Missing("consents", "agreement", _("Say whether the victim agrees to this referral")))
    elif referral.consents != YES and not referral.no_consent_reason:
        found.append(Missing("no_consent", "agreement", _("Say why the referral goes on without agreement")))
    return found
