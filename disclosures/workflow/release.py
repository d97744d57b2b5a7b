"""Releasing: each recipient of a sharing decision acknowledges the conditions, opens, and says what came of it."""

import datetime
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.stopping import stop
from consent.workflow.settle import settle
from core.history import noting
from core.models import Key
from core.recording import SystemActor, record
from disclosures.emails_of_releases import tell_recipient
from disclosures.models import Decision, DecisionItem, DecisionRecipient, Release, ReleaseItem
from disclosures.models.codes import DestroyEvent, Method
from disclosures.rules import release as rules
from disclosures.rules.resting import shut
from disclosures.workflow.post import ask_release_paper, post_release

State = Release.State
CLOCK = SystemActor("consent clock")
CARRIED = ("position", "category", "words", "nature", "grade", "known_on", "gaps")


@transaction.atomic
def open_releases(decision: Decision, *, by) -> list[Release]:
    """A release to each named member of *decision*, waiting for their acknowledgement; they are told that it waits.

    It holds exactly the approved pieces in their redacted words, under a key of its own.  Refused as a whole where a
    recipient may not receive at this instant (left, no tier-1 standing, kept away).  Observers hear, and get none.
    """
    if decision.state != Decision.State.DECIDED or not decision.shares:
        raise ValidationError(_("Nothing is released without a decision to share."))
    items = list(DecisionItem.objects.with_key().filter(decision=decision).approved().in_order())
    items = [item for item in items if item.words.strip()]
    found = DecisionRecipient.objects.with_key().filter(decision=decision, member__isnull=False)
    recipients = list(found.select_related("member__agency", "agency").order_by("member__name", "pk"))
    refusals = [words for one in recipients for words in rules.recipient_problems(decision, one, items)]
    if refusals:
        raise ValidationError(refusals)
    there = set(Release.objects.filter(decision=decision).values_list("member_id", flat=True))
    overrides = list(decision.consent_overrides.order_by("pk"))
    made = [_open_one(decision, one, items, overrides, by=by) for one in recipients if one.member_id not in there]
    for release in made:
        tell_recipient(release)
    return made


@transaction.atomic
def acknowledge(*, by, release: Release, seen: int, accepted: bool) -> Release:
    """The recipient accepts the conditions: the gate to opening, with name and time; mail leaves from here on.

    What is to be destroyed once it has served its purpose has a latest day from here on.  Refused to anybody else,
    without standing, past a bar, and where it is recalled or destroyed.
    """
    release = mine(by, release)
    if not rules.may_acknowledge(by, release):
        raise PermissionDenied
    if not accepted:
        raise ValidationError({"accepted": _("Confirm that you accept the conditions, or leave it unopened.")})
    release.state, release.acknowledged_at, release.acknowledged_by = State.OPEN, timezone.now(), by
    _set_latest_day(release)
    noting(release, by=by, reason="acknowledged").save_over(seen)
    record_release("release.acknowledged", release, by=by, detail={"conditions": list(release.decision.conditions)})
    if release.method == Method.MAIL:
        post_release(release, by=by)
    elif rules.may_copy(release):
        ask_release_paper(release, by=by)
    return release


@transaction.atomic
def settle_mine(*, by, pk) -> None:
    """Take back what of the release *pk* to *by* rested on consent that has ended since; the rest of it goes on.

    As the clock does it (`workflow.consent_ended.stop_ended`), before who received it opens it; until then it is closed
    whole.  Nothing happens where nothing has ended, and for anybody else.
    """
    found = Release.objects.owed_by(by).filter(pk=pk, state__in=(State.WAITING, State.OPEN)).first()
    case_id = found and found.decision.disclosure.case_id
    if case_id:
        settle(by=CLOCK, cases=[case_id])
        if shut(found):
            stop(by=CLOCK, case_id=case_id)


@transaction.atomic
def open_release(*, by, release: Release, how: str = "opened") -> list[ReleaseItem]:
    """The words, to the recipient at this instant; that they were opened (or “printed”) is written before."""
    release = _openable(by, release)
    if how == "printed" and not rules.may_copy(release):
        raise ValidationError(_("One of the conditions is that no copies are made: it cannot be printed."))
    items = list(ReleaseItem.objects.visible_to(by).filter(release=release).in_order())
    now = timezone.now()
    release.first_opened_at, release.last_opened_at = release.first_opened_at or now, now
    if how == "printed":
        release.printed_at = release.printed_at or now
    noting(release, by=by, reason=how).save_over(release.version)
    record_release(f"release.{how}", release, by=by, things=[("disclosures.releaseitem", item.pk) for item in items])
    return items


@transaction.atomic
def give(*, by, release: Release, seen: int) -> Release:
    """The originator's liaison officer records that the recipient was told by word of mouth, conditions first.

    What is to be destroyed once it has served its purpose has a latest day from here on.
    """
    release = locked(release)
    if not rules.may_give(by, release):
        raise PermissionDenied
    if shut(release) or not Release.objects.without_bars_against(release.member).filter(pk=release.pk).exists():
        raise ValidationError(_("%(name)s is kept away from this case.") % {"name": release.member.name})
    if not rules.has_standing(release.agency, release.decision.disclosure.case_id):
        raise ValidationError(
            _("%(name)s’s agency may not receive personal information now.") % {"name": release.member.name}
        )
    release.state, release.given_at, release.given_by = State.GIVEN, timezone.now(), by
    _set_latest_day(release)
    noting(release, by=by, reason="spoken").save_over(seen)
    record_release("release.spoken", release, by=by)
    return release


@transaction.atomic
def report_use(*, by, release: Release, seen: int, used: str, words: str) -> Release:
    """The recipient says whether it served its purpose, and what came of it.

    Where it is to be destroyed once it has served its purpose, and it did, or was not used, it is due from this day on;
    used in part, it may serve on until its latest day.
    """
    release = mine(by, release)
    if not rules.may_report(by, release):
        raise PermissionDenied
    if used not in Release.Use.values:
        raise ValidationError({"used": _("Say whether it was used for its purpose.")})
    if used != Release.Use.YES and not words.strip():
        raise ValidationError({"words": _("Say why it was not, or only in part, used for its purpose.")})
    release.used, release.used_words, release.reported_at = used, words.strip(), timezone.now()
    today = timezone.localdate()
    is_over = used in rules.ENDS_USE and release.decision.destroy_event == DestroyEvent.PURPOSE_MET
    if is_over and not (release.destroy_on and release.destroy_on < today):
        release.destroy_on = today
    noting(release, by=by, reason="reported").save_over(seen)
    record_release("release.used", release, by=by, detail={"used": used})
    return release


def _open_one(decision: Decision, recipient: DecisionRecipient, items, overrides, *, by) -> Release:
    pk, disclosure = uuid.uuid4(), decision.disclosure
    release = Release(
        id=pk,
        key=decision.key,
        words_key=Key.objects.mint(Key.Kind.RELEASE),
        # No counter: the next number would tell one recipient of another, and of other agencies' answers.
        number=f"{disclosure.number}-{pk.hex[:6].upper()}",
        decision=decision,
        agency=recipient.agency,
        member=recipient.member,
        method=decision.method,
        released_at=timezone.now(),
        released_by=by,
        destroy_on=decision.destroy_on,
    )
    noting(release, by=by, reason="released").save(force_insert=True)
    for item in items:
        ReleaseItem(
            key=release.words_key,
            release=release,
            item=item,
            entry_id=item.entry_id,
            override=_override_of(item, recipient.agency_id, overrides),
            **{name: getattr(item, name) for name in CARRIED},
        ).save(force_insert=True)
    record_release("release.made", release, by=by, detail={"method": str(release.method), "items": len(items)})
    return release


def _set_latest_day(release: Release) -> None:
    """Received today, what has no day but “when it has served its purpose” is destroyed after `rules.USE_DAYS`."""
    if release.destroy_on is None and release.decision.destroy_event == DestroyEvent.PURPOSE_MET:
        release.destroy_on = timezone.localdate() + datetime.timedelta(days=rules.USE_DAYS)


def _override_of(item: DecisionItem, agency_id, overrides):
    """That of *overrides* by which *item*, from an entry, leaves for the agency; None where consent covers it."""
    for each in overrides if item.entry_id else ():
        is_this = each.entry_id == item.entry_id or each.entry_id is None and each.category == item.category
        if is_this and each.agency_id == agency_id:
            return each
    return None


def mine(by, release: Release) -> Release:
    """*release* as it is now, for its recipient; others see it and may not."""
    found = Release.objects.of(by).filter(pk=release.pk)
    if not found.exists():
        raise PermissionDenied
    return locked(release)


def _openable(by, release: Release) -> Release:
    release = mine(by, release)
    if release.decision.disclosure.case_id:  # consent is asked at each opening
        settle(by=by, cases=[release.decision.disclosure.case_id])
    if shut(release) or not rules.is_open_to(by, release):
        raise ValidationError(_("This cannot be opened now."))
    return release


def locked(release: Release) -> Release:
    """*release* as it is now; a second click waits until the first is done."""
    Release.objects.select_for_update(of=("self",), no_key=True).get(pk=release.pk)
    return joined().get(pk=release.pk)


def joined():
    """Releases with what the verbs need."""
    return Release.objects.with_key().select_related(
        "words_key", "decision__key", "decision__disclosure__key", "decision__originator", "agency", "member__agency"
    )


def recipient_of(release: Release) -> dict:
    """The recipient as the audit keeps one."""
    return {
        "kind": "member",
        "id": str(release.member_id),
        "name": release.member.name,
        "address": release.agency.name,
    }


def record_release(event: str, release: Release, *, by, detail: dict | None = None, **more) -> None:
    disclosure = release.decision.disclosure
    record(
        event,
        by=by,
        thing=release,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        recipients=[recipient_of(release)],
        detail={"number": release.number, **(detail or {})},
        **more,
    )
