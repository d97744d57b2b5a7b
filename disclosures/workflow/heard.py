"""Who heard what was spoken at a meeting, once it must be corrected or recalled: a row each that a notice can reach."""

import uuid
from collections import defaultdict

from cases.models import Bar, Entry
from core.history import noting
from core.models import Key
from disclosures.models import Decision, DecisionItem, DecisionRecipient, Release, ReleaseItem
from disclosures.models.codes import Method


def keep_heard(decision: Decision, *, by) -> list[Release]:
    """A release, spoken when the item was heard, to each member who heard *decision* and has none yet.

    Made when there is something to tell, not while the meeting runs: it says which entries were heard and holds no
    words, and carries the notice, its acknowledgement and the confirmation that notes are destroyed.  Nothing for what
    did not leave in a meeting.
    """
    if decision.way != Decision.Way.MEETING:
        return []
    Decision.objects.select_for_update(of=("self",), no_key=True).get(pk=decision.pk)  # a second click waits
    there = Release.objects.filter(decision=decision).values("member")
    found = DecisionRecipient.objects.filter(decision=decision, member__isnull=False).exclude(member__in=there)
    recipients = found.select_related("member", "agency").order_by("member__name", "pk")
    made = [_heard_by(recipient, decision, by=by) for recipient in recipients]
    _name_entries(decision, made)
    return made


def _name_entries(decision: Decision, releases: list[Release]) -> None:
    """Which entries each heard: those of the decision from which nothing kept them when it was spoken."""
    entries = list(Entry.objects.filter(pk__in=decision.standing.get("entries", [])).order_by("written_at", "pk"))
    closed = defaultdict(set)
    bars = Bar.objects.live(decision.decided_at).filter(entry__in=[entry.pk for entry in entries])
    for entry, agency, member in bars.values_list("entry", "agency", "member"):
        closed[entry] |= {agency, member}
    ReleaseItem.objects.bulk_create(
        ReleaseItem(
            key=release.words_key,
            release=release,
            entry=entry,
            position=place,
            category=entry.category,
            nature=entry.nature,
            grade=entry.grade or DecisionItem.Grade.UNTESTED,
        )
        for release in releases
        for place, entry in enumerate(entries)
        if not closed[entry.pk] & {release.agency_id, release.member_id}
    )


def to_telephone(decision: Decision) -> list[str]:
    """Whom no notice reaches, by name: observers, and members who have left since."""
    found = DecisionRecipient.objects.filter(decision=decision).select_related("member", "agency")
    return sorted(
        f"{one.member.name}, {one.agency.name}" if one.member_id else one.observer
        for one in found
        if one.member_id is None or one.member.left_at
    )


def _heard_by(recipient: DecisionRecipient, decision: Decision, *, by) -> Release:
    pk = uuid.uuid4()
    release = Release(
        id=pk,
        key=decision.key,
        words_key=Key.objects.mint(Key.Kind.RELEASE),
        number=f"{decision.disclosure.number}-{pk.hex[:6].upper()}",
        decision=decision,
        agency=recipient.agency,
        member=recipient.member,
        method=Method.MEETING,
        state=Release.State.GIVEN,
        released_at=decision.decided_at,
        released_by=decision.decided_by,
        given_at=decision.decided_at,
        given_by=decision.decided_by,
        destroy_on=decision.destroy_on,
    )
    noting(release, by=by, reason="spoken").save(force_insert=True)
    return release
