"""Sentences from templates: reads the bundled phrase files and fills them for one scene.

A phrase file holds sections (`== name`) of one template a line. `tag+!tag > text` keeps a line for scenes that have
the first tag and lack the second. In a template `[a|b]` is a choice, `{slot}` a fact of the scene, and
`{n:2:5}` a number in words, `{d:3:9}` a date so many days before the scene, `{f:3:9}` after it, `{t}` a time of day.
"""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from . import places

FOLDER = Path(__file__).parent / "phrases"
TOKEN = re.compile(r"\[([^\]]*)\]|\{([^}]*)\}")
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
ATTEMPTS = 6
LONG = 60  # characters; shorter texts may well be said again


def spelt(number):
    """The number in words up to ten, then in figures."""
    return NUMBERS[number] if number <= 10 else str(number)


def long_date(day):
    """A date as it is written in casework: 21 November 2026."""
    return f"{day.day} {day:%B %Y}"


def sentence_case(text):
    return text[:1].upper() + text[1:]


def listed(words):
    """Words joined as in a sentence: "a, b and c"."""
    words = list(words)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class Template:
    """One line of a phrase file, cut once into its parts."""

    def __init__(self, text, tags=()):
        self.needs = frozenset(tag for tag in tags if not tag.startswith("!"))
        self.refuses = frozenset(tag[1:] for tag in tags if tag.startswith("!"))
        self.parts = cut(text)

    def fits(self, tags):
        return self.needs <= tags and not (self.refuses & tags)

    def fill(self, scene, rng):
        return sentence_case(render(self.parts, scene, rng))


def cut(text):
    """The parts of a template: plain strings, slot names `("slot", …)` and choices `("pick", …)`."""
    parts, end = [], 0
    for match in TOKEN.finditer(text):
        parts.append(text[end : match.start()])
        choice, slot = match.groups()
        if slot is None:
            parts.append(("pick", [cut(option) for option in choice.split("|")]))
        else:
            parts.append(("slot", slot.split(":")))
        end = match.end()
    return [part for part in [*parts, text[end:]] if part]


def render(parts, scene, rng):
    return "".join(part if isinstance(part, str) else fill_part(part, scene, rng) for part in parts)


def fill_part(part, scene, rng):
    kind, value = part
    if kind == "pick":
        return render(rng.choice(value), scene, rng)
    name, *bounds = value
    if name in PRODUCERS:
        return PRODUCERS[name](scene, rng, *map(int, bounds))
    return scene.words[name]


def time_of_day(scene, rng):
    return f"{rng.choice((7, 8, 12, 15, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23, 23)):02d}:{rng.randrange(0, 60, 5):02d}"


def digits(scene, rng, count):
    return "".join(rng.choice("0123456789") for _ in range(count))


def earlier(scene, rng, low, high):
    scene.past.append(scene.on - timedelta(days=rng.randint(low, high)))
    return long_date(scene.past[-1])


PRODUCERS = {
    "n": lambda scene, rng, low, high: spelt(rng.randint(low, high)),
    "w": lambda scene, rng, low, high: f"{spelt(rng.randint(low, high))} weeks",
    "i": lambda scene, rng, low, high: str(rng.randint(low, high)),
    "d": earlier,
    "f": lambda scene, rng, low, high: long_date(scene.on + timedelta(days=rng.randint(low, high))),
    "t": time_of_day,
    "digits": digits,
    "other_street": lambda scene, rng: places.street(rng),
}


class Scene:
    """The facts that fill the slots: words by slot name, tags that choose templates, and the date of writing."""

    def __init__(self, words, tags, on: date):
        self.words, self.tags, self.on = words, frozenset(tags), on
        self.past: list[date] = []  # the earlier days that its texts have named

    def at(self, on, **words):
        """The same scene on another day, with further words."""
        return Scene({**self.words, **words}, self.tags, on)

    def dated(self, text):
        """The latest earlier day that a text of this scene names, if any."""
        return max((day for day in self.past if long_date(day) in text), default=None)

    def tagged(self, *tags):
        """The same scene with further tags."""
        return Scene(self.words, self.tags | set(tags), self.on)


@cache
def phrases():
    """Every section of every phrase file, by name."""
    sections: dict[str, list[Template]] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        lines = sections
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                lines = sections.setdefault(line[3:].strip(), [])
            elif line.strip() and not line.startswith("#"):
                lines.append(parsed(line))
    return sections


def parsed(line):
    tags, arrow, text = line.partition(" > ")
    return Template(text.strip(), tags.strip().split("+")) if arrow else Template(line.strip())


@cache
def fitting(section, tags):
    """The templates of a section that fit a set of tags."""
    return tuple(template for template in phrases()[section] if template.fits(tags))


class Writer:
    """Writes texts, with one source of chance, and says no long text twice within a meeting."""

    def __init__(self, rng):
        self.rng, self.said = rng, set()

    def new_meeting(self):
        self.said = set()

    def one(self, section, scene):
        """One text of a section, fresh in this meeting where that can be had."""
        templates = fitting(section, scene.tags)
        for _ in range(ATTEMPTS):
            text = self.rng.choice(templates).fill(scene, self.rng)
            if len(text) <= LONG or text not in self.said:
                break
        self.said.add(text)
        return text

    def some(self, section, scene, low, high):
        """Several different templates of one section, as one paragraph."""
        templates = fitting(section, scene.tags)
        chosen = self.rng.sample(templates, min(self.rng.randint(low, high), len(templates)))
        return " ".join(template.fill(scene, self.rng) for template in chosen)

    def paragraph(self, *texts):
        return " ".join(text for text in texts if text)
