"""Two panels and their people, for tests of what one case may know of another."""

import datetime

from cases.models import Case, Involvement, Party
from cases.models.access import Stage
from cases.workflow.matching import index_subject
from partnership.models import Member, Panel, RoleGrant
from partnership.roles import Role
from tests.world import make_member

SAME = ("Mair", "O’Gwynedd")


class TwoPanels:
    """The world's panel and a second one of the same scheme, each with a coordinator; one who coordinates both, and one
    who chairs both."""

    def __init__(self, world):
        self.world = w = world
        self.other = Panel.objects.create(partnership=w.partnership, name="Wenlli Vale MARAC", reference_prefix="WV")
        self.there = make_member("Tomos There", w.council, Role.COORDINATOR, panel=self.other)
        self.both = self._of_both("Bethan Both", Role.COORDINATOR)
        self.chair = self._of_both("Carys Chair", Role.CHAIR)

    def _of_both(self, name, role):
        member = make_member(name, self.world.council, role, panel=self.world.panel)
        RoleGrant.objects.create(member=member, role=str(role), panel=self.other)
        return Member.objects.get(pk=member.pk)

    def case(self, *, panel=None, **more) -> Case:
        """A case of *panel* (the world's), its people in the index."""
        w = self.world
        here, w.panel = w.panel, panel or w.panel
        try:
            case = w.make_case(**more)
        finally:
            w.panel = here
        for party in case.parties.select_related("subject__key"):
            index_subject(party.subject)
        return case


def person(case, capacity="victim") -> Party:
    """The one of *case* in that part, as verbs take them."""
    found = Party.objects.with_key().select_related("case__panel", "referral__panel", "subject__key")
    return found.get(case=case, capacity=capacity)


def take_part(world, case, agency) -> Involvement:
    """*agency* took part in *case* and still sees it."""
    return world.involve(case, agency, stage=Stage.AFTER)


def years_ago(years: int, today: datetime.date) -> datetime.date:
    """The same day *years* ago; the 28th for the leap day."""
    return today.replace(year=today.year - years, day=min(today.day, 28) if today.month == 2 else today.day)
