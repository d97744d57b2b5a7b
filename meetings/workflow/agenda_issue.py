"""Freezing an agenda and issuing it; issuing it again when it has changed since."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.rules.merits import is_asked
from consent.workflow.settle import settle
from core.history import noting
from core.recording import record
from meetings.emails import notices
from meetings.models import AgendaIssue, Meeting, Notice
from meetings.rules import agenda as rules
from meetings.rules import calendar
from meetings.workflow.hearing import close_to_untold


@transaction.atomic
def freeze_agenda(*, by, meeting: Meeting, seen: int, despite_warnings: bool = False) -> AgendaIssue:
    """Freeze *meeting*'s agenda and issue it as number 1.

    Refused with every failure at once (`rules.agenda.findings`); warnings refuse too unless *despite_warnings*, and
    then their codes are kept with the issue and in the audit.  Records agenda.frozen with its recipients; a notice
    without names to each member who attends.  Consent is asked for what rests on it.  The guards of the base model at
    AGENDA_FROZEN.
    """
    _require_keeper(by, meeting)
    calendar.require("freeze", meeting)
    _ask_consent(by, meeting)
    found = rules.findings(meeting)
    standing = [finding for finding in found if not (finding.is_warning and despite_warnings)]
    if any(not finding.is_warning for finding in found) or standing:
        raise ValidationError([ValidationError(finding.text, code=finding.code) for finding in standing])
    meeting.state, meeting.frozen_at, meeting.frozen_by = Meeting.State.AGENDA_FROZEN, timezone.now(), by
    overridden = sorted({finding.code for finding in found})
    return _issue(
        by=by,
        meeting=meeting,
        seen=seen,
        event="agenda.frozen",
        kind=Notice.Kind.AGENDA,
        letter=notices.agenda_issued,
        overridden=overridden,
    )


@transaction.atomic
def issue_amended(*, by, meeting: Meeting, seen: int, despite_warnings: bool = False) -> AgendaIssue:
    """Issue the frozen agenda again under the next number, with what changed since the last.

    Checked as at the freeze.  Refused where nothing has changed.  Records agenda.amended; a notice to each member.
    """
    _require_keeper(by, meeting)
    calendar.require("amend", meeting)
    if not pending_changes(meeting):
        raise ValidationError(_("Nothing has changed since the agenda was issued."))
    _ask_consent(by, meeting)
    found = rules.findings(meeting)
    standing = [finding for finding in found if not (finding.is_warning and despite_warnings)]
    if standing:
        raise ValidationError([ValidationError(finding.text, code=finding.code) for finding in standing])
    overridden = sorted({finding.code for finding in found})
    return _issue(
        by=by,
        meeting=meeting,
        seen=seen,
        event="agenda.amended",
        kind=Notice.Kind.AMENDED,
        letter=notices.agenda_amended,
        overridden=overridden,
    )


def _ask_consent(by, meeting: Meeting) -> None:
    """Ask anew whom what rests on consent may reach, and, where the panel hears people on it, who may hear."""
    cases = _cases(meeting)
    settle(by=by, cases=cases)
    for case_id in cases if is_asked(meeting.panel) else ():
        close_to_untold(by=by, case_id=case_id)


def last_issue(meeting: Meeting) -> AgendaIssue | None:
    """The agenda as it was issued last, if it was."""
    return meeting.agenda_issues.order_by("number").last()


def pending_changes(meeting: Meeting, issue: AgendaIssue | None = None) -> list[dict]:
    """What has changed since the last issue (*issue* where the caller has it); nothing before the first."""
    issue = issue or last_issue(meeting)
    if issue is None:
        return []
    return rules.changes_between(issue.content, rules.content_of(meeting, _items(meeting)))


def _issue(*, by, meeting, seen, event, kind, letter, overridden) -> AgendaIssue:
    content = rules.content_of(meeting, _items(meeting)) | {"overridden": overridden}
    before = last_issue(meeting)
    meeting.agenda_number += 1
    noting(meeting, by=by, reason=event).save_over(seen)
    issue = AgendaIssue.objects.create(
        meeting=meeting,
        number=meeting.agenda_number,
        content=content,
        issued_by=by,
        changes=rules.changes_between(before.content, content) if before else [],
    )
    told = letter(meeting, by=by)
    Notice.objects.create(meeting=meeting, kind=kind, sent_by=by, count=len(told))
    record(
        event,
        by=by,
        thing=meeting,
        panel_id=meeting.panel_id,
        recipients=notices.recipients_of(told),
        detail={"number": issue.number, "overridden": overridden},
    )
    return issue


def _cases(meeting: Meeting) -> list:
    return list(meeting.items.standing().values_list("listing__case", flat=True))


def _items(meeting: Meeting) -> list:
    return list(meeting.items.standing().in_order().select_related("listing__case"))


def _require_keeper(by, meeting: Meeting) -> None:
    if not calendar.may_keep_agenda(by, meeting):
        raise PermissionDenied
