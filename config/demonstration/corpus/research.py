"""What agencies answer before a meeting: known or nothing known, and the facts about each person."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .casework import between
from .grammar import fitting, phrases
from .planned import PlannedEntry, PlannedReturn

# How often each agency knows something of a case.
KNOWS = {
    "police": 0.96,
    "idva": 0.86,
    "childrens": 0.5,
    "adult": 0.14,
    "primary": 0.8,
    "acute": 0.45,
    "mental": 0.34,
    "probation": 0.3,
    "housing": 0.42,
    "provider": 0.34,
    "substance": 0.26,
    "education": 0.5,
    "specialist": 0.03,
    "fire": 0.1,
}
KNOWN_BY_TRAIT = {
    "childrens": ("children", 0.75),
    "education": ("school", 0.9),
    "probation": ("probation", 0.97),
    "provider": ("tenant", 0.62),
    "housing": ("tenant", 0.55),
    "specialist": ("minority", 0.3),
    "adult": ("older", 0.7),
    "mental": ("mental_health", 0.72),
}
NEEDED = {"childrens": "children", "education": "school"}


@dataclass
class Asking:
    """One request to every agency for one meeting: who is asked, from when to when, and what came of it."""

    staff: dict[str, list[str]]  # those who may answer, by agency
    first: date
    last: date
    destroyed: bool = False  # beyond its retention: the answers remain, the texts do not
    share: float = 0.985  # of the answers that have come by now
    over: bool = True  # the meeting has been held

    @property
    def missing(self):
        return "none" if self.over else "pending"

    @property
    def may_be_late(self):
        return self.over

    def researcher(self, rng, agency):
        """Mostly the representative, who is the first; sometimes a deputy; nobody where the agency has none."""
        staff = self.staff.get(agency) or [""]
        return staff[0] if rng.random() < 0.75 else rng.choice(staff)

    def late_moment(self, rng):
        return datetime.combine(self.last + timedelta(days=1), time(rng.randint(8, 9), rng.randrange(60)))


def returns(rng, writer, scene, household, listing, research):
    """One return of each agency that is asked."""
    return tuple(one_return(rng, writer, scene, household, listing, research, agency) for agency in research.staff)


def one_return(rng, writer, scene, household, listing, research, agency):
    researcher = research.researcher(rng, agency)
    answer = known_or_not(rng, scene, agency)
    if not researcher or rng.random() > research.share:
        return PlannedReturn(agency=agency, answer=research.missing, researcher="", answered_at=None, late=False)
    late = research.may_be_late and rng.random() < 0.09
    at = research.late_moment(rng) if late else between(rng, research.first, research.last)
    known = known_people(rng, household, agency, scene) if answer == "known" else ()
    answer = "known" if known else "nothing_known"
    written = known and not research.destroyed
    return PlannedReturn(
        agency=agency,
        answer=answer,
        researcher=researcher,
        answered_at=at,
        late=late,
        known=tuple(person.key for person in known),
        entries=tuple(entries(rng, writer, scene, agency, known, listing, research)) if written else (),
        destroyed=bool(known) and research.destroyed,
    )


def known_or_not(rng, scene, agency):
    chance = KNOWS[agency]
    trait, raised = KNOWN_BY_TRAIT.get(agency, ("", 0))
    if trait in scene.tags:
        chance = raised
    elif agency in NEEDED:
        chance = 0.05
    return "known" if rng.random() < chance else "nothing_known"


def known_people(rng, household, agency, scene):
    """Whom of the case the agency knows: at least one."""
    sections = phrases()
    candidates = [household.victim, household.perpetrators[0]]
    candidates += [research_child(household)] if household.child_people and "children" in scene.tags else []
    candidates = [
        person
        for person in candidates
        if f"{agency}.{person.role}" in sections
        and any(t.fits(scene.tags) for t in sections[f"{agency}.{person.role}"])
    ]
    chosen = [person for person in candidates if rng.random() < 0.72]
    return chosen or candidates[:1]


def research_child(household):
    return min(household.child_people, key=lambda child: child.born_on)


def entries(rng, writer, scene, agency, known, listing, research):
    """Facts about each known person, now and then an opinion or intelligence, and one proposal at the end."""
    made = [entry for person in known for entry in about(rng, writer, scene, agency, person, research)]
    if made and rng.random() < 0.6 and fitting(f"propose.{agency}", scene.tags):
        made[-1].proposed_action = writer.one(f"propose.{agency}", scene)
    if made and listing.kind == "restricted":
        made[0].excluded = (listing.barred_agency,) if agency != listing.barred_agency else ()
    return made


def about(rng, writer, scene, agency, person, research):
    """One to three entries on a person, each with its source, its date and how far it may go."""
    section, used = f"{agency}.{person.role}", set()
    scene = scene.at(scene.on)
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        text = writer.one(section, scene)
        if text[:25] not in used:
            used.add(text[:25])
            yield entry(rng, writer, scene, agency, person, text, "fact")
    if rng.random() < 0.12:
        yield entry(rng, writer, scene, agency, person, writer.one("opinion", scene), "opinion")
    if agency == "police" and person.role == "perpetrator" and rng.random() < 0.25:
        yield entry(rng, writer, scene, agency, person, writer.one("police.intelligence", scene), "intelligence")


def entry(rng, writer, scene, agency, person, text, nature):
    say_only = nature == "intelligence" or rng.random() < 0.1
    source = "intelligence report" if nature == "intelligence" else writer.one(f"source.{agency}", scene)
    source = (
        "worker's view"
        if nature == "opinion"
        else source[0].lower() + source[1:]
        if not source.startswith("GP")
        else source
    )
    return PlannedEntry(
        person=person.key,
        text=text,
        nature=nature,
        grade="untested" if nature == "intelligence" else "",
        source=source,
        on=scene.dated(text) or scene.on - timedelta(days=rng.randint(1, 14)),
        reach="say_only" if say_only else "minute",
    )
