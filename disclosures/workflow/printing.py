"""The paper of an answer: made by the worker like every other paper."""

from django.utils.translation import gettext as _
from django_tasks import task

from disclosures import documents_of_outside as documents
from disclosures.models import AnswerPaper
from partnership.post.press import Press


class AnswerPress(Press):
    """Makes the PDF that goes to who asked from outside."""

    model = AnswerPaper
    noun = "answer"
    joins = ("answer__key", "answer__request__key", "answer__request__received_by")

    def facts(self, paper) -> dict:
        if paper.answer.checked_at is None:
            raise ValueError("An answer that no second person passed is not printed.")
        return documents.facts_of(paper.answer)

    def title(self, paper) -> str:
        return documents.title_of(paper.answer)

    def template(self, paper) -> str:
        return "disclosures/document/answer.html"

    def handling(self, paper) -> str:
        return _("For the person to whom it is addressed.")


@task()
def make_answer(paper_id: str) -> None:
    """Make a queued paper; where that fails it says so and can be asked for again."""
    press.make(paper_id)


press = AnswerPress()
press.task = make_answer


def recover_answers(*, now=None) -> int:
    """By the clock: queue again what a stopped worker left being made; how many."""
    return press.recover(now=now)
