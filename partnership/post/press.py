"""Making papers: queued by a verb, made by the worker, kept encrypted, stamped for each reader."""

import hashlib
import io
from abc import ABC, abstractmethod
from datetime import timedelta

import pikepdf
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import pdf
from core.history import noting
from core.models import StaleVersion
from core.recording import SystemActor, record
from core.stored import StoredFileDamaged, stored_files
from core.templatetags.confer import when
from partnership.post.paper import MadePaper

WORKER = SystemActor("document worker")
STOPPED_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 3
MARKING = "OFFICIAL-SENSITIVE"
State = MadePaper.State


class Press(ABC):
    """How one kind of paper is made.  A subclass says what only its app knows.

    `noun` begins the names of its audit events (made, failed); `joins` is what the hooks need joined to a paper;
    `task` the worker's task that calls `make`.
    """

    model: type[MadePaper]
    noun = "document"
    joins: tuple[str, ...] = ()
    task = None

    # what a subclass says -----------------------------------------------------------------------------------------
    @abstractmethod
    def facts(self, paper) -> dict:
        """What *paper* says, as plain values; raises where it may no longer be made."""

    @abstractmethod
    def title(self, paper) -> str:
        """A title without anybody's name: it stands in the file's metadata."""

    @abstractmethod
    def template(self, paper) -> str:
        """The template that draws it."""

    @abstractmethod
    def handling(self, paper) -> str:
        """The handling text under the marking."""

    def language(self, paper) -> str:
        """The language that it is written in, as a tag."""
        return "en-GB"

    def audit(self, paper) -> dict:
        """What each of its audit events says: `panel_id`, `case_id`, `detail`."""
        return {}

    def kept(self, paper, facts: dict) -> dict:
        """Write down what *facts* hold; what the audit of having been made says beside `audit`."""
        return {}

    def settled(self, paper) -> None:
        """What follows from *paper* being ready or having failed."""
        return None

    # the press ----------------------------------------------------------------------------------------------------
    def joined(self):
        """Papers with everything that making needs."""
        return self.model.objects.with_key().select_related(*self.joins)

    def make(self, paper_id: str) -> None:
        """Make a queued paper; where that fails the paper says so and can be asked for again."""
        paper = self.claim(paper_id)
        if paper is None:
            return
        claimed = paper.version
        try:
            content, facts, digest = self.render(paper)
            self.keep(paper, content, facts, digest)
        except StaleVersion:
            return  # taken for stopped, and begun again by another worker
        except BaseException as broken:
            if isinstance(broken, Exception) or _is_of_typesetting(broken):
                self.fail(paper_id, claimed)
            raise

    def claim(self, paper_id: str):
        """The paper, now this worker's; nothing where another has it or it is done."""
        paper = self.joined().get(pk=paper_id)
        if paper.state != State.QUEUED:
            return None
        paper.state, paper.progress = State.MAKING, 10
        paper.making_at, paper.attempts = timezone.now(), paper.attempts + 1
        try:
            noting(paper, by=WORKER, reason="making").save_over(paper.version)
        except StaleVersion:
            return None
        return paper

    def render(self, paper) -> tuple[bytes, dict, str]:
        """The PDF, the facts it was made from, and their digest."""
        language = self.language(paper)
        with translation.override(language.lower()):
            return self._rendered(paper, language)

    def _rendered(self, paper, language: str) -> tuple[bytes, dict, str]:
        facts = self.facts(paper)
        title = self.title(paper)
        digest = pdf.content_digest(facts | {"title": title})
        self._progress(paper, 40)
        context = {
            "facts": facts,
            "document": paper,
            "marking": MARKING,
            "handling": self.handling(paper),
            "version": str(paper.number),
            "digest": digest,
        }
        content = pdf.render_pdf(self.template(paper), context, title=title, language=language)
        self._progress(paper, 90)
        return content, facts, digest

    @transaction.atomic
    def keep(self, paper, content: bytes, facts: dict, digest: str) -> None:
        """Keep the made file and say so on *paper*."""
        paper.sha256, paper.digest = hashlib.sha256(content).hexdigest(), digest
        paper.state, paper.progress, paper.failure = State.READY, 100, ""
        paper.made_at = timezone.now()
        with pikepdf.open(io.BytesIO(content)) as opened:
            paper.pages = len(opened.pages)
        noting(paper, by=WORKER, reason="made").save_over(paper.version)
        given = self.audit(paper) | self.kept(paper, facts)
        given["detail"] = {**given.get("detail", {}), "pages": paper.pages}
        record(f"{self.noun}.made", by=WORKER, thing=paper, **given)
        self.settled(paper)
        # Last, and only by whom the version check let through: what a worker wrote that stopped before its commit goes.
        stored_files().erase(paper.pk)
        stored_files().write(paper.key.material(), paper.pk, content)

    @transaction.atomic
    def fail(self, paper_id: str, claimed: int) -> None:
        """Say on the paper, *claimed* at that version, that it failed."""
        fresh = self.joined().get(pk=paper_id)
        if fresh.state != State.MAKING or fresh.version != claimed:
            return
        fresh.state, fresh.failure = State.FAILED, str(_("The document could not be made. Ask for it again."))
        noting(fresh, by=WORKER, reason="failed").save_over(fresh.version)
        record(f"{self.noun}.failed", by=WORKER, thing=fresh, **self.audit(fresh))
        self.settled(fresh)

    def recover(self, *, now=None) -> int:
        """By the clock: queue again what a stopped worker left being made, or a lost queue left waiting; how many.

        What stopped its worker three times has failed: it would stop it for ever.  A waiting paper is given to the
        workers again every ten minutes at the most.
        """
        now = now or timezone.now()
        left = list(self.model.objects.with_key().filter(state=State.MAKING, making_at__lt=now - STOPPED_AFTER))
        for paper in left:
            try:
                if paper.attempts >= MOST_ATTEMPTS:
                    self.fail(str(paper.pk), paper.version)
                else:
                    self._queue_again(paper, now)
            except StaleVersion:
                continue  # the worker was only slow
        given = Q(making_at__lt=now - STOPPED_AFTER) | Q(making_at__isnull=True, created_at__lt=now - STOPPED_AFTER)
        waiting = list(self.model.objects.filter(given, state=State.QUEUED).values_list("pk", flat=True))
        for pk in waiting:
            with transaction.atomic():
                self.model.objects.filter(pk=pk, state=State.QUEUED).update(making_at=now)
                self.task.enqueue(str(pk))
        return len(left) + len(waiting)

    @transaction.atomic
    def _queue_again(self, paper, now) -> None:
        paper.state, paper.progress, paper.making_at = State.QUEUED, 0, now
        noting(paper, by=WORKER, reason="recovered").save_over(paper.version)
        self.task.enqueue(str(paper.pk))

    def _progress(self, paper, percent: int) -> None:
        """Shown while one waits; neither history nor a version."""
        self.model.objects.filter(pk=paper.pk, version=paper.version).update(progress=percent)


def stored(paper) -> bytes:
    """The stored PDF, as it was made; `StoredFileDamaged` otherwise."""
    content = stored_files().read(paper.key.material(), paper.pk)
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        raise StoredFileDamaged(f"File {paper.pk} is not the one that was made.")
    return content


def stamped(paper, printed_for: str) -> bytes:
    """The stored PDF, stamped for *printed_for* now."""
    words = _("Printed for %(who)s at %(when)s") % {"who": printed_for, "when": moment_words(timezone.localtime())}
    return pdf.stamp(stored(paper), words)


def moment_words(moment) -> str:
    """A local moment as a stamp writes it: 14:30, 21 November 2026."""
    return f"{moment:%H:%M}, {when(moment.date())}"


def _is_of_typesetting(broken: BaseException) -> bool:
    """Whether *broken* says that a document asked for a file that is not ours: it is no `Exception`."""
    from weasyprint.urls import FatalURLFetchingError  # loaded where documents are set, and there alone

    return isinstance(broken, FatalURLFetchingError)
