"""The acts of a plan done by the verbs themselves, at the instants of the plan: what the bulk loading must equal.

These parts stand in the place of the bulk ones under the same calendar (`config.demonstration.loading.schedule`).
"""

import datetime as real
from contextlib import contextmanager
from unittest import mock

from django.utils import timezone

from cases.models import Party, Subject
from cases.workflow import case as case_verbs
from cases.workflow import contact as contact_verbs
from cases.workflow import progress as progress_verbs
from cases.workflow import referral as referral_verbs
from cases.workflow import screening as screening_verbs
from config.demonstration import people as typing
from config.demonstration.cast import aware, moment
from config.demonstration.intake import STEP
from config.demonstration.intake import Intake as BulkIntake
from config.demonstration.progress import ENDINGS, HOUR
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
