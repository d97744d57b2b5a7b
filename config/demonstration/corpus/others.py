"""Invented people of the other panels, and the scene in which something is written of one of them."""

import random
from datetime import date

from . import places
from .grammar import Scene, Writer
from .people import Population

PRONOUNS = {"male": ("he", "him", "his"), "female": ("she", "her", "her")}


class Others:
    """Makes people and writes of them, with one source of chance for each panel."""

    def __init__(self, seed: int, panel: str):
        self.rng = random.Random(f"{seed} {panel}")  # noqa: S311  invented data, repeatable on purpose
        self.population, self.writer = Population(self.rng), Writer(self.rng)

    def adult(self, on: date, youngest: int, oldest: int, *, men: float = 0.85):
        """Somebody who is between *youngest* and *oldest* on *on*; a man in *men* of all cases."""
        gender = "male" if self.rng.random() < men else "female"
        culture = self.population.culture(self.rng.random() < 0.14)
        return self.population.adult("person", culture, gender, self.population.born(on, youngest, oldest))

    def write(self, section: str, person, on: date, **words) -> str:
        """One text of *section* about *person*, as it would be written on *on*."""
        he, him, his = PRONOUNS[person.gender]
        said = {"p": person.given, "he": he, "him": him, "his": his, "He": he.title(), "His": his.title()}
        return self.writer.one(section, Scene({**said, "street": places.street(self.rng), **words}, (), on))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def among(self, *choices):
        return self.rng.choice(choices)
