"""Everything that is wrong with a referral, found at once: what stops its acceptance, and what to think about."""

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Party, Referral
from cases.rules.referral import is_full_signatory, missing_from
from cases.schemes import Wrong, scheme_of
from partnership.roles import Permission


def may_screen(member, referral) -> bool:
    """Whether *member* may decide on *referral*, which waits for it."""
    return referral.state == Referral.State.SUBMITTED and member.may(Permission.SCREEN, referral.panel_id)


def wrong_with(referral, parties, checklist, contacts) -> list[Wrong]:
    """Every finding on *referral*, what stops it first.

    *parties* its people, *checklist* or None, *contacts* the recorded contacts with the victim.
    """
    scheme = scheme_of(referral.panel)
    found = [Wrong(item.code, item.words, True, item.section) for item in missing_from(referral, parties, checklist)]
    if not is_full_signatory(referral.agency):
        found.append(Wrong("not_signatory", _("The agency is not a full signatory of the protocol any more"), True))
    offered = {basis.code for basis in scheme.bases_for(referral.agency.kind)}
    if referral.lawful_basis and referral.lawful_basis not in offered:
        found.append(Wrong("basis", _("The lawful basis is not one that this kind of agency has"), True, "basis"))
    found += _about_people(scheme, referral, parties)
    found += _about_risk(scheme, referral, checklist)
    found += scheme.weighs(referral, parties, referral.details)
    if scheme.has("agreement") and referral.consents != Party.YesNo.YES:
        found.append(
            Wrong(
                "no_consent",
                _("The victim does not agree, or was not asked: weigh the reason given"),
                False,
                "agreement",
            )
        )
    if scheme.has("contact") and not contacts:
        found.append(Wrong("no_contact", _("Nobody has recorded contact with the victim yet"), False))
    return sorted(found, key=lambda wrong: not wrong.stops)


def _about_people(scheme, referral, parties) -> list[Wrong]:
    found = []
    victim = next((party for party in parties if party.capacity == scheme.principal), None)
    if scheme.has("minimum_age") and victim and victim.birth_date:
        age = _age(victim.birth_date)
        if age < referral.panel.minimum_age:
            words = _("The victim is %(age)s; the panel hears victims from %(youngest)s")
            found.append(
                Wrong("too_young", words % {"age": age, "youngest": referral.panel.minimum_age}, False, "victim")
            )
    named = [party for party in parties if party.capacity != Party.Capacity.REPORTER]
    undated = sum(1 for party in named if not party.birth_date)
    if undated:
        words = _("Date of birth not known: %(count)s of %(all)s people; agencies search by it")
        found.append(Wrong("no_birth_date", words % {"count": undated, "all": len(named)}, False))
    if any(party.works_for_id for party in parties):
        found.append(Wrong("employee", _("Somebody works for a member agency: list it as restricted"), False))
    if victim and victim.safe_to_call == Party.YesNo.UNKNOWN:
        found.append(
            Wrong("safe_to_call", _("It is not known whether it is safe to call the victim"), False, "safe-contact")
        )
    return found


def _about_risk(scheme, referral, checklist) -> list[Wrong]:
    found = []
    if not scheme.has("checklist"):
        pass
    elif checklist is None or checklist.unanswered == referral.panel.instrument_items:
        found.append(Wrong("no_checklist", _("The risk checklist was not filled in"), False, "checklist"))
    elif checklist.unanswered:
        words = _("Not answered on the risk checklist: %(count)s questions")
        found.append(Wrong("unanswered", words % {"count": checklist.unanswered}, False, "checklist"))
    if scheme.section_of_field(referral.panel, "risks_perpetrator") and not referral.risks_perpetrator:
        found.append(
            Wrong("no_perpetrator_risk", _("Nothing is said about what the alleged perpetrator may do"), False, "risks")
        )
    return found


def _age(birth_date) -> int:
    today = timezone.localdate()
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
