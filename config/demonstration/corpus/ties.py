"""What two people of a case are to one another, the household they make, and dealing in stated shares."""

from dataclasses import dataclass

from .planned import PlannedChild, PlannedPerson


@dataclass(frozen=True)
class Tie:
    """What a perpetrator is to a victim: words by gender, age gap range, and what it says about the two."""

    key: str
    share: int
    words: tuple[str, str]
    gap: tuple[int, int]
    tags: tuple[str, ...]
    back: tuple[str, str] = ("partner", "partner")


TIES = (
    Tie("ex_partner", 44, ("ex-partner", "ex-partner"), (-6, 12), ("intimate", "ex"), ("ex-partner", "ex-partner")),
    Tie("partner", 18, ("partner", "partner"), (-5, 11), ("intimate", "together")),
    Tie("spouse", 13, ("wife", "husband"), (-4, 10), ("intimate", "together"), ("wife", "husband")),
    Tie("ex_spouse", 8, ("ex-wife", "ex-husband"), (-4, 10), ("intimate", "ex"), ("ex-wife", "ex-husband")),
    Tie("child", 9, ("daughter", "son"), (-38, -21), ("family",), ("mother", "father")),
    Tie("sibling", 4, ("sister", "brother"), (-8, 8), ("family",), ("sister", "brother")),
    Tie("parent", 2, ("mother", "father"), (19, 36), ("family",), ("daughter", "son")),
    Tie("grandchild", 2, ("granddaughter", "grandson"), (-58, -40), ("family",), ("grandmother", "grandfather")),
)
TIE = {tie.key: tie for tie in TIES}


class Deck:
    """Values dealt in stated shares: a shuffled pack, shuffled anew when it is empty, so that shares hold early."""

    def __init__(self, rng, shares):
        self.rng, self.pack = rng, [value for value, count in shares for _ in range(count)]
        self.left = []

    def deal(self):
        if not self.left:
            self.left = self.rng.sample(self.pack, len(self.pack))
        return self.left.pop()


@dataclass
class Household:
    """The people of one case, as made together."""

    victim: PlannedPerson
    perpetrators: list[PlannedPerson]
    children: tuple[PlannedChild, ...]
    child_people: list[PlannedPerson]
    tie: Tie
    traits: frozenset[str]
