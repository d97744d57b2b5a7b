"""Which case comes to which meeting, as what: new, returning, moved here, put off, told of alone."""

from datetime import timedelta

from . import casework
from .planned import PlannedCase, PlannedListing
from .spelling import can_swap, respelt

EMPLOYERS = ("acute", "childrens", "mental", "education", "primary")
SLOT, LONG_SLOT, ALERT_SLOT = 10, 15, 2


class Lister:
    """Puts cases on meetings."""

    def list_special(self, kind, meeting, first, last):
        if kind == "transfer":
            return self.list_new(meeting, first, last, transfer_from=self.intake.area())
        if kind == "returning":
            return self.list_returning(meeting, first, last)
        known = [
            household
            for household in self.households.values()
            if "ex" in household.tie.tags and "family" not in household.tie.tags
        ]
        if kind == "other_perpetrator":
            known = [
                each
                for each in known
                if each.victim.gender == "female" and 20 < each.victim.age_on(last) < 44 and not each.victim.variant_of
            ]
            victim = self.entered_again(self.rng.choice(self.respellable(known)).victim)
            return self.list_new(meeting, first, last, household=self.population.household(last, victim=victim))
        known = [
            each.perpetrators[0]
            for each in known
            if each.perpetrators[0].gender == "male" and 22 < each.perpetrators[0].age_on(last) < 40
        ]
        other = self.rng.choice(known)
        other = self.population.namesake(other) if kind == "namesake" else other
        return self.list_new(meeting, first, last, household=self.population.household(last, perpetrator=other))

    def respellable(self, households):
        """Mostly those whose victim has a name of two spellings, else a birth date that can be swapped, else any."""
        tests = (
            lambda person: respelt(person.given, person.family),
            lambda person: can_swap(person.born_on),
            lambda person: True,
        )
        for test in self.rng.choices((tests, tests[1:], tests[2:]), (5, 3, 2))[0]:
            found = [each for each in households if test(each.victim)]
            if found:
                return found
        return households

    def entered_again(self, person):
        """The person as another agency would enter them: a new record that differs a little."""
        kinds = {
            "phonetic": 6 if respelt(person.given, person.family) else 0,
            "swapped_birth_date": 3 if can_swap(person.born_on) else 0,
        }
        kinds["near_birth_date"] = 1
        return self.population.variant(person, self.rng.choices(list(kinds), list(kinds.values()))[0])

    def list_returning(self, meeting, first, last):
        long_ago = [case for case in self.plan.cases.values() if self.last_referred(case) < first - timedelta(days=380)]
        if long_ago:
            self.list_again(self.rng.choice(long_ago), meeting, first, last)

    def list_new(self, meeting, first, last, household=None, transfer_from="", urgent=False):
        household = household or self.population.household(last)
        key = f"c{len(self.plan.cases) + 1:05d}"
        referral = self.intake.refer(household, first, last, case=key, transfer_from=transfer_from, urgent=urgent)
        opened_on = referral.screened_at.date()
        self.plan.cases[key] = PlannedCase(
            key=key,
            reference=f"AM-{opened_on:%y}-{len(self.plan.cases) + 1:04d}",
            victim=household.victim.key,
            perpetrators=referral.perpetrators,
            relationship=household.tie.key,
            children=household.children,
        )
        self.households[key] = household
        return self.list(referral, self.plan.cases[key], meeting)

    def list_again(self, case, meeting, first, last):
        household = self.households[case.key]
        household.traits -= {"pregnant"}
        referral = self.intake.refer(
            household,
            first,
            last,
            case=case.key,
            previous_on=self.last_referred(case),
            heard_on=self.last_heard(case),
        )
        return self.list(referral, case, meeting)

    def list(self, referral, case, meeting):
        case.referrals.append(referral.key)
        self.repeats += referral.repeat
        kind = (
            "transfer"
            if referral.transfer_from
            else "urgent"
            if referral.urgent
            else "repeat"
            if referral.repeat
            else "full"
        )
        last = min(meeting.on, self.today) - timedelta(days=2)
        if referral.submitted_at.date() < last:
            advisers = self.staff["idva"] or self.staff[referral.agency]
            words = casework.dated(self.scene(case, referral.submitted_at.date()), incident=referral.incident_on)
            referral.contact = casework.idva_contact(
                self.rng, self.writer, words, referral, last, self.rng.choice(advisers)
            )
        return self.listing(referral, case, meeting, kind)

    def relist(self, listing, meeting):
        again = self.listing(
            self.plan.referrals[listing.referral], self.plan.cases[listing.case], meeting, listing.kind
        )
        listing.deferred_to = meeting.key
        again.presenter_confirmed = True
        self.repeats += self.plan.referrals[listing.referral].repeat

    def listing(self, referral, case, meeting, kind):
        listing = PlannedListing(
            key=f"l{len(self.plan.listings) + 1:05d}",
            meeting=meeting.key,
            referral=referral.key,
            case=case.key,
            order=len(meeting.listings) + 1,
            kind=kind,
            presenter=self.presenter(referral),
            presenter_confirmed=self.rng.random() < 0.9,
            minutes=SLOT,
        )
        self.plan.listings[listing.key] = listing
        meeting.listings.append(listing.key)
        return listing

    def presenter(self, referral):
        return referral.referrer if self.rng.random() < 0.6 else self.staff[referral.agency][0]

    def arrange(self, meeting, kinds):
        """Marks those listings that are restricted, alerts, to be deferred or transferred; shuffles the order."""
        listings = [self.plan.listings[key] for key in meeting.listings]
        plain = [each for each in listings if each.kind in {"full", "repeat"} and each.presenter_confirmed]
        self.rng.shuffle(plain)
        for kind in kinds:
            if plain and kind in {"restricted", "alert", "deferred", "transfer_out"}:
                self.mark(plain.pop(), kind)
        self.rng.shuffle(listings)
        for order, listing in enumerate(listings, 1):
            listing.order = order
        meeting.listings = [listing.key for listing in listings]

    def mark(self, listing, kind):
        referral = self.plan.referrals[listing.referral]
        if kind == "restricted":
            listing.kind, listing.minutes = "restricted", LONG_SLOT
            listing.barred_agency = self.rng.choice([agency for agency in EMPLOYERS if agency != referral.agency])
            self.plan.cases[listing.case].employee_of = listing.barred_agency
        elif kind == "alert":
            listing.kind, listing.minutes = "alert_only", ALERT_SLOT
        elif kind == "deferred":
            listing.decision, listing.presenter_confirmed = "deferred", False
        else:
            listing.decision, listing.transferred_to = "transferred", self.intake.area()
