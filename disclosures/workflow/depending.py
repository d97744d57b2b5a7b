"""What may rest on information that was corrected or recalled: its agency's open actions, until they are looked at."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cases.models import Action
from core.history import noting
from core.recording import record
from disclosures.models import NoticeAction, Release, ReleaseNotice
from disclosures.rules import release as rules

Reason = ReleaseNotice.Reason
NOTHING_IS_WRONG = (Reason.LEFT, Reason.CONSENT)  # what was known was right, and rightly known


def flag_actions(notice: ReleaseNotice, releases: list[Release], *, by) -> int:
    """Flag the open actions, on the case of *notice*, of each agency that received one of *releases*; how many.

    Each is owed another look by its agency: it may have been agreed on what was wrong.  Nothing where nothing was, or
    where the case is no more.  Data Protection Act 2018 s.38(5)(c).
    """
    case_id = notice.decision.disclosure.case_id
    if case_id is None or notice.reason in NOTHING_IS_WRONG:
        return 0
    received = Release.objects.received().filter(pk__in=[release.pk for release in releases])
    found = Action.objects.unfinished().filter(case=case_id, agency__in=received.order_by().values("agency"))
    actions = list(found.only("pk").order_by("number"))
    for action in actions:
        row = NoticeAction(notice=notice, action=action)
        noting(row, by=by, reason="flagged").save(force_insert=True)
    return len(actions)


@transaction.atomic
def look_at_action(*, by, flagged: NoticeAction) -> NoticeAction:
    """Say that the action was looked at again, knowing the notice: by its agency, or by the desk of its panel."""
    flagged = NoticeAction.objects.select_for_update(of=("self",), no_key=True).joined().get(pk=flagged.pk)
    if not rules.may_look_at(by, flagged):
        raise PermissionDenied
    if flagged.looked_at:  # a second click, or a colleague, a moment ago
        return flagged
    flagged.looked_at, flagged.looked_by = timezone.now(), by
    noting(flagged, by=by, reason="looked_again").save(force_update=True)
    case = flagged.action.case
    record("release.action_looked_at", by=by, thing=flagged.action, case_id=case.pk, panel_id=case.panel_id)
    return flagged
