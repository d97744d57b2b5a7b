"""Papers and letters: a decision's record, and what was released, by the ways that action plans leave."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from core import pdf
from core.history import noting
from core.models import Key
from core.recording import record
from core.stored import stored_files
from disclosures import documents_of_releases as documents
from disclosures import emails_of_releases as emails
from disclosures.models import Decision, DisclosurePaper, Release, ReleaseLetter
from disclosures.rules import release as rules
from disclosures.rules.request import has_standing
from disclosures.rules.resting import shut
from partnership.post import rules as post_rules
from partnership.post.office import PostOffice
from partnership.post.press import Press, moment_words, stamped, stored

Kind, State, LetterState = DisclosurePaper.Kind, DisclosurePaper.State, ReleaseLetter.State


class DisclosurePress(Press):
    """A decision's one-page record, and what was released."""

    model = DisclosurePaper
    noun = "disclosure_paper"
    joins = (
        "decision__disclosure__key",
        "decision__disclosure__agency",
        "decision__disclosure__panel",
        "decision__disclosure__requested_by",
        "decision__originator",
        "decision__third_party_agency",
        "decision__address_by",
        "decision__decided_by",
        "decision__key",
        "release__decision__key",
        "release__decision__disclosure__key",
        "release__decision__originator",
        "release__agency",
        "release__member__agency",
        "release__words_key",
        "asked_by__agency",
    )

    def facts(self, paper) -> dict:
        return documents.facts_of(paper)

    def title(self, paper) -> str:
        return documents.title_of(paper)

    def template(self, paper) -> str:
        return documents.TEMPLATES[paper.kind]

    def handling(self, paper) -> str:
        return documents.handling(paper)

    def audit(self, paper) -> dict:
        return _about(paper.decision) | {"detail": {"kind": paper.kind, "version": paper.number}}

    def settled(self, paper) -> None:
        waiting = ReleaseLetter.objects.filter(paper=paper, state=LetterState.QUEUED)
        if paper.state != State.READY:
            letters = release_post.joined().filter(paper=paper)
            release_post.fail_waiting(letters, _("Its document could not be made."))
            return
        for letter in waiting:
            release_post.enqueue(letter)


class ReleasePost(PostOffice):
    """Letters that carry what was released."""

    model = ReleaseLetter
    noun = "release_letter"
    joins = (
        "paper__key",
        "release__words_key",
        "release__decision__disclosure",
        "release__decision__originator",
        "release__agency",
        "release__member__agency",
    )

    def ripe(self) -> Q:
        return Q(paper__state=State.READY)

    def is_ripe(self, letter) -> bool:
        return letter.paper.state == State.READY

    def may_receive(self, letter) -> bool:
        """A tier-1 signatory may, and a guest what is of its one case."""
        return _may_receive(letter.release)

    def hindrances(self, letter) -> list[str]:
        """Recalled, destroyed, barred, no longer covered by consent, or no longer of that agency: nothing leaves."""
        release = letter.release
        is_open = rules.is_open_to(release.member, release) and release.member.left_at is None
        if is_open and not shut(release):
            return []
        return [_("What it carries may not be opened by its recipient now. Nothing was sent.")]

    def content(self, letter) -> bytes:
        return watermarked(letter.release, letter.paper)

    def words(self, letter) -> tuple[str, str]:
        return emails.words_of(letter)

    def audit(self, letter) -> dict:
        about = _about(letter.release.decision)
        return about | {"things": [("disclosures.release", letter.release_id)]}


press, release_post = DisclosurePress(), ReleasePost()


@task()
def make_paper(paper_id: str) -> None:
    """Make a queued paper; where that fails the paper says so and can be asked for again."""
    press.make(paper_id)


@task()
def send_release_letter(letter_id: str) -> None:
    """Hand one queued letter over."""
    release_post.send(letter_id)


press.task, release_post.task = make_paper, send_release_letter


@transaction.atomic
def ask_record(*, by, decision: Decision) -> DisclosurePaper:
    """Queue the one-page record of *decision*, shared or not; one that waits already is given back instead."""
    if not Decision.objects.visible_to(by).filter(pk=decision.pk).exists():
        raise PermissionDenied
    if decision.decided_at is None:
        raise ValidationError(_("There is a record once it is decided."))
    return _ask(Kind.RECORD, decision.key, decision, None, by=by)


def ask_release_paper(release: Release, *, by) -> DisclosurePaper:
    """Queue the PDF of what was released to *release*'s recipient; one that is there already is given back instead."""
    there = DisclosurePaper.objects.with_key().filter(release=release).exclude(state=State.FAILED).first()
    return there or _ask(Kind.RELEASE, release.words_key, release.decision, release, by=by)


def renew_paper(release: Release, *, by) -> None:
    """A part of *release* was taken back: its papers are no more, what waits with them does not leave, and where there
    was one another is made of the rest."""
    release_post.fail_waiting(release_post.joined().filter(release=release), _("A part of it was taken back."))
    papers = DisclosurePaper.objects.with_key().filter(release=release).exclude(state=State.FAILED)
    there = list(papers)
    for paper in there:
        paper.state, paper.failure = State.FAILED, _("A part of it was taken back.")
        noting(paper, by=by, reason="part_recalled").save_over(paper.version)
        transaction.on_commit(lambda pk=paper.pk: stored_files().erase(pk))
    if there:
        _ask(Kind.RELEASE, release.words_key, release.decision, release, by=by, asked_by=release.member)


def post_release(release: Release, *, by, replaces=None) -> ReleaseLetter:
    """Queue the letter to *release*'s recipient, at their own work address; refused with everything in its way."""
    agency, address = release.agency, release.member.email
    way = post_rules.best_way(agency)
    refusals = post_rules.problems(agency, address, way, may_receive=_may_receive(release))
    if refusals:
        raise ValidationError(refusals)
    paper = ask_release_paper(release, by=by)
    return release_post.queue(
        by=by,
        agency=agency,
        member=release.member,
        address=address,
        way=way,
        release=release,
        paper=paper,
        replaces=replaces,
        detail={"again": replaces is not None},
    )


@transaction.atomic
def post_again(*, by, letter: ReleaseLetter, seen: int) -> ReleaseLetter:
    """Send a new letter in place of one that failed or is unknown, by the recipient or the originator's officer."""
    _require_deciding(by, letter)
    letter = release_post.locked(letter)
    if letter.replacement:
        return letter.replacement
    if not post_rules.may_resend(letter):
        raise ValidationError(_("This letter is not one that is sent again."))
    if letter.state == LetterState.UNKNOWN:
        release_post.decide(by=by, letter=letter, state=LetterState.WITHDRAWN, seen=seen)
    if release_post.hindrances(letter):
        raise ValidationError(release_post.hindrances(letter))
    return post_release(letter.release, by=by, replaces=letter)


@transaction.atomic
def settle_letter(*, by, letter: ReleaseLetter, arrived: bool, seen: int) -> ReleaseLetter:
    """A letter of which nobody knows arrived, or one that has not left is withdrawn."""
    _require_deciding(by, letter)
    state = LetterState.SENT if arrived else LetterState.WITHDRAWN
    return release_post.decide(by=by, letter=letter, state=state, seen=seen)


def show_passphrase(*, by, letter: ReleaseLetter) -> str:
    """The passphrase of the encrypted PDF, to the recipient alone and while the release is open; recorded each time."""
    if not rules.is_recipient(by, letter.release):
        raise PermissionDenied
    if not rules.is_open_to(by, letter.release) or not post_rules.may_show_passphrase(letter):
        raise ValidationError(_("This letter has no passphrase to show."))
    record(
        "release_letter.passphrase_shown",
        by=by,
        thing=letter,
        recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}],
        **_about(letter.release.decision),
    )
    return letter.passphrase


@transaction.atomic
def export_release(*, by, release: Release) -> bytes:
    """The PDF of what was released, watermarked for its recipient; recorded before it leaves."""
    from disclosures.workflow.release import mine, record_release

    release = mine(by, release)
    if shut(release) or not rules.is_open_to(by, release) or not rules.may_copy(release):
        raise ValidationError(_("This cannot be taken out of Confer."))
    paper = DisclosurePaper.objects.visible_to(by).filter(release=release, state=State.READY).first()
    if paper is None:
        raise ValidationError(_("The document is not ready yet."))
    content, now = watermarked(release, paper), timezone.now()
    release.first_opened_at, release.last_opened_at = release.first_opened_at or now, now
    release.exported_at = release.exported_at or now
    noting(release, by=by, reason="exported").save_over(release.version)
    record_release("release.exported", release, by=by, things=[("disclosures.disclosurepaper", paper.pk)])
    return content


def export_record(*, by, paper: DisclosurePaper) -> bytes:
    """The record's PDF, stamped for *by*; recorded before it leaves."""
    if paper.kind != Kind.RECORD or not DisclosurePaper.objects.visible_to(by).filter(pk=paper.pk).exists():
        raise PermissionDenied
    if paper.state != State.READY:
        raise ValidationError(_("The document is not ready yet."))
    content = stamped(paper, by.name)
    record(
        "disclosure_paper.exported",
        by=by,
        thing=paper,
        recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}],
        detail={"kind": paper.kind, "version": paper.number},
        **_about(paper.decision),
    )
    return content


def watermarked(release: Release, paper: DisclosurePaper) -> bytes:
    """The stored PDF with the recipient's watermark at the foot of every page."""
    return pdf.stamp(stored(paper), watermark_of(release))


def watermark_of(release: Release, at=None) -> str:
    """Whose copy it is, and when it was made: name, agency, time, release number."""
    return _("%(number)s – released to %(name)s, %(agency)s – %(when)s") % {
        "number": release.number,
        "name": release.member.name,
        "agency": release.agency.name,
        "when": moment_words(timezone.localtime(at)),
    }


def _ask(kind, key: Key, decision: Decision, release: Release | None, *, by, asked_by=None) -> DisclosurePaper:
    # Versions of one decision's papers are numbered one after another.
    Decision.objects.select_for_update(of=("self",), no_key=True).get(pk=decision.pk)
    versions = DisclosurePaper.objects.with_key().filter(decision=decision, kind=kind, release=release)
    waiting = versions.underway().first()
    if waiting:
        return waiting
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    paper = DisclosurePaper(key=key, kind=kind, decision=decision, release=release, number=number)
    paper.asked_by = asked_by or by
    noting(paper, by=by, reason="asked").save(force_insert=True)
    record(
        "disclosure_paper.asked",
        by=by,
        thing=paper,
        detail={"kind": str(kind), "version": number},
        **_about(decision),
    )
    make_paper.enqueue(str(paper.pk))
    return paper


def _may_receive(release: Release) -> bool:
    return has_standing(release.agency, release.decision.disclosure.case_id)


def _require_deciding(by, letter: ReleaseLetter) -> None:
    if not (rules.is_recipient(by, letter.release) or rules.decides_on(by, letter.release)):
        raise PermissionDenied


def _about(decision: Decision) -> dict:
    return {"case_id": decision.disclosure.case_id, "panel_id": decision.disclosure.panel_id}
