"""Consent was taken back, or replaced by less: what was released on it stops, and who has it destroys it."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Bar
from disclosures.emails_of_releases import tell_of_stop
from disclosures.models import Decision, Release, ReleaseNotice
from disclosures.models.codes import NoConsent
from disclosures.rules import resting
from disclosures.workflow.heard import keep_heard
from disclosures.workflow.recall import recall_some
from disclosures.workflow.release import joined

OVER = (Release.State.RECALLED, *Release.GONE)


@transaction.atomic
def stop_releases(*, by, case_id) -> None:
    """Recall every release on the case that rests on consent and that no consent covers for its recipient any more.

    One that waited just stops: its recipient and the originator's liaison officers are told that it did, not why and
    of whom.  Who received it is told to use it no more and to destroy it, save on a basis that their own agency
    records; also who heard it in a meeting.  What was shared before stays lawful, and the notice says so.
    """
    of_case = Decision.objects.with_key().filter(disclosure__case=case_id, way=Decision.Way.MEETING)
    for decision in of_case.filter(no_consent=NoConsent.GIVEN).select_related("disclosure__key", "disclosure__case"):
        _keep_whom_it_left(decision, by=by)
    resting_on = Q(decision__no_consent=NoConsent.GIVEN) | Q(items__entry__on_consent=True)
    found = joined().filter(resting_on, decision__disclosure__case=case_id).exclude(state__in=OVER).distinct()
    ended: dict = {}
    for release in found.select_related("decision__disclosure__case__panel").order_by("pk"):
        if not _still_covered(release):
            ended.setdefault(release.decision, []).append(release)
    for decision, releases in ended.items():
        _stop(decision, releases, by=by)


def _stop(decision: Decision, releases: list[Release], *, by) -> None:
    received = set(Release.objects.received().filter(decision=decision).values_list("pk", flat=True))
    words = _(
        "Use it no more, and destroy every copy, unless your agency has another lawful basis and records it. "
        "It was shared lawfully at the time."
    )
    recall_some(releases, decision, by=by, reason=ReleaseNotice.Reason.CONSENT, words=words)
    for release in releases:
        if release.pk not in received:
            tell_of_stop(release)


def _keep_whom_it_left(decision: Decision, *, by) -> None:
    """A row for each who heard it, once somebody of them may have it no more."""
    shut = Bar.objects.live().filter(entry__in=_entries(decision), reason=Bar.Reason.LAPSED).values("agency")
    if decision.recipients.filter(agency__in=shut).exists():
        keep_heard(decision, by=by)


def _still_covered(release: Release) -> bool:
    decision = release.decision
    if decision.way == Decision.Way.MEETING:
        return not resting.is_shut(release, _entries(decision))
    items = list(release.items.select_related("key", "item"))
    if resting.is_shut(release, [item.entry_id for item in items if item.entry_id]):
        return False
    if decision.no_consent != NoConsent.GIVEN:
        return True
    typed = list(decision.items.select_related("key").filter(entry__isnull=True))
    return resting.is_covered(decision, typed, release.agency_id)


def _entries(decision: Decision) -> list:
    return decision.standing.get("entries", [])
