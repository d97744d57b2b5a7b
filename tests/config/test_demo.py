"""The demonstration: loaded once, in the present at every start, open to eight roles, ready to be worked with."""

import datetime
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from audit.verification import verify
from cases.models import Case, Entry, Involvement, Listing, Party, Referral, SearchKey
from cases.models.access import Stage
from cases.workflow.search import search_people
from config.demonstration.accounts import accounts, first_of_each_role
from config.demonstration.corpus import plan
from config.demonstration.loading import load
from config.demonstration.moving import move_to_today
from core.models import Notice
from disclosures.models import Decision, ExtractHanding, OutsideRequest, PropertyCount, Release
from meetings.models import AgendaItem, Meeting, Minutes, Return
from meetings.rules import agenda as agenda_rules
from meetings.workflow.agenda import list_case
from meetings.workflow.live import open_meeting, start_item
from meetings.workflow.statement import sign_statement
from partnership.models import Agency, LiaisonPost, Member, Signatory
from tests.again import from_the_beginning, made_again
from tests.audit.ledger import recorded

pytestmark = pytest.mark.django_db
ROLES = ["coordinator", "chair", "representative", "deputy", "referrer", "liaison_officer", "auditor", "administrator"]


@pytest.fixture
def demonstration(settings, tmp_path):
    settings.DEMONSTRATION = True
    settings.AUDIT_PUBLICATION = tmp_path


@pytest.fixture
def loaded(db):
    with from_the_beginning():
        yield load_small()


@pytest.fixture
def small(loaded, demonstration):
    """The small demonstration, as of now."""
    return loaded


@made_again
def load_small():
    made = plan(1, today=timezone.localdate(), small=True)
    load(made, now=timezone.now())
    return made


def demo(*args, **options) -> str:
    out = StringIO()
    call_command("demo", *args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def holder(role: str) -> Member:
    email = next(account.email for account in accounts() if account.role == role)
    return Member.objects.select_related("agency__partnership").get(email=email)


# the command


def test_real_use_takes_no_demonstration(settings):
    settings.DEMONSTRATION = False
    for options in ({}, {"accounts": True}, {"at_start": True}):
        with pytest.raises(CommandError, match="This installation is real"):
            demo(**options)
    assert Member.objects.count() == 0


def test_it_is_loaded_once(demonstration):
    assert demo(small=True).startswith("Demonstration loaded: 10 cases, 6 meetings, 8 members.")
    before = Case.objects.count()
    assert demo(small=True) == ("The demonstration is loaded already: nothing was changed. See “demo --reset”.\n")
    assert Case.objects.count() == before


def test_the_start_loads_the_small_one_where_asked(demonstration, monkeypatch):
    monkeypatch.setenv("CONFER_DEMO", "small")
    demo(at_start=True)
    assert Member.objects.count() == 8
    assert demo(at_start=True) == ""


def test_a_reset_says_what_to_throw_away_and_deletes_nothing(small, settings):
    assert str(settings.CONFER_KEYS) in demo(reset=True)
    assert Case.objects.count() == 10


def test_accounts_are_printed_and_nothing_changes(small, django_assert_num_queries):
    with django_assert_num_queries(3):
        told = json.loads(demo(accounts=True))
    assert [account["role"] for account in told] == ROLES
    assert all(list(account) == ["email", "password", "totp_secret", "role", "agency", "panel"] for account in told)
    assert {account["panel"] for account in told if account["role"] in ("auditor", "administrator")} == {""}


def test_accounts_before_the_loading_are_refused(demonstration):
    with pytest.raises(CommandError, match="not loaded yet"):
        demo(accounts=True)


# signing in


def test_each_role_signs_in_by_password_and_code(small):
    for account in first_of_each_role():
        client = Client()
        client.post("/sign-in/", {"email": account.email, "password": account.password})
        response = client.post("/sign-in/code/", {"code": account.code})
        assert (account.role, response.status_code, response.get("Location")) == (account.role, 302, "/")
        assert client.get("/").status_code == 200


def test_the_sign_in_page_says_how(small, client):
    page = client.get("/sign-in/").content.decode()
    for account in first_of_each_role():
        assert account.email in page
        assert account.password in page


def test_the_sign_in_page_of_real_use_says_nothing(small, client, settings):
    settings.DEMONSTRATION = False
    page = client.get("/sign-in/").content.decode()
    assert not [account for account in Member.objects.values_list("email", flat=True) if account in page]


# what stands in it


def test_the_audit_is_whole(small):
    found = verify()
    assert (found.bad, len(recorded("demonstration.loaded"))) == ("", 1)
    assert recorded("demonstration.loaded")[0].member_name == "demonstration"


def test_todays_meeting_can_be_run(small):
    meeting = Meeting.objects.get(state="agenda_frozen")
    assert timezone.localdate(meeting.starts_at) == timezone.localdate()
    returns = Return.objects.filter(request__meeting=meeting)
    assert returns.exclude(state="outstanding").count() > 0
    chair = holder("chair")
    sign_statement(by=chair, meeting=meeting, number=1)
    meeting = open_meeting(by=chair, meeting=Meeting.objects.select_related("panel", "chair").get(pk=meeting.pk))
    first = (
        AgendaItem.objects.select_related("meeting__panel", "listing__case__panel", "listing__key")
        .filter(meeting=meeting)
        .in_order()
        .first()
    )
    assert start_item(by=chair, item=first).state == "open"
    assert Entry.objects.visible_to(chair).filter(listing=first.listing).count() == first.listing.entries.count()


def test_the_open_agenda_takes_a_case(small):
    meeting = Meeting.objects.get(state="agenda_open")
    case = Case.objects.with_key().exclude(listings__heard_on__isnull=True).select_related("panel").first()
    referral = Referral.objects.with_key().filter(case=case).first()
    item = list_case(by=holder("coordinator"), meeting=meeting, case=case, referral=referral, type="full")
    assert item.position == meeting.items.count()
    assert len(agenda_rules.asked_for(item.listing)) == 14


def test_people_are_found_by_name(small):
    party = Party.objects.with_key().filter(case__isnull=False, capacity="victim").first()
    found = search_people(by=holder("coordinator"), given_name=party.given_name, family_name=party.family_name)
    assert str(party.subject_id) in [subject for subject, _kinds, _parties in found.people]


def test_sight_is_as_it_would_be_now(small):
    now = timezone.now()
    assert not Involvement.objects.live().filter(stage=Stage.MEETING).exists()
    heard = Listing.objects.filter(heard_on__isnull=False)
    assert heard.count() == Involvement.objects.live(now).filter(stage=Stage.DESK, case__listings__in=heard).count()
    assert Involvement.objects.live(now).filter(stage=Stage.AFTER, listing__in=heard).exists()
    assert Minutes.objects.filter(state="approved").count() == 2


def test_what_is_beyond_its_retention_is_an_answer_without_text(small):
    old = Meeting.objects.filter(state="approved").order_by("starts_at").first()
    listings = Listing.objects.filter(item__meeting=old)
    answered = Return.objects.filter(listing__in=listings, state="answered")
    assert answered.count() > 0
    assert not Entry.objects.filter(listing__in=listings).exists()


# the disclosure desk


def test_each_stage_of_the_desk_has_one_that_the_first_round_of_the_clock_leaves(small):
    asked = Decision.objects.exclude(way=Decision.Way.MEETING)
    told = [
        (decision.disclosure.urgency, decision.originator.short_name, decision.state, decision.outcome, decision.way)
        for decision in asked.select_related("disclosure", "originator").order_by("disclosure__number")
    ]
    assert told == [
        ("routine", "Police", "decided", "share", "ordinary"),
        ("routine", "Council Housing", "decided", "refuse", "ordinary"),
        ("urgent", "Police", "decided", "part", "ordinary"),
        ("urgent", "Hospital", "decided", "part", "ordinary"),
        ("urgent", "Police", "waiting", "", "ordinary"),
        ("routine", "Hospital", "waiting", "", "ordinary"),
        ("emergency", "Police", "decided", "share", "emergency"),
    ]
    now = timezone.now()
    assert (Decision.objects.overdue(now).count(), Decision.objects.to_review().count()) == (0, 1)
    assert Decision.objects.overdue(now + datetime.timedelta(hours=5)).count() == 1
    releases = Release.objects.order_by("decision__disclosure__number").values_list("state", "destroy_on")
    today = timezone.localdate()
    assert [state for state, _day in releases] == ["destroyed", "open", "waiting", "waiting"]
    assert releases[1][1] == today + datetime.timedelta(days=6)


def test_what_was_spoken_at_the_last_meetings_stands_in_the_register(small):
    spoken = Decision.objects.filter(way=Decision.Way.MEETING)
    items = AgendaItem.objects.filter(state="heard", listing__entries__isnull=False).distinct()
    assert items.count() > 0
    assert set(spoken.values_list("disclosure__listing", flat=True)) == set(items.values_list("listing", flat=True))
    days = {timezone.localdate(at) for at in Minutes.objects.values_list("approved_at", flat=True) if at}
    assert set(spoken.values_list("destroy_on", flat=True)) <= days
    assert recorded("decision.spoken")[0].at == spoken.order_by("decided_at").first().decided_at


def test_the_liaison_officer_finds_what_waits(small):
    officer = holder("liaison_officer")
    waiting = Decision.objects.visible_to(officer).waiting()
    assert sorted(decision.originator.short_name for decision in waiting.select_related("originator")) == [
        "Hospital",
        "Police",
    ]


def test_every_agency_of_the_first_tier_has_a_liaison_officer(small):
    central = Agency.objects.central()
    posts = LiaisonPost.objects.live()
    without = [a.name for a in central if not posts.filter(agency=a, kind="officer").exists()]
    guardians = set(posts.filter(kind="caldicott").values_list("agency__kind", flat=True))
    assert (central.count(), without) == (14, [])
    assert guardians == {"primary_care", "acute", "mental_health", "substance"}
    assert posts.filter(kind="dpo", agency__kind="housing").exists()


def test_outsiders_ask_and_an_extract_leaves(small):
    asked = OutsideRequest.objects.order_by("received_on").values_list("kind", "state")
    assert list(asked) == [("foi", "check"), ("sar", "search")]
    assert OutsideRequest.objects.get(kind="sar").due_on > timezone.localdate()
    handing = ExtractHanding.objects.select_related("agency", "extract").get()
    assert (handing.agency.name, handing.extract.stage) == ("Aberwenlli Chamber of Trade", "passed")
    assert Signatory.objects.live().get(agency=handing.agency).tier == 2
    assert (PropertyCount.objects.count(), Notice.objects.count()) == (400, 0)


# the present


def test_meetings_move_with_the_days(small):
    before = dict(Meeting.objects.values_list("pk", "starts_at"))
    assert move_to_today() == 0
    later = timezone.now() + datetime.timedelta(days=5)
    assert move_to_today(now=later) == 4
    after = dict(Meeting.objects.values_list("pk", "starts_at"))
    unheld = set(
        Meeting.objects.filter(state__in=["planned", "agenda_open", "agenda_frozen"]).values_list("pk", flat=True)
    )
    moved = {pk for pk in before if before[pk] != after[pk]}
    assert moved == unheld
    today = Meeting.objects.get(state="agenda_frozen")
    assert timezone.localdate(today.starts_at) == timezone.localdate(later)
    assert timezone.localtime(today.starts_at).time() == datetime.time(9, 30)
    assert today.cutoff_at < today.research_due_at < today.starts_at
    assert set(today.requests.values_list("due_at", flat=True)) == {today.research_due_at}
    assert today.history.first().history_change_reason == "demonstration.moved"
    assert today.history.first().history_actor == "demonstration"
    assert [event.member_name for event in recorded("demonstration.moved")] == ["demonstration"] * 4
    assert move_to_today(now=later) == 0


# a year of it


def test_a_year_with_everything_special_loads(demonstration, monkeypatch):
    monkeypatch.setattr("config.demonstration.loading.fill_panels", lambda *args: None)  # they have tests of their own
    made = plan(5, today=timezone.localdate(), years=1, meetings_per_year=9, cases_per_meeting=4)
    load(made, now=timezone.now())
    assert Case.objects.count() == len(made.cases)
    assert Listing.objects.count() == len(made.listings)
    assert Return.objects.count() == sum(len(listing.returns) for listing in made.listings.values())
    waiting = Listing.objects.filter(item__state="waiting")  # one that was put off keeps no case open
    assert set(Listing.objects.waiting()) == set(waiting)
    assert SearchKey.objects.exists()
    assert verify().bad == ""
