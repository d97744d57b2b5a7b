"""Meetings until they begin, planned, asked, answered, frozen by the verbs themselves: see `demonstration_verbs`."""

import datetime as real
from unittest import mock

from django.utils import timezone

from cases.models import Party
from cases.workflow import entry as entry_verbs
from config.demonstration.agenda import TYPES
from config.demonstration.cast import aware
from config.demonstration.intake import basis_of
from config.demonstration.research import APART
from meetings.models import AgendaItem, Return
from meetings.workflow import agenda as agenda_verbs
from meetings.workflow import agenda_issue, recusal, research
from meetings.workflow import calendar as calendar_verbs
from tests.config.demonstration_verbs import fresh

MINUTE = real.timedelta(minutes=1)


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
        known = {parties[person].pk: person for person in said.known if person in parties}
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
                last_contact_on=said.last_contact(known[party.pk]) if is_known else None,
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
                grade=entry.grade,
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
        worker = by.name if said.has_worker else ""
        research.answer_return(by=by, answer=answer, seen=answer.version, lawful_basis=basis, involved_worker=worker)

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
