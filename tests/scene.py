"""A scene with something in every state, for the tests that walk all pages and all roads.

One case per part of the work, each barred to the police representative in person: listed on a frozen agenda of today;
being heard; in minutes that agencies check; in approved minutes that were sent.  One more is closed to the whole of
the police, the chair with them.
"""

import datetime

from django.utils import timezone

from cases.models import Found, Involvement, VictimContact
from cases.models.access import Stage
from cases.workflow.matching import index_subject
from core.models import Key
from meetings.models import Correction, Letter, Minutes, Recusal, Return
from meetings.workflow.documents import ask_document
from meetings.workflow.live import close_item, end_meeting, open_meeting, start_item
from meetings.workflow.minutes import approve_minutes, draft_minutes, send_for_check
from meetings.workflow.recording import save_decision
from partnership.models import ExitTask, Joining, ProtocolSchedule
from tests.meetings.papers import make
from tests.meetings.sitting import fresh, sign, write_whole
from tests.world import World, make_agency, make_member

VICTIM, PERPETRATOR = ("Mair", "O’Gwynedd"), ("Huw", "Prydderch")


class Scene:
    """The world, and the rows that pages are about; built by the verbs where they decide who sees what."""

    def __init__(self):
        self.world = w = World()
        self.barred = w.police
        self.newcomer = make_member("Nia Newcomer", w.health_agency, active=False)
        self._referrals(w)
        self._listed(w)
        self._session(w)
        self.check_meeting, self.check_item, self.check = self._minuted(w)
        self.approved_meeting, self.approved_item, self.approved = self._minuted(w, approved=True)
        self._sent(w)
        self._traces(w)

    def _referrals(self, w):
        self.draft = w.make_referral(state="draft")
        self.draft_child = self._add_child(self.draft)
        self.submitted = w.make_referral(victim=("Alys", "Pritchard"), perpetrator=("Ioan", "Bevan"))
        self._tell(self.submitted)
        w.bar(member=self.barred, referral=self.submitted)
        self.submitted_party = self.submitted.parties.get(capacity="victim")
        self.contact = VictimContact(
            key=self.submitted.key,
            referral=self.submitted,
            agency=w.idva_agency,
            recorded_by=w.idva,
            recorded_at=timezone.now(),
            happened_at=timezone.now(),
            made=True,
            way="Text before noon.",
            wishes="To stay.",
        )
        self.contact.save(force_insert=True)
        known = w.make_case(victim=("Alys", "Pritchard"), perpetrator=("Ioan", "Bevan"))
        self.twin = known.parties.select_related("subject__key").get(capacity="victim").subject
        index_subject(self.twin)
        self.waiting_case = w.make_case(victim=("Elin", "Madoc"))
        self.waiting = self.waiting_case.referrals.get()
        self.closed_case = w.make_case(victim=("Gwen", "Tudor"))
        self.closed_case.state, self.closed_case.closed_at = "closed", timezone.now()
        self.closed_case.save()

    def _tell(self, referral):
        Involvement.objects.create(
            panel=referral.panel,
            referral=referral,
            holder="agency",
            agency=self.world.idva_agency,
            stage=Stage.INFORMED,
            why="told_at_once",
        )

    def _add_child(self, referral):
        from cases.models import Party

        child = Party(
            key=referral.key, referral=referral, capacity="child", position=2, given_name="Non", family_name="Bach"
        )
        child.save(force_insert=True)
        return child

    def _listed(self, w):
        self.case = w.make_case(victim=VICTIM, perpetrator=PERPETRATOR)
        self._tell(self.case.referrals.get())
        w.bar(member=self.barred, case=self.case)
        self.listed = w.make_meeting(state="agenda_frozen", starts_at=timezone.now())
        self.planned_open = w.make_meeting()
        self.planned = w.make_meeting(state="planned", starts_at=timezone.now() + datetime.timedelta(days=30))
        self.item = w.list_case(self.listed, self.case, asked=[w.housing_agency, w.police_agency], presenter=w.housing)
        self.listing = self.item.listing
        self.answer = self.listing.returns.get(request__agency=w.housing_agency)
        self.given_answer = Return.objects.with_key().get(listing=self.listing, request__agency=w.police_agency)
        self.given_answer.state, self.given_answer.answered_at = "nothing", timezone.now()
        self.given_answer.answered_by = w.police
        self.given_answer.save()
        self.party = self.case.parties.get(capacity="victim")
        self.entry = w.make_entry(self.listing, w.housing_agency, w.housing, text="Arrears since the spring.")
        self.action = w.make_action(self.case, w.housing_agency)
        self.reported = w.make_action(
            self.case, w.housing_agency, state="done", outcome="Locks changed.", ended_at=timezone.now()
        )
        self.recusal = Recusal.objects.create(
            item=self.item, member=w.housing, agency=w.housing_agency, state="asked", asked_by=w.coordinator
        )

    def _meeting_today(self, w, **more):
        case = w.make_case(victim=VICTIM, perpetrator=PERPETRATOR)
        w.bar(member=self.barred, case=case)
        meeting = w.make_meeting(state="agenda_frozen", starts_at=timezone.now(), **more)
        w.list_case(meeting, case, asked=[w.housing_agency, w.police_agency, w.idva_agency])
        return meeting, case

    def _open(self, w, meeting):
        sign(meeting, w.chair, w.coordinator, w.housing, w.idva, w.police)
        open_meeting(by=w.chair, meeting=fresh(meeting))
        item = fresh(meeting.items.in_order().first())
        start_item(by=w.chair, item=item)
        return fresh(item)

    def _session(self, w):
        self.session, self.session_case = self._meeting_today(w)
        self.hidden = w.make_case(victim=("Olwen", "Cadwaladr"), perpetrator=("Emrys", "Sayce"))
        self.hidden.restricted = True
        self.hidden.save()
        w.bar(agency=w.police_agency, case=self.hidden, reason="excluded")
        self.hidden_item = w.list_case(self.session, self.hidden, asked=[w.housing_agency], type="restricted")
        self.session_item = self._open(w, self.session)
        listing = self.session_item.listing
        self.proposal = w.make_entry(
            listing, w.idva_agency, w.idva, text="Refer to the refuge.", kind="proposal", reach="minute"
        )
        self.said = w.make_action(self.session_case, w.idva_agency, text="Call on Monday.", listing=listing)
        self.outcome = save_decision(
            by=w.coordinator, item=self.session_item, decision="none", reason="In a refuge.", seen=0
        )
        self.outcome.teller = w.idva
        self.outcome.save()
        self.line = self.session.attendances.get(member=w.housing)

    def _minuted(self, w, *, approved=False):
        meeting, _case = self._meeting_today(w)
        entry = w.make_entry(meeting.items.get().listing, w.housing_agency, w.housing, text="Arrears.", reach="minute")
        item = self._open(w, meeting)
        write_whole(w, item)
        close_item(by=w.chair, item=fresh(item))
        end_meeting(by=w.chair, meeting=fresh(meeting))
        draft_minutes(by=w.coordinator, meeting=fresh(meeting))
        minutes = Minutes.objects.select_related("meeting__panel").get(meeting=meeting)
        send_for_check(by=w.coordinator, minutes=minutes)
        row = minutes.items.select_related("key").get()
        self.part = f"entry:{entry.pk}"
        if approved:
            approve_minutes(by=w.chair, minutes=minutes, early=True)
        else:
            self.check_row = row
            self.correction = Correction(
                key=row.key,
                minutes_item=row,
                part=self.part,
                agency=w.housing_agency,
                original="Arrears.",
                proposed="No arrears.",
                reason="Paid.",
                proposed_at=timezone.now(),
                proposed_by=w.housing,
            )
            self.correction.save(force_insert=True)
            self.check_part = self.part
        return fresh(meeting), fresh(item), minutes

    def _sent(self, w):
        self.document = self._document(kind="agency_plan", agency=w.housing_agency)
        self.desk_document = self._document(kind="minutes")
        self.letter = self._letter(state="sent", settled_at=timezone.now())
        self.failed_letter = self._letter(state="failed", settled_at=timezone.now())

    def _document(self, **more):
        return make(ask_document(by=self.world.coordinator, meeting=self.approved_meeting, **more))

    def _letter(self, **more):
        w = self.world
        letter = Letter(
            key=Key.objects.mint(Key.Kind.DOCUMENT),
            meeting=self.approved_meeting,
            document=self.document,
            agency=w.housing_agency,
            address="marac@aberwenlli-homes.example",
            way="pdf",
            passphrase="granite-otter-lantern",
            queued_by=w.coordinator,
            **more,
        )
        letter.message_id = f"<{letter.pk}@confer.example>"
        letter.save(force_insert=True)
        return letter

    def _traces(self, w):
        from audit.models import Event
        from cases.models import Draft

        self.found = Found.objects.create(member=w.coordinator)
        self.kept = Draft(
            key=self.listing.key,
            member=w.housing,
            about_kind="cases.listing",
            about_id=self.listing.pk,
            part="entry",
            data={"text": ["Half a sentence"]},
            updated_at=timezone.now(),
        )
        self.kept.save(force_insert=True)
        self.event = Event.objects.order_by("id").first()
        self.signature = w.housing_agency.signatures.get()
        self.protocol, self.post = w.protocol, w.housing_agency.posts.get()
        self.schedule = ProtocolSchedule.objects.create(protocol=w.protocol, scheme="marac", retention="R", rights="R")
        self.attendee = w.health.attends.get()
        newcomer = make_agency(w.partnership, "Newcomers", "voluntary", signatory=False)
        self.joining = Joining.objects.create(agency=newcomer, protocol=w.protocol)
        gone = make_agency(w.partnership, "Gone", "voluntary")
        gone.signatures.update(until=timezone.now(), ended="withdrawn")
        self.exit = ExitTask.objects.create(
            agency=w.housing_agency, signatory=gone.signatures.get(), due_on=timezone.localdate()
        )
        self.grant = w.housing.role_grants.get()
