"""Who heard what was spoken at a meeting, once it must be corrected or recalled: a row each that a notice can reach."""

import uuid

from core.history import noting
from core.models import Key
from disclosures.models import Decision, DecisionRecipient, Release
from disclosures.models.codes import Method


def keep_heard(decision: Decision, *, by) -> list[Release]:
    """A release, spoken when the item was heard, to each member who heard *decision* and has none yet.

    Made when there is something to tell, not while the meeting runs: it holds no words, and carries the notice, its
    acknowledgement and the confirmation that notes are destroyed.  Nothing for what did not leave in a meeting.
    """
    if decision.way != Decision.Way.MEETING:
        return []
    Decision.objects.select_for_update(of=("self",), no_key=True).get(pk=decision.pk)  # a second click waits
    there = Release.objects.filter(decision=decision).values("member")
    found = DecisionRecipient.objects.filter(decision=decision, member__isnull=False).exclude(member__in=there)
    recipients = found.select_related("member", "agency").order_by("member__name", "pk")
    return [_heard_by(recipient, decision, by=by) for recipient in recipients]


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
