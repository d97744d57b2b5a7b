"""What every agency is asked before a meeting and what it answers, as `meetings.workflow.research` does it."""

from datetime import timedelta

from cases.models import Entry
from meetings.emails.notices import recipients_of
from meetings.models import PersonCheck, ResearchRequest, Return

from .cast import aware

MINUTE = timedelta(minutes=1)
APART = timedelta(seconds=20)


class Research:
    """Asks the agencies about the cases of a meeting, and answers for them."""

    def send_research(self, key: str, at) -> None:
        """`send_research`, once cases are listed."""
        sitting = self.meetings[key]
        if sitting.items and not sitting.requests:
            self._ask(sitting, list(sitting.items.values()), self.cast.coordinator, at)

    def _ask(self, sitting, items, by, at) -> None:
        grown = {}
        for heard in items:
            for agency in sorted(heard.asked, key=lambda agency: agency.name):
                grown[agency.pk] = request = sitting.requests.get(agency.pk) or self._request(sitting, agency, by, at)
                waiting = Return(key=heard.listing.key, request=request, listing=heard.listing)
                heard.returns[agency.pk] = self.store.save(waiting, by=by, at=at, reason="research.sent")
            self._plan_answers(sitting, heard, at)
        if not grown:
            return
        agencies = {request.agency_id for request in grown.values()}
        told = [
            m
            for m in self.cast.attending()
            if m.agency_id in agencies and m.pk != by.pk and self.cast.may(m, "research")
        ]
        self.store.record(
            "research.sent",
            by=by,
            at=at,
            thing=sitting.row,
            panel_id=self.cast.panel.pk,
            things=sorted(grown.values(), key=lambda request: request.agency.name),
            recipients=recipients_of(told),
            detail={"agencies": len(grown)},
        )

    def _request(self, sitting, agency, by, at) -> ResearchRequest:
        request = ResearchRequest(
            meeting=sitting.row, agency=agency, sent_at=at, sent_by=by, due_at=sitting.row.research_due_at
        )
        sitting.requests[agency.pk] = request
        return self.store.save(request, by=by, at=at, reason="research.sent")

    def _plan_answers(self, sitting, heard, asked_at) -> None:
        latest = sitting.row.starts_at - 30 * MINUTE
        last = asked_at
        for planned in heard.planned.returns:
            answer = heard.returns.get(self.cast.agencies[planned.agency].pk)
            if answer is None or planned.answer not in ("known", "nothing_known"):
                continue
            when = min(max(aware(planned.answered_at), asked_at + 20 * MINUTE), latest)
            last = max(last, when)
            self.town.at(when, self.answer, sitting, heard, planned, answer)
        if heard.planned.recused:
            self.town.at(min(last + MINUTE, latest), self.recuse, heard)

    def answer(self, sitting, heard, planned, answer, at) -> None:
        """One agency's answer: nothing known of the case, or who is known, what, and that it is complete."""
        by = self.cast.worker(planned.researcher, "research", planned.agency)
        if by.agency_id != answer.request.agency_id:  # the small cast has nobody to answer for some agencies
            return
        if planned.answer == "nothing_known":
            self._settle(answer, "nothing", by, at)
            self.store.record(
                "research.nothing_known",
                by=by,
                at=at,
                thing=sitting.row,
                panel_id=self.cast.panel.pk,
                things=[answer],
                detail={"cases": 1},
            )
            return
        if not planned.destroyed:  # what was known is beyond its retention otherwise: the answer alone is left
            self._checks(heard, planned, answer, by, at)
            at = self._entries(heard, planned, by, at)
        referral = heard.listing.referral
        answer.lawful_basis = _basis(by) if referral.consents == "no" else ""
        answer.involved_worker = by.name if planned.has_worker else ""
        self._settle(answer, "answered", by, at)
        self.store.record(
            "research.answered", by=by, at=at, thing=answer, case_id=heard.file.row.pk, panel_id=self.cast.panel.pk
        )

    def _settle(self, answer, state, by, at) -> None:
        answer.state, answer.answered_at, answer.answered_by, answer.researcher = state, at, by, by.name
        self.store.save(answer, by=by, at=at, reason=f"research.{state}")

    def _checks(self, heard, planned, answer, by, at) -> None:
        known = {heard.file.people[key].pk: key for key in planned.known if key in heard.file.people}
        for party in heard.file.parties:
            is_known = party.pk in known
            check = PersonCheck(
                key=answer.key,
                answer=answer,
                party=party,
                known="known" if is_known else "not_known",
                accuracy="correct" if is_known else "",
                last_contact_on=planned.last_contact(known[party.pk]) if is_known else None,
            )
            self.store.save(check, by=by, at=at, reason="research.checked")
            self.store.record(
                "research.checked",
                by=by,
                at=at,
                thing=check,
                case_id=heard.file.row.pk,
                panel_id=self.cast.panel.pk,
                detail={"known": check.known},
            )

    def _entries(self, heard, planned, by, at):
        """One entry after the other; the instant of the last."""
        for said in planned.entries:
            facts = {
                "party": heard.file.people.get(said.person),
                "source": said.source,
                "known_on": said.on,
                "nature": said.nature,
                "grade": said.grade,
                "reach": {"say_only": "say"}.get(said.reach, said.reach),
            }
            at += APART
            self._entry(heard, by, at, said.excluded, text=said.text, kind="information", **facts)
            if said.proposed_action:
                at += APART
                facts |= {"nature": "opinion", "grade": "", "source": "", "known_on": None}
                self._entry(heard, by, at, said.excluded, text=said.proposed_action, kind="proposal", **facts)
        return at

    def _entry(self, heard, by, at, excluded, **facts) -> None:
        """`write_entry`."""
        case = heard.file.row
        entry = Entry(
            key=heard.listing.key,
            case=case,
            listing=heard.listing,
            agency=by.agency,
            written_by=by,
            written_at=at,
            heading="other",
            **facts,
        )
        heard.entries.append(self.store.save(entry, by=by, at=at, reason="entry.written"))
        left_out = [self.cast.agencies[key] for key in excluded if self.cast.agencies[key].pk != by.agency_id]
        for agency in left_out:
            self.sight.bar(by=by, at=at, reason="excluded", entry=entry, agency=agency)
        self.store.record(
            "entry.written",
            by=by,
            at=at,
            thing=entry,
            case_id=case.pk,
            detail={"kind": entry.kind, "nature": entry.nature, "reach": entry.reach, "kept_from": len(left_out)},
        )


def _basis(member) -> str:
    from .intake import basis_of

    return basis_of(member.agency.kind)
