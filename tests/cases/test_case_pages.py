"""The case page: who opens which tab, what stands on it, and that it says so in the audit."""

import pytest
from django.db.models import CharField, EmailField
from django.urls import reverse
from django.utils import timezone

from cases import timeline
from cases.models import Case, Checklist, Referral
from cases.models.access import Stage
from cases.schemes import scheme_of
from cases.schemes.marac import MARAC
from core.history import noting
from core.sealing import SealedField
from tests.audit.ledger import recorded

TABS = ["case", "case_referrals", "case_entries", "case_actions", "case_history"]


@pytest.fixture
def case(world):
    return world.make_case(asked=[world.housing_agency], victim=("Mair", "O’Gwynedd"), children=[("Non", "O’Gwynedd")])


def url(name, case):
    return reverse(f"cases:{name}", args=[case.pk])


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("chair", 200),
        ("housing", 200),
        ("housing_deputy", 200),
        ("liaison_officer", 200),
        ("health", 404),
        ("police", 404),
        ("referrer", 403),
        ("auditor", 403),
        ("administrator", 403),
    ],
)
def test_who_opens_a_case(world, as_member, case, tab, who, status):
    world.make_action(case, world.housing_agency)
    assert as_member(getattr(world, who)).get(url(tab, case)).status_code == status


def test_the_agency_asked_sees_identities_but_not_safe_contact(world, as_member, case):
    victim = case.parties.with_key().get(capacity="victim")
    victim.safe_number = "07700 900999"
    victim.save()
    page = as_member(world.housing).get(url("case", case)).content.decode()
    assert ("Mair O’Gwynedd" in page, "4 Lôn Ddychmygol" in page, "07700 900999" in page) == (True, True, False)


def test_the_desk_sees_safe_contact(world, as_member, case):
    victim = case.parties.with_key().get(capacity="victim")
    victim.safe_number = "07700 900999"
    victim.save()
    world.make_action(case, world.police_agency)
    client = as_member(world.coordinator)
    page = client.get(url("case", case)).content.decode()
    number = reverse("cases:show_number", args=[victim.pk])
    assert (number in page, "07700 900999" in page) == (True, False)
    assert "07700 900999" in client.post(number).content.decode()


def test_a_barred_agency_finds_nothing_even_the_chair(world, as_member, case):
    world.bar(case=case, agency=world.police_agency)
    assert as_member(world.chair).get(url("case", case)).status_code == 404


def test_others_entries_open_with_the_signature_and_close_after(world, as_member, case):
    meeting = world.make_meeting()
    item = world.list_case(meeting, case, asked=[world.housing_agency, world.health_agency])
    world.make_entry(item.listing, world.health_agency, world.health, text="Attended twice in March.")
    client = as_member(world.housing)
    assert "Attended twice" not in client.get(url("case_entries", case)).content.decode()
    world.sign(meeting, world.housing)
    assert "Attended twice" in client.get(url("case_entries", case)).content.decode()
    for involvement in case.involvements.filter(stage=Stage.MEETING):
        involvement.until = involvement.since
        involvement.save()
    assert "Attended twice" not in client.get(url("case_entries", case)).content.decode()


def test_an_excluded_agency_does_not_see_the_entry(world, as_member, case):
    meeting = world.make_meeting()
    item = world.list_case(meeting, case, asked=[world.housing_agency, world.health_agency])
    entry = world.make_entry(item.listing, world.health_agency, world.health, text="Attended twice in March.")
    world.bar(entry=entry, agency=world.housing_agency, reason="excluded")
    world.sign(meeting, world.housing, world.police)
    assert "Attended twice" not in as_member(world.housing).get(url("case_entries", case)).content.decode()


def test_the_tab_alone_for_htmx_is_the_tab_of_the_page(world, as_member, case):
    client = as_member(world.housing)
    page = client.get(url("case", case)).content.decode()
    part = client.get(url("case", case), headers={"HX-Request": "true", "HX-Target": "case_tab"}).content.decode()
    assert part.strip() in page and "<html" not in part


def test_opening_is_recorded_with_the_road(world, as_member, case):
    as_member(world.housing).get(url("case", case))
    event = recorded("record.consulted")[-1]
    assert (event.member_id, event.case_id, event.reason, event.thing_kind) == (
        world.housing.pk,
        case.pk,
        "research",
        "cases.case",
    )


def test_the_desk_that_accepted_a_case_is_not_asked_why_until_a_first_step_was_taken(world, as_member, case):
    as_member(world.coordinator).get(url("case", case))
    assert recorded("record.consulted")[-1].reason == "referral"


FIRST_STEPS = {
    "heard": lambda w, case: _hear(w, case),
    "action": lambda w, case: _finish(w.make_action(case, w.housing_agency)),
}


def _hear(world, case):
    listing = world.list_case(world.make_meeting(), case).listing
    listing.heard_on = listing.ended_on = timezone.localdate()
    listing.save()


def _finish(action):
    action.state, action.ended_at = "done", timezone.now()
    action.save()


@pytest.mark.parametrize("step", FIRST_STEPS)
def test_where_no_road_leads_the_desk_is_asked_why(world, as_member, case, step):
    FIRST_STEPS[step](world, case)
    response = as_member(world.coordinator).get(url("case", case))
    assert "Why do you need to open this case?" in response.content.decode()
    assert "O’Gwynedd" not in response.content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_as_many_queries_for_one_row_as_for_three(world, as_member, case, tab, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_member(world.housing)
    meeting = world.make_meeting()
    item = world.list_case(meeting, case, asked=[world.housing_agency])
    counts = []
    for _more in range(3):
        world.make_entry(item.listing, world.housing_agency, world.housing)
        world.make_action(case, world.housing_agency)
        with CaptureQueriesContext(connection) as captured:
            client.get(url(tab, case))
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]


def test_history_tells_from_what_to_what(world, as_member, case):
    action = world.make_action(case, world.housing_agency, text="Fit a new lock.")
    action.text = "Fit two new locks."
    action.save()
    page = as_member(world.housing).get(url("case_history", case)).content.decode()
    assert "Action: from “Fit a new lock.” to “Fit two new locks.”" in page


def test_history_keeps_silent_of_rows_out_of_sight(world, as_member, case):
    action = world.make_action(case, world.health_agency, text="Flag the record.")
    action.text = "Flag both records."
    action.save()
    assert "Flag both" not in as_member(world.housing).get(url("case_history", case)).content.decode()


def test_the_list_shows_references_and_no_names(world, as_member, case):
    page = as_member(world.housing).get(reverse("cases:list")).content.decode()
    assert (case.reference in page, "O’Gwynedd" in page) == (True, False)


def told(member, case) -> list[tuple[str, str, str]]:
    """What the history of *case* says to *member* of fields that changed."""
    seen = Case.objects.visible_to(member).with_road(member).select_related("panel").get(pk=case.pk)
    return [change for line in timeline.page_of(member, seen).changes for change in line.fields]


def test_history_names_the_agency_that_an_action_passed_to(world, case):
    action = world.make_action(case, world.housing_agency)
    noting(action, by=world.coordinator, reason="agreed").save()
    action.agency, action.member = world.police_agency, world.police
    noting(action, by=world.coordinator, reason="changed").save()
    assert [change for change in told(world.coordinator, case) if change[0] in ("Agency", "Member")] == [
        ("Agency", "Aberwenlli Homes", "Wenlli Police"),
        ("Member", "nothing", "Priya Police"),
    ]


def test_history_says_a_lawful_basis_in_words(world, case):
    referral = case.referrals.select_related("key").get()
    for code in ("A6c", "A6e"):
        referral.lawful_basis = code
        noting(referral, by=world.coordinator, reason="saved").save()
    names = {basis.code: str(basis.name) for basis in scheme_of(world.panel).bases}
    assert ("Lawful basis claimed", names["A6c"], names["A6e"]) in told(world.coordinator, case)


def test_the_tab_tells_the_whole_referral_to_who_sees_it_whole_and_its_reason_to_others(world, as_member):
    world.panel.manager_sign_off = True
    world.panel.save()
    case = world.make_case(asked=[world.health_agency])
    referral = Referral.objects.with_key().get(case=case)
    checklist = Checklist(key=referral.key, referral=referral, answers={"3": {"answer": "yes", "source": "Her sister"}})
    said = {}
    for row, of in ((referral, "referral"), (checklist, "checklist")):
        for name in [name for section in MARAC.sections if section.of == of for name in section.fields]:
            if is_words(row._meta.get_field(name)):
                said[name] = f"Told {len(said):02}."
                setattr(row, name, said[name])
        row.save(force_insert=row is checklist)
    asked_for = {"animals", "barriers", "court", "markers", "narrative", "officer", "other_marac_where", "reported"}
    assert asked_for - set(said) == set()
    link = reverse("cases:referral", args=[referral.pk])
    for who, wanted, is_whole in (
        ("coordinator", set(said), True),
        ("health", {"judgement_reasons", "summary"}, False),
    ):
        page = as_member(getattr(world, who)).get(url("case_referrals", case)).content.decode()
        assert {name for name, words in said.items() if words in page} == wanted
        assert (link in page, "Her sister" in page) == (is_whole, is_whole)


def is_words(column) -> bool:
    return not column.choices and isinstance(column, CharField | SealedField) and not isinstance(column, EmailField)
