"""The pages of a referral: drafts, errors, clashes, rows without scripts, query counts, hostile input."""

import pytest
from django.urls import reverse

from cases.forms.referral import form_for
from cases.models import Bar, Checklist, Draft, Party, Referral
from cases.schemes.marac import MARAC
from cases.workflow.referral import save_part
from tests.audit.ledger import recorded
from tests.cases.referrals import begin, found, sent, victim_of, whole

SURNAME = "Zyxwvutsrq"


def path(referral, rest="") -> str:
    return f"/referrals/{referral.pk}/{rest}"


def text(answer) -> str:
    return answer.content.decode()


# --- fields -----------------------------------------------------------------------------------------------------------
KEPT_BY_VERBS = {
    Party: {"id", "key", "created_at", "version", "referral", "case", "subject", "linked_at", "linked_by",
            "superseded_at", "capacity", "position", "names", "former_addresses", "deceased", "died_on",
            "death_source"},
    Referral: {"id", "key", "created_at", "version", "panel", "agency", "written_by", "case", "reference", "state",
               "submitted_at", "submitted_by", "decided_at", "decided_by", "decision_reason", "missing", "repeat",
               "repeat_confirmed_at", "repeat_confirmed_by", "repeat_explanation", "details"},
    Checklist: {"id", "key", "created_at", "version", "referral", "answers", "score", "unanswered", "unknown"},
}  # fmt: skip


@pytest.mark.parametrize("model", KEPT_BY_VERBS)
def test_every_field_is_on_a_form(model):
    of = {Party: ("principal", "people"), Referral: ("referral",), Checklist: ("checklist",)}[model]
    on_forms = {name for section in MARAC.sections if section.of in of for name in section.fields}
    assert on_forms | KEPT_BY_VERBS[model] == {field.name for field in model._meta.concrete_fields}
    assert on_forms & KEPT_BY_VERBS[model] == set()


@pytest.mark.parametrize("section", MARAC.sections, ids=lambda section: section.code)
def test_every_section_opens_and_nothing_in_it_is_required(world, as_member, section):
    world.panel.manager_sign_off = True
    world.panel.save()
    referral = begin(world)
    client = as_member(world.referrer)
    assert client.get(path(referral, f"{section.code}/")).status_code == 200
    if section.of != "people":
        assert client.post(path(referral, f"{section.code}/"), {"version": 1}).status_code == 302
    assert not any(field.required for field in form_for(section).base_fields.values())


# --- drafts -----------------------------------------------------------------------------------------------------------
def keep(client, referral, part, **typed):
    return client.post(reverse("cases:keep_draft", args=["cases.referral", referral.pk, part]), typed)


def test_what_is_typed_is_kept_offered_again_and_gone_once_saved(world, as_member):
    referral = begin(world)
    client = as_member(world.referrer)
    answer = keep(client, referral, "incident", summary="Half a sen", incident_on_day="31", incident_on_month="2")
    assert answer.json()["said"].startswith("Draft saved ")
    page = text(client.get(path(referral, "incident/")))
    assert "Half a sen" in page and 'value="31"' in page
    assert "must include a year" not in page and "There is a problem" not in page
    assert "Not saved" in text(client.get(path(referral)))
    assert found(referral, world.referrer).summary == ""
    client.post(path(referral, "incident/"), {"version": 1, "summary": "Half a sentence."})
    assert Draft.objects.count() == 0
    assert found(referral, world.referrer).summary == "Half a sentence."


def test_a_draft_is_seen_by_nobody_else_and_leaves_no_trace(world, as_member):
    referral = begin(world)
    before = len(recorded())
    keep(as_member(world.referrer), referral, "incident", summary=SURNAME)
    assert len(recorded()) == before
    assert SURNAME not in text(as_member(world.housing).get(path(referral, "incident/")))
    for member in (world.housing, world.coordinator, world.idva):
        assert not Draft.objects.visible_to(member).exists()
    for member in (world.coordinator, world.police):
        assert keep(as_member(member), referral, "incident", summary="Mine").status_code == 404
    assert bytes(SURNAME, "utf-8") not in bytes(Draft.objects.get().__dict__["data"].data)


def test_a_refused_form_keeps_everything_typed_also_for_another_day(world, as_member):
    referral = begin(world)
    client = as_member(world.referrer)
    typed = {"version": 1, "summary": "It happened.", "incident_on_day": "31", "incident_on_month": "2",
             "incident_on_year": "2026"}  # fmt: skip
    answer = client.post(path(referral, "incident/"), typed)
    assert answer.status_code == 422
    assert "must be a real date" in text(answer) and "It happened." in text(answer)
    page = text(client.get(path(referral, "incident/")))
    assert 'value="31"' in page and "It happened." in page


def test_a_draft_can_be_dropped(world, as_member):
    referral = begin(world)
    client = as_member(world.referrer)
    keep(client, referral, "incident", summary="Wrong.")
    drop = reverse("cases:drop_draft", args=["cases.referral", referral.pk, "incident"])
    answer = client.post(drop, {"then": path(referral, "incident/")})
    assert (answer.status_code, answer["Location"]) == (302, path(referral, "incident/"))
    assert Draft.objects.count() == 0
    assert client.post(drop, {"then": "https://elsewhere.example/"})["Location"] == "/"


@pytest.mark.parametrize("part", ["x" * 61, "UPPER", "two words", "incident%00"])
def test_a_draft_of_no_part_is_not_kept(world, as_member, part):
    referral = begin(world)
    answer = as_member(world.referrer).post(f"/drafts/cases.referral/{referral.pk}/{part}/", {"summary": "x"})
    assert answer.status_code == 422
    assert Draft.objects.count() == 0


def test_a_draft_too_long_is_refused_with_a_sentence(world, as_member):
    referral = begin(world)
    answer = keep(as_member(world.referrer), referral, "incident", summary="x" * 250_000)
    assert (answer.status_code, answer.json()["said"][:16]) == (422, "This is too long")


def test_drafts_of_unknown_kinds_and_things_are_not_found(world, as_member):
    referral = begin(world)
    client = as_member(world.referrer)
    for kind, about in (("cases.case", referral.pk), ("cases.referral", world.panel.pk), ("x", referral.pk)):
        assert client.post(f"/drafts/{kind}/{about}/incident/", {}).status_code == 404


# --- two writers ------------------------------------------------------------------------------------------------------
def test_a_stale_save_shows_both_texts_and_the_second_save_merges(world, as_member):
    referral = begin(world)
    save_part(
        by=world.housing, referral=referral, row=referral, typed={"summary": "Theirs.", "injuries": "A cut."}, seen=1
    )
    client = as_member(world.referrer)
    answer = client.post(path(referral, "incident/"), {"version": 1, "summary": "Mine."})
    assert answer.status_code == 409
    page = text(answer)
    assert "A colleague saved this while you were writing" in page
    assert "Theirs." in page and "Mine." in page and "A cut." in page
    assert 'name="version" value="2"' in page
    assert "Mine." in text(client.get(path(referral, "incident/")))
    answer = client.post(path(referral, "incident/"), {"version": 2, "summary": "Both.", "injuries": "A cut."})
    assert answer.status_code == 302
    now = found(referral, world.referrer)
    assert (now.summary, now.injuries, now.version) == ("Both.", "A cut.", 3)


def test_colleagues_in_different_sections_never_meet(world, as_member):
    referral = begin(world)
    save_part(by=world.housing, referral=referral, row=referral, typed={"officer": "PC Rees"}, seen=1)
    answer = as_member(world.referrer).post(path(referral, "incident/"), {"version": 1, "summary": "Mine."})
    assert answer.status_code == 302
    now = found(referral, world.referrer)
    assert (now.officer, now.summary) == ("PC Rees", "Mine.")


# --- people without scripts -------------------------------------------------------------------------------------------
def test_people_are_added_changed_and_removed_with_plain_forms(world, as_member):
    referral = begin(world)
    client = as_member(world.referrer)
    client.post(path(referral, "children/add/"), {"given_name": "Cai", "aliases": "C\n\nCai Bach\nC"})
    child = Party.objects.with_key().get(capacity="child")
    assert (child.given_name, child.aliases) == ("Cai", ["C", "Cai Bach"])
    client.post(
        path(referral, f"children/{child.pk}/"),
        {"version": 1, "given_name": "Non", "other_birth_dates": "7 March 2015"},
    )
    child = Party.objects.with_key().get(capacity="child")
    assert (child.given_name, child.other_birth_dates, child.aliases) == ("Non", ["2015-03-07"], [])
    assert "Remove Non" in text(client.get(path(referral, f"children/{child.pk}/remove/")))
    client.post(path(referral, f"children/{child.pk}/remove/"))
    assert not Party.objects.filter(capacity="child").exists()


def test_a_person_of_another_referral_or_section_is_not_found(world, as_member):
    one, other = whole(world), whole(world)
    person = Party.objects.get(referral=other, capacity="perpetrator")
    client = as_member(world.referrer)
    for rest in (f"perpetrators/{person.pk}/", f"perpetrators/{person.pk}/remove/", f"children/{person.pk}/"):
        assert client.get(path(one, rest)).status_code == 404
    assert client.get(path(other, f"children/{person.pk}/")).status_code == 404
    assert client.get(path(one, "nonsense/")).status_code == 404
    assert client.get(path(one, "victim/add/")).status_code == 404


# --- sending ----------------------------------------------------------------------------------------------------------
def test_everything_missing_is_listed_with_a_link_to_its_section(world, as_member):
    referral = whole(world, summary="", aware="")
    client = as_member(world.referrer)
    page = text(client.get(path(referral, "submit/")))
    for section in ("incident", "agreement"):
        assert f'href="{path(referral, section)}/"' in page
    answer = client.post(path(referral, "submit/"))
    assert answer.status_code == 422
    assert found(referral, world.referrer).state == "draft"


def test_the_author_is_told_who_will_see_it_before_sending(world, as_member):
    referral = whole(world, perpetrator={"works_for": world.police_agency})
    client = as_member(world.referrer)
    client.post(path(referral, "leave-out/"), {"members": [str(world.idva.pk)]})
    page = text(client.get(path(referral, "submit/")))
    assert "Somebody in this referral works for Wenlli Police: nobody at that agency will see it." in page
    for name in ("Cerys Coordinator", "Harri Housing", "Rhys O’Referrer"):
        assert name in page
    assert "Dafydd Chair" not in page
    assert page.count("Isla Idva") == 1  # among those left out


def test_leaving_out_the_last_coordinator_is_refused_at_the_page(world, as_member):
    referral = whole(world)
    answer = as_member(world.referrer).post(path(referral, "leave-out/"), {"members": [str(world.coordinator.pk)]})
    assert answer.status_code == 422
    assert "nobody at the panel’s desk could see this referral" in text(answer)
    assert not Bar.objects.exists()


def test_the_receipt_says_state_and_reason(world, as_member):
    from cases.workflow.screening import return_referral

    referral = sent(world)
    client = as_member(world.referrer)
    assert "Waiting for screening" in text(client.get(path(referral)))
    return_referral(by=world.coordinator, referral=referral, missing=["risks"], words="Which triggers?")
    page = text(client.get(path(referral)))
    assert "The panel needs more information" in page and "Which triggers?" in page and "More asked for" in page


def test_numbers_stand_behind_the_guard(world, as_member):
    referral = sent(world, victim={"safe_to_call": "no", "phone": "01632 960777", "unsafe_people": "Huw"})
    page = text(as_member(world.idva).get(path(referral)))
    shown = reverse("cases:show_number", args=[referral.parties.get(capacity="victim").pk])
    assert page.count("01632 960777") == 0
    assert page.index("It is not safe to call.") < page.index(shown)


# --- counts -----------------------------------------------------------------------------------------------------------
def queries(django_assert_max_num_queries, client, address) -> int:
    with django_assert_max_num_queries(200) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_the_list_asks_as_often_for_three_as_for_one(world, as_member, django_assert_max_num_queries):
    client = as_member(world.referrer)
    whole(world)
    sent(world)
    one = queries(django_assert_max_num_queries, client, "/referrals/")
    for _number in range(2):
        whole(world)
        sent(world)
    assert queries(django_assert_max_num_queries, client, "/referrals/") == one


@pytest.mark.parametrize("page", ["", "perpetrators/", "submit/"])
def test_a_page_asks_as_often_for_many_people_as_for_one(world, as_member, django_assert_max_num_queries, page):
    client = as_member(world.referrer)
    few = whole(world)
    many = whole(world, children=[{"given_name": "Cai"}] * 4)
    assert queries(django_assert_max_num_queries, client, path(few, page)) == queries(
        django_assert_max_num_queries, client, path(many, page)
    )


def test_the_whole_referral_asks_as_often_for_many_people_as_for_one(world, as_member, django_assert_max_num_queries):
    few = sent(world)
    many = sent(world, children=[{"given_name": "Cai", "works_for": world.health_agency}] * 4)
    client = as_member(world.idva)
    assert queries(django_assert_max_num_queries, client, path(few)) == queries(
        django_assert_max_num_queries, client, path(many)
    )


# --- what goes where --------------------------------------------------------------------------------------------------
def test_opening_is_recorded_before_it_is_shown(world, as_member):
    referral = sent(world)
    as_member(world.idva).get(path(referral))
    event = recorded("record.consulted")[-1]
    assert (event.thing_id, event.reason, event.member_id) == (referral.pk, "referral", world.idva.pk)
    as_member(world.referrer).get(path(referral))
    assert recorded("record.consulted")[-1].reason == "own_referral"


def test_a_get_changes_nothing(world, as_member):
    referral = whole(world)
    client = as_member(world.referrer)
    versions = list(Referral.history.values_list("pk", flat=True)), list(Party.history.values_list("pk", flat=True))
    for rest in ("", "victim/", "children/add/", "checklist/", "submit/", "leave-out/", "withdraw/"):
        assert client.get(path(referral, rest)).status_code == 200
    assert versions == (
        list(Referral.history.values_list("pk", flat=True)),
        list(Party.history.values_list("pk", flat=True)),
    )
    assert found(referral, world.referrer).state == "draft"


HOSTILE = [
    ("incident", {"summary": "<script>alert(1)</script>"}),
    ("incident", {"summary": "x" * 10_001}),
    ("incident", {"summary": "nul\x00"}),
    ("incident", {"version": "9" * 40, "summary": "x"}),
    ("incident", {"version": "-1", "summary": "x"}),
    ("incident", {"version": "one", "summary": "x"}),
    ("reasons", {"escalation_count": "9" * 30}),
    ("reasons", {"escalation_count": "-3"}),
    ("victim", {"works_for": "not-a-uuid"}),
    ("victim", {"works_for": "00000000-0000-0000-0000-000000000000"}),
    ("victim", {"gender": "attack"}),
    ("victim", {"birth_date_day": "🙂", "birth_date_month": "²", "birth_date_year": "٢٠٠٠"}),
    ("victim", {"birth_date_day": "1", "birth_date_month": "1", "birth_date_year": "2999"}),
    ("victim", {"other_birth_dates": "yesterday"}),
    ("victim", {"aliases": "\n".join(["x" * 100] * 50)}),
    ("victim", {"postcode": "'; DROP TABLE"}),
    ("safe-contact", {"safe_number": "javascript:alert(1)"}),
    ("checklist", {"answer_1": "maybe"}),
    ("checklist", {"answer_99": "yes", "comment_1": "y" * 3000}),
    ("basis", {"lawful_basis": "A9z"}),
    ("about-you", {"contact_email": "a@b\r\nBcc: c@d.example"}),
]


@pytest.mark.on_both
@pytest.mark.parametrize(("section", "typed"), HOSTILE)
def test_hostile_input_gets_a_sentence_or_is_kept_as_text(world, as_member, section, typed):
    referral = begin(world)
    client = as_member(world.referrer)
    answer = client.post(path(referral, f"{section}/"), {"version": 1, **typed})
    assert answer.status_code in (302, 409, 422)
    if answer.status_code == 422:
        assert "There is a problem" in text(answer)
    assert "<script>alert" not in text(client.get(path(referral, f"{section}/")))


def test_a_surname_reaches_no_url_log_audit_or_letter(world, as_member, caplog):
    from core.models import Notice

    client = as_member(world.referrer)
    client.post("/referrals/start/")
    referral = Referral.objects.with_key().get()
    answers = [
        client.post(path(referral, "victim/"), {"version": 1, "family_name": SURNAME, "given_name": SURNAME}),
        client.post(path(referral, "children/add/"), {"given_name": SURNAME, "birth_date_day": "99"}),
        client.post(path(referral, "children/add/"), {"given_name": SURNAME}),
        keep(client, referral, "incident", summary=SURNAME),
        client.post(path(referral, "submit/")),
    ]
    told = [answer.get("Location", "") for answer in answers] + [caplog.text]
    told += [f"{e.reason} {e.detail} {e.things} {e.recipients} {e.road}" for e in recorded()]
    told += [letter.subject + letter.body for letter in Notice.objects.all()]
    assert SURNAME not in " ".join(told)
    assert victim_of(referral).family_name == SURNAME


@pytest.mark.parametrize("typed", [{}, {"given_name": "  ", "aliases": "\n \n", "interpreter": ""}])
@pytest.mark.parametrize("code", ["perpetrators", "children"])
def test_somebody_of_whom_nothing_is_said_is_not_added(world, as_member, code, typed):
    referral = begin(world)
    client = as_member(world.referrer)
    refused = client.post(path(referral, f"{code}/add/"), {"version": "0", **typed})
    assert (refused.status_code, Party.objects.filter(referral=referral).count()) == (422, 1)
    assert "Enter a name, or what else is known of this person." in refused.content.decode()
    assert client.post(path(referral, f"{code}/add/"), {"birth_date_year": "2019"}).status_code == 422
    assert client.post(path(referral, f"{code}/add/"), {"postcode": "QZ4 7XX"}).status_code == 302
    assert Party.objects.filter(referral=referral).count() == 2
