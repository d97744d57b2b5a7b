"""Where a request from outside looks: entries, withdrawn ones too, actions, minutes, and referrals without a case."""

import pytest
from django.utils import timezone

from audit.models import Event
from cases.models import Entry, Party
from core.models import Key
from disclosures.models import MatchedItem
from meetings.models import AgendaItem, Minutes, MinutesItem
from partnership.roles import Role
from tests.disclosures.outsiders import Outsiders, entries, run
from tests.world import make_member, make_post

TOLD = "She told the meeting that she wants to move."


@pytest.fixture
def cast(world):
    return Outsiders(world)


def minuted(cast, case, *parts, number=1) -> MinutesItem:
    """Minutes, being checked, of the meeting that heard *case*; *parts* are (name, text, more)."""
    w, listing = cast.world, case.listings.get()
    item = AgendaItem.objects.select_related("meeting__key").get(listing=listing)
    minutes = Minutes(key=item.meeting.key, meeting=item.meeting, number=number, state="check")
    minutes.drafted_at, minutes.drafted_by = timezone.now(), w.coordinator
    Minutes.objects.filter(meeting=item.meeting).update(
        state="replaced", approved_at=timezone.now(), approved_by=w.chair
    )
    minutes.save(force_insert=True)
    content = [
        {"key": key, "part": key.split(":")[0], "heading": "H", "text": text, "agency_id": ""} | more
        for key, text, more in parts
    ]
    row = MinutesItem(key=case.key, minutes=minutes, item=item, case=case, position=1, content=content)
    row.save(force_insert=True)
    return row


def found(request) -> list:
    items = MatchedItem.objects.filter(request=request).select_related(
        "key", "entry__key", "referral__key", "action__key", "agency"
    )
    return sorted((item.what, item.agency.name, item.original) for item in items)


def test_everything_that_may_be_about_the_person_is_found(cast):
    w, case = cast.world, cast.hear()
    Entry.objects.filter(pk=entries(case)["Wenlli Health"].pk).update(withdrawn_at=timezone.now())
    w.make_action(case, w.police_agency, text="Mark the address.")
    huw = Party.objects.get(case=case, capacity="perpetrator")
    w.make_action(case, w.police_agency, text="Visit him.", party=huw)
    minuted(
        cast,
        case,
        ("voice", TOLD, {}),
        ("case", "The people.", {}),
        ("nothing_known", "Council", {}),
        ("entry:copied", "Arrears since the spring.", {"agency_id": str(w.housing_agency.pk)}),
        ("entry:rewritten", "Arrears since May.", {"agency_id": str(w.housing_agency.pk), "written": True}),
        ("risk", "Taken out.", {"removed": True}),
    )
    request = cast.searched()
    assert found(request) == sorted(
        [
            ("Action", w.police_agency.name, "Mark the address."),
            ("Entry", w.housing_agency.name, "Arrears since the spring."),
            ("Minutes", w.coordinator.agency.name, f"H\n{TOLD}"),
            ("Minutes", w.housing_agency.name, "H\nArrears since May."),
            ("Referral", w.housing_agency.name, "Threats at the door."),
            ("Withdrawn entry", "Wenlli Health", "Seen at the surgery on Tuesday."),
        ]
    )
    run(request)
    assert MatchedItem.objects.count() == 6
    assert Event.objects.filter(name="outside.matched").count() == 1


def test_only_the_latest_minutes_are_read_and_nothing_about_another_person(cast):
    w, case = cast.world, cast.hear()
    huw = Party.objects.get(case=case, capacity="perpetrator")
    entry = entries(case)["Wenlli Health"]
    Entry.objects.filter(pk=entry.pk).update(party=huw)
    about_huw = {"agency_id": str(w.health_agency.pk), "written": True}
    minuted(cast, case, ("note:voice", "As it was first said.", {}))
    latest = minuted(cast, case, ("note:voice", TOLD, {}), (f"entry:{entry.pk}", "He rang.", about_huw), number=2)
    request = cast.searched()
    assert list(request.items.filter(page__isnull=False).values_list("page", "part")) == [(latest.pk, "note:voice")]


def test_a_referral_that_made_no_case_is_found_by_the_same_rules(cast):
    w = cast.world
    made = [
        w.make_referral(state=state, victim=victim)
        for state, victim in (
            ("declined", ("Mair", "O’Gwynedd")),
            ("draft", ("Mari", "O’Gwynedd")),
            ("returned", ("Alys", "Pugh")),
        )
    ]
    request = cast.consulted()
    assert set(request.items.values_list("referral", "case")) == {(made[0].pk, None), (made[1].pk, None)}
    mine = MatchedItem.objects.of_originator(cast.housing_officer).filter(request=request)
    assert [item.original for item in mine] == ["Threats at the door."] * 2


def test_a_handler_sees_a_referral_without_a_case_where_they_see_the_referral(cast):
    cast.world.make_referral(state="declined")
    request = cast.searched(by=cast.housing_officer)
    assert [item.what for item in MatchedItem.objects.of_request(cast.housing_officer)] == ["Referral"]
    assert request.items.get().is_hidden is False


def test_a_passage_is_shown_to_its_agency_and_goes_with_its_case(cast):
    w, case = cast.world, cast.hear()
    row = minuted(cast, case, ("note:voice", TOLD, {"agency_id": str(w.health_agency.pk)}))
    cast.consulted(by=cast.housing_officer)
    item = MatchedItem.objects.of_originator(cast.health_officer).get(page=row.pk)
    assert (item.original, item.is_hidden, item.key) == (f"H\n{TOLD}", True, case.key)
    for other in (cast.housing_officer, cast.police_officer):
        assert not MatchedItem.objects.visible_to(other).filter(page=row.pk).exists()
    Key.objects.filter(pk=case.key_id).update(wrapped=None, destroyed_at=timezone.now())
    assert MatchedItem.objects.select_related("key").get(pk=item.pk).original != f"H\n{TOLD}"


def test_a_handler_who_reads_the_minutes_is_shown_their_passage_until_they_are_barred(cast):
    w, case = cast.world, cast.hear()
    reader = make_member("Rhys Reader", w.housing_agency, Role.LIAISON_OFFICER, Role.REPRESENTATIVE, panel=w.panel)
    make_post(w.housing_agency, reader)
    w.involve(case, w.housing_agency, stage="after")
    minuted(cast, case, ("note:voice", TOLD, {}))
    cast.searched(by=reader)
    shown = lambda: [i.original for i in MatchedItem.objects.of_request(reader).filter(page__isnull=False)]  # noqa: E731
    assert shown() == [f"H\n{TOLD}"]
    w.bar(member=reader, case=case)
    assert shown() == []
