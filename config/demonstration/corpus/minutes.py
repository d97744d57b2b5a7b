"""What a meeting makes of a case: summary, voice, risks, actions, decision, and who tells the victim."""

from dataclasses import dataclass
from datetime import date, timedelta

from .grammar import fitting, listed, long_date
from .planned import PlannedAction, PlannedTelling
from .ties import Deck

# Who takes actions, how often, and for whose sake.
OWNERS = (
    ("police", "victim", 14),
    ("police", "perpetrator", 15),
    ("idva", "victim", 20),
    ("idva", "other_adults", 2),
    ("childrens", "children", 11),
    ("childrens", "perpetrator", 2),
    ("adult", "victim", 3),
    ("primary", "victim", 7),
    ("primary", "children", 3),
    ("acute", "victim", 4),
    ("mental", "perpetrator", 4),
    ("mental", "victim", 3),
    ("probation", "perpetrator", 8),
    ("housing", "victim", 8),
    ("housing", "perpetrator", 2),
    ("provider", "victim", 5),
    ("provider", "perpetrator", 1),
    ("substance", "perpetrator", 4),
    ("substance", "victim", 1),
    ("education", "children", 5),
    ("specialist", "victim", 3),
    ("fire", "victim", 3),
    ("police", "staff", 1),
    ("housing", "staff", 1),
    ("police", "children", 2),
)
ONLY_WITH = {
    ("childrens", "perpetrator"): "children",
    ("primary", "children"): "children",
    ("adult", "victim"): "older",
    ("probation", "perpetrator"): "probation",
    ("provider", "victim"): "tenant",
    ("provider", "perpetrator"): "tenant",
    ("specialist", "victim"): "minority",
    ("police", "staff"): "weapons",
    ("housing", "staff"): "weapons",
    ("childrens", "children"): "children",
    ("substance", "victim"): "alcohol",
}
HOW_MANY = ((2, 6), (3, 13), (4, 20), (5, 22), (6, 16), (7, 10), (8, 6), (9, 3), (10, 2), (11, 1), (12, 1))
OUTCOMES = (("on_time", 170), ("late", 20), ("no_longer_possible", 6), ("not_done", 4))


@dataclass
class Drawn:
    """What is drawn for one action before it is dated."""

    agency: str
    risk_to: str
    text: str
    outcome: str
    safe_wording: str


class Secretary:
    """Writes the record of each case at each meeting."""

    def __init__(self, rng, writer, plan, staff):
        self.rng, self.writer, self.plan, self.staff = rng, writer, plan, staff
        self.how_many, self.outcome = Deck(rng, HOW_MANY), Deck(rng, OUTCOMES)
        self.actions = 0

    def actions_for(self, scene, listing, meeting):
        """The actions of one case, with what has become of each by today."""
        wanted = self.how_many.deal()
        drawn: list[Drawn] = []
        weights = {
            (agency, risk): weight for agency, risk, weight in OWNERS if self.may_own(agency, risk, scene, listing)
        }
        while len(drawn) < wanted and weights:
            agency, risk_to = self.rng.choices(list(weights), list(weights.values()))[0]
            action = self.draw(scene, agency, risk_to, {each.text for each in drawn})
            if action:
                drawn.append(action)
            weights[agency, risk_to] *= 0.3
            if weights[agency, risk_to] < 0.02:
                del weights[agency, risk_to]
        return tuple(self.action(scene, each, number, listing, meeting) for number, each in enumerate(drawn, 1))

    def may_own(self, agency, risk_to, scene, listing):
        needed = ONLY_WITH.get((agency, risk_to))
        has_words = fitting(f"action.{agency}.{risk_to}", scene.tags)
        return (
            bool(self.staff.get(agency))
            and has_words
            and needed in {None, *scene.tags}
            and agency != listing.barred_agency
        )

    def draw(self, scene, agency, risk_to, taken):
        text, outcome, safe = self.writer.one(f"action.{agency}.{risk_to}", scene).split(" => ")
        return None if text in taken else Drawn(agency, risk_to, text, outcome, safe)

    def action(self, scene, drawn, number, listing, meeting):
        self.actions += 1
        due_on = working_day(meeting.on + timedelta(days=self.rng.choice((1, 2, 7, 7, 14, 14, 14, 21, 28))))
        status, closed_on = self.fate(meeting.on, due_on)
        action = PlannedAction(
            key=f"a{self.actions:05d}",
            number=number,
            agency=drawn.agency,
            member=self.rng.choice(self.staff[drawn.agency][:3]),
            risk_to=drawn.risk_to,
            text=drawn.text,
            due_on=due_on,
            status=status,
            closed_on=closed_on,
            safe_wording=drawn.safe_wording,
            from_agency=drawn.agency if self.rng.random() < 0.7 else listing_agency(self.plan, listing),
        )
        return self.with_result(scene, action, drawn, meeting)

    def fate(self, met_on, due_on):
        """Status and closing date: as dealt once its time has come, else still open."""
        dealt, today = self.outcome.deal(), self.plan.today
        if dealt == "on_time":
            closed_on = working_day(
                met_on + timedelta(days=self.rng.randint(1, max(1, (due_on - met_on).days))), due_on
            )
        else:
            closed_on = working_day(due_on + timedelta(days=self.rng.randint(2, 30)))
        if closed_on > today:
            return ("in_progress" if self.rng.random() < 0.4 else "open"), None
        return "done" if dealt in {"on_time", "late"} else dealt, closed_on

    def with_result(self, scene, action, drawn, meeting):
        if action.status == "in_progress":
            action.outcome = self.writer.one("action.progress", scene)
        if not action.closed_on:
            return action
        action.accepted_by = meeting.coordinator
        if action.status == "done":
            action.outcome = drawn.outcome
            section = "evidence.police" if action.agency == "police" else "evidence.other"
            action.evidence = self.writer.one(section, scene.at(scene.on, closed=long_date(action.closed_on)))
        else:
            action.reason = self.writer.one(f"action.{action.status}", scene)
        return action

    def hear(self, scene, listing, meeting, referral):
        """Everything said and decided on a case that was heard."""
        one, some = self.writer.one, self.writer.some
        listing.heard = True
        if listing.kind == "alert_only":
            listing.summary, listing.decision = one("minutes.alert_only", scene), "none"
            return
        listing.summary = self.writer.paragraph(one("minutes.summary", scene), some("minutes.shared", scene, 2, 4))
        if listing.decision == "deferred":
            listing.decision_reason = one("minutes.decision.deferred", scene)
            return
        self.voice(scene, listing, referral)
        listing.risk_summary = some("minutes.risk", scene, 2, 4)
        if not listing.decision:
            listing.decision = "none" if self.rng.random() < 0.025 else "actions"
        listing.decision_reason = one(f"minutes.decision.{listing.decision}", scene)
        if listing.decision == "actions":
            listing.actions = self.actions_for(scene, listing, meeting)
        self.perpetrator_line(scene, listing)
        listing.telling = self.telling(scene, listing, meeting)

    def voice(self, scene, listing, referral):
        known = referral.contact and referral.contact.made
        listing.voice = (
            self.writer.some("minutes.voice", scene, 1, 2) if known else self.writer.one("minutes.voice_missing", scene)
        )
        listing.voice_given_by = referral.contact.by if known else listing.presenter

    def perpetrator_line(self, scene, listing):
        """An action that bears on the perpetrator, or the reason why there is none."""
        owners = sorted(
            {
                self.plan.agencies[action.agency].short_name
                for action in listing.actions
                if action.risk_to == "perpetrator"
            }
        )
        if owners:
            names = listed(owners)
            listing.perpetrator_line = self.writer.one(
                "minutes.perpetrator_line", scene.at(scene.on, perp_agencies=names, perp_agencies_cap=names)
            )
        else:
            listing.perpetrator_considered = self.writer.one("minutes.perpetrator_considered", scene)

    def telling(self, scene, listing, meeting):
        agency = "idva" if self.staff.get("idva") else listing_agency(self.plan, listing)
        by_on = working_day(meeting.on + timedelta(days=self.rng.choice((1, 2, 2, 3, 5))))
        done_on = by_on if self.rng.random() < 0.93 else working_day(by_on + timedelta(days=3))
        return PlannedTelling(
            member=self.rng.choice(self.staff.get(agency) or [listing.presenter]),
            by_on=by_on,
            how=self.writer.one("tell.how", scene),
            done_on=done_on if done_on <= self.plan.today else None,
            words=self.writer.one("tell.words", scene),
        )


def listing_agency(plan, listing):
    return plan.referrals[listing.referral].agency


def working_day(day: date, latest: date | None = None):
    """The day itself or the Monday after a weekend; never after `latest`, when the Friday before is taken."""
    later = day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    if latest and later > latest:
        return day - timedelta(days=max(0, day.weekday() - 4))
    return later
