"""People and families: victims, perpetrators and children with names, birth dates, addresses and other facts."""

from dataclasses import replace
from datetime import timedelta

from . import places
from .names import CULTURES, NICKNAMES, PUBLIC_FIGURES
from .planned import PlannedAlias, PlannedChild, PlannedPerson
from .spelling import gendered, respelt, swapped
from .ties import TIE, TIES, Deck, Household

YEAR = 365.2425
DISABILITIES = (
    "a visual impairment",
    "multiple sclerosis",
    "a learning disability",
    "a long-term back condition",
    "hearing loss",
    "epilepsy",
    "reduced mobility after a stroke",
    "chronic fatigue",
    "post-traumatic stress disorder",
)
JOBS = (
    "care assistant",
    "warehouse operative",
    "shop assistant",
    "teaching assistant",
    "hairdresser",
    "delivery driver",
    "cleaner",
    "plasterer",
    "roofer",
    "mechanic",
    "call-centre worker",
    "chef",
    "nursery nurse",
    "dental receptionist",
    "scaffolder",
    "student",
    "not in work",
    "not in work",
    "retired",
    "self-employed gardener",
    "office administrator",
    "security guard",
    "farm worker",
)


class Population:
    """Makes people, remembers them by key, and deals their traits in the shares that the figures ask for."""

    def __init__(self, rng):
        self.rng, self.people = rng, {}
        minority = [culture for culture in CULTURES if culture.ethnic_group != "white_british"]
        native = [culture for culture in CULTURES if culture.ethnic_group == "white_british"]
        self.cultures = {True: minority, False: native}
        self.weights = {key: [culture.share for culture in group] for key, group in self.cultures.items()}
        self.is_minority = Deck(rng, [(True, 32), (False, 168)])
        self.is_disabled = Deck(rng, [(True, 20), (False, 180)])
        self.is_lgbt = Deck(rng, [(True, 4), (False, 246)])
        self.is_male = Deck(rng, [(True, 13), (False, 187)])
        self.age_band = Deck(rng, [("young", 4), ("adult", 228), ("middle", 52), ("older", 8)])
        self.ties = Deck(rng, [(tie, tie.share) for tie in TIES])
        self.child_count = Deck(rng, [(1, 35), (2, 31), (3, 20), (4, 10), (5, 4)])
        self.with_children = Deck(rng, [(True, 75), (False, 25)])
        self.police_response = Deck(rng, [("bail", 6), ("rui", 5), ("charged", 3), ("wanted", 2), ("no_arrest", 4)])
        self.has_alias = Deck(rng, [(True, 15), (False, 85)])

    def add(self, **facts):
        person = PlannedPerson(key=f"p{len(self.people) + 1:05d}", **facts)
        self.people[person.key] = person
        return person

    def culture(self, minority):
        return self.rng.choices(self.cultures[minority], self.weights[minority])[0]

    def born(self, on, youngest, oldest):
        """A birth date that gives an age between the two, in whole years, on the day."""
        days = self.rng.uniform(youngest * YEAR + 2, (oldest + 1) * YEAR - 2)
        return on - timedelta(days=int(days))

    def given(self, culture, gender, born_on):
        if born_on.year < 1962 and culture.older_women:
            pool = culture.older_women if gender == "female" else culture.older_men
        elif born_on.year > 2004 and culture.young[0]:
            pool = culture.young[0] if gender == "female" else culture.young[1]
        else:
            pool = culture.women if gender == "female" else culture.men
        return self.rng.choice(pool)

    def family(self, culture, gender):
        forms = self.rng.choice(culture.families).replace("ap-", "ap ").split("|")
        return forms[-1 if gender == "male" else 0]

    def name(self, culture, gender, born_on, family=None):
        """A given and a family name that together belong to no one in the public eye."""
        while True:
            pair = self.given(culture, gender, born_on), family or self.family(culture, gender)
            if pair not in PUBLIC_FIGURES:
                return pair

    def adult(self, role, culture, gender, born_on, family=None, **facts):
        given, family = self.name(culture, gender, born_on, family)
        interpreted = self.rng.random() < culture.interpreted
        rng = self.rng
        facts.setdefault("addresses", (places.address(rng),))
        if rng.random() < 0.2:
            facts["addresses"] += (places.address(rng, "previous"),)
        person = self.add(
            role=role,
            given=given,
            middle=self.given(culture, gender, born_on) if rng.random() < 0.3 else "",
            family=family,
            gender=gender,
            born_on=born_on,
            ethnicity=culture.ethnicity,
            ethnic_group=culture.ethnic_group,
            language=culture.language if interpreted else "English",
            interpreter=interpreted,
            phone=places.mobile(rng),
            email=f"{given}.{rng.randint(10, 99)}@post.example".lower().replace("'", "") if rng.random() < 0.3 else "",
            occupation=self.occupation(born_on),
            surgery=rng.choice(places.SURGERIES),
            **facts,
        )
        if self.has_alias.deal():
            person.aliases = (self.alias(person, culture),)
        return person

    def occupation(self, born_on):
        job = self.rng.choice(JOBS)
        return "retired" if born_on.year < 1958 else "not in work" if job == "retired" else job

    def alias(self, person, culture):
        """Another name of the person: a former one, a shortened one, a spelling, or a birth date once given."""
        kind = self.rng.choice(("former_name", "known_as", "alternative_spelling", "alias"))
        if kind == "former_name" and person.gender == "female":
            return PlannedAlias(given=person.given, family=self.family(culture, "female"), kind=kind)
        if kind == "alias":
            born_on = self.near_birth_date(person.born_on) if self.rng.random() < 0.5 else None
            return PlannedAlias(
                given=self.given(culture, person.gender, person.born_on),
                family=person.family,
                kind=kind,
                born_on=born_on,
            )
        spelling = respelt(person.given, person.family)
        if kind == "alternative_spelling" and spelling:
            return PlannedAlias(given=spelling[0], family=spelling[1], kind=kind)
        known_as = NICKNAMES.get(person.given) or self.given(culture, person.gender, person.born_on)
        return PlannedAlias(given=known_as, family=person.family, kind="known_as")

    def near_birth_date(self, born_on):
        return born_on + timedelta(days=self.rng.choice((-2, -1, 1, 2, 10, -10)))

    def household(self, on, victim=None, perpetrator=None):
        """A victim, the perpetrator or perpetrators, and the children on a day; new where none is given."""
        tie, band = (TIE["ex_partner"], "adult") if victim or perpetrator else self.tie_and_band()
        victim = victim or self.victim(on, band)
        perpetrators = [perpetrator or self.perpetrator(on, victim, tie)]
        if not perpetrator and self.rng.random() < 0.1:
            perpetrators.append(self.accomplice(on, perpetrators[0]))
        children = self.children(on, victim, perpetrators[0], tie)
        child_people = [self.people[child.person] for child in children]
        return Household(victim, perpetrators, children, child_people, tie, self.traits(on, victim, tie, children))

    def tie_and_band(self):
        """A tie, and an age band of the victim that goes with it."""
        tie, band = self.ties.deal(), self.age_band.deal()
        if tie.key == "grandchild":
            band = "older"
        elif tie.key == "child" and band in {"adult", "young"}:
            band = "middle" if band == "adult" else band
        if band == "young":
            tie = TIE[self.rng.choice(("ex_partner", "partner", "parent"))]
        return tie, band

    def victim(self, on, band):
        low, high = {"young": (16, 17), "adult": (18, 44), "middle": (45, 64), "older": (66, 84)}[band]
        age_low = low if band != "adult" else self.rng.choice((18, 20, 22, 24, 26, 29))
        gender = "male" if self.is_male.deal() else "female"
        culture = self.culture(self.is_minority.deal())
        person = self.adult("victim", culture, gender, self.born(on, age_low, high))
        person.lgbt = self.is_lgbt.deal()
        person.disability = self.rng.choice(DISABILITIES) if self.is_disabled.deal() else ""
        return person

    def perpetrator(self, on, victim, tie):
        rng = self.rng
        if "intimate" in tie.tags:
            same = victim.lgbt and rng.random() < 0.8
            gender = victim.gender if same else {"female": "male", "male": "female"}[victim.gender]
        else:
            gender = "male" if rng.random() < 0.86 else "female"
        age = victim.age_on(on) + rng.randint(*tie.gap)
        age = max(age, rng.randint(16, 21))
        culture = next(c for c in CULTURES if c.ethnicity == victim.ethnicity)
        if "intimate" in tie.tags and rng.random() < 0.18:
            culture = self.culture(rng.random() < 0.16)
        shares_name = tie.key in {"spouse", "child", "sibling", "parent"} and rng.random() < 0.8
        facts = (
            {"addresses": (victim.addresses[0],)}
            if "together" in tie.tags or ("family" in tie.tags and rng.random() < 0.6)
            else {}
        )
        person = self.adult(
            "perpetrator",
            culture,
            gender,
            self.born(on, age, age),
            gendered(victim.family, culture, gender) if shares_name else None,
            **facts,
        )
        person.given = self.other_given(person, culture, victim.given)
        return person

    def other_given(self, person, culture, given):
        """The person's given name, or another where it is the one given: every culture has two for each gender."""
        while person.given == given or (person.given, person.family) in PUBLIC_FIGURES:
            person.given = self.given(culture, person.gender, person.born_on)
        return person.given

    def accomplice(self, on, perpetrator):
        """A second perpetrator: a brother of the first, mostly."""
        culture = next(c for c in CULTURES if c.ethnicity == perpetrator.ethnicity)
        born_on = self.born(on, max(18, perpetrator.age_on(on) - 6), max(19, perpetrator.age_on(on) + 6))
        person = self.adult("perpetrator", culture, "male", born_on, gendered(perpetrator.family, culture, "male"))
        person.given = self.other_given(person, culture, perpetrator.given)
        return person

    def children(self, on, victim, perpetrator, tie):
        age = victim.age_on(on)
        if not 18 <= age <= 52 or not self.with_children.deal():
            return ()
        count = min(self.child_count.deal(), max(1, (age - 16) // 2))
        culture = next(c for c in CULTURES if c.ethnicity == victim.ethnicity)
        oldest = min(17, age - 17)
        ages, taken = (
            sorted(self.rng.sample(range(oldest + 1), min(count, oldest + 1)), reverse=True),
            {victim.given, perpetrator.given},
        )
        twins = len(ages) > 1 and self.rng.random() < 0.06
        born = [self.born(on, years, years) for years in ages]
        if twins:
            born[1] = born[0]
        return tuple(self.child(on, culture, victim, perpetrator, tie, born_on, taken) for born_on in born)

    def child(self, on, culture, victim, perpetrator, tie, born_on, taken):
        rng = self.rng
        gender = rng.choice(("female", "male"))
        both = "intimate" in tie.tags and rng.random() < 0.72
        family = perpetrator.family if both and perpetrator.gender == "male" and rng.random() < 0.5 else victim.family
        if both and rng.random() < 0.12 and "-" not in victim.family + perpetrator.family:
            family = f"{victim.family}-{perpetrator.family}".replace(" ", "-")
        family = gendered(family, culture, gender)
        given = self.child_given(culture, gender, family, taken)
        taken.add(given)
        person = self.add(
            role="child",
            given=given,
            middle="",
            family=family,
            gender=gender,
            born_on=born_on,
            ethnicity=victim.ethnicity,
            ethnic_group=victim.ethnic_group,
            addresses=(victim.addresses[0],),
            surgery=victim.surgery,
            school=school(rng, on, born_on),
        )
        if self.has_alias.deal():
            person.aliases = (self.child_alias(person, victim, perpetrator),)
        own = {"female": "daughter", "male": "son"}[gender]
        to_perpetrator = own if both else f"step{own}" if "intimate" in tie.tags else relative(tie, gender)
        return PlannedChild(
            person=person.key,
            to_victim=own,
            to_perpetrator=to_perpetrator,
            lives_with=rng.choice(
                ("both",)
                if "together" in tie.tags
                else ("victim", "victim", "victim", "victim", "grandparents", "foster carers")
            ),
        )

    def child_given(self, culture, gender, family, taken):
        """A given name that no one else of the case bears; from the common stock where the culture's is used up."""
        own = culture.young if culture.young[0] else CULTURES[0].young
        for names in (own[gender == "male"], CULTURES[0].young[gender == "male"]):
            free = [name for name in names if name not in taken and (name, family) not in PUBLIC_FIGURES]
            if free:
                return self.rng.choice(free)
        raise ValueError("no given name is left for a child")

    def child_alias(self, person, victim, perpetrator):
        other = perpetrator.family if person.family != perpetrator.family else victim.family
        if other != person.family:
            return PlannedAlias(given=person.given, family=other, kind="alias")
        return PlannedAlias(given=person.given[:3], family=person.family, kind="known_as")

    def traits(self, on, victim, tie, children):
        """What this case is like, as tags for its texts, the same at every hearing."""
        chances = {
            "alcohol": 0.35,
            "drugs": 0.22,
            "mental_health": 0.3,
            "probation": 0.24,
            "tenant": 0.45,
            "order": 0.16,
            "money": 0.25,
            "weapons": 0.1,
            "stalking": 0.3 if "ex" in tie.tags else 0.0,
        }
        tags = {tag for tag, chance in chances.items() if self.rng.random() < chance} | set(tie.tags)
        tags |= {
            self.police_response.deal(),
            self.rng.choice(("statement", "no_statement")),
            self.rng.choice(("stay", "stay", "move")),
        }
        age = victim.age_on(on)
        facts = {
            "children": children,
            "older": age >= 65,
            "young": age < 18,
            "male_victim": victim.gender == "male",
            "interpreter": victim.interpreter,
            "disabled": victim.disabled,
            "minority": victim.minority,
            "pregnant": victim.gender == "female"
            and 18 <= age <= 41
            and "intimate" in tie.tags
            and self.rng.random() < 0.08,
        }
        return frozenset(tags | {tag for tag, holds in facts.items() if holds})

    def variant(self, person, kind):
        """The same human being as another agency would enter them: a new record that matching should find."""
        facts = {
            "key": f"p{len(self.people) + 1:05d}",
            "variant_of": person.key,
            "variant": kind,
            "aliases": (),
            "middle": "",
        }
        if kind == "swapped_birth_date":
            facts["born_on"] = swapped(person.born_on)
        elif kind == "near_birth_date":
            facts["born_on"] = self.near_birth_date(person.born_on)
        elif kind == "phonetic":
            facts["given"], facts["family"] = respelt(person.given, person.family)
        copy = replace(person, **facts)
        self.people[copy.key] = copy
        return copy

    def namesake(self, son, years=27):
        """A father who bears his son's name at the same address: not the same person."""
        return self.add(
            role="perpetrator",
            given=son.given,
            middle="",
            family=son.family,
            gender=son.gender,
            born_on=son.born_on - timedelta(days=int(years * YEAR) + self.rng.randint(0, 300)),
            ethnicity=son.ethnicity,
            ethnic_group=son.ethnic_group,
            addresses=son.addresses[:1],
            phone=places.mobile(self.rng),
            surgery=son.surgery,
        )


def relative(tie, gender):
    niece = gender == "female"
    words = {"child": ("sister", "brother"), "sibling": ("niece", "nephew"), "parent": ("granddaughter", "grandson")}
    return words.get(tie.key, ("relative", "relative"))[0 if niece else 1]


def school(rng, on, born_on):
    age = (on - born_on).days / YEAR
    if age < 2:
        return ""
    if age < 4.5:
        return rng.choice(places.NURSERIES)
    return rng.choice(places.SCHOOLS[:3] if age < 11.3 else places.SCHOOLS[3:])
