"""The acts of a plan done by the verbs themselves, at the instants of the plan: what the bulk loading must equal.

These parts stand in the place of the bulk ones under the same calendar (`config.demonstration.loading.schedule`).
"""

import datetime as real
from contextlib import contextmanager
from unittest import mock

from django.utils import timezone

from cases.models import Party, Subject
from cases.workflow import action as action_verbs
from cases.workflow import case as case_verbs
from cases.workflow import contact as contact_verbs
from cases.workflow import entry as entry_verbs
from cases.workflow import progress as progress_verbs
from cases.workflow import referral as referral_verbs
from cases.workflow import screening as screening_verbs
from config.demonstration import people as typing
from config.demonstration.agenda import NO_NAMES, TYPES
from config.demonstration.cast import aware, moment
from config.demonstration.intake import STEP, basis_of
from config.demonstration.intake import Intake as BulkIntake
from config.demonstration.progress import ENDINGS, HOUR
from config.demonstration.recording import ALERT_REASON, ALERT_TELLING, DEFERRED_REASON, RISKS
from config.demonstration.research import APART
from meetings.models import AgendaItem, Return
from meetings.workflow import agenda as agenda_verbs
from meetings.workflow import agenda_issue, attendance, live, minutes, recording, recusal, research, statement
from meetings.workflow import calendar as calendar_verbs
from partnership.models import Member

MINUTE = real.timedelta(minutes=1)


class Clock:
    """The time, as the plan has it."""

    def __init__(self):
        self.now = real.datetime.now(real.UTC)

    @contextmanager
    def running(self):
        clock = self

        class Then(real.datetime):
            @classmethod
            def now(cls, tz=None):
                return clock.now.astimezone(tz)

        with mock.patch.object(timezone, "datetime", Then):
            yield


def fresh(row):
    """*row* as the database has it, with what verbs ask for joined."""
    found = type(row)._default_manager.all()
    joined = [
        name
        for name in (
            "key",
            "panel",
            "agency",
            "written_by",
            "meeting",
            "case",
            "referral",
            "listing",
            "request",
            "item",
        )
        if name in {field.name for field in row._meta.concrete_fields}
    ]
    return found.select_related(*joined).get(pk=row.pk)


class VerbTown:
    """What the verbs need to know of who is who; acts come from the calendar of the bulk loading."""

    def __init__(self, town, clock):
        self.town, self.clock, self.cast, self.plan = town, clock, town.cast, town.plan
        self.referrals, self.parties, self.items, self.meetings, self.outcomes = {}, {}, {}, {}, {}
        self.subjects: dict[str, Subject] = {}
        self.cases: dict[str, object] = {}
        town.case_reference = lambda key: self.cases[key].reference if key in self.cases else "not known"

    def member(self, member):
        """A member as a request would have them: freshly read, their grants with them."""
        return Member.objects.select_related("agency__partnership").get(pk=member.pk)


class Intake(BulkIntake):
    """Referrals by their verbs."""

    def __init__(self, town):
        super().__init__(town)
        self.verbs = town.verbs

    def write(self, planned):
        verbs, clock = self.verbs, self.verbs.clock
        clock.now = aware(planned.drafted_at)
        by = verbs.member(self.cast.worker(planned.referrer, "refer", planned.agency))
        row = referral_verbs.start_referral(by=by, panel=self.cast.panel)
        verbs.referrals[planned.key] = row
        victim = Party.objects.with_key().get(referral=row)
        verbs.parties[planned.key] = {planned.victim: victim}
        sent = aware(planned.submitted_at) if planned.submitted_at else clock.now + STEP * 20
        step = min(STEP, (sent - clock.now) / 30)
        told = type(
            "Told", (), {"writer": by, "row": row, "checklist": row.checklist, "parties": {planned.victim: victim}}
        )
        for section, typed in self._sections(planned, told):
            stands = fresh(section)
            stands.referral = row
            clock.now += step
            saved = referral_verbs.save_part(by=by, referral=fresh(row), row=stands, typed=typed, seen=stands.version)
            if saved.version == stands.version:
                clock.now -= step
            if "safe_to_call" in typed:
                self._people(planned, by, row, step)

    def _people(self, planned, by, row, step):
        everybody, verbs = self.town.plan.people, self.verbs
        told = type("Told", (), {"writer": by})
        rows = [
            (
                key,
                "perpetrator",
                typing.perpetrator(
                    everybody[key], planned, self._employer(planned, told) if key == planned.perpetrators[0] else None
                ),
            )
            for key in planned.perpetrators
        ] + [(child.person, "child", typing.child(everybody[child.person], child)) for child in planned.children]
        for key, capacity, typed in rows:
            verbs.clock.now += step
            added = referral_verbs.add_party(by=by, referral=fresh(row), capacity=capacity, typed=typed)
            verbs.parties[planned.key][key] = added

    def send(self, planned):
        row = self.verbs.referrals[planned.key]
        referral_verbs.submit_referral(by=self.verbs.member(row.written_by), referral=fresh(row))

    def contact(self, planned, at):
        said = planned.contact
        by = self.verbs.member(self.cast.worker(said.by, "contact_victim", planned.agency))
        typed = {
            "made": said.made,
            "happened_at": min(aware(said.at), at),
            "way": said.way,
            "wishes": f"{said.note} {said.wishes}".strip() if said.made else "",
            "not_made_reason": "" if said.made else said.note,
        }
        contact_verbs.record_contact(by=by, referral=fresh(self.verbs.referrals[planned.key]), typed=typed)

    def screen(self, planned, at):
        verbs = self.verbs
        by, row = verbs.member(self.cast.coordinator), fresh(verbs.referrals[planned.key])
        if planned.state == "returned":
            screening_verbs.return_referral(by=by, referral=row, missing=["incident"], words=planned.screening_reason)
        elif planned.state == "declined":
            screening_verbs.decline_referral(by=by, referral=row, words=planned.screening_reason)
        else:
            self._accept(planned, row, by)

    def _accept(self, planned, row, by):
        verbs, people = self.verbs, self.town.people
        parties = verbs.parties[planned.key]
        matches = {
            party.pk: verbs.subjects[people.human(key)]
            for key, party in parties.items()
            if people.human(key) in verbs.subjects
        }
        case = screening_verbs.accept_referral(
            by=by, referral=row, matches=matches, repeat="repeat" if planned.repeat else "new"
        )
        verbs.cases[planned.case] = case
        for key, party in parties.items():
            subject_id = Party.objects.get(pk=party.pk).subject_id
            verbs.subjects[people.human(key)] = Subject.objects.with_key().get(pk=subject_id)


class Agenda:
    """Meetings until they begin, by their verbs."""

    def __init__(self, town):
        self.town, self.verbs, self.cast = town, town.verbs, town.cast
        self.research_from, self.series = {}, set()
        self.meetings = self.verbs.meetings
        self.sent = set()

    def by(self):
        return self.verbs.member(self.cast.coordinator)

    def plan(self, planned, at):
        year = planned.on.year
        if year in self.series:
            return
        self.series.add(year)
        mine = [m for m in self.town.plan.meetings.values() if m.kind == "ordinary" and m.on.year == year]
        # The rhythm is not the plan's days: the verb's own parts are used, with the plan's days.
        days = sorted(m.on for m in mine)
        with mock.patch("meetings.rules.calendar.series_days", return_value=days):
            made = calendar_verbs.make_series(
                by=self.by(),
                panel=self.cast.panel,
                first_on=days[0],
                last_on=days[-1],
                time=mine[0].starts_at,
                place=mine[0].place,
                chair=self.cast.chair,
            )
        by_day = {timezone.localtime(meeting.starts_at).date(): meeting for meeting in made}
        for each in mine:
            self.meetings[each.key] = by_day[each.on]

    def list_case(self, key, at, by=None):
        planned, verbs = self.town.plan.listings[key], self.verbs
        by = by or self.by()
        case = verbs.cases[planned.case]
        minutes_own = None if planned.minutes == self.cast.panel.minutes_per_case else planned.minutes
        presenter = verbs.member(self.cast.worker(planned.presenter, "attend"))
        from cases.models import Case

        item = agenda_verbs.list_case(
            by=by,
            meeting=fresh(self.meetings[planned.meeting]),
            case=Case.objects.select_related("key", "panel").get(pk=case.pk),
            referral=fresh(verbs.referrals[planned.referral]),
            type=TYPES.get(planned.kind, planned.kind),
            transferred_from=self.town.plan.referrals[planned.referral].transfer_from,
            agencies=[self.cast.agencies[each.agency] for each in planned.returns],
            presenter=presenter,
            minutes=minutes_own,
        )
        verbs.items[key] = item
        if presenter.pk != by.pk and planned.presenter_confirmed:
            self.town.at(at + 90 * MINUTE, self.confirm, key)
        if planned.meeting in self.sent:
            self._plan_answers(key, at)
        elif at >= self.research_from[planned.meeting]:
            self.town.at(at + MINUTE, self.send_research, planned.meeting)

    def confirm(self, key, at):
        item = AgendaItem.objects.select_related("meeting__panel", "listing__case", "presenter__agency").get(
            pk=self.verbs.items[key].pk
        )
        agenda_verbs.confirm_presenter(by=self.verbs.member(item.presenter), item=item)

    def confirm_rest(self, key, at):
        waiting = AgendaItem.objects.filter(meeting=self.meetings[key], presenter_confirmed_at__isnull=True)
        for item in waiting.select_related("meeting__panel", "listing__case", "presenter__agency"):
            agenda_verbs.confirm_presenter(by=self.by(), item=item)

    def send_research(self, key, at):
        meeting = fresh(self.meetings[key])
        if key in self.sent or not meeting.items.exists():
            return
        self.sent.add(key)
        research.send_research(by=self.by(), meeting=meeting)
        for listing, planned in self.town.plan.listings.items():
            if planned.meeting == key and listing in self.verbs.items:
                self._plan_answers(listing, at)

    def _plan_answers(self, key, asked_at):
        planned = self.town.plan.listings[key]
        latest = self.meetings[planned.meeting].starts_at - 30 * MINUTE
        last = asked_at
        for said in planned.returns:
            if said.answer not in ("known", "nothing_known"):
                continue
            if not self._answers(key).filter(request__agency=self.cast.agencies[said.agency]).exists():
                continue
            when = min(max(aware(said.answered_at), asked_at + 20 * MINUTE), latest)
            last = max(last, when)
            self.town.at(when, self.answer, key, said)
        if planned.recused:
            self.town.at(min(last + MINUTE, latest), self.recuse, key)

    def _answers(self, key):
        return Return.objects.filter(listing=self.verbs.items[key].listing_id)

    def answer(self, key, said, at):
        agency = self.cast.agencies[said.agency]
        by = self.cast.worker(said.researcher, "research", said.agency)
        if by.agency_id != agency.pk:
            return
        by = self.verbs.member(by)
        answer = (
            self._answers(key)
            .select_related(
                "key",
                "request__meeting__panel",
                "request__agency",
                "listing__key",
                "listing__case__key",
                "listing__referral__key",
            )
            .get(request__agency=agency)
        )
        if said.answer == "nothing_known":
            research.nothing_known_of_case(by=by, answer=answer, seen=answer.version)
            return
        listing, referral_key = self.town.plan.listings[key], self.town.plan.listings[key].referral
        assert not said.destroyed, "what was destroyed has no verb yet"
        parties = self.verbs.parties[referral_key]
        known = {parties[person].pk for person in said.known if person in parties}
        del listing
        for party in Party.objects.with_key().filter(case=answer.listing.case_id).current().in_order():
            is_known = party.pk in known
            research.save_check(
                by=by,
                answer=answer,
                party=party,
                seen=0,
                known="known" if is_known else "not_known",
                accuracy="correct" if is_known else "",
            )
        for entry in said.entries:
            facts = {
                "party": fresh(parties[entry.person]) if entry.person in parties else None,
                "left_out": [self.cast.agencies[one] for one in entry.excluded if one != said.agency],
                "reach": {"say_only": "say"}.get(entry.reach, entry.reach),
            }
            self.verbs.clock.now += APART
            entry_verbs.write_entry(
                by=by,
                listing=answer.listing,
                text=entry.text,
                kind="information",
                source=entry.source,
                known_on=entry.on,
                nature=entry.nature,
                **facts,
            )
            if entry.proposed_action:
                self.verbs.clock.now += APART
                entry_verbs.write_entry(
                    by=by,
                    listing=answer.listing,
                    text=entry.proposed_action,
                    kind="proposal",
                    nature="opinion",
                    **facts,
                )
        basis = basis_of(agency.kind) if answer.listing.referral.consents == "no" else ""
        research.answer_return(by=by, answer=answer, seen=answer.version, lawful_basis=basis)

    def recuse(self, key, at):
        for member in self.town.plan.listings[key].recused:
            if self.cast.members[member] in (self.cast.chair, self.cast.coordinator):
                continue
            item = AgendaItem.objects.select_related("meeting__panel", "listing__case").get(pk=self.verbs.items[key].pk)
            recusal.declare_interest(by=self.verbs.member(self.cast.members[member]), item=item)

    def order(self, key, at):
        listings = [
            one for one in self.town.plan.listings.values() if one.meeting == key and one.key in self.verbs.items
        ]
        arranged = sorted(listings, key=lambda one: one.order)
        order = [self.verbs.items[one.key].pk for one in arranged]
        agenda_verbs.order_items(by=self.by(), meeting=fresh(self.meetings[key]), order=order)

    def freeze(self, key, at):
        meeting = fresh(self.meetings[key])
        agenda_issue.freeze_agenda(by=self.by(), meeting=meeting, seen=meeting.version, despite_warnings=True)


class Hearing:
    """Meetings that were held, by their verbs; the calendar of the bulk loading says when."""

    def __init__(self, town, agenda):
        from config.demonstration.hearing import Hearing as Bulk

        self.town, self.agenda, self.verbs, self.cast = town, agenda, town.verbs, town.cast
        self.present, self.signed = {}, {}
        self.plan = lambda planned: Bulk.plan(self, planned)

    def _item(self, key):
        return AgendaItem.objects.select_related(
            "meeting__panel__partnership",
            "meeting__chair",
            "listing__key",
            "listing__case__key",
            "listing__case__panel",
            "listing__referral",
            "presenter",
        ).get(pk=self.verbs.items[key].pk)

    def sign(self, meeting_key, seat, at):
        by = self.cast.members[seat.member]
        if self.cast.may(by, "attend"):
            statement.sign_statement(
                by=self.verbs.member(by),
                meeting=fresh(self.agenda.meetings[meeting_key]),
                number=1,
                mode="remote" if seat.remote else "room",
            )

    def observe(self, meeting_key, seat, at):
        name, _, organisation = seat.name.partition(", ")
        attendance.add_observer(
            by=self.agenda.by(),
            meeting=fresh(self.agenda.meetings[meeting_key]),
            name=name,
            organisation=organisation,
            signed=True,
        )

    def apologise(self, meeting_key, at):
        for apology in self.town.plan.meetings[meeting_key].apologies:
            member = self.cast.members[apology.member]
            attendance.record_apologies(
                by=self.agenda.by(),
                meeting=fresh(self.agenda.meetings[meeting_key]),
                agency=member.agency,
                member=member,
                information_sent=apology.information_sent,
                received_on=apology.received_on,
            )

    def chair(self):
        return self.verbs.member(self.cast.chair)

    def open(self, meeting_key, at):
        live.open_meeting(by=self.chair(), meeting=fresh(self.agenda.meetings[meeting_key]))

    def start(self, meeting_key, key, at):
        live.start_item(by=self.chair(), item=self._item(key))

    def write(self, meeting_key, key, at):
        said, by, item = self.town.plan.listings[key], self.agenda.by(), self._item(key)
        name = lambda one: self.cast.members[one].name if one in self.cast.members else ""  # noqa: E731
        notes = [
            ("summary", said.summary, ""),
            ("voice", said.voice, name(said.voice_given_by)),
            ("risk_victim", said.risk_summary, ""),
            ("perpetrator_line", said.perpetrator_line or said.perpetrator_considered, ""),
        ]
        for part, text, given_by in notes:
            if text:
                recording.save_note(by=by, item=item, part=part, text=text, seen=0, given_by=given_by)
        for action in said.actions:
            self._agree(meeting_key, item, action, by)
        reason = said.decision_reason or (ALERT_REASON if item.listing.type == "alert" else "")
        deferred_to = fresh(self.agenda.meetings[said.deferred_to]) if said.deferred_to else None
        outcome = recording.save_decision(
            by=by,
            item=item,
            decision=said.decision,
            seen=0,
            reason=(reason or DEFERRED_REASON) if deferred_to else reason,
            deferred_to=deferred_to,
            transferred_to=said.transferred_to,
        )
        self.verbs.outcomes[key] = outcome
        if said.decision != "deferred":
            self._telling(item, outcome, said.telling, by)

    def _agree(self, meeting_key, item, planned, by):
        case, agency = item.listing.case, self.cast.agencies[planned.agency]
        action = action_verbs.agree_action(
            by=by,
            case=case,
            agency=agency,
            text=planned.text,
            due_on=planned.due_on,
            listing=item.listing,
            risk=RISKS.get(planned.risk_to, planned.risk_to),
            member=self.cast.members[planned.member],
            safe_words=planned.safe_wording,
        )
        approved_at = moment(self.town.plan.meetings[meeting_key].approved_on, 15)
        agreed_at = self.agenda.meetings[meeting_key].starts_at + real.timedelta(hours=5)
        self.town.progress.follow(None, action, planned, agreed_at=agreed_at, approved_at=approved_at)

    def _telling(self, item, outcome, telling, by):
        if telling is None:
            recording.save_telling(by=by, item=item, seen=outcome.version, not_to_tell_reason=ALERT_TELLING)
            return
        recording.save_telling(
            by=by,
            item=item,
            seen=outcome.version,
            teller=self.cast.members[telling.member],
            tell_by=telling.by_on,
            tell_how=f"{telling.how} {telling.words}",
        )
        if telling.done_on:
            self.town.at(moment(telling.done_on, 16, 5), self.told, outcome)

    def told(self, outcome, at):
        from meetings.models import ItemOutcome

        outcome = ItemOutcome.objects.select_related(
            "key", "teller__agency", "item__meeting__panel", "item__listing__case"
        ).get(pk=outcome.pk)
        recording.mark_told(by=self.verbs.member(outcome.teller), outcome=outcome, seen=outcome.version)

    def close(self, meeting_key, key, at):
        listing = self.town.plan.listings[key]
        again = next(
            (
                one
                for one in self.town.plan.listings.values()
                if listing.deferred_to and one.meeting == listing.deferred_to and one.referral == listing.referral
            ),
            None,
        )
        live.close_item(by=self.chair(), item=self._item(key))
        if again:
            self.verbs.items[again.key] = AgendaItem.objects.get(
                meeting=self.agenda.meetings[again.meeting], listing__case=self.verbs.cases[again.case]
            )

    def issue(self, meeting_key, at):
        # Documents and letters are another matter: what is issued is compared, not what is sent.
        live.issue_actions(by=self.agenda.by(), meeting=fresh(self.agenda.meetings[meeting_key]))

    def end(self, meeting_key, at):
        live.end_meeting(by=self.chair(), meeting=fresh(self.agenda.meetings[meeting_key]))


class Record:
    """Minutes by their verbs."""

    def __init__(self, town, agenda, hearing):
        from config.demonstration.record import Record as Bulk

        self.town, self.agenda, self.hearing = town, agenda, hearing
        self.plan = lambda planned: Bulk.plan(self, planned)
        self.rows = {}

    def draft(self, key, at):
        self.rows[key] = minutes.draft_minutes(by=self.agenda.by(), meeting=fresh(self.agenda.meetings[key]))

    def check(self, key, until, at):
        minutes.send_for_check(by=self.agenda.by(), minutes=self._row(key), until=until)

    def approve(self, key, at):
        row = self._row(key)
        minutes.approve_minutes(by=self.hearing.chair(), minutes=row, early=at < row.check_until)
        self.town.at(at + real.timedelta(minutes=45), self.close_cases, key)

    def close_cases(self, key, at):
        for listing in self.town.plan.listings.values():
            if listing.meeting == key:
                self.town.progress.close_if_finished(listing.case)

    def _row(self, key):
        return type(self.rows[key]).objects.select_related("meeting__panel").get(pk=self.rows[key].pk)


class Progress:
    """Actions and cases by their verbs."""

    def __init__(self, town):
        self.town, self.verbs, self.cast = town, town.verbs, town.cast

    def follow(self, file, action, planned, *, agreed_at, approved_at):
        by = self.cast.worker(planned.member, "do_action", planned.agency)
        by = by if by.agency_id == action.agency_id else self.cast.speaker(action.agency, "do_action")
        if by is None:
            return
        if planned.status == "in_progress":
            self.town.at(agreed_at + 20 * HOUR, self.begin, action, planned, by)
        elif planned.status in ENDINGS:
            ended_at = max(moment(planned.closed_on, 15, 10 + planned.number), agreed_at + HOUR)
            self.town.at(ended_at, self.finish, action, planned, by)
            self.town.at(max(ended_at + HOUR, approved_at + HOUR), self.accept, action)

    def _action(self, action):
        return type(action).objects.select_related("key", "case__key", "case__panel", "agency").get(pk=action.pk)

    def begin(self, action, planned, by, at):
        action = self._action(action)
        progress_verbs.begin_action(by=self.verbs.member(by), action=action, seen=action.version)

    def finish(self, action, planned, by, at):
        action = self._action(action)
        progress_verbs.finish_action(
            by=self.verbs.member(by),
            action=action,
            state=ENDINGS[planned.status],
            outcome=planned.outcome or planned.reason,
            evidence=planned.evidence,
            seen=action.version,
        )

    def accept(self, action, at):
        action = self._action(action)
        progress_verbs.accept_closure(by=self.verbs.member(self.cast.coordinator), action=action, seen=action.version)

    def close_if_finished(self, key):
        from cases.models import Case
        from cases.rules.case import why_not_closed

        case = Case.objects.select_related("key", "panel").get(pk=self.verbs.cases[key].pk)
        if case.state == "open" and not why_not_closed(case):
            case_verbs.close_case(by=self.verbs.member(self.cast.coordinator), case=case)


__all__ = ["NO_NAMES", "Agenda", "Clock", "Hearing", "Intake", "Progress", "Record", "VerbTown"]
