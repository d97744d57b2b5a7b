"""People: the parties of a referral, the subjects that they are, and the keys by which subjects are found."""

from cases.models import Party, SearchKey, Subject
from cases.workflow.matching import identity_of
from core import search
from core.models import Key

ETHNICITIES = {"other_white": "white_other"}
YES_NO = {True: "yes", False: "no", None: "unknown"}


def identity(person) -> dict:
    """What every party is typed with."""
    other_dates = {alias.born_on for alias in person.aliases if alias.born_on and alias.born_on != person.born_on}
    names = [f"{alias.given} {alias.family}" for alias in person.aliases]
    return {
        "given_name": " ".join(filter(None, [person.given, person.middle])),
        "family_name": person.family,
        "aliases": [name for name in names if name != person.name],
        "birth_date": person.born_on,
        "other_birth_dates": sorted(day.isoformat() for day in other_dates),
        "gender": person.gender,
        "ethnicity": ETHNICITIES.get(person.ethnic_group, person.ethnic_group),
        "disabled": YES_NO[person.disabled],
        "lgbt": YES_NO[person.lgbt],
    }


def place(person) -> dict:
    """Where somebody lives."""
    current = next((address for address in person.addresses if address.kind == "current"), None)
    if current is None:
        return {}
    return {"address": f"{current.lines}, {current.town}", "postcode": current.postcode}


def needs(person) -> dict:
    return {"language": person.language, "interpreter": person.interpreter, "access_needs": person.disability}


def victim(person) -> dict:
    """The section “the victim”."""
    return identity(person) | place(person) | needs(person) | {"gp": person.surgery, "occupation": person.occupation}


def safe_contact(person, referral) -> dict:
    """The section “safe contact”."""
    return {
        "phone": person.phone,
        "safe_to_call": YES_NO[referral.safe_to_call],
        "safe_number": referral.safe_number,
        "safe_times": referral.safe_times,
        "safe_method": referral.contact_notes,
        "safe_people": referral.safe_people,
        "unsafe_people": referral.unsafe_people,
        "safe_third_contact": referral.safe_person,
        "afraid_of": referral.afraid_of,
    }


def perpetrator(person, referral, employer) -> dict:
    """One row of “alleged perpetrators”; *employer* is the member agency for which they work, or None."""
    work = {"occupation": person.occupation, "works_for": employer, "workplace": employer.name if employer else ""}
    own = {"relationship": referral.relationship.replace("_", "-").capitalize(), "phone": person.phone}
    return identity(person) | place(person) | needs(person) | own | work | {"gp": person.surgery}


def child(person, planned) -> dict:
    """One row of “children”."""
    own = {
        "relationship": planned.to_victim,
        "relationship_to_perpetrator": planned.to_perpetrator,
        "lives_with": planned.lives_with,
        "school": person.school,
    }
    return identity(person) | place(person) | needs(person) | own | {"gp": person.surgery}


class People:
    """Who is who: one subject for each human being, however often and however spelt they were entered."""

    def __init__(self, plan, store, cast):
        self.plan, self.store, self.cast = plan, store, cast
        self.subjects: dict[str, Subject] = {}
        self.parties: dict[object, list[Party]] = {}

    def human(self, key: str) -> str:
        """The key under which this human being was first entered."""
        person = self.plan.people.get(key)
        return self.human(person.variant_of) if person and person.variant_of else key

    def known(self, key: str) -> Subject | None:
        return self.subjects.get(self.human(key))

    def make(self, key: str, party: Party, *, by, at, panel=None) -> Subject:
        """`cases.workflow.matching.make_subject`; *panel* where it is not the MARAC."""
        kept = self.store.add(Key.new(Key.Kind.SUBJECT.value), at=at)
        subject = Subject(
            key=kept,
            partnership=self.cast.partnership,
            given_name=party.given_name,
            family_name=party.family_name,
            aliases=party.aliases,
            birth_date=party.birth_date,
        )
        self.store.save(subject, by=by, at=at, reason="new_person")
        self.store.record(
            "person.added", by=by, at=at, thing=subject, case_id=party.case_id, panel_id=(panel or self.cast.panel).pk
        )
        self.subjects[self.human(key)] = subject
        return subject

    def joined(self, party: Party) -> None:
        """Remember that *party* is on a case, for the search keys."""
        self.parties.setdefault(party.subject_id, []).append(party)

    def index(self) -> None:
        """`cases.workflow.matching.index_subject`, for everybody once."""
        digests: dict = {}
        for subject in self.subjects.values():
            found = [identity_of(subject), *(identity_of(party) for party in self.parties.get(subject.pk, []))]
            named = {(name, person.dates) for person in found for name in person.names}
            forms = {form for name, dates in named for form in search.kept_forms(*name, dates)}
            for form in forms - digests.keys():
                digests[form] = search.digest(form)
            for digest, kind in sorted({(digests[form], form[0]) for form in forms}):
                self.store.add(SearchKey(pk=(subject.pk, digest, kind), subject=subject, kind=kind, digest=digest))
