"""How a release ends: destruction or return confirmed, or the day passed, and its words go; or kept longer.

While its case is held (a request from outside, an inquiry), it closes and its words stay until the last hold ends.
"""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.rules.hold import is_held
from core.history import noting
from core.models import Key
from core.stored import stored_files
from disclosures.emails_of_releases import tell_of_extension, tell_of_lapse, tell_of_refused_wish, tell_of_wish
from disclosures.models import Decision, DisclosurePaper, Release, ReleaseLetter
from disclosures.rules import release as rules
from disclosures.workflow.post import LetterState, release_post
from disclosures.workflow.release import locked, mine, record_release

State = Release.State


@transaction.atomic
def confirm(*, by, release: Release, seen: int, ending: str, how: str, on: datetime.date | None) -> Release:
    """The recipient confirms that every copy is destroyed or returned, when and how; the release's words are destroyed,
    or kept from everybody while the case is held.

    Also by who has lost their standing or is kept away since: what they have must go all the same.  Guidance §2.4.2.5.
    """
    release = locked(release)
    if not rules.may_confirm(by, release):
        raise PermissionDenied
    found = _confirm_problems(release, ending, how, on)
    if found:
        raise ValidationError(found)
    release.ending, release.how, release.ended_on = ending, how, on
    release.confirmed_at, release.confirmed_by = timezone.now(), by
    _end(release, by=by, seen=seen, reason="confirmed")
    record_release("release.confirmed", release, by=by, detail={"ending": ending, "how": how, "on": str(on)})
    return release


@transaction.atomic
def extend(*, by, release: Release, seen: int, until: datetime.date | None, reason: str, words: str) -> Release:
    """The originator's liaison officer lets the recipient keep it until *until*, with a reason; they are told."""
    release = locked(release)
    if not rules.may_extend(by, release):
        raise PermissionDenied
    found = _extension_problems(release, until, reason, words)
    if found:
        raise ValidationError(found)
    before, release.destroy_on = release.destroy_on, until
    release.extended_at, release.extended_by = timezone.now(), by
    release.extension, release.extension_words, release.reminded_on = reason, words.strip(), None
    _forget_wish(release)
    noting(release, by=by, reason=f"extended:{reason}").save_over(seen)
    detail = {"before": str(before or ""), "until": str(until), "reason": reason}
    record_release("release.extended", release, by=by, detail=detail)
    tell_of_extension(release)
    return release


@transaction.atomic
def ask_longer(*, by, release: Release, seen: int, until: datetime.date | None, reason: str, words: str) -> Release:
    """The recipient asks the originator's liaison officers to let them keep it until *until*, with a reason.

    Nothing changes until one of them grants it (`extend`) or refuses it: the day stands.
    """
    release = mine(by, release)
    if not rules.may_ask_longer(by, release):
        raise PermissionDenied
    found = _extension_problems(release, until, reason, words)
    if found:
        raise ValidationError(found)
    release.asked_at, release.asked_until = timezone.now(), until
    release.asked_reason, release.asked_words = reason, words.strip()
    noting(release, by=by, reason=f"longer_asked:{reason}").save_over(seen)
    record_release("release.longer_asked", release, by=by, detail={"until": str(until), "reason": reason})
    tell_of_wish(release)
    return release


@transaction.atomic
def refuse_longer(*, by, release: Release, seen: int) -> Release:
    """The originator's liaison officer does not let the recipient keep it longer: the day stands, and they are told."""
    release = locked(release)
    if not rules.may_refuse_longer(by, release):
        raise PermissionDenied
    detail = {"until": str(release.asked_until), "reason": str(release.asked_reason)}
    _forget_wish(release)
    noting(release, by=by, reason="longer_refused").save_over(seen)
    record_release("release.longer_refused", release, by=by, detail=detail)
    tell_of_refused_wish(release)
    return release


@transaction.atomic
def destroy_words(release: Release, *, by, reason: str) -> Release:
    """Destroy what *release* holds in Confer: its words, its PDF, its letters' passphrases.  The row stands.

    While its case is held it is closed instead: nobody opens it any more, and nothing of it is destroyed.
    """
    _end(release, by=by, seen=release.version, reason=reason)
    name = "release.closed" if release.state == State.KEPT else "release.destroyed"
    record_release(name, release, by=by, detail={"why": reason})
    return release


@transaction.atomic
def destroy_kept(release: Release, *, by) -> bool:
    """Destroy the words of *release*, which a hold alone kept; whether it was so: another hold may have come since."""
    release = locked(release)
    if release.state != State.KEPT or is_held(release.decision.disclosure):
        return False
    destroy_words(release, by=by, reason="hold_ended")
    return True


@transaction.atomic
def lapse(release: Release, *, by) -> bool:
    """Close *release*, which its recipient never accepted, and destroy its words; they are told.  Whether it was so.

    Nobody has had it: nothing is to be confirmed.
    """
    release = locked(release)
    if release.state != State.WAITING:  # accepted, told or recalled a moment ago
        return False
    _end(release, by=by, seen=release.version, reason="never_acknowledged", state=State.LAPSED)
    if release.state == State.KEPT:
        record_release("release.closed", release, by=by, detail={"why": "never_acknowledged"})
    else:
        record_release("release.lapsed", release, by=by)
    tell_of_lapse(release)
    return True


def _extension_problems(release: Release, until, reason: str, words: str) -> dict:
    found = {}
    earliest = max(timezone.localdate(), release.destroy_on or timezone.localdate())
    if until is None or until <= earliest:
        found["until"] = _("Choose a day after %(day)s.") % {"day": earliest.strftime("%d/%m/%Y")}
    elif until > timezone.localdate() + datetime.timedelta(days=366):
        found["until"] = _("Nothing is kept for more than a year at once.")
    if reason not in Release.Extension.values:
        found["reason"] = _("Select why it is kept longer.")
    if len(words.strip()) < 20:
        found["words"] = _("Say in your own words why it is still needed.")
    return found


def _forget_wish(release: Release) -> None:
    """The wish is answered; history keeps what it was."""
    release.asked_at, release.asked_until, release.asked_reason, release.asked_words = None, None, "", ""


def _end(release: Release, *, by, seen: int, reason: str, state=State.DESTROYED) -> None:
    """Let *release* end as *state*, at once or, while its case is held, when the last hold ends."""
    ends_as, held = release.ends_as or state, is_held(release.decision.disclosure)
    if release.state not in Release.GONE:
        release.state, release.ends_as = (State.KEPT, ends_as) if held else (ends_as, "")
        release.destroyed_at = None if held else timezone.now()
    noting(release, by=by, reason=reason).save_over(seen)
    release_post.fail_waiting(release_post.joined().filter(release=release), _("What it carries has been destroyed."))
    if release.state != State.KEPT:
        _destroy_all_of(release)


def _destroy_all_of(release: Release) -> None:
    _destroy_letters_keys(release)
    for paper in DisclosurePaper.objects.filter(release=release):
        transaction.on_commit(lambda pk=paper.pk: stored_files().erase(pk))
    destroy_key(release.words_key_id)
    _destroy_decisions_words(release.decision)


def _destroy_letters_keys(release: Release) -> None:
    settled = (LetterState.SENT, LetterState.FAILED, LetterState.WITHDRAWN)
    for letter in ReleaseLetter.objects.filter(release=release, state__in=settled):
        destroy_key(letter.key_id)


def _destroy_decisions_words(decision: Decision) -> None:
    """The originator's own copy of what left goes with the last of its releases; the decision and its reasons stand."""
    if not decision.releases.exclude(state__in=Release.GONE).exists():
        destroy_key(decision.words_key_id)


def destroy_key(pk) -> None:
    """Let nothing that is sealed with the key of this id be read any more; once."""
    Key.objects.filter(pk=pk, wrapped__isnull=False).update(wrapped=None, destroyed_at=timezone.now())


def _confirm_problems(release: Release, ending: str, how: str, on) -> dict:
    found = {}
    if ending not in Release.Ending.values:
        found["ending"] = _("Say whether it was destroyed or returned.")
    elif how not in rules.CLOSING[Release.Ending(ending)]:
        found["how"] = _("Select how it was destroyed.") if ending == "destroyed" else _("Returned means handed back.")
    elif how == Release.How.NO_COPY and (release.printed_at or release.exported_at or _was_sent(release)):
        found["how"] = _("It was printed, downloaded or sent to you: say what became of that copy.")
    if on is None or on > timezone.localdate():
        found["on"] = _("Enter the day on which it was done, not after today.")
    elif on < timezone.localdate(release.released_at):
        found["on"] = _("Enter a day on or after the day of the release.")
    return found


def _was_sent(release: Release) -> bool:
    letters = ReleaseLetter.objects.filter(release=release, state__in=[LetterState.SENT, LetterState.UNKNOWN])
    return letters.exists()
