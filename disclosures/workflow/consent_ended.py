"""Consent was taken back, replaced by less, or has run out: what was released on it stops, who has it destroys it."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar
from cases.models.access import FOR_CONSENT
from consent.models import Consent
from consent.rules.reach import categories
from consent.stopping import stop
from consent.workflow.settle import settle
from disclosures.emails_of_releases import tell_of_part, tell_of_stop
from disclosures.models import Decision, Release, ReleaseItem, ReleaseNotice
from disclosures.models.codes import NoConsent
from disclosures.rules import resting
from disclosures.workflow.heard import keep_heard
from disclosures.workflow.recall import recall_parts, recall_some, take_back
from disclosures.workflow.release import CLOCK, joined

AT_ONCE = 200
OVER = (Release.State.RECALLED, *Release.ENDED)
REASON = ReleaseNotice.Reason.CONSENT


@transaction.atomic
def stop_releases(*, by, case_id) -> None:
    """Recall what was released on the case, rests on consent, and is covered for its recipient no more.

    A release of which nothing is left is recalled; where other parts of it stand, those alone are taken back.
    One that waited just stops: its recipient and the originator's liaison officers are told that it did, not why and
    of whom.  Who received it is told to use it no more and to destroy it, save on a basis that their own agency
    records; also who heard it in a meeting.  What was shared before stays lawful, and the notice says so.
    """
    _keep_whom_it_left(case_id, by=by)
    resting_on = Q(decision__no_consent=NoConsent.GIVEN) | Q(items__entry__on_consent=True)
    found = joined().filter(resting_on, decision__disclosure__case=case_id).exclude(state__in=OVER).distinct()
    ended: dict = {}
    for release in found.select_related("decision__disclosure__case__panel").order_by("pk"):
        lost = resting.shut(release)
        if lost:
            ended.setdefault(release.decision, {})[release] = lost
    for decision, lost in ended.items():
        left = {release: _leaves_something(release, pieces) for release, pieces in lost.items()}
        _stop(decision, {release: lost[release] for release in lost if not left[release]}, by=by)
        _stop_parts(decision, {release: lost[release] for release in lost if left[release]}, by=by)


def stop_ended(now=None) -> int:
    """Stop what was released on consent that has ended by itself since; on how many cases.

    A bar is written ahead and consent ends with its day: nobody needs this to be kept from anything.  But until it is
    settled a release closes whole, of which a part alone rested on that consent.  What is settled is not found again.
    """
    now = now or timezone.now()
    cases = sorted(_cases_with_ended(now), key=str)[:AT_ONCE]
    for case_id in cases:
        _stop_on(case_id)
    return len(cases)


@transaction.atomic
def _stop_on(case_id) -> None:
    settle(by=CLOCK, cases=[case_id])
    stop(by=CLOCK, case_id=case_id)


def _cases_with_ended(now) -> set:
    """The cases with a piece of a release that stands, although a bar keeps its agency from the entry now.

    And those on which something typed stands on a consent of its originator that has ended, and no other covers it.
    Two queries, and a few for each release of the second kind.
    """
    standing = ReleaseItem.objects.standing().exclude(release__state__in=OVER).order_by()
    case, originator = "release__decision__disclosure__case", "release__decision__originator"
    shut = Bar.objects.live(now).filter(
        entry=OuterRef("entry"), agency=OuterRef("release__agency"), reason__in=FOR_CONSENT
    )
    typed = standing.filter(entry__isnull=True, release__decision__no_consent=NoConsent.GIVEN)
    over = Q(ends_on__lt=timezone.localdate(now)) | Q(track__ended_at__lte=now)
    ended = Consent.objects.filter(over, case=OuterRef(case), agency=OuterRef(originator), decided_at__isnull=False)
    ended = ended.exclude(state=Consent.State.SUPERSEDED)
    lost = Q(Exists(shut), override__isnull=True)
    lost |= Q(pk__in=resting.over(standing, timezone.localdate(now)).values("pk"))
    found = set(standing.filter(lost).values_list(case, flat=True).distinct())
    doubtful = joined().filter(pk__in=typed.filter(Exists(ended)).values("release")).order_by("pk")
    for release in doubtful.select_related("decision__disclosure__case__panel"):
        if release.decision.disclosure.case_id not in found and resting.shut(release):
            found.add(release.decision.disclosure.case_id)
    return found - {None}


def _leaves_something(release: Release, lost: list[ReleaseItem]) -> bool:
    return ReleaseItem.objects.filter(release=release).standing().exclude(pk__in=[each.pk for each in lost]).exists()


def _stop(decision: Decision, lost: dict, *, by) -> None:
    if not lost:
        return
    received = set(Release.objects.received().filter(decision=decision).values_list("pk", flat=True))
    words = _(
        "Use it no more, and destroy every copy, unless your agency has another lawful basis and records it. "
        "It was shared lawfully at the time."
    )
    recall_some(list(lost), decision, by=by, reason=REASON, words=words)
    take_back([piece for pieces in lost.values() for piece in pieces])
    for release in lost:
        if release.pk not in received:
            tell_of_stop(release)


def _stop_parts(decision: Decision, lost: dict, *, by) -> None:
    """One notice for all who lose the same kinds of information; the rest of each release stands."""
    alike: dict = {}
    for release, pieces in lost.items():
        alike.setdefault(frozenset(piece.category for piece in pieces), {})[release] = pieces
    for codes, parts in alike.items():
        words = _(
            "This is about a part of it: %(kinds)s. Use that part no more, and destroy every copy of it, unless your "
            "agency has another lawful basis and records it. It was shared lawfully at the time. The rest stands."
        )
        recall_parts(parts, decision, by=by, reason=REASON, words=words % {"kinds": _kinds(decision, codes)})
    if lost:
        tell_of_part(decision)


def _kinds(decision: Decision, codes) -> str:
    """The kinds of information in words, as the form of the panel names them."""
    labels = dict(categories(decision.disclosure.case.panel))
    return "; ".join(sorted(labels.get(code) or _("what was not of a named kind") for code in codes))


def _keep_whom_it_left(case_id, *, by) -> None:
    """A row for each who heard something in a meeting, once somebody of them may have it no more."""
    shut: dict = {}
    bars = Bar.objects.live().filter(entry__case=case_id, reason=Bar.Reason.LAPSED, agency__isnull=False)
    for entry, agency in bars.values_list("entry", "agency"):
        shut.setdefault(str(entry), set()).add(agency)
    of_case = Decision.objects.with_key().filter(disclosure__case=case_id, way=Decision.Way.MEETING)
    for decision in of_case.select_related("disclosure__key", "disclosure__case") if shut else ():
        lost = set().union(*(shut.get(entry, set()) for entry in decision.standing.get("entries", [])))
        if lost and decision.recipients.filter(agency__in=lost).exists():
            keep_heard(decision, by=by)
