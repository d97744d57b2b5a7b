"""When a referral may be written, sent and withdrawn, and everything that is missing from it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Party, Referral
from cases.schemes import scheme_of
from partnership.models import Panel
from partnership.roles import Permission

State = Referral.State
YES, NO = Party.YesNo.YES, Party.YesNo.NO
BEING_WRITTEN = frozenset({State.DRAFT, State.RETURNED})


@dataclass(frozen=True)
class Missing:
    """One thing that a referral still lacks: a code, the section where it is mended, and a sentence."""

    code: str
    section: str
    words: Any


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
    """
    order = {section.code: place for place, section in enumerate(scheme_of(referral.panel).sections)}
    found = [
        *_people(referral, parties),
        *_routes(referral, checklist),
        *_facts(referral),
        *_agreement(referral),
    ]
    return sorted(found, key=lambda missing: order[missing.section])


def _people(referral, parties) -> list[Missing]:
    found = []
    victim = next((party for party in parties if party.capacity == Party.Capacity.VICTIM), None)
    if victim is None or not (victim.given_name and victim.family_name):
        found.append(Missing("victim_name", "victim", _("Enter the victim’s given and family name")))
    if victim is None or not victim.address:
        found.append(Missing("victim_address", "victim", _("Enter the victim’s address, or that there is none")))
    if victim is None or not victim.safe_to_call:
        found.append(Missing("safe_to_call", "safe-contact", _("Say whether it is safe to call the victim")))
    elif victim.safe_to_call == YES and not (victim.safe_number or victim.phone):
        found.append(Missing("safe_number", "safe-contact", _("Enter the number that is safe to call")))
    if victim is None or not victim.afraid_of:
        found.append(Missing("afraid_of", "safe-contact", _("Say who the victim is afraid of")))
    perpetrators = [party for party in parties if party.capacity == Party.Capacity.PERPETRATOR]
    if not perpetrators:
        found.append(Missing("perpetrator", "perpetrators", _("Add the alleged perpetrator")))
    for number, party in enumerate(perpetrators, 1):
        if not (party.given_name or party.family_name):
            words = _("Enter a name for alleged perpetrator %(number)s, or “not known”") % {"number": number}
            found.append(Missing("perpetrator_name", "perpetrators", words))
    return found


def _routes(referral, checklist) -> list[Missing]:
    panel, found = referral.panel, []
    if not any(getattr(referral, route.field) for route in scheme_of(panel).routes):
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
    # column, code, section, words
    ("contact_name", "contact_name", "about-you", gettext_lazy("Enter your name")),
    ("contact_phone", "contact_phone", "about-you", gettext_lazy("Enter your telephone number")),
    ("contact_email", "contact_email", "about-you", gettext_lazy("Enter your e-mail address")),
    ("incident_on", "incident_on", "incident", gettext_lazy("Enter the date of the latest incident")),
    ("summary", "summary", "incident", gettext_lazy("Summarise what happened and why you are worried")),
    ("lawful_basis", "lawful_basis", "basis", gettext_lazy("Choose the lawful basis for sharing")),
    (
        "lawful_basis_words",
        "lawful_basis_words",
        "basis",
        gettext_lazy("Say why sharing is necessary and proportionate"),
    ),
)


def _facts(referral) -> list[Missing]:
    found = [Missing(code, section, words) for column, code, section, words in ASKED if not getattr(referral, column)]
    if not referral.other_marac:
        found.append(Missing("other_marac", "other-marac", _("Say whether another MARAC has had this case")))
    elif referral.other_marac == YES and not referral.other_marac_where:
        found.append(Missing("other_marac_where", "other-marac", _("Say which other MARAC, and when")))
    if referral.panel.manager_sign_off and not (referral.manager_name and referral.manager_signed_on):
        found.append(Missing("sign_off", "sign-off", _("Enter the manager who signed off this referral, and when")))
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
