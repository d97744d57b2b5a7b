"""A request from outside is put right: another spelling, birth date, former name or wording; what is held follows."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audit.models import Event
from cases.rules.hold import is_held
from core.records import StaleVersion
from disclosures.workflow import outside as verbs
from tests.disclosures.outsiders import HUW, MAIR, Outsiders, fresh, run

ALYS = {"given_name": "Alys", "family_name": "Pritchard", "birth_date": None}
WORDS = "A copy of what the housing office wrote about me in 2026."


@pytest.fixture
def cast(world):
    return Outsiders(world)


def url(request):
    return reverse("disclosures:outside_step", args=[request.pk, "change"])


def form_of(client, request, **more) -> dict:
    """What the page begins with, as a browser would send it back, with *more*."""
    form = client.get(url(request)).context["form"]
    sent = {}
    for field in form:
        if field.name == "birth_date":
            day = field.value()
            parts = (day.day, day.month, day.year) if day else ("", "", "")
            sent |= dict(zip(("birth_date_day", "birth_date_month", "birth_date_year"), parts, strict=True))
        else:
            sent[field.html_name] = field.value() or ""
    return sent | more


def test_it_is_corrected_and_what_newly_matches_is_found_held_and_asked_about(cast):
    case, other = cast.hear(), cast.hear(victim=("Alys", "Pritchard"))
    request = cast.consulted()
    before = request.items.count()
    given = ALYS | {"words": request.words, "aliases": ["Mair O’Gwynedd"]}
    verbs.change_request(by=cast.handler, request=request, seen=request.version, **given)
    run(request)
    request = fresh(request)
    assert (request.person, request.aliases, request.birth_date) == ("Alys Pritchard", ["Mair O’Gwynedd"], None)
    assert request.history.order_by("-history_id").first().history_change_reason == "outside.changed"
    event = Event.objects.filter(name="outside.changed").latest("id")
    assert event.detail == {"fields": ["given_name", "family_name", "birth_date", "aliases"]}
    assert (is_held(case), is_held(other)) == (True, True)
    assert request.items.count() == 2 * before > 0
    assert {item.case_id for item in request.items.filter(consultation__isnull=False)} == {case.pk, other.pk}


def test_what_was_held_by_the_name_of_before_stays_held(cast):
    case = cast.hear()
    request = cast.open()
    run(request)
    verbs.change_request(by=cast.handler, request=fresh(request), seen=1, given_name="Nobody", family_name="Known")
    run(request)
    assert is_held(case) is True


@pytest.mark.parametrize("who", ["second", "housing_officer"])
def test_the_handler_alone_corrects_it(cast, who):
    request = cast.open()
    verbs.name_member(by=cast.handler, request=request, member=cast.second)
    with pytest.raises(PermissionDenied):
        verbs.change_request(by=getattr(cast, who), request=request, seen=1, words=WORDS)


@pytest.mark.parametrize("state", ["check", "sent", "closed"])
def test_what_is_being_checked_or_was_answered_is_not_changed(cast, state):
    request = cast.open()
    request.state = state
    with pytest.raises(ValidationError):
        verbs.change_request(by=cast.handler, request=request, seen=request.version, words=WORDS)


def test_the_day_that_a_court_sets_moves_the_clock(cast):
    request = cast.open(kind="court", asked_by_on=cast.open().received_on)
    day = cast.open().due_on
    verbs.change_request(by=cast.handler, request=request, seen=request.version, asked_by_on=day)
    assert fresh(request).due_on == day


def test_the_page_begins_with_what_stands_and_saves_what_is_typed(cast, as_member):
    request, client = cast.open(aliases=["Mair Hughes"]), as_member(cast.handler)
    assert url(request) in client.get(reverse("disclosures:outside", args=[request.pk])).content.decode()
    sent = form_of(client, request, given_name="Mari", aliases="Mair Hughes\nM. O’Gwynedd", words=WORDS)
    assert client.post(url(request), sent).status_code == 302
    request = fresh(request)
    assert (request.given_name, request.aliases, request.words) == ("Mari", ["Mair Hughes", "M. O’Gwynedd"], WORDS)
    assert (request.family_name, request.requester_contact) == ("O’Gwynedd", "4 Lôn Ddychmygol, QZ4 7XX")
    assert request.birth_date == MAIR["birth_date"]


def test_a_person_of_a_right_is_named_and_what_was_typed_is_kept(cast, as_member):
    request, client = cast.open(), as_member(cast.handler)
    page = client.post(url(request), form_of(client, request, given_name="", family_name="", words=WORDS))
    assert (page.status_code, page.context["form"].errors) == (
        422,
        {"family_name": ["Enter the name of the person whom it is about"]},
    )
    assert page.context["form"]["words"].value() == WORDS


def test_a_stale_save_keeps_both_texts(cast, as_member):
    request, client = cast.open(), as_member(cast.handler)
    late = form_of(client, request, words=WORDS)
    verbs.change_request(by=cast.handler, request=request, seen=request.version, **HUW | {"birth_date": None})
    page = client.post(url(request), late)
    form = page.context["form"]
    assert (page.status_code, form["words"].value(), form["seen"].value()) == (422, WORDS, str(request.version))
    assert form.theirs == [
        ("What is asked", "A copy of what you hold about me."),
        ("Given names of the person whom it is about", "Huw"),
        ("Family name", "Prydderch"),
        ("Date of birth", "–"),
    ]
    with pytest.raises(StaleVersion):
        verbs.change_request(by=cast.handler, request=request, seen=1, words=WORDS)
