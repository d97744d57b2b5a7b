"""A referral leaves the case that it joined by a link since undone, and has a case of its own."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Bar, Case, Party, Referral
from cases.rules import parting as rules
from cases.workflow.access import bar, open_to_desk
from cases.workflow.matching import restore_earlier
from cases.workflow.screening import new_case
from cases.workflow.sight import carry_bars
from core.history import noting
from core.recording import record
from partnership.roles import Permission

WHY_NOT = {
    "same": gettext_lazy("Its people are those of the case that it is part of, or it opened that case."),
    "listed": gettext_lazy("The case is listed, or was heard, with this referral in it."),
    "spoken_of": gettext_lazy("Entries or actions on the case are about the people of this referral."),
}


@transaction.atomic
def make_own_case(*, by, referral: Referral, words: str) -> Case:
    """Take *referral* off the case that it joined, and open one of its own; returns the new case.

    Its people go along, and those whom they had replaced stand again on the earlier case.  It counts as new, no
    repeat; *words* say why.  Whoever is kept from the referral or from the earlier case is kept from the new one, so
    that nobody sees more by this.  Refused with everything that keeps it there.  Recorded as an alteration.
    """
    referral, earlier = _held(by, referral)
    reasons = rules.why_not_parted(referral)
    if reasons:
        raise ValidationError([WHY_NOT[reason] for reason in reasons])
    if not words.strip():
        raise ValidationError({"words": _("Say why.")})
    case = new_case(by=by, referral=referral)
    referral.case, referral.repeat, referral.repeat_explanation = case, Referral.RepeatAnswer.NEW, words.strip()
    referral.repeat_confirmed_at, referral.repeat_confirmed_by = timezone.now(), by
    noting(referral, by=by, reason="own_case").save_over(referral.version)
    _move_people(by, referral, earlier)
    open_to_desk(by=by, panel=referral.panel, case=case, why="own_case")
    _keep_bars(by, referral, earlier)
    record(
        "referral.parted", by=by, thing=referral, case_id=case.pk, panel_id=referral.panel_id, things=[case, earlier]
    )
    return case


def _held(by, referral: Referral) -> tuple[Referral, Case]:
    """*referral* and its case as they are now, held until the end, so that nobody lists the case meanwhile."""
    panel = referral.panel
    held = Referral.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=referral.pk).first()
    if held is None or not by.may(Permission.LINK_PEOPLE, held.panel_id):
        raise PermissionDenied
    if held.case_id is None:
        raise ValidationError(_("This referral is on no case."))
    earlier = Case.objects.with_key().select_for_update(of=("self",)).get(pk=held.case_id)
    held.panel, held.case = panel, earlier
    return held, earlier


def _move_people(by, referral: Referral, earlier: Case) -> None:
    people = list(Party.objects.with_key().standing_in(referral))
    for party in people:
        party.case, party.superseded_at = referral.case, None
        noting(party, by=by, reason="own_case").save_over(party.version)
    for party in people:
        restore_earlier(by=by, case_id=earlier.pk, subject=party.subject_id)


def _keep_bars(by, referral: Referral, earlier: Case) -> None:
    case = referral.case
    carry_bars(by=by, referral=referral, case=case)
    for old in Bar.objects.live().filter(case=earlier).select_related("agency", "member"):
        bar(by=by, reason=old.reason, case=case, agency=old.agency, member=old.member, until=old.until)
    if earlier.restricted:
        case.restricted = True
        noting(case, by=by, reason="conflict").save_over(case.version)
