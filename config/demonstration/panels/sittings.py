"""The meetings of one panel: listed, researched, frozen, held, minuted, by the verbs, one month after another."""

from datetime import date, timedelta

from django.utils import timezone

from cases import gates
from cases.models import Party, Referral
from cases.schemes import scheme_of
from cases.workflow.entry import write_entry
from core.working_days import working_day_from, working_days_after, working_days_before
from meetings.models import AgendaItem, Meeting, Minutes, Return
from meetings.workflow import agenda, agenda_issue, calendar, live, minutes, recording, research
from meetings.workflow.statement import sign_statement

from ..cast import moment

MONTH = timedelta(days=28)
COMING = 2  # meetings planned ahead, beside the next
JOINED = ("request__meeting__panel", "listing__key", "listing__referral__key", "listing__case__panel")
# The parts of an item's record that are always written, with the section of the phrases that fills them.
SAID = {"progress": "progress", "risk_community": "risk", "risk_person": "risk", "voice": "voice"}


class Calendar:
    """Plans the meetings of a panel: *held* of the past, the next in *next_in* days, and some after it.

    *words* is where the phrase files keep what is said at this panel.  `days` are all of them, the past ones first.
    """

    def __init__(self, desk, say, *, words: str, held: int, next_in: int):
        self.desk, self.say, self.words, self.held = desk, say, words, held
        self.diary, self.today = desk.diary, desk.diary.today
        coming = self.today + timedelta(days=next_in)
        past = [working_day_from(coming - MONTH * back) for back in range(held, 0, -1)]
        self.days = [*past, coming, *(working_day_from(coming + MONTH * ahead) for ahead in range(1, COMING + 1))]
        self.listings: dict[int, list] = {place: [] for place in range(len(self.days))}
        self.rows: dict[int, Meeting] = {}

    def hear(self, file, place: int, *, listed_on: date, by: str) -> None:
        """Let *file* be listed on *listed_on* for the meeting at *place*, presented by who sits for *by*, an agency."""
        listed_on = min(listed_on, working_days_before(self.days[place], 3))
        self.listings[place].append((file, by))
        self.diary.at(listed_on, 12, self._list, place, file, by, minute=len(self.listings[place]) % 60)

    def plan(self) -> None:
        for place, day in enumerate(self.days):
            if place < self.held and not self.listings[place]:
                continue  # nobody came before it: it was never called
            planned_on = min(day - timedelta(days=70), self.today - timedelta(days=20))
            self.diary.at(planned_on, 9, self._plan, place, minute=place)
            if not self.listings[place]:
                continue
            frozen_on = working_days_before(day, 1)
            self.diary.at(working_days_before(day, 3), 15, self._ask, place)
            self.diary.at(frozen_on, 11, self._answer, place)
            self.diary.at(frozen_on, 16, self._freeze, place)
            if place < self.held:
                self._hold(place, day)

    # before

    def _plan(self, place: int) -> None:
        day, panel = self.days[place], self.desk.panel
        starts_at = moment(day, panel.starts_at_time.hour, panel.starts_at_time.minute)
        planned = calendar.plan_meeting(by=self.desk.coordinator, panel=panel, starts_at=starts_at)
        self.rows[place] = planned

    def meeting(self, place: int) -> Meeting:
        found = Meeting.objects.with_key().select_related("panel__partnership", "chair")
        return found.get(pk=self.rows[place].pk)

    def _list(self, place: int, file, by: str) -> None:
        item = agenda.list_case(
            by=self.desk.coordinator,
            meeting=self.meeting(place),
            case=file.row,
            referral=Referral.objects.with_key().get(pk=file.referral),
            type="full",
            presenter=self.desk.of(by),
        )
        agenda.confirm_presenter(by=self.desk.of(by), item=_items().get(pk=item.pk))

    def _ask(self, place: int) -> None:
        research.send_research(by=self.desk.coordinator, meeting=self.meeting(place))

    def _answer(self, place: int) -> None:
        """Who presents a case tells what the agency knows of it; the others know nothing, or are still to answer."""
        meeting = self.meeting(place)
        for file, by in self.listings[place]:
            teller = self.desk.of(by)
            answers = Return.objects.with_key().select_related(*JOINED)
            answer = answers.get(listing__case=file.row, request__meeting=meeting, request__agency=teller.agency)
            self._tell(teller, answer, file)
        answered = {by for _file, by in self.listings[place]}
        for agency in [key for key in self.desk.asked if key not in answered][: None if place < self.held else 2]:
            research.nothing_known_of_rest(by=self.desk.of(agency), meeting=meeting)
        for agency in answered if place < self.held else ():
            if len({row.pk for row, _by in [(f.row, b) for f, b in self.listings[place] if b != agency]}):
                research.nothing_known_of_rest(by=self.desk.of(agency), meeting=meeting)

    def _tell(self, teller, answer: Return, file) -> None:
        people = Party.objects.with_key().current().spoken_of().filter(referral=answer.listing.referral_id).in_order()
        principal = next(party for party in people if party.capacity == scheme_of(self.desk.panel).principal)
        for party in people:
            known = "known" if party.pk == principal.pk else "not_known"
            said = {"known": known, "accuracy": "correct"} if known == "known" else {"known": known}
            research.save_check(by=teller, answer=answer, party=party, seen=0, **said)
        text = self.say.write(f"{self.words}.entry", file.person, self.today_then())
        said = {"heading": "involvement", "party": principal, "reach": "minute"}
        if gates.gated(self.desk.panel, teller.agency):
            said["category"] = "attendance"
        write_entry(by=teller, listing=answer.listing, text=text, **said)
        research.answer_return(by=teller, answer=answer, seen=answer.version, researcher=teller.name)

    def today_then(self) -> date:
        """The day on which the act is done."""
        return timezone.localdate()

    def _freeze(self, place: int) -> None:
        meeting = self.meeting(place)
        agenda_issue.freeze_agenda(
            by=self.desk.coordinator, meeting=meeting, seen=meeting.version, despite_warnings=True
        )

    # the sitting

    def _hold(self, place: int, day: date) -> None:
        at = self.diary.at
        hour, minute = self.desk.panel.starts_at_time.hour, self.desk.panel.starts_at_time.minute
        at(day, hour - 1, self._sign, place, minute=50)
        at(day, hour, self._open, place, minute=minute)
        count = len(self.listings[place])
        slot = max(3, min(self.desk.panel.minutes_per_case, 100 // count))
        for number, (file, by) in enumerate(self.listings[place]):
            began = minute + 2 + slot * number
            at(day, hour + began // 60, self._hear, place, file, by, minute=began % 60)
            ends = began + slot - 1
            at(day, hour + ends // 60, self._close, file, by, place, minute=ends % 60)
        over = minute + 4 + slot * count
        at(day, hour + over // 60, self._end, place, minute=over % 60)
        at(day, 18, self._draft, place)
        at(working_days_after(day, 3), 12, self._approve, place)

    def _sign(self, place: int) -> None:
        meeting = self.meeting(place)
        for row in self.desk.sitting:
            sign_statement(by=self.desk.member(row), meeting=meeting, number=1)

    def _open(self, place: int) -> None:
        live.open_meeting(by=self.desk.chair, meeting=self.meeting(place))

    def _hear(self, place: int, file, by: str) -> None:
        live.start_item(by=self.desk.chair, item=self._item(place, file))

    def _close(self, file, by: str, place: int) -> None:
        """What is written of the case, who tells the person, and the end of the item."""
        item, recorder, on = self._item(place, file), self.desk.coordinator, self.days[place]
        for note in scheme_of(self.desk.panel).notes:
            if note.wanted or note.part in SAID:
                text = self.say.write(f"{self.words}.{SAID.get(note.part, note.part)}", file.person, on)
                recording.save_note(by=recorder, item=item, part=note.part, text=text, seen=0)
        action = self.say.chance(0.5)
        if action:
            text = self.say.write(f"{self.words}.action", file.person, on)
            due_on = on + timedelta(days=self.say.among(14, 21, 35))
            agreed = self.desk.plan(file, by, text, due_on, listing=item.listing)
            self._follow(agreed, by, due_on, file)
        reason = "" if action else self.say.write(f"{self.words}.no_action", file.person, on)
        outcome = recording.save_decision(
            by=recorder, item=item, decision="actions" if action else "none", seen=0, reason=reason
        )
        self._telling(item, outcome, by, on)
        live.close_item(by=self.desk.chair, item=self._item(place, file))

    def _follow(self, action, by: str, due_on: date, file) -> None:
        done_on = due_on - timedelta(days=self.say.rng.randint(1, 9))
        if self.say.chance(0.75) or due_on < self.today - timedelta(days=30):
            outcome = self.say.write(f"{self.words}.done", file.person, done_on)
            self.diary.at(done_on, 15, self.desk.finish, action, by, outcome, minute=self.say.rng.randrange(60))

    def _telling(self, item, outcome, by: str, on: date) -> None:
        teller = self.desk.of(by)
        how = "At the next appointment, in person."
        recording.save_telling(
            by=self.desk.coordinator,
            item=item,
            seen=outcome.version,
            teller=teller,
            tell_by=on + timedelta(days=7),
            tell_how=how,
        )
        self.diary.at(on + timedelta(days=4), 14, self._told, outcome, teller)

    def _told(self, outcome, teller) -> None:
        joined = ("key", "teller__agency", "item__meeting__panel", "item__listing__case")
        outcome = type(outcome).objects.select_related(*joined).get(pk=outcome.pk)
        recording.mark_told(by=teller, outcome=outcome, seen=outcome.version)

    def _end(self, place: int) -> None:
        live.issue_actions(by=self.desk.coordinator, meeting=self.meeting(place))
        live.end_meeting(by=self.desk.chair, meeting=self.meeting(place))

    # after

    def _draft(self, place: int) -> None:
        row = minutes.draft_minutes(by=self.desk.coordinator, meeting=self.meeting(place))
        minutes.send_for_check(by=self.desk.coordinator, minutes=_minutes(row))

    def _approve(self, place: int) -> None:
        row = Minutes.objects.filter(meeting=self.rows[place].pk).get()
        minutes.approve_minutes(by=self.desk.chair, minutes=_minutes(row), early=True)

    def _item(self, place: int, file) -> AgendaItem:
        return _items().get(meeting=self.rows[place].pk, listing__case=file.row)


def _items():
    joined = ("key", "meeting__panel__partnership", "meeting__chair", "listing__key", "listing__referral__key")
    return AgendaItem.objects.select_related(*joined, "listing__case__panel", "listing__case__key")


def _minutes(row) -> Minutes:
    return Minutes.objects.select_related("key", "meeting__panel", "meeting__key").get(pk=row.pk)
