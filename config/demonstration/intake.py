"""Referrals as their verbs leave them: started, written section by section, sent, heard of, screened.

What each function mirrors is in `cases.workflow.referral`, `.contact` and `.screening`.
"""

from dataclasses import dataclass
from datetime import timedelta

from cases.models import Case, Checklist, Party, Referral, VictimContact
from cases.models.access import Stage
from cases.rules.repeat import precedent
from cases.workflow.merging import same
from core.models import Key

from . import people as typing
from .cast import aware

STEP = timedelta(minutes=4)
LAW, PUBLIC = {"police", "probation"}, {
    "children", "adults", "primary_care", "acute", "mental_health", "housing", "education", "mash", "fire", "council",
}  # fmt: skip


@dataclass
class Told:
    """One referral's rows."""

    row: Referral
    checklist: Checklist
    parties: dict[str, Party]
    writer: object
    at: object
    step: timedelta = STEP


class Intake:
    """Writes, sends and screens referrals."""

    def __init__(self, town):
        self.town, self.store, self.cast, self.sight = town, town.store, town.cast, town.sight
        self.told: dict[str, Told] = {}

    # written

    def write(self, planned) -> None:
        """From the first save to the last before sending: each section saved for itself."""
        told = self._start(planned)
        for row, typed in self._sections(planned, told):
            self._save_part(told, row, typed)
            if row.__dict__.get("capacity") == "victim" and "safe_to_call" in typed:
                self._add_people(planned, told)

    def _start(self, planned) -> Told:
        at, panel = aware(planned.drafted_at), self.cast.panel
        by = self.cast.worker(planned.referrer, "refer", planned.agency)
        key = self.store.add(Key.new(Key.Kind.CASE.value), at=at)
        row = Referral(
            key=key,
            panel=panel,
            agency=by.agency,
            written_by=by,
            state="draft",
            reference=self.town.reference("referral", at),
            contact_name=by.name,
            contact_job_title=by.job_title,
            contact_phone=by.phone,
            contact_email=by.email,
        )
        self.store.save(row, by=by, at=at, reason="started")
        victim = self.store.save(Party(key=key, referral=row, capacity="victim"), by=by, at=at, reason="started")
        checklist = Checklist(key=key, referral=row, instrument=panel.instrument, unanswered=panel.instrument_items)
        self.store.save(checklist, by=by, at=at, reason="started")
        self.sight.involve(by=by, at=at, referral=row, agency=by.agency, stage=Stage.REFERRAL, why="referred")
        self.store.record("referral.started", by=by, at=at, thing=row, panel_id=panel.pk)
        told = self.told[planned.key] = Told(row, checklist, {planned.victim: victim}, by, at)
        # All sections lie between the first save and the sending, however quick the writer was.
        sent = aware(planned.submitted_at) if planned.submitted_at else at + STEP * 20
        told.step = min(STEP, (sent - at) / 30)
        return told

    def _sections(self, planned, told):
        person = self.town.plan.people[planned.victim]
        victim, row = told.parties[planned.victim], told.row
        yield victim, typing.victim(person)
        yield victim, typing.safe_contact(person, planned)
        yield row, self._reasons(planned)
        if planned.answers:
            yield told.checklist, self._answers(planned, told)
        yield (
            row,
            {
                "incident_on": planned.incident_on,
                "summary": planned.summary,
                "recent_incidents": planned.incident,
                "background": planned.history,
            },
        )
        yield (
            row,
            {"risks_victim": planned.risks, "risks_perpetrator": planned.triggers, "support_in_place": planned.support},
        )
        yield row, {"wants_police_contact": typing.YES_NO[planned.police_contact_wanted]}
        consents = {"given": "yes", "refused": "no", "not_asked": "unknown"}[planned.consent]
        yield (
            row,
            {
                "aware": typing.YES_NO[planned.aware],
                "not_aware_reason": planned.unaware_reason,
                "consents": consents,
                "no_consent_reason": planned.no_consent_reason,
            },
        )
        yield row, {"lawful_basis": basis_of(told.writer.agency.kind), "lawful_basis_words": planned.basis}
        elsewhere = {"other_marac": "yes", "other_marac_where": planned.transfer_from} if planned.transfer_from else {}
        yield row, {"other_marac": "no"} | elsewhere

    def _reasons(self, planned) -> dict:
        escalation = planned.route == "potential_escalation"
        repeat = planned.repeat or planned.route == "repeat"
        return {
            "visible_high_risk": planned.route == "visible_high_risk",
            "professional_judgement": planned.route == "professional_judgement",
            "judgement_reasons": planned.judgement,
            "potential_escalation": escalation,
            "escalation_count": planned.incidents if escalation else None,
            "escalation_months": 12 if escalation else None,
            "claimed_repeat": repeat,
            "claimed_repeat_on": (planned.last_heard_on or planned.previous_referral_on) if repeat else None,
            "claimed_repeat_reference": self.town.case_reference(planned.case) if repeat else "",
        }

    def _answers(self, planned, told) -> dict:
        answers = {
            str(each.number): {"answer": each.answer, "source": each.source, "comment": each.comment}
            for each in planned.answers
        }
        return {
            "instrument": planned.instrument,
            "assessed_on": planned.assessed_on,
            "assessor": told.writer.name,
            "answers": answers,
            "narrative": planned.wishes,
        }

    def _save_part(self, told: Told, row, typed: dict) -> None:
        changed = [name for name, value in typed.items() if not same(getattr(row, name), value)]
        if not changed:
            return
        for name in changed:
            setattr(row, name, typed[name])
        if row is told.checklist:
            row.count(self.cast.panel.instrument_items)
        at = self._next(told)
        self.store.save(row, by=told.writer, at=at, reason="saved")
        self.store.record(
            "referral.changed",
            by=told.writer,
            at=at,
            thing=row,
            case_id=told.row.case_id,
            panel_id=self.cast.panel.pk,
            detail={"fields": len(changed)},
        )

    def _add_people(self, planned, told: Told) -> None:
        everybody = self.town.plan.people
        for key in planned.perpetrators:
            employer = self._employer(planned, told) if key == planned.perpetrators[0] else None
            self._add(told, key, "perpetrator", typing.perpetrator(everybody[key], planned, employer))
        for child in planned.children:
            self._add(told, child.person, "child", typing.child(everybody[child.person], child))

    def _add(self, told: Told, key: str, capacity: str, typed: dict) -> None:
        at, row = self._next(told), told.row
        party = Party(key=row.key, referral=row, capacity=capacity, position=len(told.parties), **typed)
        told.parties[key] = self.store.save(party, by=told.writer, at=at, reason="added")
        self.store.record(
            "referral.changed",
            by=told.writer,
            at=at,
            thing=party,
            case_id=row.case_id,
            panel_id=self.cast.panel.pk,
            detail={"added": capacity},
        )
        if party.works_for_id:
            self.sight.bar(by=told.writer, at=at, reason="conflict", referral=row, agency=party.works_for)

    def _employer(self, planned, told):
        """The member agency that employs a party of the case; a referrer's own employer is told by telephone."""
        case = self.town.plan.cases.get(planned.case)
        agency = self.cast.agencies.get(case.employee_of) if case and case.employee_of else None
        return agency if agency is not None and agency.pk != told.writer.agency_id else None

    def _next(self, told: Told):
        told.at += told.step
        return told.at

    # sent

    def send(self, planned) -> None:
        """`submit_referral`."""
        told, at = self.told[planned.key], aware(planned.submitted_at)
        row, by, panel = told.row, told.writer, self.cast.panel
        row.state, row.submitted_at, row.submitted_by = "submitted", at, by
        self.store.save(row, by=by, at=at, reason="submitted")
        self.store.record(
            "referral.submitted",
            by=by,
            at=at,
            thing=row,
            case_id=row.case_id,
            panel_id=panel.pk,
            detail={"again": False},
        )
        self.sight.involve(by=by, at=at, referral=row, stage=Stage.DESK, why="submitted")
        barred = {bar.agency_id for bar in self.sight.of_referral(row)}
        idva = [a for a in self.cast.agencies.values() if a.kind == "idva" and a.pk not in barred]
        for agency in idva:
            self.sight.involve(by=by, at=at, referral=row, agency=agency, stage=Stage.INFORMED, why="told_at_once")
        if idva:
            self.store.record(
                "referral.disclosed",
                by=by,
                at=at,
                thing=row,
                panel_id=panel.pk,
                case_id=row.case_id,
                recipients=[{"kind": "agency", "id": str(agency.pk), "name": agency.name} for agency in idva],
            )

    def contact(self, planned, at) -> None:
        """`record_contact`: made or not, by which safe way, and what the victim wants."""
        told, said = self.told[planned.key], planned.contact
        by = self.cast.worker(said.by, "contact_victim", planned.agency)
        row = VictimContact(
            key=told.row.key,
            referral=told.row,
            agency=by.agency,
            recorded_by=by,
            recorded_at=at,
            made=said.made,
            happened_at=min(aware(said.at), at),
            way=said.way,
            wishes=f"{said.note} {said.wishes}".strip() if said.made else "",
            not_made_reason="" if said.made else said.note,
        )
        self.store.save(row, by=by, at=at, reason="recorded")
        self.store.record(
            "contact.recorded",
            by=by,
            at=at,
            thing=row,
            case_id=told.row.case_id,
            panel_id=self.cast.panel.pk,
            detail={"made": said.made},
        )

    # screened

    def screen(self, planned, at) -> None:
        """What the coordinator decided: accepted, returned or declined."""
        getattr(self, planned.state)(planned, self.told[planned.key], self.cast.coordinator, at)

    def returned(self, planned, told, by, at) -> None:
        """`return_referral`."""
        told.row.missing = ["incident"]
        self._decide(told.row, by, at, "returned", planned.screening_reason)
        self.store.save(told.row, by=by, at=at, reason="returned")
        self.store.record(
            "referral.returned",
            by=by,
            at=at,
            thing=told.row,
            panel_id=self.cast.panel.pk,
            detail={"sections": ["incident"]},
        )

    def declined(self, planned, told, by, at) -> None:
        """`decline_referral`."""
        self._decide(told.row, by, at, "declined", planned.screening_reason)
        self.store.save(told.row, by=by, at=at, reason="declined")
        self.store.record("referral.declined", by=by, at=at, thing=told.row, panel_id=self.cast.panel.pk)

    def accepted(self, planned, told, by, at) -> None:
        """`accept_referral`: people known before are linked, the pair's case reopened or a new one opened."""
        row, panel, town = told.row, self.cast.panel, self.town
        for key, party in told.parties.items():
            self._link(key, party, by, at)
        file = town.files.get(planned.case)
        found = None
        if file is None:
            file = town.open_file(planned.case, self._new_case(row, by, at))
        else:
            last = max(file.referrals, key=lambda referral: referral.submitted_at)
            found = precedent(file.row, row, last_referral=last, heard_on=file.heard_on)
            town.progress.reopen(file, by=by, at=at)
        case = file.row
        self._decide(row, by, at, "accepted", "")
        row.case, row.repeat = case, "repeat" if planned.repeat else "new"
        row.repeat_confirmed_at, row.repeat_confirmed_by = at, by
        row.repeat_explanation = found.words if found else ""
        self.store.save(row, by=by, at=at, reason="accepted")
        self._join(file, told, by, at)
        file.referrals.append(row)
        self.sight.involve(by=by, at=at, case=case, stage=Stage.DESK, why="accepted")
        self._carry_bars(row, case, by, at)
        self.store.record(
            "referral.accepted",
            by=by,
            at=at,
            thing=row,
            case_id=case.pk,
            panel_id=panel.pk,
            detail={"repeat": planned.repeat, "same_case": bool(found)},
        )

    def _link(self, key, party, by, at) -> None:
        subject = self.town.people.known(key)
        if subject is None:
            return
        party.subject, party.linked_at, party.linked_by = subject, at, by
        self.store.save(party, by=by, at=at, reason="linked")
        self.store.record(
            "person.linked",
            by=by,
            at=at,
            thing=party,
            case_id=party.case_id,
            panel_id=self.cast.panel.pk,
            things=[subject],
        )

    def _new_case(self, referral, by, at) -> Case:
        case = Case(
            key=referral.key,
            panel=self.cast.panel,
            opened_at=at,
            opened_by=by,
            state="open",
            reference=self.town.reference("case", at),
        )
        self.store.save(case, by=by, at=at, reason="accepted")
        self.store.record("case.opened", by=by, at=at, thing=case, case_id=case.pk, panel_id=self.cast.panel.pk)
        return case

    def _join(self, file, told, by, at) -> None:
        for key, party in told.parties.items():
            party.case = file.row
            if party.subject_id is None:
                party.subject = self.town.people.make(key, party, by=by, at=at)
            self.store.save(party, by=by, at=at, reason="accepted")
            self.town.people.joined(party)
        subjects = {party.subject_id for party in told.parties.values()}
        for old in [old for old in file.parties if old.subject_id in subjects]:
            old.superseded_at = at
            self.store.save(old, by=by, at=at, reason="superseded")
            file.parties.remove(old)
        file.parties += told.parties.values()
        file.people |= told.parties

    def _carry_bars(self, referral, case, by, at) -> None:
        bars = self.sight.of_referral(referral)
        for old in bars:
            self.sight.bar(by=by, at=at, reason=old.reason, case=case, agency=old.agency, member=old.member)
        if any(old.reason == "conflict" for old in bars) and not case.restricted:
            case.restricted = True
            self.store.save(case, by=by, at=at, reason="conflict")

    def _decide(self, row, by, at, state: str, words: str) -> None:
        row.state, row.decision_reason, row.decided_at, row.decided_by = state, words, at, by
        if state != "returned":
            row.missing = []


def basis_of(kind: str) -> str:
    """The lawful basis that an agency of *kind* claims."""
    return "L35b" if kind in LAW else "A6e" if kind in PUBLIC else "A6ea"
