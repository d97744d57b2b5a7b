"""Two records of one person: proposed, decided by a second person, undone exactly, and everybody told who relied on it.

Not here: what two writers of one text do (`merging`); recognising the people of a new referral (`matching`).
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import emails
from cases.models import Bar, Merge, MergePart, MergeTold, Party, PossibleSame, Subject
from cases.rules import merge as rules
from cases.workflow.following import follow
from cases.workflow.matching import index_subject
from core.history import noting
from core.recording import record

State = Merge.State
WHY_NOT = {
    "one_referral": gettext_lazy("Both are named in the same referral: nobody is named there twice."),
    "two_parts": gettext_lazy(
        "They stand on one case in different parts. If each is said to have harmed the other, "
        "record a counter-allegation."
    ),
}


@transaction.atomic
def propose_merge(*, by, one: Party, other: Party, words: str, although_distinct: bool = False) -> Merge:
    """Say that *one* and *other*, people on cases in the sight of *by*, are one person; nothing changes yet.

    The record made first is the one that would be kept.  *words* say why; *although_distinct* that they were found to
    be two people before, and are one all the same.  Refused where they cannot be one, where nobody else could decide,
    and where it waits already.  Recorded; those who could decide are written to.  DPA 2018 s.38(3).
    """
    if not rules.may_propose(by, one, other):
        raise PermissionDenied
    kept, gone = _subjects(one, other)
    stay, move = list(rules.in_sight(by, kept.pk)), list(rules.in_sight(by, gone.pk))
    if not stay or not move:
        raise PermissionDenied
    _require_possible(stay, move)
    if not words.strip():
        raise ValidationError({"words": _("Say why you think that it is one person.")})
    if rules.were_told_apart(stay, move) and not although_distinct:
        said = _("They were found to be two people before. Tick this if you know why that was wrong, and say so above.")
        raise ValidationError({"although_distinct": said})
    seconds = rules.second_people(by, [*stay, *move])
    if not seconds:
        raise ValidationError(_("Nobody else sees both: another coordinator or chair must be able to decide this."))
    merge = Merge(
        key=kept.key,
        kept=kept,
        gone=gone,
        words=words.strip(),
        although_distinct=although_distinct,
        proposed_at=timezone.now(),
        proposed_by=by,
    )
    _insert(noting(merge, by=by, reason="merge_proposed"))
    for party in [*stay, *move]:
        MergePart.objects.create(merge=merge, party=party, moves=party.subject_id == gone.pk)
    record("person.merge_proposed", by=by, thing=merge, things=[kept, gone], detail={"although": although_distinct})
    emails.merge_waits([member.email for member in seconds])
    return merge


@transaction.atomic
def approve_merge(*, by, merge: Merge, seen: int, words: str = "") -> Merge:
    """Let *merge* take effect: the people of the record that goes are of the one that is kept, from now on.

    On one case the later of two stands in the place of the earlier.  Recorded as a combination; whoever sees people
    of both is told.  Refused to the proposer (the database knows it too) and where anything has changed meanwhile.
    """
    merge = _held(by, merge)
    if not rules.may_decide(by, merge):
        raise _too_late(merge)
    parts = _parts(merge)
    stay, move = _sides(parts)
    if any(p.subject_id != merge.kept_id for p in stay) or any(p.subject_id != merge.gone_id for p in move):
        raise ValidationError(_("These people have changed since this was proposed. Refuse it, and propose it anew."))
    _require_possible(stay, move)
    for part in parts:
        if part.moves:
            _move(by, part, merge.kept)
    _supersede(by, parts)
    _decide(merge, by=by, state=State.APPROVED, words=words, seen=seen)
    _reindex(merge)
    record("person.merged", by=by, thing=merge, things=[merge.kept, merge.gone, *move])
    PossibleSame.objects.filter(first__in=[*stay, *move], second__in=[*stay, *move], settled_at__isnull=True).update(
        settled_at=timezone.now(), settled_by=by
    )
    _tell(merge, by=by, news=MergeTold.News.COMBINED)
    return merge


@transaction.atomic
def refuse_merge(*, by, merge: Merge, seen: int, words: str) -> Merge:
    """Decide that *merge* does not happen, for the reason in *words*; its proposer may take it back the same way."""
    merge = _held(by, merge)
    withdrawn = rules.may_withdraw(by, merge)
    if not withdrawn and not rules.may_decide(by, merge):
        raise _too_late(merge)
    if not withdrawn and not words.strip():
        raise ValidationError({"words": _("Give the reason.")})
    _decide(merge, by=by, state=State.WITHDRAWN if withdrawn else State.REFUSED, words=words, seen=seen)
    record(f"person.merge_{merge.state}", by=by, thing=merge, things=[merge.kept, merge.gone])
    return merge


@transaction.atomic
def undo_merge(*, by, merge: Merge, seen: int, words: str) -> Merge:
    """Part the two records again: everything that was moved points where it did, to the letter.

    People who came to the kept record since stay there.  Recorded as a combination undone; whoever was told that they
    are one, and whoever sees both now, is told.  Refused while a later merge builds on this one.  DPA 2018 s.38(5)(c).
    """
    merge = _held(by, merge)
    if not rules.may_undo(by, merge):
        raise _too_late(merge)
    if not words.strip():
        raise ValidationError({"words": _("Say why.")})
    parts = _parts(merge)
    later = Merge.objects.in_force().filter(decided_at__gt=merge.decided_at)
    if later.filter(parts__party__in=[part.party_id for part in parts], parts__moves=True).exists():
        raise ValidationError(_("A later combination builds on this one. Undo that first."))
    relied = rules.readers(_cases(parts), _panels(parts))
    for part in parts:
        if part.moves and part.party.subject_id == merge.kept_id:
            _move_back(by, part, merge.gone)
        if part.superseded and part.party.superseded_at:
            part.party.superseded_at = None
            noting(part.party, by=by, reason="unmerged").save_over(part.party.version)
    _give_back(by, merge, parts)
    merge.state, merge.undone_at, merge.undone_by, merge.undo_words = State.UNDONE, timezone.now(), by, words.strip()
    noting(merge, by=by, reason="unmerged").save_over(seen)
    _reindex(merge)
    record("person.unmerged", by=by, thing=merge, things=[merge.kept, merge.gone])
    _tell(merge, by=by, news=MergeTold.News.UNDONE, relied=relied)
    return merge


@transaction.atomic
def note_read(*, by, told: MergeTold) -> None:
    """*by* has read the news; said twice it stays as it was."""
    if told.read_at is None:
        told.read_at = timezone.now()
        told.save(update_fields=["read_at"])


def _subjects(one: Party, other: Party) -> tuple[Subject, Subject]:
    ids = {one.subject_id, other.subject_id}
    if None in ids or len(ids) < 2:
        raise ValidationError(_("They are one record already."))
    subjects = Subject.objects.with_key().select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    kept, gone = sorted(subjects, key=lambda subject: (subject.created_at, str(subject.pk)))
    if Merge.objects.waiting().filter(Q(kept=kept, gone=gone) | Q(kept=gone, gone=kept)).exists():
        raise _waits_already()
    return kept, gone


def _insert(merge: Merge) -> None:
    try:
        with transaction.atomic():
            merge.save(force_insert=True)
    except IntegrityError:  # somebody else, or the same in another tab, a moment ago
        raise _waits_already() from None


def _waits_already() -> ValidationError:
    return ValidationError(_("This was proposed already, and waits for a second person."))


def _too_late(merge: Merge) -> Exception:
    """Why not: it was settled meanwhile, else one who may not."""
    if merge.state in (State.PROPOSED, State.APPROVED):
        return PermissionDenied()
    return ValidationError(_("This was settled in the meantime."))


def _require_possible(stay, move) -> None:
    reasons = rules.why_not_one(stay, move)
    if reasons:
        raise ValidationError([WHY_NOT[reason] for reason in reasons])


def _held(by, merge: Merge) -> Merge:
    """*merge* as it is now, held with both records until the end; refused for those who do not see it."""
    held = Merge.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=merge.pk).first()
    if held is None:
        raise PermissionDenied
    ids = [held.kept_id, held.gone_id]
    people = {
        subject.pk: subject
        for subject in Subject.objects.with_key().select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    }
    held.kept, held.gone = people[held.kept_id], people[held.gone_id]
    return held


def _parts(merge: Merge) -> list[MergePart]:
    return list(merge.parts.select_related("party__key", "party__case__panel").order_by("pk"))


def _sides(parts) -> tuple[list[Party], list[Party]]:
    return [part.party for part in parts if not part.moves], [part.party for part in parts if part.moves]


def _move(by, part: MergePart, kept: Subject) -> None:
    party = part.party
    part.linked_at, part.linked_by_id = party.linked_at, party.linked_by_id
    gone, party.subject, party.linked_at, party.linked_by = party.subject_id, kept, timezone.now(), by
    noting(party, by=by, reason="merged").save_over(party.version)
    part.followed = follow(by=by, case_id=party.case_id, before=gone, after=kept, reason="merged")
    part.save(update_fields=["linked_at", "linked_by", "followed"])


def _move_back(by, part: MergePart, gone: Subject) -> None:
    party = part.party
    party.subject, party.linked_at, party.linked_by_id = gone, part.linked_at, part.linked_by_id
    noting(party, by=by, reason="unmerged").save_over(party.version)


def _give_back(by, merge: Merge, parts) -> None:
    """What followed goes back; what came since, on a case of which nobody is the kept record, goes along."""
    cases = _cases(parts)
    for part in parts:
        if part.moves:
            only = part.followed if part.party.case_id in cases[False] else None
            of = {"case_id": part.party.case_id, "before": merge.kept_id, "after": merge.gone}
            follow(by=by, **of, reason="unmerged", only=only)


def _supersede(by, parts) -> None:
    """On each case the latest of the people who are one now stands, and the others that stood give place to it."""
    part_of = {part.party_id: part for part in parts}
    for parties in rules.by_case([part.party for part in parts]).values():
        for old in [party for party in parties if party.superseded_at is None][1:]:
            old.superseded_at = timezone.now()
            noting(old, by=by, reason="merged").save_over(old.version)
            part_of[old.pk].superseded = True
            part_of[old.pk].save(update_fields=["superseded"])


def _decide(merge: Merge, *, by, state: str, words: str, seen: int) -> None:
    merge.state, merge.decided_at, merge.decided_by = state, timezone.now(), by
    merge.decision_words = words.strip()
    noting(merge, by=by, reason=f"merge_{state}").save_over(seen)


def _reindex(merge: Merge) -> None:
    for subject in (merge.kept, merge.gone):
        index_subject(subject)


def _cases(parts) -> dict[bool, set]:
    return {moves: {part.party.case_id for part in parts if part.moves is moves} for moves in (True, False)}


def _panels(parts) -> set:
    return {part.party.case.panel_id for part in parts}


def _tell(merge: Merge, *, by, news: str, relied=None) -> None:
    """Write to everybody who sees people of both records, and to those who were told of the combination."""
    parts = _parts(merge)
    readers = {member.pk: member for member in relied or rules.readers(_cases(parts), _panels(parts))}
    for earlier in merge.told.select_related("member"):
        if not Bar.objects.against(earlier.member).filter(case__in=[part.party.case_id for part in parts]).exists():
            readers.setdefault(earlier.member_id, earlier.member)
    readers.pop(by.pk, None)
    for member in readers.values():
        MergeTold.objects.get_or_create(merge=merge, member=member, news=news, defaults={"told_at": timezone.now()})
    emails.merge_news([member.email for member in readers.values() if member.is_active and member.left_at is None])
