"""The cast of requests from outside: liaison officers with posts, a handler, a second person, a case to be found.

The handler is the council's officer and sees no case; housing's and health's officers answer for what they said.
"""

import datetime

from django.utils import timezone

from cases.models import Case, Entry
from cases.workflow.matching import index_subject
from disclosures.models import OutsideRequest
from disclosures.workflow import outside as verbs
from disclosures.workflow.tracing import match_request
from partnership.roles import Role
from tests.again import MadeAgain, made_again
from tests.world import make_legal_bases, make_member, make_post

MAIR = {"given_name": "Mair", "family_name": "O’Gwynedd", "birth_date": datetime.date(1990, 3, 7)}
HUW = {"given_name": "Huw", "family_name": "Prydderch", "birth_date": datetime.date(1990, 3, 7)}
DAY = datetime.timedelta(days=1)


class Outsiders(metaclass=MadeAgain):
    """Who works on requests from outside in *world*."""

    def __init__(self, world):
        self.world = w = world
        officer = lambda name, agency: self.officer(name, agency)  # noqa: E731
        self.handler = officer("Heledd Handler", w.council)
        self.second = officer("Siôn Second", w.council)
        self.health_officer = officer("Lleucu Liaison", w.health_agency)
        self.police_officer = officer("Pedr Liaison", w.police_agency)
        self.housing_officer = w.liaison_officer
        make_legal_bases()

    def officer(self, name, agency):
        member = make_member(name, agency, Role.LIAISON_OFFICER, panel=self.world.panel)
        make_post(agency, member)
        return member

    @made_again
    def hear(self, *, victim=("Mair", "O’Gwynedd"), asked=None) -> Case:
        """A case in which housing and health have each said something; indexed, so that it can be found."""
        w = self.world
        asked = asked or [w.housing_agency, w.health_agency]
        case = w.make_case(victim=victim)
        for party in case.parties.select_related("subject__key"):
            index_subject(party.subject)
        item = w.list_case(w.make_meeting(), case, asked=asked)
        w.make_entry(item.listing, w.housing_agency, w.housing, text="Arrears since the spring.")
        w.make_entry(item.listing, w.health_agency, w.health, text="Seen at the surgery on Tuesday.")
        return case

    @made_again
    def open(self, *, by=None, kind="sar", **more) -> OutsideRequest:
        """A request of the person Mair, received today, by the handler."""
        by = by or self.handler
        typed = {
            "kind": kind,
            "received_on": timezone.localdate(),
            "received_by": by.agency,
            "requester_name": "Mair O’Gwynedd",
            "requester_contact": "4 Lôn Ddychmygol, QZ4 7XX",
            "words": "A copy of what you hold about me.",
            **MAIR,
        }
        return fresh(verbs.open_request(by=by, **(typed | more)))

    @made_again
    def searched(self, **more) -> OutsideRequest:
        """The same, with its search begun and the worker done."""
        request = self.open(**more)
        if not request.identity_check:
            verbs.check_identity(by=request.handler, request=request, check="seen")
        verbs.begin_search(by=request.handler, request=fresh(request), scope="The records of the council.")
        run(request)
        return fresh(request)

    @made_again
    def consulted(self, **more) -> OutsideRequest:
        """The same, with its originators asked."""
        request = self.searched(**more)
        verbs.begin_consultation(by=request.handler, request=request, answer_by_on=timezone.localdate() + 7 * DAY)
        run(request)
        return fresh(request)


def run(request) -> None:
    """What the worker does for *request*."""
    match_request.func(str(request.pk))


def fresh(request) -> OutsideRequest:
    return OutsideRequest.objects.with_key().select_related("handler__agency", "received_by").get(pk=request.pk)


def entries(case) -> dict:
    return {entry.agency.name: entry for entry in Entry.objects.with_key().filter(case=case).select_related("agency")}
