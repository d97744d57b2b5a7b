"""Recall and correction: everyone who received is told, those who printed by name, and each acknowledges.

Open actions of theirs, which may rest on it, are flagged (`workflow.depending`).
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import SystemActor, record
from disclosures.emails_of_releases import tell_of_notice, tell_of_own_basis
from disclosures.models import Decision, NoticeReceipt, Release, ReleaseItem, ReleaseNotice
from disclosures.rules import release as rules
from disclosures.rules.lawful import own_bases
from disclosures.workflow.depending import flag_actions
from disclosures.workflow.heard import keep_heard, to_telephone
from disclosures.workflow.override import end_overrides
from disclosures.workflow.post import release_post, renew_paper
from disclosures.workflow.release import joined, recipient_of, record_release

State, Kind = Release.State, ReleaseNotice.Kind
SHORTEST_WORDS = 20
BY_HAND = tuple(
    reason
    for reason in ReleaseNotice.Reason
    if reason not in (ReleaseNotice.Reason.NOT_RATIFIED, ReleaseNotice.Reason.SUPERSEDED, ReleaseNotice.Reason.LEFT)
)


@transaction.atomic
def recall(*, by, decision: Decision, reason: str, words: str) -> ReleaseNotice:
    """The originator's liaison officer takes back everything that *decision* released; see `recall_releases`.

    Also what was spoken in a meeting: each member who heard it is told and acknowledges; observers are telephoned.
    """
    _require_warnable(by, decision, reason, words)
    keep_heard(decision, by=by)
    return recall_releases(decision, by=by, reason=reason, words=words)


@transaction.atomic
def correct(*, by, decision: Decision, reason: str, words: str) -> ReleaseNotice:
    """Tell everyone to whom *decision* released that it is wrong, and what is right; each acknowledges.

    Also who has not opened it yet: the notice stands above the words; who heard it in a meeting; and who had received
    it before it was recalled, superseded or destroyed, who may hold a print.  Data Protection Act 2018 s.38(5)(c).
    """
    _require_warnable(by, decision, reason, words)
    keep_heard(decision, by=by)
    received = Release.objects.received().filter(decision=decision).order_by().values("pk")
    has_it = Q(pk__in=received) | Q(state__in=[State.WAITING, State.OPEN])
    releases = list(joined().filter(has_it, decision=decision))
    notice = _notice(Kind.CORRECTION, decision, reason, words, by=by)
    _tell(notice, releases, by=by)
    return notice


def recall_releases(decision: Decision, *, by, reason: str, words: str = "") -> ReleaseNotice:
    """Close every release of *decision* at once; everyone who received one is told and must acknowledge.

    Who did not open theirs is told nothing: there is nothing to give back.  Waiting letters do not leave.
    """
    return recall_some(list(joined().filter(decision=decision)), decision, by=by, reason=reason, words=words)


def close_superseded(decision: Decision, *, by) -> ReleaseNotice | None:
    """Recall what an earlier decision released that is not over: the later one says what is shared from now on."""
    left = [release for release in joined().filter(decision=decision) if not release.is_over]
    return recall_some(left, decision, by=by, reason=ReleaseNotice.Reason.SUPERSEDED) if left else None


@transaction.atomic
def recall_some(releases: list[Release], decision: Decision, *, by, reason: str, words: str = "") -> ReleaseNotice:
    """As `recall_releases`, for some releases of *decision* (of an agency that left, of an earlier decision)."""
    notice = _notice(Kind.RECALL, decision, reason, words, by=by)
    received = set(Release.objects.received().filter(decision=decision).values_list("pk", flat=True))
    for release in releases:
        if not release.is_over:
            release.state, release.recalled_at = State.RECALLED, timezone.now()
            noting(release, by=by, reason=f"recalled:{reason}").save_over(release.version)
            record_release("release.recalled", release, by=by, detail={"reason": str(reason)})
            release_post.fail_waiting(release_post.joined().filter(release=release), _("It was recalled."))
        elif release.own_basis and reason != ReleaseNotice.Reason.CONSENT:  # no basis keeps what is wrong
            release.own_basis = ""
            noting(release, by=by, reason=f"recalled:{reason}").save_over(release.version)
    end_overrides(decision, by=by, agencies={release.agency_id for release in releases})
    _tell(notice, [release for release in releases if release.pk in received], by=by)
    return notice


@transaction.atomic
def recall_parts(parts: dict, decision: Decision, *, by, reason: str, words: str) -> ReleaseNotice:
    """Take pieces out of releases of *decision* (*parts*: release → its pieces): nobody opens them any more.

    The rest of each release goes on.  Its paper is made anew without them, and a letter that waits does not leave.
    Who received it is told and must acknowledge.
    """
    notice = _notice(Kind.RECALL, decision, reason, words, by=by)
    received = set(Release.objects.received().filter(decision=decision).values_list("pk", flat=True))
    for release, pieces in parts.items():
        take_back(pieces)
        noting(release, by=by, reason=f"part_recalled:{reason}").save_over(release.version)
        record_release("release.part_recalled", release, by=by, detail={"reason": str(reason), "parts": len(pieces)})
        renew_paper(release, by=by)
    _tell(notice, [release for release in parts if release.pk in received], by=by)
    return notice


def take_back(pieces: list[ReleaseItem]) -> None:
    """Let *pieces* stand no more; what becomes of their releases is the caller's."""
    for piece in pieces:
        piece.taken_back_at = timezone.now()
        piece.save(update_fields=["taken_back_at"])


@transaction.atomic
def acknowledge_notice(
    *, by, receipt: NoticeReceipt, seen: int, done: str, basis: str = "", basis_words: str = ""
) -> NoticeReceipt:
    """The recipient has read the notice, and says what was done with every copy.

    Where the consent has ended it may stay, on another lawful *basis* (a code) of the recipient's own agency, which
    *basis_words* explain: then nothing is destroyed, nobody is reminded any more, and the originator's liaison officers
    are told.
    """
    if not NoticeReceipt.objects.told(by).filter(pk=receipt.pk).exists():
        raise PermissionDenied
    if receipt.acknowledged_at:
        return receipt
    if done not in NoticeReceipt.Done.values:
        raise ValidationError({"done": _("Say what was done with every copy.")})
    if receipt.had_printed and done == NoticeReceipt.Done.NOTHING_KEPT:
        raise ValidationError({"done": _("It was printed, downloaded or sent to you: say what became of that copy.")})
    keeps = done == NoticeReceipt.Done.OTHER_BASIS
    if keeps:
        _require_basis(receipt, basis, basis_words)
        receipt.basis, receipt.basis_words = basis, basis_words.strip()
    receipt.acknowledged_at, receipt.acknowledged_by, receipt.done = timezone.now(), by, done
    noting(receipt, by=by, reason=f"acknowledged:{done}").save_over(seen)
    release = receipt.release
    detail = {"done": done, **({"basis": basis} if keeps else {})}
    record_release("release.notice_acknowledged", release, by=by, detail=detail)
    if keeps:
        _keep(release, basis, by=by)
    return receipt


def _require_basis(receipt: NoticeReceipt, basis: str, words: str) -> None:
    found = {}
    if not rules.may_keep(receipt):
        found["done"] = _("Only what was shared on consent can be kept on another lawful basis.")
    elif basis not in [row.code for row in own_bases(receipt.release.agency)]:
        found["basis"] = _("Select the lawful basis on which your agency keeps it.")
    elif len(words.strip()) < SHORTEST_WORDS:
        found["basis_words"] = _("Say why this basis applies, and why it is necessary to keep it.")
    if found:
        raise ValidationError(found)


def _keep(release: Release, basis: str, *, by) -> None:
    """What was recalled as a whole stays with its recipient; of a part the rest is due as before."""
    if release.state == State.RECALLED:
        release.own_basis = basis
        noting(release, by=by, reason="kept_on_basis").save_over(release.version)
    tell_of_own_basis(release)


def _require_warnable(by, decision: Decision, reason: str, words: str) -> None:
    if not rules.may_warn(by, decision):
        raise PermissionDenied
    found = {}
    if reason not in BY_HAND:
        found["reason"] = _("Select what is wrong.")
    if len(words.strip()) < SHORTEST_WORDS:
        found["words"] = _("Say what is wrong, and what whoever has it must do.")
    if found:
        raise ValidationError(found)


def _notice(kind, decision: Decision, reason: str, words: str, *, by) -> ReleaseNotice:
    notice = ReleaseNotice(
        key=decision.key,
        decision=decision,
        kind=kind,
        reason=reason,
        words=words.strip(),
        made_at=timezone.now(),
        made_by=None if isinstance(by, SystemActor) else by,
    )
    noting(notice, by=by, reason=str(kind)).save(force_insert=True)
    return notice


def _tell(notice: ReleaseNotice, releases: list[Release], *, by) -> None:
    releases = sorted(releases, key=lambda release: (release.member.name, str(release.pk)))
    for release in releases:
        receipt = NoticeReceipt(key=notice.key, notice=notice, release=release, had_printed=_had_copy(release))
        noting(receipt, by=by, reason="told").save(force_insert=True)
        tell_of_notice(receipt)
    flagged = flag_actions(notice, releases, by=by)
    disclosure = notice.decision.disclosure
    record(
        f"release.{'recall' if notice.kind == Kind.RECALL else 'correction'}_sent",
        by=by,
        thing=notice,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        recipients=[recipient_of(release) for release in releases]
        + [{"kind": "telephone", "name": name} for name in to_telephone(notice.decision)],
        detail={"reason": str(notice.reason), "told": len(releases), "actions": flagged},
    )


def _had_copy(release: Release) -> bool:
    """Whether there is a copy outside Confer that the system knows of: printed, downloaded, sent."""
    sent = release.letters.filter(state__in=["sending", "sent", "unknown"]).exists()
    return bool(release.printed_at or release.exported_at or sent)
