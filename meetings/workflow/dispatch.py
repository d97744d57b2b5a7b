"""How a meeting's letters leave: what they carry, what keeps them back, and what follows once minutes were sent."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django_tasks import task

from core.history import noting
from core.recording import record
from meetings import letters
from meetings.models import Document, Letter, Meeting
from meetings.rules import letters as rules
from partnership.post.office import PostOffice
from partnership.post.press import stamped

MINUTES = (Document.Kind.MINUTES, Document.Kind.AGENCY_MINUTES)


class MeetingPost(PostOffice):
    """Letters that carry the documents of meetings."""

    model = Letter
    joins = ("meeting__panel", "document__key", "document__meeting__panel", "document__agency")

    def ripe(self) -> Q:
        return Q(document__state=Document.State.READY)

    def is_ripe(self, letter) -> bool:
        return letter.document.state == Document.State.READY

    def hindrances(self, letter) -> list[str]:
        return rules.closed_content(letter)

    def content(self, letter) -> bytes:
        return stamped(letter.document, letter.agency.name)

    def words(self, letter) -> tuple[str, str]:
        return letters.words_of(letter)

    def audit(self, letter) -> dict:
        return {"panel_id": letter.meeting.panel_id, "things": [("meetings.document", letter.document_id)]}

    def follow(self, letter, *, by) -> None:
        """A meeting whose approved minutes have left is distributed."""
        if letter.document.kind not in MINUTES:
            return
        meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.meeting_id)
        if meeting.state == Meeting.State.APPROVED:
            meeting.state = Meeting.State.DISTRIBUTED
            noting(meeting, by=by, reason="distributed").save_over(meeting.version)
            record("meeting.distributed", by=by, thing=meeting, panel_id=meeting.panel_id)


post_office = MeetingPost()


@task()
def send_letter(letter_id: str) -> None:
    """Hand one queued letter over."""
    post_office.send(letter_id)


post_office.task = send_letter
post_round = post_office.round


def release_letters(document: Document) -> None:
    """Enqueue the letters that waited for *document*."""
    for letter in Letter.objects.filter(document=document, state=Letter.State.QUEUED):
        post_office.enqueue(letter)


def fail_letters(document: Document) -> None:
    """Let the letters that waited for *document* fail with it."""
    post_office.fail_waiting(post_office.joined().filter(document=document), _("Its document could not be made."))
