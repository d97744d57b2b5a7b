"""Three years of one conference, planned meeting by meeting from a seed, with every quota that the figures set."""

import random
from datetime import time, timedelta

from . import agencies as bodies
from . import calendar, casework, places
from .attendance import STARTS_AT, Doorkeeper
from .closing import close_cases
from .grammar import Writer
from .intake import Intake
from .listing import LONG_SLOT, Lister
from .minutes import Secretary
from .people import Population
from .planned import Plan, PlannedMeeting
from .quotas import SMALL, Quotas
from .research import Asking, returns
from .scenes import scene

RETURNS_KEPT = timedelta(days=30)  # after approval of the minutes
REPEAT_SHARE = 0.325
URGENT_AGENCIES = ("police", "idva", "childrens", "housing", "probation")


def plan(seed, *, today, years=3, meetings_per_year=25, cases_per_meeting=16, small=False):
    """The whole demonstration, the same for the same arguments: what happened up to `today`, and what is due.

    One ordinary meeting is on `today` with its agenda frozen, the next has its agenda open, two more are planned.
    `small` is two held meetings, ten cases and the eight accounts.
    """
    historian = Historian(seed, today, small)
    if small:
        historian.hold(calendar.held_days(today, 6)[::5], [3, 4], repeats=[0, 1])
        historian.prepare(4, 1, repeats=1)
    else:
        days = calendar.held_days(today, years * meetings_per_year)
        historian.hold(days, calendar.sizes(days, cases_per_meeting))
        historian.prepare(cases_per_meeting, round(cases_per_meeting * 0.55))
    historian.leave_waiting()
    close_cases(historian.plan)
    return historian.plan


class Historian(Lister):
    """Keeps the thread: which pairs can come back, what has been deferred, which quota is still to be met."""

    def __init__(self, seed, today, small):
        self.rng = rng = random.Random(seed)  # noqa: S311  invented data, repeatable on purpose
        self.today, self.small, self.quotas = today, small, SMALL if small else Quotas()
        self.population, self.writer = Population(rng), Writer(rng)
        register = bodies.agencies(rng, today - timedelta(days=1500))
        members = bodies.members(rng, register, small)
        self.plan = Plan(
            seed=seed,
            today=today,
            partnership=places.PARTNERSHIP,
            panel=f"{places.PARTNERSHIP} MARAC",
            agencies=register,
            members=members,
            people=self.population.people,
            cases={},
            referrals={},
            meetings={},
            listings={},
        )
        self.staff = bodies.staff(register, members)
        self.chair, self.coordinator = bodies.holder(members, "chair"), bodies.holder(members, "coordinator")
        self.households, self.deferred = {}, []
        self.heard, self.repeats = 0, 0
        self.intake = Intake(
            rng, self.writer, self.plan, self.staff, set(rng.sample(range(6 if small else 1150), self.quotas.refused))
        )
        self.secretary = Secretary(rng, self.writer, self.plan, self.staff)
        self.doorkeeper = Doorkeeper(rng, self.plan, self.staff)

    # The meetings

    def hold(self, days, sizes, repeats=None):
        """Every ordinary meeting that has been, with the urgent ones between."""
        specials = self.specials(days)
        previous_cutoff = calendar.working_days_before(days[0], calendar.CUTOFF_WORKING_DAYS) - timedelta(days=14)
        for place, (day, size) in enumerate(zip(days, sizes, strict=True)):
            meeting = self.meeting(day, "distributed")
            self.fill(meeting, size, previous_cutoff, specials.get(place, []), repeats[place] if repeats else None)
            self.hear(meeting)
            previous_cutoff = meeting.cutoff_on
            if ("urgent", "") in specials.get(place, []):
                self.urgent(min(day + timedelta(days=self.rng.choice((5, 6, 7))), self.latest_urgent()))

    def latest_urgent(self):
        day = self.today - timedelta(days=1)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def prepare(self, today_size, open_size, repeats=None):
        """Today's meeting with its frozen agenda, the next with an open one, and two that are only planned."""
        last = max(meeting.cutoff_on for meeting in self.plan.meetings.values() if meeting.kind == "ordinary")
        coming = calendar.coming_days(self.today)
        frozen = self.meeting(self.today, "agenda_frozen")
        restricted = [] if self.small else [("restricted", "")]
        self.fill(frozen, today_size, last, restricted, repeats)
        self.ask(frozen, share=0.965)
        opened = self.meeting(coming[0], "agenda_open")
        self.fill(opened, open_size, frozen.cutoff_on, restricted, 0 if self.small else None)
        self.ask(opened, share=0.34)
        for day in coming[1:]:
            self.meeting(day, "planned")

    def meeting(self, day, state, kind="ordinary", reason=""):
        cutoff_on = calendar.working_days_before(day, calendar.CUTOFF_WORKING_DAYS) if kind == "ordinary" else day
        key = f"m{len(self.plan.meetings) + 1:04d}"
        meeting = PlannedMeeting(
            key=key,
            kind=kind,
            state=state,
            on=day,
            starts_at=STARTS_AT if kind == "ordinary" else time(14, 0),
            place=places.VENUE,
            link=f"https://meet.aberwenlli-marsh.example/{key}",
            chair=self.chair,
            coordinator=self.coordinator,
            cutoff_on=cutoff_on,
            urgent_reason=reason,
        )
        self.plan.meetings[key] = meeting
        self.writer.new_meeting()
        return meeting

    def specials(self, days):
        """Which special things fall on which meeting, spread over the years."""
        quotas, found = self.quotas, {}
        counts = {
            "urgent": quotas.urgent,
            "transfer": quotas.transfers_in,
            "transfer_out": quotas.transfers_out,
            "restricted": quotas.restricted,
            "deferred": quotas.deferred,
            "alert": quotas.alerts,
            "other_victim": quotas.other_victim,
            "other_perpetrator": quotas.other_perpetrator,
            "namesake": quotas.namesakes,
            "returning": quotas.returning,
            "declined": quotas.declined,
        }
        for kind, count in counts.items():
            count = count if len(days) >= 60 else count * len(days) // 75
            first = {"returning": len(days) * 2 // 5, "namesake": 20}.get(kind, 2)
            for place in self.rng.sample(range(first, len(days) - 1), count) if count else []:
                found.setdefault(place, []).append((kind, ""))
        return found

    # The agenda

    def fill(self, meeting, size, previous_cutoff, specials, repeats=None):
        """The cases of a meeting: those deferred to it, transfers and other special ones, repeats, then new pairs."""
        kinds = [kind for kind, _ in specials]
        last = min(meeting.cutoff_on, self.today - timedelta(days=5))
        first = max(previous_cutoff + timedelta(days=1), last - timedelta(days=27))
        for listing in self.deferred:
            self.relist(listing, meeting)
        self.deferred = []
        for kind in kinds:
            if kind in {"transfer", "other_victim", "other_perpetrator", "namesake", "returning"}:
                self.list_special(kind, meeting, first, last)
        wanted = self.repeats_wanted(size) if repeats is None else repeats
        for case in self.eligible(first, wanted):
            self.list_again(case, meeting, first, last)
        while len(meeting.listings) < size:
            self.list_new(meeting, first, last)
        if "declined" in kinds:
            self.intake.refer(self.population.household(last), first, last, state="declined")
        self.arrange(meeting, kinds)

    def repeats_wanted(self, size):
        """As many repeats as bring the share to its figure, at most five in eleven of one meeting."""
        needed = REPEAT_SHARE * (len(self.plan.listings) + size) - self.repeats
        return max(0, min(round(needed), size * 5 // 11))

    def eligible(self, first, wanted):
        """Pairs last referred between a month and a year before, and not already on this list."""
        latest, earliest = first - timedelta(days=30), first - timedelta(days=335)
        found = [
            case
            for case in self.plan.cases.values()
            if earliest <= self.last_referred(case) <= latest and not case.employee_of
        ]
        return self.rng.sample(found, min(wanted, len(found)))

    def last_referred(self, case):
        return self.plan.referrals[case.referrals[-1]].submitted_at.date()

    def last_heard(self, case):
        days = [
            self.plan.meetings[each.meeting].on
            for each in self.plan.listings.values()
            if each.case == case.key and each.heard
        ]
        return days[-1] if days else None

    # The hearing

    def scene(self, case, on):
        return scene(self.plan.people, self.households[case.key], on, self.plan.agencies)

    def meeting_scene(self, listing, meeting):
        referral = self.plan.referrals[listing.referral]
        words = self.scene(self.plan.cases[listing.case], min(meeting.on, self.today))
        return casework.at_meeting(
            words, referral, self.plan.agencies[referral.agency], transfer_to=listing.transferred_to
        )

    def hear(self, meeting, asked=None):
        """Research, the hearing of each case, attendance and the minutes of a meeting that has been held."""
        meeting.approved_on = calendar.next_working_day(calendar.next_working_day(meeting.on))
        meeting.distributed_on = calendar.next_working_day(meeting.approved_on)
        self.ask(meeting, destroyed=self.today > meeting.approved_on + RETURNS_KEPT, asked=asked)
        for key in meeting.listings:
            listing = self.plan.listings[key]
            self.secretary.hear(
                self.meeting_scene(listing, meeting), listing, meeting, self.plan.referrals[listing.referral]
            )
            if listing.decision == "deferred":
                self.deferred.append(listing)
        self.doorkeeper.sign_in(meeting, asked or list(self.plan.agencies))

    def ask(self, meeting, share=0.985, destroyed=False, asked=None):
        """One return of every agency asked on every listing, but none of an agency that is barred from it."""
        for key in meeting.listings:
            listing = self.plan.listings[key]
            referral = self.plan.referrals[listing.referral]
            last = min(meeting.on, self.today) - timedelta(days=1)
            first = min(max(referral.screened_at.date(), last - timedelta(days=8)), last)
            staff = {
                agency: self.staff[agency] for agency in asked or self.plan.agencies if agency != listing.barred_agency
            }
            asking = Asking(staff=staff, first=first, last=last, destroyed=destroyed, share=share, over=meeting.held)
            household = self.households[listing.case]
            listing.returns = returns(
                self.rng, self.writer, self.meeting_scene(listing, meeting), household, listing, asking
            )
            self.recuse(listing)

    def recuse(self, listing):
        """Now and then a representative knows a party, declares it, and leaves for the item."""
        if self.rng.random() < 0.012:
            agency = self.rng.choice([key for key in self.staff if self.staff[key] and key != listing.barred_agency])
            listing.recused = (self.staff[agency][0],)

    def urgent(self, day):
        """One case, a few agencies, three days after the referral at the most."""
        day -= timedelta(days=max(0, day.weekday() - 4))
        meeting = self.meeting(day, "distributed", kind="urgent")
        submitted = day - timedelta(days=3 if day.weekday() < 2 else 2)
        submitted -= timedelta(days=max(0, submitted.weekday() - 4))
        self.list_new(meeting, submitted, submitted, urgent=True)
        listing = self.plan.listings[meeting.listings[0]]
        listing.minutes = LONG_SLOT * 2
        meeting.urgent_reason = self.writer.one("urgent.reason", self.meeting_scene(listing, meeting))
        self.hear(meeting, URGENT_AGENCIES)

    # What is still to come

    def leave_waiting(self):
        """Referrals that nobody has decided yet: drafts, submitted ones with possible matches, and returned ones."""
        drafts, submitted, returned = self.quotas.waiting
        first, last = self.today - timedelta(days=3), self.today - timedelta(days=1)
        for _ in range(drafts):
            self.intake.unfinished(self.population.household(last), first, last)
        for place in range(submitted):
            household = self.met_before() if place % 2 else self.population.household(last)
            self.intake.refer(household, first, last, state="submitted")
        for _ in range(returned):
            self.intake.refer(
                self.population.household(last),
                self.today - timedelta(days=9),
                self.today - timedelta(days=5),
                state="returned",
            )
        if self.small:
            self.intake.refer(
                self.population.household(last),
                self.today - timedelta(days=9),
                self.today - timedelta(days=5),
                state="declined",
            )

    def met_before(self):
        """A household already known, whose victim and perpetrator are entered as new and a little differently."""
        cases = [
            case
            for case in self.plan.cases.values()
            if timedelta(days=30) < self.today - self.last_referred(case) < timedelta(days=330)
        ]
        cases = cases or list(self.plan.cases.values())
        known = self.households[
            self.rng.choice([case for case in cases if not self.households[case.key].victim.variant_of]).key
        ]
        entered = type(known)(**{name: getattr(known, name) for name in known.__dataclass_fields__})
        entered.victim = self.entered_again(known.victim)
        entered.perpetrators = [self.entered_again(person) for person in known.perpetrators]
        return entered
