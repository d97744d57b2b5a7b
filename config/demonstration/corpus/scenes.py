"""The words of one case, ready for the templates: names, pronouns, relation, children, places."""

from datetime import timedelta

from . import places
from .grammar import Scene, listed, sentence_case, spelt

PRONOUNS = {"female": ("she", "her", "her", "herself"), "male": ("he", "his", "him", "himself")}
MONTHS_BACK = 100


def scene(people, household, on, agencies):
    """The scene of a household on a day."""
    victim, perpetrator = household.victim, household.perpetrators[0]
    subject = PRONOUNS[victim.gender]
    other = PRONOUNS[perpetrator.gender]
    children = minors(people, household, on)
    words = {
        "v": victim.given,
        "p": perpetrator.given,
        "rel": relation(household),
        "age": str(victim.age_on(on)),
        "p_age": str(perpetrator.age_on(on)),
        "she": subject[0],
        "She": subject[0].title(),
        "her": subject[1],
        "herobj": subject[2],
        "herself": subject[3],
        "her_cap": subject[1].title(),
        "he": other[0],
        "He": other[0].title(),
        "his": other[1],
        "him": other[2],
        "street": street(victim.addresses[0]),
        "town": places.TOWN,
        "hospital": f"the emergency department at {places.HOSPITAL}",
        "surgery": victim.surgery,
        "language": victim.language if victim.interpreter else "a language of " + subject[1] + " choice",
        "disability": victim.disability,
        "landlord": agencies["provider"].name,
        "idva": agencies["idva"].name,
        "idva_cap": agencies["idva"].name,
        "specialist": agencies["specialist"].name,
        "safe_number": "",
        "month_before": f"{on - timedelta(days=MONTHS_BACK):%B %Y}",
        "year_before": str(on.year - 2 - on.month % 3),
        "rel_pair": pair(household),
        **children_words(children, on),
    }
    return Scene(words, household.traits - {"children"} | age_tags(children, on), on)


def relation(household):
    return household.tie.words[household.perpetrators[0].gender == "male"]


def pair(household):
    """What the two are to one another: "mother and son", "ex-partners"."""
    tie, victim, perpetrator = household.tie, household.victim, household.perpetrators[0]
    if "intimate" in tie.tags:
        return {"spouse": "a married couple", "ex_spouse": "former spouses", "ex_partner": "former partners"}.get(
            tie.key, "partners"
        )
    return f"{tie.back[victim.gender == 'male']} and {tie.words[perpetrator.gender == 'male']}"


def street(address):
    """The street without house number or flat."""
    return address.lines.split(", ")[-1].split(" ", 1)[1]


def minors(people, household, on):
    """The children who are under 18 on the day, the oldest first."""
    children = (people[child.person] for child in household.children)
    return sorted((child for child in children if 0 <= child.age_on(on) < 18), key=lambda child: child.born_on)


def age_tags(children, on):
    """`children` if there are any, `school` if the eldest goes to school."""
    if not children:
        return set()
    return {"children", "school"} if children[0].age_on(on) >= 5 else {"children"}


def children_words(children, on):
    """Slots about the children, with the verbs that agree with their number."""
    many = len(children) > 1
    kids = listed(f"{child.given} ({age_words(child.age_on(on))})" for child in children)
    verbs = ("are", "were", "have") if many else ("is", "was", "has")
    the_kids = "the children" if many else (children[0].given if children else "")
    first = children[0] if children else None
    return {
        "kids": kids,
        "kids_cap": kids,
        "n_kids": "one child" if len(children) == 1 else f"{spelt(len(children))} children",
        "the_kids": the_kids,
        "the_kids_cap": sentence_case(the_kids),
        "kids_are": verbs[0],
        "kids_were": verbs[1],
        "kids_have": verbs[2],
        "kid": first.given if first else "",
        "kid_age": f"aged {age_words(first.age_on(on))}" if first else "",
    }


def age_words(years):
    return "under 1" if years <= 0 else str(years)
