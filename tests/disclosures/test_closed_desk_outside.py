"""Requests from outside under attack: what a handler may not know stays unknown by every road; no step is an error."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Notice
from disclosures.models import AnswerPaper, Consultation, MatchedItem, OutsideRequest
from disclosures.views.steps import STEPS
from disclosures.workflow import answer as answers
from disclosures.workflow import consultation as consultations
from disclosures.workflow import outside as verbs
from disclosures.workflow.printing import make_answer
from partnership.models import Panel, Partnership, Signatory
from partnership.roles import Role
from tests.disclosures.outsiders import Outsiders, fresh
from tests.disclosures.test_outside_answer import answer_row
from tests.world import make_agency, make_member


@pytest.fixture
def cast(world):
    return Outsiders(world)


def url(name, *args):
    return reverse(f"disclosures:{name}", args=args)


@pytest.fixture
def drafted(cast):
    """Housing's officer handles it and gives what housing said; a colleague of another agency is named to check."""
    cast.case = cast.hear()
    request = cast.consulted(by=cast.housing_officer)
    cast.colleague = cast.officer("Cai Colleague", cast.world.housing_agency)
    for member in (cast.colleague, cast.second):
        verbs.name_member(by=cast.housing_officer, request=request, member=member)
    answer = answers.save_answer(by=cast.housing_officer, request=request, kind="information", words="Here it is.")
    for item in MatchedItem.objects.of_request(cast.housing_officer):
        answers.redact(by=cast.housing_officer, answer=answer_row(answer), item=item, outcome="whole")
    answers.offer(by=cast.housing_officer, answer=answer_row(answer))
    cast.answer, cast.request = answer, request
    return cast


def printed(cast) -> AnswerPaper:
    paper = answers.pass_check(by=cast.colleague, answer=answer_row(cast.answer))
    make_answer.func(str(paper.pk))
    return AnswerPaper.objects.with_key().select_related("answer").get(pk=paper.pk)


# the paper ------------------------------------------------------------------------------------------------------------
def test_who_may_not_see_the_items_does_not_read_them_in_the_paper(drafted, as_member):
    """A member named on the request knows that it exists; that does not open what another agency said."""
    paper = printed(drafted)
    assert not MatchedItem.objects.of_request(drafted.second).exists()
    assert as_member(drafted.second).get(url("answer_paper", paper.pk)).status_code == 403
    with pytest.raises(PermissionDenied):
        answers.read_paper(by=drafted.second, paper=paper)
    for reader in (drafted.housing_officer, drafted.colleague):
        assert as_member(reader).get(url("answer_paper", paper.pk)).status_code == 200
    drafted.world.bar(member=drafted.colleague, case=drafted.case)
    assert as_member(drafted.colleague).get(url("answer_paper", paper.pk)).status_code == 403


def test_the_paper_that_neither_confirms_nor_denies_opens_to_everybody_named(cast, as_member):
    cast.hear()
    request = cast.consulted()
    verbs.name_member(by=cast.handler, request=request, member=cast.second)
    answer = answers.save_answer(by=cast.handler, request=request, kind="neither", reasoning="It would tell.")
    answers.offer(by=cast.handler, answer=answer_row(answer))
    paper = answers.pass_check(by=cast.second, answer=answer_row(answer))
    make_answer.func(str(paper.pk))
    for reader in (cast.handler, cast.second):
        assert as_member(reader).get(url("answer_paper", paper.pk)).status_code == 200


# steps ----------------------------------------------------------------------------------------------------------------
def test_an_answer_is_not_noted_as_sent_before_it_is_checked(drafted, as_member):
    client = as_member(drafted.housing_officer)
    where = url("outside_step", drafted.request.pk, "send")
    assert client.get(where).status_code in (200, 302, 403, 404)
    answer = client.post(where, {"method": "post"})
    assert answer.status_code in (403, 404, 422)
    assert fresh(drafted.request).state == "check"


@pytest.mark.parametrize("state", ["received", "search", "consult", "draft", "check", "closed"])
def test_no_step_is_an_error_from_any_state(cast, as_member, state):
    """With nothing typed: the form again, or a refusal."""
    request = cast.open()
    more = {"closed_at": request.created_at, "closed_by": cast.handler, "ending": "withdrawn"}
    OutsideRequest.objects.filter(pk=request.pk).update(state=state, **(more if state == "closed" else {}))
    client = as_member(cast.handler)
    codes = {act: client.post(url("outside_step", request.pk, act), {}).status_code for act in STEPS}
    codes |= {f"get {act}": client.get(url("outside_step", request.pk, act)).status_code for act in STEPS}
    assert set(codes.values()) <= {200, 403, 404, 422}, codes
    assert client.post(url("outside_step", request.pk, "no-such"), {}).status_code == 404


# letters --------------------------------------------------------------------------------------------------------------
def test_a_handler_is_not_told_of_an_answer_that_they_may_not_see(cast):
    """Barred after the search: the consultation is no longer theirs to see, so no letter tells of it."""
    w = cast.world
    handler = make_member("Hywel Handler", w.council, Role.COORDINATOR, Role.LIAISON_OFFICER, panel=w.panel)
    case = cast.hear()
    request = cast.consulted(by=handler)
    found = Consultation.objects.with_key().select_related("request__handler", "agency").filter(request=request)
    row = found.get(agency=w.health_agency)
    assert (row.is_hidden, Consultation.objects.of_request(handler).filter(pk=row.pk).exists()) == (False, True)
    w.bar(member=handler, case=case)
    assert not Consultation.objects.of_request(handler).filter(pk=row.pk).exists()
    Notice.objects.all().delete()
    consultations.answer_consultation(
        by=cast.health_officer, consultation=row, seen=row.version, view="nothing", reasons="Another person."
    )
    assert list(Notice.objects.values_list("address", flat=True)) == []


# not there, and not for you -------------------------------------------------------------------------------------------
def test_a_request_of_others_answers_as_one_that_is_not_there(cast, as_member):
    """Status, words and number of statements are the same for an id that exists and one that does not."""
    there = cast.open()
    for stranger in (cast.second, cast.police_officer, cast.world.liaison_officer):
        client = as_member(stranger)
        for name, more in (("outside", ()), ("outside_step", ("name",)), ("draft_answer", ()), ("check_answer", ())):
            met = []
            for pk in (there.pk, uuid.uuid4()):
                with CaptureQueriesContext(connection) as sent:
                    page = client.get(url(name, pk, *more))
                met.append((page.status_code, len(page.content), len(sent)))
            assert met[0][0] == 404
            assert met[0] == met[1], name


# those to whom it is handed -------------------------------------------------------------------------------------------
def test_members_of_others_are_no_choice(cast, as_member):
    """Neither handler nor second person nor agency can be one of another partnership, or of who cannot handle it."""
    elsewhere = Partnership.objects.create(name="Elsewhere", place="Elsewhere", protocol_name="Theirs")
    agency = make_agency(elsewhere, "Far Council", "council")
    panel = Panel.objects.create(partnership=elsewhere, name="Far MARAC", reference_prefix="FA", place="Far")
    far = make_member("Ffion Far", agency, Role.LIAISON_OFFICER, panel=panel)
    request = cast.open()
    client = as_member(cast.handler)
    for act, name, value in (
        ("name", "member", far.pk),
        ("hand-over", "to", far.pk),
        ("name", "member", cast.world.housing.pk),
        ("hand-over", "to", cast.world.auditor.pk),
    ):
        assert client.post(url("outside_step", request.pk, act), {name: str(value)}).status_code == 422
    OutsideRequest.objects.filter(pk=request.pk).update(state="consult")
    typed = {"agency": str(agency.pk), "question": "What do you hold?"}
    assert client.post(url("outside_step", request.pk, "ask-agency"), typed).status_code == 422
    assert not Consultation.objects.exists()


# the end of a standing ------------------------------------------------------------------------------------------------
def test_every_road_of_a_handler_whose_agency_left_is_closed(drafted, as_member):
    paper = printed(drafted)
    Signatory.objects.filter(agency=drafted.world.housing_agency).update(until=drafted.request.created_at)
    client = as_member(drafted.housing_officer)
    pk = drafted.request.pk
    codes = {
        "page": client.get(url("outside", pk)).status_code,
        "paper": client.get(url("answer_paper", paper.pk)).status_code,
        "again": client.post(url("search_outside_again", pk)).status_code,
        "offer": client.post(url("offer_answer", pk)).status_code,
        "make": client.post(url("make_answer_again", pk)).status_code,
        **{act: client.post(url("outside_step", pk, act), {}).status_code for act in STEPS},
    }
    assert set(codes.values()) == {404}
