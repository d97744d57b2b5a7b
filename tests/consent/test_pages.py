"""The pages: asked, written, signed and recorded through them; what a refusal of a form keeps; who is offered what."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Case, Party
from consent import owed
from consent.history import changes_of
from consent.models import Consent
from consent.workflow import deciding, ending
from consent.workflow.asking import prepare, request_consent
from tests.consent.asking import PURPOSES, make_consent, make_episode, make_form, prepared, signed
from tests.valid_html import assert_valid

DAY = datetime.timedelta(days=1)


@pytest.fixture
def case(world, asking):
    make_form()
    case = world.make_case(asked=[world.health_agency, world.housing_agency])
    world.list_case(world.make_meeting(), case, asked=[world.health_agency, world.housing_agency])
    return case


def victim(case) -> Party:
    return Party.objects.with_key().get(case=case, capacity="victim")


def asked(world, case) -> Consent:
    return request_consent(by=world.health, case=case, party=victim(case))


def url(name, *args):
    return reverse(f"consent:{name}", args=args)


def test_from_asking_to_the_recorded_consent_by_the_pages_alone(world, case, as_member):
    client = as_member(world.health)
    tab = client.get(url("case_consents", case.pk))
    assert "Begin a record" in tab.content.decode()
    begun = client.post(url("begin", case.pk), {"party": victim(case).pk, "way": "ask"})
    consent = Consent.objects.with_key().get()
    record = url("consent", consent.pk)
    assert (begun.status_code, begun["Location"]) == (302, record)
    sections = {
        "person": {"able": "yes", "able_words": "Explains it.", "format": "aloud", "interpreter": "no"},
        "sharing": {
            "gives": [world.health_agency.pk],
            "receives": [world.housing_agency.pk],
            "answer_treatment": "yes",
            "answer_attendance": "no",
            "answer_housing": "yes",
        },
        "purposes": {f"answer_{row['code']}": "yes" for row in PURPOSES} | {"answer_intelligence": "no"},
        "rights": dict.fromkeys(
            ["limits_explained", "without_explained", "withdrawing_explained", "rights_explained"], "on"
        ),
    }
    for number, (section, typed) in enumerate(sections.items(), 1):
        shown = client.get(url("section", consent.pk, section))
        assert_valid(shown.content.decode())
        saved = client.post(url("section", consent.pk, section), {**typed, "seen": number, "onwards": "1"})
        assert saved.status_code == 302, saved.content.decode()
    assert saved["Location"] == record
    for number, (whose, more) in enumerate(
        {
            "worker": {"method": "typed", "witness": "Wyn Witness"},
            "person": {"method": "drawn", "strokes": "10,20 60,80 90,20;100,30 160,90"},
        }.items(),
        5,
    ):
        assert_valid(client.get(url("sign", consent.pk, whose)).content.decode())
        typed = {"name": "Somebody", "seen": number, **today("signed_on"), **more}
        answer = client.post(url("sign", consent.pk, whose), typed)
        assert answer.status_code == 302, answer.content.decode()
    client.post(url("give", consent.pk), {"seen": 7})
    page = client.get(record).content.decode()
    assert_valid(page)
    assert Consent.objects.get().state == "given_part"
    assert "M10 20L60 80 90 20M100 30L160 90" in page
    assert "Given in part" in page


def today(name) -> dict:
    day = timezone.localdate()
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def test_nothing_is_ticked_beforehand(world, case, as_member):
    consent = asked(world, case)
    client = as_member(world.health)
    for section in ("person", "sharing", "purposes", "rights"):
        assert " checked" not in client.get(url("section", consent.pk, section)).content.decode()


def test_the_national_system_is_asked_apart(world, case, as_member):
    consent = asked(world, case)
    page = as_member(world.health).get(url("section", consent.pk, "purposes")).content.decode()
    above, below = page.split("Asked apart</h2>")
    assert ('name="answer_ndtms"' in above, 'name="answer_ndtms"' in below) == (False, True)
    assert 'name="answer_intelligence"' in above


def test_not_asked_wants_its_reason_and_keeps_what_was_typed(world, case, as_member):
    client = as_member(world.health)
    typed = {"party": victim(case).pk, "way": "not", "not_sought_reason": "unsafe", "words": ""}
    refused = client.post(url("begin", case.pk), typed)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Say why the person is not asked." in page
    assert '<option value="unsafe" selected' in page
    assert client.post(url("begin", case.pk), typed | {"words": "He reads her post."}).status_code == 302
    assert Consent.objects.get().state == "not_sought"


def test_a_form_in_another_language_is_chosen_and_renewed_in_it(world, case, as_member):
    client = as_member(world.health)
    assert 'name="language"' not in client.get(url("begin", case.pk)).content.decode()
    welsh = make_form(language="cy")
    page = client.get(url("begin", case.pk)).content.decode()
    assert_valid(page)
    assert page.index("English") < page.index("Cymraeg")
    client.post(url("begin", case.pk), {"party": victim(case).pk, "way": "ask", "language": "cy"})
    consent = Consent.objects.get()
    assert consent.form == welsh
    consent = signed(world, prepared(world, consent))
    consent = deciding.record_given(by=world.health, consent=consent, seen=consent.version)
    assert ending.renew(by=world.health, consent=consent, seen=consent.version).form == welsh


def test_a_stale_save_keeps_both_texts(world, case, as_member):
    consent = asked(world, case)
    prepare(by=world.health, consent=consent, typed={"able": "yes", "able_words": "Theirs."}, seen=1)
    client = as_member(world.health)
    typed = {"able": "no", "able_words": "Mine.", "seen": 1}
    stale = client.post(url("section", consent.pk, "person"), typed)
    page = stale.content.decode()
    assert stale.status_code == 422
    assert ("Theirs." in page, "Mine." in page, 'name="seen" value="2"' in page) == (True, True, True)
    assert client.post(url("section", consent.pk, "person"), typed | {"seen": 2}).status_code == 302
    assert Consent.objects.with_key().get().able_words == "Mine."


def test_what_was_typed_and_not_saved_is_offered_to_who_typed_it(world, case, as_member):
    consent = asked(world, case)
    client = as_member(world.health)
    keep = reverse("cases:keep_draft", args=["consent.consent", consent.pk, "section:person"])
    assert client.post(keep, {"able_words": "Half a sentence", "seen": 1}).status_code == 200
    page = client.get(url("section", consent.pk, "person")).content.decode()
    assert_valid(page)
    assert ("Half a sentence" in page, "This is what you typed and had not saved" in page) == (True, True)
    client.post(url("section", consent.pk, "person"), {"able": "yes", "able_words": "Whole.", "seen": 1})
    assert "Half a sentence" not in client.get(url("section", consent.pk, "person")).content.decode()
    assert as_member(world.housing).post(keep, {"able_words": "x"}).status_code == 404


def test_a_refusal_says_what_comes_first_and_then_goes_over_the_record_as_it_is(world, case, as_member):
    consent = asked(world, case)
    client, address = as_member(world.health), url("act", consent.pk, "refuse")
    typed = {"words": "She does not want it.", "seen": 1}
    early = client.post(address, typed).content.decode()
    assert f'href="{url("section", consent.pk, "person")}">First fill in “Person and capacity”' in early
    person = {"able": "yes", "able_words": "Explains it.", "format": "aloud", "interpreter": "no", "seen": 1}
    assert client.post(url("section", consent.pk, "person"), person).status_code == 302
    page = client.get(address).content.decode()
    assert ("She does not want it." in page, "First fill in" in page, 'name="seen" value="2"' in page) == (
        True,
        False,
        True,
    )
    assert client.post(address, typed | {"seen": 2}).status_code == 302
    assert Consent.objects.get().state == "refused"


def test_a_drawing_that_is_none_is_refused_at_its_field(world, case, as_member):
    consent = prepared(world, asked(world, case))
    client = as_member(world.health)
    for strokes in ("", "5,5", "700,10 10,10", "<script>", "1,1 2,2;" * 200 + "1,1"):
        typed = {"name": "Mair", "method": "drawn", "strokes": strokes, "seen": consent.version, **today("signed_on")}
        answer = client.post(url("sign", consent.pk, "person"), typed)
        assert answer.status_code == 422
        assert 'id="id_strokes-error"' in answer.content.decode()
    assert consent.signatures.count() == 0


@pytest.mark.parametrize(
    ("act", "typed", "state"),
    [
        ("refuse", {"words": "No."}, "refused"),
        ("set-aside", {"words": "Another person’s."}, "superseded"),
    ],
)
def test_recorded_in_one_small_form(world, case, as_member, act, typed, state):
    consent = prepared(world, asked(world, case))
    client = as_member(world.health)
    assert_valid(client.get(url("act", consent.pk, act)).content.decode())
    client.post(url("act", consent.pk, act), {**typed, "seen": consent.version})
    assert Consent.objects.get().state == state
    assert_valid(client.get(url("consent", consent.pk)).content.decode())


def test_taken_back_in_part_through_the_page(world, case, as_member):
    consent = make_consent(world, case)
    client = as_member(world.health)
    assert_valid(client.get(url("act", consent.pk, "withdraw")).content.decode())
    now = timezone.localtime()
    typed = {"extent": "part", "receives": [str(world.police_agency.pk)], "how": "phone", "seen": 1}
    typed |= {"from_time": f"{now:%H:%M}", **today("from_on")}
    assert client.post(url("act", consent.pk, "withdraw"), typed).status_code == 302
    taken = Consent.objects.with_key().with_whole().get().withdrawals.get()
    assert (taken.whole, taken.what) == (False, {"receives": [str(world.police_agency.pk)]})


def test_a_button_pressed_on_an_old_page_says_so(world, case, as_member):
    consent = signed(world, prepared(world, asked(world, case)))
    client = as_member(world.health)
    client.post(url("give", consent.pk), {"seen": 1})
    assert Consent.objects.get().state == "requested"
    client.post(url("give", consent.pk), {"seen": consent.version})
    assert Consent.objects.get().state == "given_full"
    again = client.post(url("give", consent.pk), {"seen": consent.version}, follow=True)
    assert "it has changed meanwhile" in again.content.decode()


def test_asked_again_through_the_page(world, case, as_member):
    consent = make_consent(world, case, days_ago=350)
    answer = as_member(world.health).post(url("renew", consent.pk), {"seen": 1})
    made = Consent.objects.get(renews=consent)
    assert answer["Location"] == url("consent", made.pk)


def test_the_record_tells_its_history_newest_first(world, case, as_member):
    consent = signed(world, prepared(world, asked(world, case)))
    consent = prepare(by=world.health, consent=consent, typed={"format": "easy"}, seen=consent.version)
    deciding.record_refused(by=world.health, consent=consent, words="", seen=consent.version)
    assert [(change.words, change.by) for change in changes_of(consent)] == [
        ("Recorded a refusal", "Hana Health"),
        ("Wrote on it", "Hana Health"),
        ("Took a signature", "Hana Health"),
        ("Took a signature", "Hana Health"),
        ("Wrote on it", "Hana Health"),
        ("Began to ask", "Hana Health"),
    ]
    page = as_member(world.health).get(url("consent", consent.pk)).content.decode()
    assert_valid(page)
    assert page.index("Recorded a refusal") < page.index("Began to ask")


def test_what_a_member_owes(world, case):
    make_consent(world, case, days_ago=350)
    make_consent(world, case, by=world.housing, days_ago=350)
    request_consent(by=world.health, case=case, party=victim(case))
    owes = lambda member: [(str(row.what), row.count) for row in owed.consents(member)]  # noqa: E731
    assert owes(world.health) == [("Consent to renew", 1), ("Consent begun and not yet recorded", 1)]
    assert owes(world.coordinator) == [("Consents to renew", 0), ("Consents begun and not yet recorded", 0)]
    assert owes(world.chair) == []


def test_opening_a_record_is_recorded_once(world, case, as_member):
    consent = make_consent(world, case)
    as_member(world.health).get(url("consent", consent.pk))
    event = Event.objects.filter(name="record.consulted", thing_id=consent.pk).get()
    assert (event.reason, event.case_id, event.member_id) == ("consent", case.pk, world.health.pk)


# home
def test_the_home_says_what_ends_what_is_asked_and_what_is_missing(world, case, as_member):
    make_consent(world, case, days_ago=350)
    other = world.make_case(victim=("Alys", "Pritchard"), asked=[world.health_agency])
    world.list_case(world.make_meeting(), other, asked=[world.health_agency])
    request_consent(by=world.health, case=other, party=victim(other))
    page = as_member(world.health).get(url("home")).content.decode()
    assert_valid(page)
    ending, rest = page.split("Being asked</caption>")
    being_asked, missing = rest.split("Missing for the next agenda</caption>")
    assert ("Mair O’Gwynedd" in ending, "Alys Pritchard" in ending) == (True, False)
    assert "Alys Pritchard" in being_asked
    assert ("Alys Pritchard" in missing, "Huw Prydderch" in missing, "Mair O’Gwynedd" in missing) == (True, True, False)


def test_what_cannot_be_renewed_is_not_put_forward(world, case):
    ended = make_episode(case, ended_at=timezone.now())
    closed = world.make_case(asked=[world.health_agency])
    make_consent(world, case, days_ago=350, track=ended)
    make_consent(world, closed, days_ago=350)
    closed.state, closed.closed_at = "closed", timezone.now()
    closed.save()
    renewed = make_consent(world, case, days_ago=350)
    assert list(Consent.objects.ending()) == [renewed]
    ending.renew(by=world.health, consent=renewed, seen=1)
    assert list(Consent.objects.ending()) == []


def test_the_home_of_another_agency_says_nothing_of_it(world, case, as_member):
    make_consent(world, case, days_ago=350)
    make_consent(world, case, state="refused")
    page = as_member(world.housing).get(url("home")).content.decode()
    assert "Nothing is due for review." in page
    assert page.split("Missing for the next agenda</caption>")[1].count("Nothing that holds is recorded") == 2


def many(consent, number: int) -> None:
    """Let there be *number* consents like *consent*."""
    names = ("key", "panel", "case", "party", "subject", "agency", "recorded_by", "form", "state", "able")
    names = (*names, "decided_at", "decided_by", "starts_on", "ends_on")
    like = {name: getattr(consent, name) for name in names}
    Consent.objects.bulk_create(Consent(**like) for _ in range(number - Consent.objects.count()))


def test_none_one_and_three_hundred_are_shown_with_as_many_queries(world, case, as_member, django_assert_num_queries):
    client = as_member(world.health)
    client.get(url("home"))
    with django_assert_num_queries(13):
        client.get(url("home"))
    consent = make_consent(world, case, days_ago=350)
    for number in (1, 300):
        many(consent, number)
        with django_assert_num_queries(13):
            page = client.get(url("home")).content.decode()
    assert page.count("The first 200 are shown.") == 1
    assert len(re.findall(r'href="/consent/[0-9a-f-]{36}/"', page)) == 200


def test_what_is_missing_is_found_with_as_many_queries(world, case, as_member, django_assert_num_queries):
    client = as_member(world.health)
    client.get(url("home"))
    for number in (1, 3):
        while Case.objects.count() < number:
            world.list_case(world.make_meeting(), world.make_case(asked=[world.health_agency]))
        with django_assert_num_queries(13):
            page = client.get(url("home")).content.decode()
        assert page.count("Nothing that holds is recorded by your agency") == 2 * number


def test_the_tab_takes_as_many_queries_for_one_and_three(world, case, as_member, django_assert_num_queries):
    client = as_member(world.health)
    client.get(url("case_consents", case.pk))
    for number in (1, 3):
        while Consent.objects.count() < number:
            make_consent(world, case, days_ago=350)
        with django_assert_num_queries(12):
            client.get(url("case_consents", case.pk))


# the tab
def test_the_tab_is_offered_where_the_scheme_asks_and_to_who_keeps_consents(world, case, as_member, monkeypatch):
    people = reverse("cases:case", args=[case.pk])
    tab = f'href="{url("case_consents", case.pk)}"'
    assert tab in as_member(world.health).get(people).content.decode()
    assert tab in as_member(world.coordinator).get(people).content.decode()
    assert tab not in as_member(world.chair).get(people).content.decode()
    monkeypatch.undo()
    assert tab not in as_member(world.health).get(people).content.decode()
