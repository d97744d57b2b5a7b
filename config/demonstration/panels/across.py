"""What crosses cases and panels: one person on two, two records proposed as one, a counter-allegation, MAPPA."""

from dataclasses import replace
from datetime import timedelta

from cases.models import Case, Party
from cases.rules.mappa import find_mappa_case
from cases.workflow.across import look_across
from cases.workflow.allegation import allege, assess_aggressor
from cases.workflow.mappa import set_mappa
from cases.workflow.merge import propose_merge

MAPPA = (
    {"linked": "yes", "level": "2", "contact": "MAPPA desk, 01632 960544"},
    {"linked": "yes", "level": "1", "contact": "MAPPA desk, 01632 960544"},
    {"linked": "no"},
    {"linked": "withheld"},
)


class Across:
    """Plans, with the verbs of the *desks* by panel, what concerns more than one case."""

    def __init__(self, desks):
        self.ppo, self.asb = desks["ppo"], desks["asb"]
        self.diary, self.today = self.ppo.diary, self.ppo.diary.today

    def plan(self, offenders: dict, neighbours: dict) -> None:
        """*offenders* and *neighbours* are the files of the two panels by their key."""
        ago = lambda days: self.today - timedelta(days=days)  # noqa: E731
        managed = [
            file for file in offenders.values() if file.ends == "managed" and file.lead in ("police", "probation")
        ]
        for place, (file, said) in enumerate(zip(managed, MAPPA, strict=False)):
            self.diary.at(ago(5), 9, self._point, file, said, minute=10 * place)
        formal = [file for file in neighbours.values() if file.ends == "formal" and file.victim]
        for file in formal[:1]:
            self.diary.at(ago(6), 10, self._allege, file)
        doubles = [file for file in neighbours.values() if file.twin]
        for file in doubles:
            self.diary.at(ago(1), 9, self._propose, neighbours[file.twin], file)
        self.diary.at(ago(1), 11, look_across)

    def _point(self, file, said: dict) -> None:
        by = self.ppo.of(file.lead)
        lead = self.ppo.agency("probation") if said["linked"] == "yes" else None
        set_mappa(by=by, case=find_mappa_case(by).get(pk=file.row.pk), seen=0, lead=lead, **said)

    def _allege(self, file) -> None:
        by, case = self.asb.coordinator, _case(file)
        people = Party.objects.with_key().select_related("case").filter(case=case)
        perpetrator, victim = (people.get(capacity=part) for part in ("perpetrator", "victim"))
        allege(
            by=by,
            case=case,
            harmed=perpetrator,
            against=victim,
            alleged_on=self.today - timedelta(days=9),
            source="The tenant complained of, to the officer at the door",
            words="Says that the neighbour began it, by shouting through the wall and keying the car.",
            agency=self.asb.agency("police"),
        )
        assess_aggressor(
            by=by,
            case=case,
            party=perpetrator,
            agency=self.asb.agency("police"),
            assessor=self.asb.of("police").name,
            assessed_on=self.today - timedelta(days=7),
            words="The reports of two households agree; nothing but the one statement speaks against it.",
        )

    def _propose(self, one, other) -> None:
        first, second = (
            Party.objects.with_key().select_related("case").get(case=file.row, capacity="perpetrator")
            for file in (one, other)
        )
        words = "The same birth date and the same sofa; the landlord writes the name with one letter less."
        propose_merge(by=self.asb.coordinator, one=first, other=second, words=words)


def misspelt(person):
    """The same human being as somebody else wrote them down: one letter less, no middle name, no other address."""
    family = person.family[:-1] if len(person.family) > 4 else f"{person.family}e"
    return replace(person, family=family, middle="", aliases=())


def _case(file) -> Case:
    return Case.objects.with_key().select_related("panel").get(pk=file.row.pk)
