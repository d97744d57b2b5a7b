"""The pointer to MAPPA: who sees that it is there at all, who says it, what is kept; and nothing else tells."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audit.models import Event
from cases import tabs
from cases.models import Case, MappaPointer
from cases.models.access import Stage
from cases.workflow.mappa import set_mappa
from core.records import StaleVersion
from partnership.models import Agency
from tests.access.mappa import pointed
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return world.make_case(asked=[world.police_agency, world.housing_agency, world.health_agency])


def sees(member, case) -> tuple[bool, bool]:
    """Whether *member* finds the pointer, and is offered the tab."""
    found = MappaPointer.objects.visible_to(member).filter(case=case).exists()
    there = Case.objects.visible_to(member).with_road(member).select_related("panel").filter(pk=case.pk).first()
    labels = [str(tab["label"]) for tab in tabs.tabs_of(member, there, "")] if there else []
    return found, "MAPPA" in labels


@pytest.mark.parametrize(
    ("stage", "responsible", "named", "neither"),
    [
        (Stage.RESEARCH, True, True, False),
        (Stage.MEETING, True, True, False),
        (Stage.ACTION, True, True, False),
        (Stage.MANAGING, True, True, False),
        (Stage.REFERRAL, False, False, False),
        (Stage.INFORMED, False, False, False),
        (Stage.AFTER, False, False, False),
        (None, False, False, False),
    ],
)
def test_who_finds_the_pointer_and_the_tab(world, stage, responsible, named, neither):
    case = world.make_case(asked=[world.police_agency, world.housing_agency])
    pointed(world, case, named=[world.housing_agency])
    case.involvements.filter(agency__isnull=False).delete()
    for agency in (world.police_agency, world.housing_agency, world.health_agency) if stage else ():
        world.involve(case, agency, stage=stage)
    found = [sees(member, case) for member in (world.police, world.housing, world.health)]
    assert found == [(responsible,) * 2, (named,) * 2, (neither,) * 2]
    assert (sees(world.chair, case), sees(world.coordinator, case)) == ((True, True), (False, False))


@pytest.mark.parametrize("kind", Agency.Kind.values)
def test_of_all_kinds_of_agencies_three_are_the_responsible_authority(world, case, kind):
    pointed(world, case)
    Agency.objects.filter(pk=world.health_agency.pk).update(kind=kind)
    expected = kind in {"police", "probation", "prison"}
    assert sees(world.health, case) == (expected, expected)


def test_a_barred_member_and_one_who_is_named_for_a_track_alone_find_nothing(world, case):
    pointed(world, case)
    world.bar(case=case, member=world.police)
    assert sees(world.police, case) == (False, False)


def test_what_is_said_is_kept_sealed_and_recorded_without_what_it_says(world, case):
    pointer = pointed(world, case, named=[world.housing_agency])
    assert (pointer.linked, pointer.level, pointer.version) == ("yes", "2", 1)
    assert (pointer.contact, list(pointer.named.all())) == ("MAPPA, 01632 960011", [world.housing_agency])
    assert pointer.history.get().history_change_reason == "mappa.set"
    event = Event.objects.get(name="mappa.set")
    assert (event.case_id, event.detail, event.reason) == (case.pk, {}, "")


@pytest.mark.parametrize("linked", ["no", "withheld"])
def test_of_a_case_that_is_not_linked_or_withheld_nothing_more_is_kept(world, case, linked):
    pointed(world, case, named=[world.housing_agency])
    pointer = pointed(world, case, linked=linked, named=[world.housing_agency], seen=1)
    kept = (pointer.level, pointer.lead, pointer.contact, pointer.named.count(), pointer.version)
    assert kept == ("", None, "", 0, 2)
    assert sees(world.housing, case) == (False, False)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"linked": "perhaps"}, "linked"),
        ({"level": ""}, "level"),
        ({"lead": None}, "lead"),
        ({"contact": " "}, "contact"),
        ({"contact": "Minutes:\nhe said"}, "contact"),
        ({"contact": "m" * 201}, "contact"),
    ],
)
def test_what_is_not_taken(world, case, said, field):
    with pytest.raises(ValidationError) as refused:
        pointed(world, case, **said)
    assert list(refused.value.error_dict) == [field]


@pytest.mark.parametrize("agency", ["idva_agency", "police_agency", "children_agency"])
def test_only_who_has_a_duty_to_cooperate_and_is_on_the_case_is_named(world, case, agency):
    with pytest.raises(ValidationError) as refused:
        pointed(world, case, named=[getattr(world, agency)])
    assert list(refused.value.error_dict) == ["named"]


@pytest.mark.parametrize("who", ["coordinator", "housing", "health", "children"])
def test_others_do_not_say_it(world, case, who):
    pointed(world, case, named=[world.housing_agency])
    with pytest.raises(PermissionDenied):
        set_mappa(by=getattr(world, who), case=case, seen=1, linked="no")


def test_of_two_who_say_it_at_once_the_later_is_told(world, case):
    pointed(world, case)
    with pytest.raises(StaleVersion):
        pointed(world, case)


def test_a_stale_save_keeps_what_was_typed_beside_what_stands(client, world, case):
    pointed(world, case)
    sign_in(client, world.police)
    url = reverse("cases:change_mappa", args=[case.pk])
    typed = {"linked": "yes", "level": "3", "lead": world.probation_agency.pk, "contact": "Somebody else"}
    answer = client.post(url, {"version": 0, **typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert ("MAPPA, 01632 960011" in page, 'value="Somebody else"' in page) == (True, True)
    assert client.post(url, {"version": 1, **typed}).url == reverse("cases:case_mappa", args=[case.pk])
    assert MappaPointer.objects.with_key().get().contact == "Somebody else"


@pytest.mark.parametrize("page", ["case", "case_referrals", "case_entries", "case_actions", "case_history"])
def test_no_page_of_the_case_changes_for_others_when_it_is_linked(client, world, case, page):
    sign_in(client, world.health)
    url = reverse(f"cases:{page}", args=[case.pk])
    before = _read(client, url)
    pointed(world, case)
    assert _read(client, url) == before


def _read(client, url) -> str:
    client.get(url)  # the reason for looking is asked once
    page = client.get(url).content.decode()
    return page[page.index("<main") : page.index("</main")]
