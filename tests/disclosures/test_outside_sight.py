"""Who may know of a request from outside, and who of what was found: handler, named members, originators, nobody else.

Something that could leak stands there in every test.
"""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from disclosures.models import Answer, AnswerPaper, Consultation, MatchedItem, OutsideRequest, Redaction
from disclosures.workflow import answer as answers
from disclosures.workflow import consultation as consultations
from disclosures.workflow import outside as verbs
from partnership.models import LiaisonPost, Signatory
from tests.disclosures.outsiders import DAY, Outsiders, entries, fresh, run


@pytest.fixture
def cast(world):
    return Outsiders(world)


EVERYBODY = ["coordinator", "chair", "police", "idva", "housing", "housing_deputy", "health", "children", "referrer"]
EVERYBODY += ["auditor", "administrator", "liaison_officer"]


def knows(member) -> bool:
    return OutsideRequest.objects.visible_to(member).exists()


# the request
def test_only_handler_and_named_members_know_that_a_request_exists(cast):
    cast.hear()
    request = cast.consulted()
    verbs.name_member(by=cast.handler, request=request, member=cast.second)
    members = [getattr(cast.world, name) for name in EVERYBODY] + [cast.health_officer, cast.police_officer]
    assert [member.name for member in members if knows(member)] == []
    assert (knows(cast.handler), knows(cast.second)) == (True, True)


def test_who_opens_for_another_knows_of_it_no_more(cast):
    cast.open(handler=cast.second)
    assert (knows(cast.handler), knows(cast.second)) == (False, True)


@pytest.mark.parametrize("how", ["suspended", "left"])
def test_an_agency_out_of_the_protocol_knows_nothing(cast, how):
    cast.open()
    if how == "suspended":
        Signatory.objects.filter(agency=cast.world.council).update(until=timezone.now())
    else:
        Signatory.objects.filter(agency=cast.world.council).update(tier=Signatory.Tier.DEPERSONALISED)
    assert knows(cast.handler) is False


# edge case 49
def test_a_complaint_is_not_seen_by_the_agency_that_it_is_about(cast):
    w = cast.world
    cast.hear()
    request = cast.open(kind="complaint", about_agency=w.health_agency)
    verbs.begin_search(by=cast.handler, request=request, scope="Ours.")
    run(request)
    verbs.begin_consultation(by=cast.handler, request=fresh(request), answer_by_on=timezone.localdate() + DAY)
    run(request)
    asked = set(Consultation.objects.values_list("agency__name", flat=True))
    assert asked == {"Aberwenlli Homes"}
    assert MatchedItem.objects.filter(agency=w.health_agency, consultation=None).count() == 1
    assert [knows(cast.health_officer), Consultation.objects.visible_to(cast.health_officer).exists()] == [False, False]
    assert MatchedItem.objects.visible_to(cast.health_officer).count() == 0


@pytest.mark.parametrize("road", ["handler", "received_by", "named", "asked", "moved"])
def test_no_road_brings_a_complaint_to_the_agency_that_it_is_about(cast, road):
    from django.core.exceptions import ValidationError

    w = cast.world
    about = {"kind": "complaint", "about_agency": w.health_agency}
    if road == "handler":
        with pytest.raises(ValidationError):
            cast.open(**about, handler=cast.health_officer)
        return
    if road == "received_by":
        with pytest.raises(ValidationError):
            cast.open(**about, received_by=w.health_agency)
        return
    request = cast.open(**about)
    if road == "named":
        with pytest.raises(ValidationError):
            verbs.name_member(by=cast.handler, request=request, member=cast.health_officer)
    elif road == "asked":
        request.state = "consult"
        request.save()
        with pytest.raises(ValidationError):
            consultations.ask_agency(
                by=cast.handler,
                request=fresh(request),
                agency=w.health_agency,
                question="What happened?",
                answer_by_on=timezone.localdate(),
            )
    else:
        verbs.name_member(by=cast.handler, request=request, member=cast.second)
        cast.second.agency = w.health_agency
        cast.second.save()
        assert knows(cast.second) is False


# consultations
def test_an_originator_sees_its_own_items_and_never_anothers(cast):
    cast.hear()
    cast.consulted()
    seen = {
        m: [i.original for i in MatchedItem.objects.visible_to(m)] for m in (cast.housing_officer, cast.health_officer)
    }
    assert seen[cast.health_officer] == ["Seen at the surgery on Tuesday."]
    assert sorted(seen[cast.housing_officer]) == ["Arrears since the spring.", "Threats at the door."]
    assert [c.agency.name for c in Consultation.objects.visible_to(cast.health_officer)] == ["Wenlli Health"]
    assert Consultation.objects.visible_to(cast.police_officer).count() == 0


def test_an_originators_representative_sees_no_consultation(cast):
    cast.hear()
    cast.consulted()
    assert Consultation.objects.visible_to(cast.world.health).count() == 0
    assert MatchedItem.objects.visible_to(cast.world.health).count() == 0


def test_with_the_post_ends_the_sight(cast):
    cast.hear()
    cast.consulted()
    LiaisonPost.objects.filter(member=cast.health_officer).update(until=timezone.now())
    assert Consultation.objects.visible_to(cast.health_officer).count() == 0
    assert MatchedItem.objects.visible_to(cast.health_officer).count() == 0


def test_a_bar_wins_over_the_post(cast):
    case = cast.hear()
    cast.consulted()
    cast.world.bar(member=cast.health_officer, case=case)
    assert Consultation.objects.visible_to(cast.health_officer).count() == 0
    assert MatchedItem.objects.visible_to(cast.health_officer).count() == 0
    deputy = cast.officer("Dewi Deputy", cast.world.health_agency)
    assert Consultation.objects.visible_to(deputy).count() == 1


# the handler
def test_the_handler_sees_nothing_of_a_hidden_match(cast):
    cast.hear()
    request = cast.consulted()
    assert Consultation.objects.count() == 2
    assert MatchedItem.objects.count() == 3
    for model in (Consultation, MatchedItem, Redaction):
        assert model.objects.visible_to(cast.handler).count() == 0
    hers = Consultation.objects.to_answer(cast.health_officer).select_related("agency", "request").get()
    consultations.answer_consultation(
        by=cast.health_officer, consultation=hers, seen=1, view="itself", reasons="We write to her."
    )
    assert Consultation.objects.visible_to(cast.handler).count() == 0
    assert request.consultations.count() == 2


def test_what_the_handler_may_see_by_their_own_right_is_shown_and_only_that(cast):
    """Housing's officer handles it: what housing said is shown; what health said is not, nor that health was asked."""
    cast.hear()
    cast.consulted(by=cast.housing_officer)
    mine = MatchedItem.objects.of_request(cast.housing_officer)
    assert sorted(item.original for item in mine) == ["Arrears since the spring.", "Threats at the door."]
    assert [c.agency.name for c in Consultation.objects.of_request(cast.housing_officer)] == []
    hidden = Consultation.objects.get(agency=cast.world.health_agency)
    assert hidden.is_hidden is True


def test_sight_that_ends_takes_the_item_from_the_handlers_page(cast):
    case = cast.hear()
    cast.consulted(by=cast.housing_officer)
    assert MatchedItem.objects.of_request(cast.housing_officer).count() == 2
    cast.world.bar(agency=cast.world.housing_agency, case=case)
    assert MatchedItem.objects.of_request(cast.housing_officer).count() == 0


def test_a_request_opens_no_case_to_anybody(cast):
    cast.hear()
    members = [cast.handler, cast.second, cast.health_officer, cast.police_officer]
    before = [set(Case.objects.visible_to(m)) for m in members]
    cast.consulted()
    assert [set(Case.objects.visible_to(m)) for m in members] == before


def test_answers_and_papers_go_with_the_request(cast):
    request = cast.consulted()
    answers.save_answer(by=cast.handler, request=request, kind="neither", reasoning="A risk to somebody.")
    assert Answer.objects.visible_to(cast.handler).count() == 1
    assert [Answer.objects.visible_to(m).count() for m in (cast.second, cast.health_officer, cast.world.chair)] == [
        0
    ] * 3
    assert AnswerPaper.objects.visible_to(cast.second).count() == 0


# pages
PAGES = ["outside", "draft_answer", "check_answer"]


@pytest.mark.parametrize("who", ["second", "health_officer", "housing_officer"])
def test_pages_of_a_request_are_not_found_by_others(cast, as_member, who):
    cast.hear()
    request = cast.consulted()
    answers.save_answer(by=cast.handler, request=request, kind="neither", reasoning="A risk to somebody.")
    client = as_member(getattr(cast, who))
    for name in PAGES:
        assert client.get(reverse(f"disclosures:{name}", args=[request.pk])).status_code == 404
    assert client.get(reverse("disclosures:outside_step", args=[request.pk, "close"])).status_code == 404
    assert request.number not in client.get(reverse("disclosures:outsides")).content.decode()


def test_a_consultation_page_shows_the_agencys_own_words_alone(cast, as_member):
    cast.hear()
    cast.consulted()
    hers = Consultation.objects.get(agency=cast.world.health_agency)
    page = as_member(cast.health_officer).get(reverse("disclosures:consultation", args=[hers.pk])).content.decode()
    assert "Seen at the surgery on Tuesday." in page
    for foreign in ("Arrears since the spring.", "Threats at the door.", "Aberwenlli Homes", "4 Lôn", "A copy of what"):
        assert foreign not in page


def test_an_originator_does_not_find_anothers_consultation(cast, as_member):
    cast.hear()
    cast.consulted()
    theirs = Consultation.objects.get(agency=cast.world.housing_agency)
    assert as_member(cast.health_officer).get(reverse("disclosures:consultation", args=[theirs.pk])).status_code == 404


def test_the_answer_of_a_consultation_is_given_on_its_page(cast, as_member):
    cast.hear()
    cast.consulted()
    hers = Consultation.objects.get(agency=cast.world.health_agency)
    client, url = as_member(cast.health_officer), reverse("disclosures:consultation", args=[hers.pk])
    refused = client.post(url, {"view": "objects", "reasons": "Her sister is named.", "seen": 1})
    assert refused.status_code == 422
    assert "Say on which grounds." in refused.content.decode()
    assert "Her sister is named." in refused.content.decode()
    done = client.post(url, {"view": "objects", "exemptions": ["E16"], "reasons": "Her sister is named.", "seen": 1})
    assert done.status_code == 302
    assert Consultation.objects.get(pk=hers.pk).view == "objects"


@pytest.mark.parametrize("page", ["outsides", "consultations"])
def test_lists_take_the_same_statements_for_one_row_and_for_three(cast, as_member, page, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cast.hear()
    who = cast.handler if page == "outsides" else cast.health_officer
    client = as_member(who)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(reverse(f"disclosures:{page}")).status_code == 200
        return len(found)

    cast.consulted()
    count()
    one = count()
    cast.consulted()
    cast.consulted()
    assert count() == one


def test_a_request_page_takes_the_same_statements_for_one_item_and_for_three(cast, as_member):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case = cast.hear()
    w = cast.world
    request = cast.consulted(by=cast.housing_officer)
    client, url = as_member(cast.housing_officer), reverse("disclosures:outside", args=[request.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    listing = entries(case)["Aberwenlli Homes"].listing
    for text in ("A broken window.", "A key was lost."):
        w.make_entry(listing, w.housing_agency, w.housing, text=text)
    verbs.search_again(by=cast.housing_officer, request=fresh(request))
    run(request)
    with CaptureQueriesContext(connection) as three:
        page = client.get(url).content.decode()
    assert "A broken window." in page
    assert len(three) == len(one)


def test_what_the_kind_of_request_decides_is_not_called_optional(cast, as_member):
    page = as_member(cast.handler).get(reverse("disclosures:open_outside")).content.decode()
    words = " ".join(re.sub("<[^>]*>", " ", page).split())
    called = [label for label in ("Held on behalf of", "How to reach the requester", "Other names") if label in words]
    assert [label for label in called if f"{label} (optional)" in words] == called
    assert words.count("(optional)") == len(called) == 3


ONWARD = [("sar", ["identity"]), ("foi", ["search"]), ("victim", ["tests"]), ("complaint", ["acknowledge", "search"])]


@pytest.mark.parametrize(("kind", "steps"), ONWARD)
def test_what_leads_onward_is_what_is_wanting_before_the_search(cast, as_member, kind, steps):
    day = {"asked_by_on": timezone.localdate() + datetime.timedelta(days=20)} if kind == "victim" else {}
    request = cast.open(kind=kind, **day)
    context = as_member(cast.handler).get(reverse("disclosures:outside", args=[request.pk])).context
    assert [name for name, _step in context["onward"]] == steps
    assert "search" in [name for name, _step in [*context["onward"], *context["beside"]]]


def test_received_tomorrow_is_refused_on_the_form_with_everything_kept(cast, as_member):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    typed = {
        "kind": "sar",
        "received_on_day": tomorrow.day,
        "received_on_month": tomorrow.month,
        "received_on_year": tomorrow.year,
        "received_by": cast.world.council.pk,
        "handler": cast.handler.pk,
        "requester_name": "Mair O’Gwynedd",
        "words": "What do you hold about me?",
    }
    answer = as_member(cast.handler).post(reverse("disclosures:open_outside"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Received on must be" in page
    assert "Enter the name of the person whom it is about" in page
    assert "What do you hold about me?" in page
    assert OutsideRequest.objects.count() == 0
