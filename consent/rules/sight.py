"""Who is told what of a consent: the agency that recorded it everything, everybody else nothing at all."""

from cases.gates import NOTHING_KNOWN
from cases.models import Case, Party
from cases.schemes import codes_with, scheme_of
from consent.models import Consent, ConsentForm
from partnership.roles import Permission


def is_asked(panel) -> bool:
    """Whether the scheme of *panel* asks people for consent to share."""
    return "consent" in scheme_of(panel).features


def is_offered(member, case: Case) -> bool:
    """Whether *member* is offered the tab of *case*; the same whether somebody was asked or not."""
    return is_asked(case.panel) and member.may(Permission.KEEP_CONSENT, case.panel_id)


def is_keeper(member) -> bool:
    """Whether *member* keeps consents on a panel whose scheme asks for them."""
    asking = codes_with("consent")
    return bool(asking) and any(
        grant.panel and grant.panel.scheme in asking and member.may(Permission.KEEP_CONSENT, grant.panel)
        for grant in member.grants
    )


def told(member, consent: Consent | None, words) -> str:
    """*words* about *consent* for the agency that recorded it; for others one sentence that says nothing."""
    return str(words) if consent and consent.agency_id == member.agency_id else str(NOTHING_KNOWN)


def may_begin(member, case: Case) -> bool:
    """Whether *member* may record a consent on *case*, found through `visible_to`, while it is open."""
    return case.state == Case.State.OPEN and member.may(Permission.KEEP_CONSENT, case.panel_id)


def people_to_ask(member, case: Case, form: ConsentForm):
    """The people of *case* whom *form* may be given to, as far as *member* sees them."""
    people = Party.objects.visible_to(member).filter(case=case, subject__isnull=False).current()
    return (people.filter(capacity__in=form.asked_of) if form.asked_of else people).in_order()
