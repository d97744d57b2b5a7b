"""The cast and the builders: a test reads aloud who does what.

Builders save plain rows (what a test's sentence needs and no more); what verbs do is tested through the verbs.
"""

import datetime
import functools
import itertools

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from cases.models import Action, Bar, Case, Entry, Involvement, Listing, Party, Referral, Subject
from cases.models.access import Stage
from core.models import Key
from meetings.models import AgendaItem, Meeting, ResearchRequest, Return, Statement
from partnership.lawful.reference import read
from partnership.models import (
    Agency,
    Attendee,
    LegalBasis,
    LiaisonPost,
    Member,
    Panel,
    Partnership,
    Protocol,
    RoleGrant,
    Signatory,
)
from partnership.roles import Permission, Role, roles_with
from tests.again import MadeAgain, made_again

PASSWORD = "correct horse battery staple 7"
LEGAL_CLASSES = dict.fromkeys(
    ("police", "council", "housing", "children", "probation", "fire"), Agency.LegalClass.RESPONSIBLE
) | {"acute": Agency.LegalClass.COOPERATING}
_numbers = itertools.count(1)


@functools.cache
def hashed(password: str, _hasher: str) -> str:
    """*password* as it is kept, the same for everybody: making it anew takes long, as it should."""
    return make_password(password)


def make_member(name: str, agency: Agency, *roles: Role, panel: Panel | None = None, active=True) -> Member:
    """An enrolled member of *agency* holding *roles* on *panel* (auditor and administrator partnership-wide)."""
    email = f"{name.lower().replace(' ', '.').replace(chr(8217), '')}@{agency.secure_domains[0]}"
    member = Member(
        email=email,
        name=name,
        agency=agency,
        job_title="Officer",
        is_active=active,
        enrolled_at=timezone.now() if active else None,
    )
    member.password = hashed(PASSWORD, settings.PASSWORD_HASHERS[0])
    member.save()
    for role in roles:
        wide = role in (Role.AUDITOR, Role.ADMINISTRATOR)
        RoleGrant.objects.create(member=member, role=str(role), panel=None if wide else panel)
    if panel and {*roles} & roles_with(Permission.ATTEND):
        make_attendee(member, panel)
    return member


def make_attendee(member: Member, panel: Panel, **more) -> Attendee:
    """*member* may attend *panel*: trained, declared and vetted a year ago, unless told otherwise."""
    day = timezone.localdate() - datetime.timedelta(days=365)
    days = dict.fromkeys(("trained_on", "declared_on", "vetted_on"), day)
    since = timezone.now() - datetime.timedelta(days=400)
    return Attendee.objects.create(member=member, panel=panel, **{"since": since, **days, **more})


@made_again
def make_legal_bases() -> None:
    """The whole reference table of lawful bases, as it comes with Confer; what is there stays."""
    LegalBasis.objects.bulk_create(read().rows, ignore_conflicts=True)


def make_post(agency: Agency, member: Member, kind: str = "officer", **more) -> LiaisonPost:
    """*member* holds a post of *agency* since 400 days, and still does."""
    since = timezone.now() - datetime.timedelta(days=400)
    return LiaisonPost.objects.create(**{"agency": agency, "member": member, "kind": kind, "since": since, **more})


def make_agency(partnership: Partnership, name: str, kind: str, *, signatory=True) -> Agency:
    """An agency with one secure mail domain; a tier-1 signatory of the protocol unless told otherwise."""
    domain = f"{name.lower().replace(' ', '-').replace(chr(8217), '')}.example"
    agency = Agency.objects.create(
        partnership=partnership,
        name=name,
        short_name=name[:30],
        kind=kind,
        secure_domains=[domain],
        plan_address=f"marac@{domain}",
        legal_class=LEGAL_CLASSES.get(kind, Agency.LegalClass.OTHER),
    )
    if signatory:
        Signatory.objects.create(agency=agency, since=timezone.now() - datetime.timedelta(days=400))
    return agency


def make_guest(agency: Agency, case) -> Signatory:
    """*agency* is no signatory of ours but an out-of-area guest, for *case* alone, since yesterday until tomorrow."""
    now, day = timezone.now(), datetime.timedelta(days=1)
    agency.signatures.all().delete()
    return Signatory.objects.create(
        agency=agency,
        guest=True,
        only_case=case.pk,
        since=now - day,
        until=now + day,
        home_area="Dyffryn Pell",
        home_protocol="Dyffryn Pell protocol",
    )


class World(metaclass=MadeAgain):
    """One partnership, one MARAC, seven agencies, and the cast."""

    def __init__(self):
        self.partnership = Partnership.objects.create(
            name="Aberwenlli Community Safety Partnership",
            place="Aberwenlli",
            protocol_name="Aberwenlli Information Sharing Protocol",
        )
        agency = lambda name, kind, **more: make_agency(self.partnership, name, kind, **more)  # noqa: E731
        self.police_agency = agency("Wenlli Police", "police")
        self.idva_agency = agency("Haven Advocates", "idva")
        self.housing_agency = agency("Aberwenlli Homes", "housing")
        self.health_agency = agency("Wenlli Health", "acute")
        self.children_agency = agency("Children’s Services", "children")
        self.probation_agency = agency("Wenlli Probation", "probation")
        self.council = agency("Aberwenlli Council", "council")
        today = timezone.localdate()
        self.protocol = Protocol.objects.create(
            partnership=self.partnership,
            number=1,
            name="Aberwenlli Information Sharing Protocol",
            lead_controller=self.council,
            in_force_from=today - datetime.timedelta(days=400),
            review_on=today + datetime.timedelta(days=330),
            policy_reference="APD 2026/1",
        )
        self.panel = Panel.objects.create(
            partnership=self.partnership, name="Aberwenlli MARAC", reference_prefix="AB", place="Committee room 2"
        )
        self.panel.agencies.set(
            [
                self.police_agency,
                self.idva_agency,
                self.housing_agency,
                self.health_agency,
                self.children_agency,
                self.probation_agency,
            ]
        )
        p = self.panel
        self.coordinator = make_member("Cerys Coordinator", self.council, Role.COORDINATOR, panel=p)
        self.chair = make_member("Dafydd Chair", self.police_agency, Role.CHAIR, panel=p)
        self.police = make_member("Priya Police", self.police_agency, Role.REPRESENTATIVE, panel=p)
        self.idva = make_member("Isla Idva", self.idva_agency, Role.REPRESENTATIVE, panel=p)
        self.housing = make_member("Harri Housing", self.housing_agency, Role.REPRESENTATIVE, panel=p)
        self.housing_deputy = make_member("Dilys Deputy", self.housing_agency, Role.DEPUTY, panel=p)
        self.health = make_member("Hana Health", self.health_agency, Role.REPRESENTATIVE, panel=p)
        self.children = make_member("Ceri Children", self.children_agency, Role.REPRESENTATIVE, panel=p)
        self.liaison_officer = make_member("Lowri Liaison", self.housing_agency, Role.LIAISON_OFFICER, panel=p)
        make_post(self.housing_agency, self.liaison_officer)
        self.referrer = make_member("Rhys O’Referrer", self.housing_agency, Role.REFERRER, panel=p)
        self.auditor = make_member("Aled Auditor", self.council, Role.AUDITOR)
        self.administrator = make_member("Anwen Admin", self.council, Role.ADMINISTRATOR)
        self.statement = Statement.objects.create(
            panel=p,
            number=1,
            text="What is said here stays here.",
            in_force_from=timezone.now() - datetime.timedelta(days=300),
        )

    # referrals and cases -----------------------------------------------------------------------------------------
    @made_again
    def make_referral(
        self,
        *,
        agency=None,
        by=None,
        state="submitted",
        victim=("Mair", "O’Gwynedd"),
        perpetrator=("Huw", "Prydderch"),
        children=(),
        **more,
    ) -> Referral:
        """A referral with its parties, seen by its agency and (once submitted) by the desk and the IDVA service."""
        agency, by = agency or self.housing_agency, by or self.referrer
        key = Key.objects.mint(Key.Kind.CASE)
        sent = {} if state == "draft" else {"submitted_at": timezone.now(), "submitted_by": by}
        referral = Referral(
            key=key,
            panel=self.panel,
            agency=agency,
            written_by=by,
            state=state,
            reference=f"R-{next(_numbers):05}",
            **{
                "summary": "Threats at the door.",
                "professional_judgement": True,
                "judgement_reasons": "Escalating threats.",
                **sent,
                **more,
            },
        )
        referral.save(force_insert=True)
        people = [("victim", victim), ("perpetrator", perpetrator), *(("child", child) for child in children)]
        for position, (capacity, (given, family)) in enumerate(people):
            Party(
                key=key,
                referral=referral,
                capacity=capacity,
                position=position,
                given_name=given,
                family_name=family,
                birth_date=datetime.date(1990, 3, 7),
                gender="female",
                address="4 Lôn Ddychmygol",
                postcode="QZ4 7XX",
                phone="07700 900123",
            ).save(force_insert=True)
        Involvement.objects.create(
            panel=self.panel, referral=referral, holder="agency", agency=agency, stage=Stage.REFERRAL, why="referred"
        )
        if state != "draft":
            Involvement.objects.create(
                panel=self.panel, referral=referral, holder="desk", stage=Stage.DESK, why="submitted"
            )
        return Referral.objects.with_key().get(pk=referral.pk)

    @made_again
    def make_case(self, *, asked=(), referral=None, **more) -> Case:
        """An open case from an accepted referral, seen by the desk and by the agencies *asked*."""
        referral = referral or self.make_referral(**more)
        case = Case(
            key=referral.key,
            panel=self.panel,
            reference=f"AB-2026-{next(_numbers):04}",
            opened_at=timezone.now(),
            opened_by=self.coordinator,
        )
        case.save(force_insert=True)
        referral.case, referral.state = case, Referral.State.ACCEPTED
        referral.decided_at, referral.decided_by = timezone.now(), self.coordinator
        referral.save()
        for party in referral.parties.select_related("key"):
            subject = Subject(
                key=Key.objects.mint(Key.Kind.SUBJECT),
                partnership=self.partnership,
                given_name=party.given_name,
                family_name=party.family_name,
                birth_date=party.birth_date,
            )
            subject.save(force_insert=True)
            party.case, party.subject = case, subject
            party.save()
        Involvement.objects.create(panel=self.panel, case=case, holder="desk", stage=Stage.DESK, why="accepted")
        for agency in asked:
            self.involve(case, agency)
        return Case.objects.with_key().get(pk=case.pk)

    def involve(self, case, agency, *, stage=Stage.RESEARCH, listing=None, member=None) -> Involvement:
        return Involvement.objects.create(
            panel=self.panel,
            case=case,
            listing=listing,
            stage=stage,
            agency=agency,
            member=member,
            holder="member" if member else "agency",
            why="asked",
        )

    # meetings -----------------------------------------------------------------------------------------------------
    @made_again
    def make_meeting(self, *, state="agenda_open", starts_at=None, **more) -> Meeting:
        """A meeting of the panel, ten days ahead unless told otherwise."""
        starts_at = starts_at or timezone.now() + datetime.timedelta(days=10)
        return Meeting.objects.create(
            key=Key.objects.mint(Key.Kind.MEETING),
            panel=self.panel,
            starts_at=starts_at,
            state=state,
            place="Committee room 2",
            cutoff_at=starts_at - datetime.timedelta(days=8),
            minutes_per_case=12,
            research_due_at=starts_at - datetime.timedelta(days=2),
            **{"chair": self.chair, **more},
        )

    @made_again
    def list_case(self, meeting, case, *, asked=(), type="full", position=None, **more) -> AgendaItem:
        """*case* on the agenda of *meeting*, the agencies *asked* involved and their returns waiting."""
        listing = Listing(
            key=Key.objects.mint(Key.Kind.LISTING),
            case=case,
            type=type,
            referral=case.referrals.order_by("created_at").last(),
        )
        listing.save(force_insert=True)
        item = AgendaItem.objects.create(
            key=listing.key, meeting=meeting, listing=listing, position=position or meeting.items.count() + 1, **more
        )
        for agency in asked:
            self.involve(case, agency, listing=listing)
            request, _ = ResearchRequest.objects.get_or_create(
                meeting=meeting, agency=agency, defaults={"sent_at": timezone.now(), "due_at": meeting.research_due_at}
            )
            Return(key=listing.key, request=request, listing=listing).save(force_insert=True)
        return item

    def sign(self, meeting, *members) -> None:
        """*members* signed the statement: they now see every item of *meeting* from which they are not barred."""
        from meetings.models import Agreement, Attendance

        for member in members:
            Attendance.objects.create(meeting=meeting, member=member, agency=member.agency, arrived_at=timezone.now())
            Agreement.objects.create(
                meeting=meeting, member=member, agency=member.agency, statement=self.statement, signed_at=timezone.now()
            )
            for item in meeting.items.select_related("listing__case"):
                self.involve(item.listing.case, member.agency, member=member, listing=item.listing, stage=Stage.MEETING)

    @made_again
    def make_entry(self, listing, agency, by, text="Seen at the surgery on Tuesday.", **more) -> Entry:
        entry = Entry(
            key=listing.key,
            case=listing.case,
            listing=listing,
            agency=agency,
            written_by=by,
            written_at=timezone.now(),
            text=text,
            **more,
        )
        entry.save(force_insert=True)
        return entry

    @made_again
    def make_action(self, case, agency, *, text="Change the locks.", due_on=None, **more) -> Action:
        action = Action(
            key=case.key,
            case=case,
            agency=agency,
            number=case.actions.count() + 1,
            text=text,
            due_on=due_on or timezone.localdate() + datetime.timedelta(days=7),
            agreed_at=timezone.now(),
            agreed_by=self.coordinator,
            **more,
        )
        action.save(force_insert=True)
        return action

    def bar(self, *, reason="conflict", **what) -> Bar:
        return Bar.objects.create(reason=reason, set_by=self.coordinator, **what)
