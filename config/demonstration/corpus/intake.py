"""Referrals coming in: who refers whom, when, on which route, and what became of it at screening."""

from datetime import datetime, time, timedelta

from . import calendar, casework, places
from .agencies import holder
from .planned import PlannedReferral
from .scenes import scene
from .ties import Deck

SOURCES = (
    ("police", 131),
    ("idva", 24),
    ("childrens_social_care", 10),
    ("voluntary_sector", 10),
    ("secondary_care", 6),
    ("mash", 4),
    ("housing", 4),
    ("mental_health", 4),
    ("adult_social_care", 3),
    ("probation", 2),
    ("primary_care", 2),
    ("substance_misuse", 1),
    ("education", 1),
    ("other", 1),
)
AGENCY_OF_SOURCE = {
    "police": ("police",),
    "idva": ("idva",),
    "childrens_social_care": ("childrens",),
    "voluntary_sector": ("idva", "specialist"),
    "secondary_care": ("acute",),
    "mash": ("childrens",),
    "housing": ("housing", "provider"),
    "mental_health": ("mental",),
    "adult_social_care": ("adult",),
    "probation": ("probation",),
    "primary_care": ("primary",),
    "substance_misuse": ("substance",),
    "education": ("education",),
    "other": ("fire",),
}
NEEDED = {
    "childrens_social_care": "children",
    "mash": "children",
    "education": "school",
    "housing": "tenant",
    "probation": "probation",
}
NEW_ROUTES = (("visible_high_risk", 60), ("professional_judgement", 27), ("potential_escalation", 13))
REPEAT_ROUTES = (("repeat", 76), ("visible_high_risk", 24))
# Aware and consenting; refusals are dealt apart, so that their number is exact.
CONSENT = (((True, "given"), 76), ((True, "not_asked"), 9), ((False, "not_asked"), 15))


class Intake:
    """Makes referrals and keeps the shares of sources, routes and consent."""

    def __init__(self, rng, writer, plan, staff, refusals):
        self.rng, self.writer, self.plan, self.staff = rng, writer, plan, staff
        self.source, self.consent = Deck(rng, SOURCES), Deck(rng, CONSENT)
        self.routes = {False: Deck(rng, NEW_ROUTES), True: Deck(rng, REPEAT_ROUTES)}
        self.refusals = refusals  # places in the order of referrals at which consent is refused

    def refer(
        self,
        household,
        first,
        last,
        *,
        case="",
        state="accepted",
        previous_on=None,
        heard_on=None,
        urgent=False,
        transfer_from="",
    ):
        """One referral of a household, submitted between two days."""
        rng = self.rng
        submitted_at = casework.between(rng, first, last, (8, 16))
        submitted_on = submitted_at.date()
        repeat = bool(previous_on) and submitted_on <= calendar.a_year_after(previous_on)
        route = self.routes[repeat].deal()
        words = scene(self.plan.people, household, submitted_on, self.plan.agencies).tagged(
            *(["repeat"] if repeat else [])
        )
        incident_on = submitted_on - timedelta(days=rng.randint(2, 6))
        words = casework.dated(words, incident=incident_on, previous=previous_on, last_heard=heard_on)
        source, agency = self.source_and_agency(words.tags)
        score = casework.score_for(rng, route)
        return self.remember(
            state=state,
            case=case,
            victim=household.victim.key,
            perpetrators=tuple(each.key for each in household.perpetrators),
            children=household.children,
            relationship=household.tie.key,
            agency=agency,
            source=source,
            referrer=rng.choice(self.staff[agency]),
            route=route,
            score=score,
            answers=casework.checklist(rng, self.writer, words, score),
            instrument=casework.YOUNG_INSTRUMENT if "young" in words.tags else casework.INSTRUMENT,
            assessed_on=submitted_on - timedelta(days=rng.randint(0, 3)),
            incidents=rng.randint(3, 8) if route == "potential_escalation" else None,
            drafted_at=submitted_at - timedelta(minutes=rng.randint(25, 3000)),
            submitted_at=submitted_at,
            **self.screening(words, state, submitted_at),
            repeat=repeat,
            previous_referral_on=previous_on,
            last_heard_on=heard_on,
            transfer_from=transfer_from,
            urgent=urgent,
            incident_on=incident_on,
            manager=self.staff[agency][0],
            **self.consent_facts(words),
            **casework.referral_texts(rng, self.writer, words, route),
            **casework.contact_texts(rng, self.writer, words),
        )

    def remember(self, **facts):
        referral = PlannedReferral(key=f"r{len(self.plan.referrals) + 1:05d}", **facts)
        self.plan.referrals[referral.key] = referral
        return referral

    def source_and_agency(self, tags):
        """The next source that can have known of such a case, and the agency that stands for it."""
        source = self.source.deal()
        if NEEDED.get(source, "") not in {"", *tags}:
            source = self.exchanged(source, tags)
        able = [agency for agency in AGENCY_OF_SOURCE[source] if self.staff.get(agency)]
        return source, self.rng.choice(able or [agency for agency in self.staff if self.staff[agency]])

    def exchanged(self, source, tags):
        """Another source from the pack, the first one put back for later."""
        pack = self.source.left
        for place in range(len(pack) - 1, -1, -1):
            if NEEDED.get(pack[place], "") in {"", *tags}:
                pack[place], source = source, pack[place]
                break
        return source

    def screening(self, words, state, submitted_at):
        if state in {"draft", "submitted"}:
            return {"screened_at": None, "screened_by": "", "screening_reason": ""}
        at = datetime.combine(
            calendar.next_working_day(submitted_at.date()), time(self.rng.randint(9, 16), self.rng.randrange(60))
        )
        reason = casework.screening_reason(self.writer, words, state) if state != "accepted" else ""
        return {"screened_at": at, "screened_by": holder(self.plan.members, "coordinator"), "screening_reason": reason}

    def consent_facts(self, words):
        aware, consent = (True, "refused") if len(self.plan.referrals) in self.refusals else self.consent.deal()
        return casework.consent_facts(self.rng, self.writer, words, aware, consent)

    def unfinished(self, household, first, last):
        """A draft as its author left it: the people and a beginning, the rest to come."""
        draft = self.refer(household, first, last, state="draft")
        draft.submitted_at, draft.manager, draft.answers, draft.score, draft.assessed_on = None, "", (), None, None
        draft.risks = draft.triggers = draft.support = draft.wishes = ""
        return draft

    def area(self):
        return self.rng.choice(places.OTHER_AREAS)
