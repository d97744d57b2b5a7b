"""Asking for a document, making it, what happens to a worker that stops, and the page that follows all this."""

import datetime
import hashlib
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from weasyprint.urls import FatalURLFetchingError

from core import clock, pdf
from core.stored import stored_files
from meetings.models import Document, Meeting
from meetings.rules import documents as rules
from meetings.workflow import documents as verbs
from meetings.workflow.documents import ask_document, make_document, recover_documents
from tests.audit.ledger import recorded, recorded_names
from tests.meetings.papers import approve, fresh, held, make, words
from tests.valid_html import problems as html_problems

Kind = Document.Kind
LATER = datetime.timedelta(minutes=11)


@pytest.fixture
def meeting(world):
    meeting, items = held(world)
    approve(world, meeting, items)
    return meeting


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        (
            "agenda",
            {
                "agenda_open",
                "agenda_frozen",
                "in_session",
                "minutes_draft",
                "minutes_check",
                "approved",
                "distributed",
                "sealed",
            },
        ),
        ("plan", {"in_session", "minutes_draft", "minutes_check", "approved", "distributed", "sealed"}),
        ("minutes", {"approved", "distributed", "sealed"}),
    ],
)
def test_when_a_document_is_ripe(kind, states):
    for name in (kind, f"agency_{kind}"):
        assert {str(state) for state in Meeting.State if rules.is_ripe(Meeting(state=state), name)} == states


@pytest.mark.parametrize(
    ("who", "kind", "agency", "may"),
    [
        ("coordinator", "plan", None, True),
        ("chair", "minutes", None, True),
        ("coordinator", "agency_plan", "health_agency", True),
        ("coordinator", "plan", "health_agency", False),
        ("coordinator", "agency_plan", None, False),
        ("coordinator", "gossip", None, False),
        ("housing", "agency_plan", "housing_agency", True),
        ("housing_deputy", "agency_minutes", "housing_agency", True),
        ("housing", "agency_plan", "health_agency", False),
        ("housing", "plan", None, False),
        ("housing", "plan", "housing_agency", False),
        ("referrer", "agency_plan", "housing_agency", False),
        ("liaison_officer", "agency_plan", "housing_agency", False),
        ("auditor", "plan", None, False),
        ("administrator", "plan", None, False),
    ],
)
def test_who_may_ask_for_what(world, who, kind, agency, may):
    meeting = world.make_meeting(state="approved")
    agency = agency and getattr(world, agency)
    assert rules.may_ask(getattr(world, who), meeting, kind, agency) is may
    if not may:
        with pytest.raises(PermissionDenied):
            ask_document(by=getattr(world, who), meeting=meeting, kind=kind, agency=agency)
        assert Document.objects.count() == 0


def test_asking_queues_a_version_its_history_its_event_and_its_task(world, meeting):
    document = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    assert (document.number, document.state, document.asked_by) == (1, "queued", world.coordinator)
    assert [row.history_change_reason for row in document.history.all()] == ["asked"]
    (event,) = recorded("document.asked")
    assert (event.thing_id, event.detail) == (document.pk, {"kind": "plan", "version": 1})
    assert [result.args_kwargs["args"] for result in DBTaskResult.objects.all()] == [[str(document.pk)]]


def test_a_second_click_asks_once(world, meeting):
    first = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN, seen=0)
    assert ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN, seen=0) == first
    make(first)
    assert ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN, seen=0) == first
    assert ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN, seen=1).number == 2


def test_two_askers_of_a_whole_document_each_get_their_own(world, meeting):
    first = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    second = ask_document(by=world.chair, meeting=meeting, kind=Kind.PLAN)
    assert (first.number, second.number) == (1, 2)


def test_no_number_is_given_twice(world, meeting):
    for agency, kind in ((None, Kind.PLAN), (world.housing_agency, Kind.AGENCY_PLAN)):
        document = ask_document(by=world.coordinator, meeting=meeting, kind=kind, agency=agency)
        twin = Document(key=document.key, meeting=meeting, kind=kind, agency=agency, number=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


def test_what_is_not_ripe_or_for_an_agency_outside_the_protocol_is_refused(world, meeting):
    with pytest.raises(ValidationError, match="once the meeting has come so far"):
        ask_document(by=world.coordinator, meeting=world.make_meeting(state="planned"), kind=Kind.AGENDA)
    world.housing_agency.signatures.update(tier=2)
    with pytest.raises(ValidationError, match="Aberwenlli Homes is not a tier 1 signatory"):
        ask_document(by=world.housing, meeting=meeting, kind=Kind.AGENCY_PLAN, agency=world.housing_agency)


def test_making_keeps_the_file_encrypted_and_says_what_it_holds(world, meeting):
    document = make(ask_document(by=world.coordinator, meeting=meeting, kind=Kind.MINUTES))
    content = stored_files().read(document.key.material(), document.pk)
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert (document.progress, document.attempts, document.pages) == (100, 1, 2)
    item = meeting.items.get()
    assert list(document.cases.all()) == [item.listing.case]
    assert list(document.entries.all()) == [item.listing.entries.get()]
    assert [row.history_change_reason for row in document.history.order_by("history_id")] == ["asked", "making", "made"]
    (event,) = recorded("document.made")
    assert event.things == [str(item.listing.case_id)] or str(item.listing.case_id) in str(event.things)
    assert b"school gate" not in stored_files()._path(document.pk).read_bytes()
    make_document.call(str(document.pk))
    assert fresh(document).version == document.version


class Broken(Exception):
    pass


@pytest.mark.parametrize("error", [Broken, FatalURLFetchingError])
def test_a_document_that_cannot_be_made_says_so_and_its_letters_fail(world, meeting, monkeypatch, error):
    import uuid

    from meetings.workflow.letters import send_letters

    name = f"{world.housing_agency.pk}:{world.housing_agency.plan_address}"
    (letter,) = send_letters(
        by=world.coordinator, meeting=meeting, kind="plan", chosen={name: "pdf"}, batch=uuid.uuid4()
    )

    def broken(*_anything, **_more):
        raise error

    monkeypatch.setattr(pdf, "render_pdf", broken)
    with pytest.raises(error):
        make_document.call(str(letter.document_id))
    document = fresh(letter.document)
    assert (document.state, document.failure) == ("failed", "The document could not be made. Ask for it again.")
    letter = fresh(letter)
    assert (letter.state, letter.failure) == ("failed", "Its document could not be made.")
    assert recorded_names()[-2:] == ["document.failed", "letter.failed"]
    monkeypatch.undo()
    again = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.AGENCY_PLAN, agency=world.housing_agency)
    assert make(again).state == "ready"


def test_who_left_the_desk_before_it_was_made_gets_no_whole_document(world, meeting):
    document = ask_document(by=world.chair, meeting=meeting, kind=Kind.PLAN)
    world.chair.role_grants.update(until=timezone.now())
    with pytest.raises(PermissionDenied):
        make_document.call(str(document.pk))
    assert fresh(document).state == "failed"


# a worker that stops --------------------------------------------------------------------------------------------------
class Stopped(BaseException):
    pass


def stop_at(monkeypatch, name):
    def stop(*_anything, **_more):
        raise Stopped

    monkeypatch.setattr(verbs.press, name, stop)


def stopped(document, monkeypatch, name="render"):
    with monkeypatch.context() as patch:
        stop_at(patch, name)
        with pytest.raises(Stopped):
            make_document.call(str(document.pk))
    assert fresh(document).state == "making"


def test_what_a_stopped_worker_left_is_made_by_the_next(world, meeting, monkeypatch):
    document = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    stopped(document, monkeypatch)
    assert recover_documents() == 0
    assert recover_documents(now=timezone.now() + LATER) == 1
    assert fresh(document).state == "queued"
    assert recover_documents(now=timezone.now() + LATER) == 0
    document = make(document)
    assert (document.state, document.attempts) == ("ready", 2)


def test_what_a_lost_queue_forgot_is_queued_again_and_not_too_often(world, meeting):
    document = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    DBTaskResult.objects.all().delete()
    assert recover_documents() == 0
    assert [recover_documents(now=timezone.now() + LATER) for _round in range(2)] == [1, 0]
    assert [result.args_kwargs["args"] for result in DBTaskResult.objects.all()] == [[str(document.pk)]]
    assert make(document).state == "ready"


def test_what_stops_every_worker_fails_in_the_end(world, meeting, monkeypatch):
    document = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    for _attempt in range(3):
        stopped(document, monkeypatch)
        recover_documents(now=timezone.now() + LATER)
    assert fresh(document).state == "failed"


def test_a_file_that_a_stopped_worker_wrote_is_in_nobodys_way(world, meeting):
    document = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    stored_files().write(document.key.material(), document.pk, b"what was written before the power went")
    document = make(document)
    content = stored_files().read(document.key.material(), document.pk)
    assert (document.state, document.sha256) == ("ready", hashlib.sha256(content).hexdigest())


def test_a_slow_worker_does_not_spoil_what_the_next_has_begun(world, meeting, monkeypatch):
    document = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    real = verbs.press.render

    def slow(found):
        made = real(found)
        monkeypatch.setattr(verbs.press, "render", real)
        recover_documents(now=timezone.now() + LATER)
        assert make(document).state == "ready"
        return made

    monkeypatch.setattr(verbs.press, "render", slow)
    make_document.call(str(document.pk))
    document = fresh(document)
    assert (document.state, document.attempts, len(recorded("document.made"))) == ("ready", 2, 1)


def test_the_clock_keeps_both_rounds():
    assert {job.name: job.seconds for job in clock.jobs() if job.name in ("post letters", "recover documents")} == {
        "post letters": 30,
        "recover documents": 60,
    }


# the page -------------------------------------------------------------------------------------------------------------
def test_a_document_is_asked_for_watched_and_downloaded(world, as_member, meeting):
    browser = as_member(world.coordinator)
    page_url, ask = (reverse(f"meetings:{name}", args=[meeting.pk]) for name in ("documents", "ask_document"))
    assert html_problems(browser.get(page_url).content.decode()) == []
    for _click in range(2):
        assert browser.post(ask, {"kind": "plan", "seen": "0"}).status_code == 302
    document = Document.objects.get()
    html = browser.get(page_url).content.decode()
    assert 'hx-trigger="every 2s"' in html
    assert f'<a class="govuk-link" id="refresh-documents" href="{page_url}">' in html
    assert html_problems(html) == []
    poll = {"HX-Request": "true", "HX-Target": "_shelves", "X-Confer-Poll": "1"}
    before = len(recorded())
    part = browser.get(page_url, headers=poll).content.decode()
    assert len(recorded()) == before
    token = r'name="csrfmiddlewaretoken" value="[^"]*"'
    page = browser.get(page_url).content.decode()
    assert re.sub(token, "", part).strip() in re.sub(token, "", page)
    document = make(document)
    html = browser.get(page_url).content.decode()
    assert "every 2s" not in html
    answer = browser.get(reverse("meetings:document_file", args=[document.pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="confer-plan-1-{document.pk.hex[:8]}.pdf"'
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/pdf", True)
    assert "Printed for Cerys Coordinator at " in words(answer.content)
    (event,) = recorded("document.exported")
    assert (event.operation, event.thing_id, event.recipients[0]["name"]) == (
        "export",
        document.pk,
        "Cerys Coordinator",
    )


def test_without_the_audit_nothing_is_downloaded(world, as_member, meeting, monkeypatch):
    document = make(ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN))

    def unrecorded(*_anything, **_more):
        raise RuntimeError

    monkeypatch.setattr(verbs, "record", unrecorded)
    with pytest.raises(RuntimeError):
        as_member(world.coordinator).get(reverse("meetings:document_file", args=[document.pk]))


def test_a_failure_is_shown_with_another_try(world, as_member, meeting):
    document = ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    Document.objects.filter(pk=document.pk).update(
        state="failed", failure="The document could not be made. Ask for it again."
    )
    html = as_member(world.coordinator).get(reverse("meetings:documents", args=[meeting.pk])).content.decode()
    assert "The document could not be made. Ask for it again." in html
    assert "Ask again<span" in html


def test_a_member_finds_the_own_agencys_documents_alone(world, as_member, meeting):
    for agency in (world.housing_agency, world.health_agency):
        make(ask_document(by=world.coordinator, meeting=meeting, kind=Kind.AGENCY_PLAN, agency=agency))
    whole = make(ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN))
    browser = as_member(world.housing)
    page = browser.get(reverse("meetings:documents", args=[meeting.pk]))
    assert [(shelf.kind, [d.agency for d in shelf.versions]) for shelf in page.context["shelves"]] == [
        ("agency_agenda", []),
        ("agency_plan", [world.housing_agency]),
        ("agency_minutes", []),
    ]
    assert page.context["of_agencies"] == []
    assert html_problems(page.content.decode()) == []
    assert browser.get(reverse("meetings:document_file", args=[whole.pk])).status_code == 404
    ask = reverse("meetings:ask_document", args=[meeting.pk])
    assert browser.post(ask, {"kind": "plan"}).status_code == 403
    assert browser.post(ask, {"kind": "agency_plan", "agency": world.health_agency.pk}).status_code == 403
    assert browser.post(ask, {"kind": "agency_plan", "agency": "x"}).status_code == 404
    assert browser.post(ask, {"kind": "agency_plan", "agency": world.housing_agency.pk}).status_code == 302
    assert browser.get(ask).status_code == 405


def test_the_page_takes_the_same_queries_for_one_document_and_four(
    world, as_member, meeting, django_assert_num_queries
):
    browser, url = as_member(world.coordinator), reverse("meetings:documents", args=[meeting.pk])
    ask_document(by=world.coordinator, meeting=meeting, kind=Kind.PLAN)
    with django_assert_num_queries(9):
        browser.get(url)
    for agency in (world.housing_agency, world.health_agency, world.police_agency):
        ask_document(by=world.coordinator, meeting=meeting, kind=Kind.AGENCY_PLAN, agency=agency)
    with django_assert_num_queries(9):
        browser.get(url)
