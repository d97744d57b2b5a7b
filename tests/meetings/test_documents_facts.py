"""What each kind of document holds for whom."""

import page
import pytest

from core.stored import stored_files
from meetings.documents import facts_of
from meetings.models import Document
from meetings.workflow.documents import ask_document, reader_of, stamped
from tests.meetings.papers import approve, fresh, held, make, pages

Kind = Document.Kind


@pytest.fixture
def meeting(world):
    meeting, items = held(world, cases=2)
    approve(world, meeting, items)
    return meeting


def facts(world, meeting, kind, agency=None, by=None) -> dict:
    document = ask_document(by=by or world.coordinator, meeting=meeting, kind=kind, agency=agency)
    document = fresh(document)
    return facts_of(document, reader_of(document))


@pytest.mark.parametrize("kind", ["agenda", "plan", "minutes"])
@pytest.mark.parametrize("of", ["", "agency_"])
def test_each_kind_is_accessible_and_marked_on_every_page(world, meeting, kind, of):
    agency = world.housing_agency if of else None
    document = make(ask_document(by=world.coordinator, meeting=meeting, kind=of + kind, agency=agency))
    assert (document.state, document.failure) == ("ready", "")
    for content in (
        stored_files().read(document.key.material(), document.pk),
        stamped(document, "Cerys Coordinator"),
    ):
        assert [failure.rule_id for failure in page.validate_pdf_bytes(content, profile="ua1").failures] == []
    printed = pages(content)
    assert len(printed) == document.pages
    for number, text in enumerate(printed, 1):
        assert text.count("OFFICIAL-SENSITIVE") >= 2
        assert f"Page {number} of {document.pages}" in text
        assert "Version 1." in text
        assert document.digest in text.replace(" ", "")
        assert "Printed for Cerys Coordinator at " in text
