"""An extract as a PDF: printed once it has passed its test, stamped for each reader."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from core.templatetags.confer import when
from disclosures import documents_of_extracts as documents
from disclosures.models import ExtractPaper
from partnership.post.press import Press


class ExtractPress(Press):
    model = ExtractPaper
    noun = "extract_paper"
    joins = ("extract__key", "extract__panel", "extract__agency", "extract__tested_by__agency")

    def facts(self, paper) -> dict:
        return documents.facts_of(paper.extract)

    def title(self, paper) -> str:
        day = when(timezone.localdate(paper.extract.tested_at))
        return _("Depersonalised extract %(number)s, %(day)s") % {"number": paper.extract.number, "day": day}

    def template(self, paper) -> str:
        return "disclosures/document/extract.html"

    def handling(self, paper) -> str:
        return _("Depersonalised. Join it with nothing, recognise nobody, and do not pass it on.")

    def audit(self, paper) -> dict:
        return {"panel_id": paper.extract.panel_id, "detail": {"profile": paper.extract.profile}}


press = ExtractPress()


@task()
def print_extract(paper_id: str) -> None:
    """Make a queued paper of an extract."""
    press.make(paper_id)


ExtractPress.task = print_extract
