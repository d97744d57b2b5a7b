"""The columns of the lists that are brought in, by kind, and which column of a file each of its headers is.

Information Sharing for Community Safety (2010) §3.2.7 (minimum dataset of prolific and other priority offenders),
§3.2.8 (prison releases) and §3.2.9 (releases from young offender institutions).
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.rules.supply_kinds import PPO, PRISON, YOI


@dataclass(frozen=True)
class Column:
    """One column: what it is called here, and *also* by those who supply it (without case, blanks and signs)."""

    code: str
    label: Any
    also: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset({plain(self.code), *self.also})


def plain(name: str) -> str:
    """*name* without case, accents, blanks and signs: “Date of Birth:” becomes “dateofbirth”."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


COLUMNS = {
    column.code: column
    for column in (
        Column(
            "reference",
            gettext_lazy("Offender reference number"),
            (
                "offenderreferencenumber",
                "offenderreference",
                "offenderref",
                "offenderid",
                "ref",
                "referencenumber",
                "prisonnumber",
                "prisonernumber",
                "nomsnumber",
                "nomsid",
            ),
        ),
        Column("name", gettext_lazy("Name"), ("fullname", "offendername", "prisonername", "nameofoffender", "enw")),
        Column(
            "given_name",
            gettext_lazy("Given names"),
            ("givennames", "forename", "forenames", "firstname", "firstnames", "christianname", "enwcyntaf"),
        ),
        Column(
            "family_name", gettext_lazy("Family name"), ("surname", "lastname", "familyname", "secondname", "cyfenw")
        ),
        Column("gender", gettext_lazy("Gender"), ("sex", "rhyw")),
        Column(
            "birth_date",
            gettext_lazy("Date of birth"),
            ("dateofbirth", "dob", "born", "birthday", "dyddiadgeni"),
        ),
        Column("age", gettext_lazy("Age"), ("ageinyears", "ageyears", "oed")),
        Column("ethnicity", gettext_lazy("Ethnicity"), ("ethnicgroup", "ethnicorigin", "ethniccode", "ethnicitycode")),
        Column("occupation", gettext_lazy("Occupation"), ("job", "employment")),
        Column(
            "offence",
            gettext_lazy("Offence"),
            ("offences", "offencecommitted", "offencescommitted", "mainoffence", "indexoffence", "trosedd"),
        ),
        Column("status", gettext_lazy("Current status"), ("currentstatus", "ppostatus", "statws")),
        Column(
            "sentence",
            gettext_lazy("Length of sentence"),
            ("sentencelength", "lengthofsentence", "sentencedto", "custodialterm"),
        ),
        Column(
            "release_on",
            gettext_lazy("Release date"),
            (
                "releasedate",
                "dateofrelease",
                "releaseon",
                "released",
                "expectedreleasedate",
                "dueforrelease",
                "dyddiadrhyddhau",
            ),
        ),
        Column(
            "address",
            gettext_lazy("Address"),
            (
                "addressafterrelease",
                "releaseaddress",
                "addressonrelease",
                "homeaddress",
                "primaryaddress",
                "addresslocationofoffender",
                "addresswheretheywillresideafterrelease",
                "cyfeiriad",
            ),
        ),
        Column("postcode", gettext_lazy("Postcode"), ("postalcode", "releasepostcode", "codpost")),
        Column("easting", gettext_lazy("Easting"), ("eastingcoordinate", "eastings", "osgrideasting")),
        Column("northing", gettext_lazy("Northing"), ("northingcoordinate", "northings", "osgridnorthing")),
        Column(
            "establishment", gettext_lazy("Prison or institution"), ("prison", "institution", "releasedfrom", "hmp")
        ),
    )
}

_RELEASE = ("gender", "birth_date", "sentence", "offence", "address", "easting", "northing", "release_on")
# By kind: the minimum dataset beside the name, and what else is taken where it is there.
MINIMUM = {
    PRISON: _RELEASE,
    YOI: _RELEASE,
    PPO: (
        "reference",
        "gender",
        "birth_date",
        "ethnicity",
        "occupation",
        "offence",
        "status",
        "address",
        "easting",
        "northing",
    ),
}
MORE = {
    PRISON: ("reference", "ethnicity", "postcode", "establishment"),
    YOI: ("reference", "ethnicity", "postcode", "establishment"),
    PPO: ("age", "postcode"),
}
NAMES = ("name", "given_name", "family_name")
# Without these a row cannot be compared with anybody, or says nothing.  For all others the guidance's rule holds,
# “something rather than nothing” (§3.2): that they are not there becomes a caveat.
NEEDED = {PRISON: ("birth_date", "release_on"), YOI: ("birth_date", "release_on"), PPO: ("status",)}


@dataclass(frozen=True)
class Layout:
    """Where the columns of one file stand: *places* by code, the codes *lacking* of the minimum dataset, and the
    headers that are *unused*."""

    places: dict[str, int]
    lacking: tuple[str, ...]
    unused: tuple[str, ...]


def taken(kind: str) -> tuple[str, ...]:
    """The codes of the columns that are taken from a list of *kind*, in the order in which they are shown."""
    return (*NAMES, *MINIMUM[kind], *MORE[kind])


def is_known(kind: str, header: str) -> bool:
    """Whether *header* is a column of a list of *kind*."""
    return plain(header) in {name for code in taken(kind) for name in COLUMNS[code].names}


def layout(kind: str, header) -> Layout:
    """Where the columns of *header* stand; refused with all that are missing, and all that stand there twice."""
    found: dict[str, list[int]] = {}
    codes = {name: code for code in taken(kind) for name in COLUMNS[code].names}
    unused = []
    for place, name in enumerate(header):
        code = codes.get(plain(name))
        if code:
            found.setdefault(code, []).append(place)
        elif name:
            unused.append(name)
    wrong = [*_missing(kind, found), *_twice(found, header)]
    if wrong:
        raise ValidationError(wrong)
    places = {code: where[0] for code, where in found.items()}
    return Layout(places, tuple(code for code in MINIMUM[kind] if not _has(code, places)), tuple(unused))


def labels(codes) -> str:
    """The columns of *codes*, as a sentence names them."""
    return ", ".join(f"“{COLUMNS[code].label}”" for code in codes)


def _has(code: str, places) -> bool:
    return code in places or code == "birth_date" and "age" in places


def _missing(kind: str, found) -> list[ValidationError]:
    missing = [] if "name" in found or "family_name" in found else ["name"]
    missing += [code for code in NEEDED[kind] if not _has(code, found)]
    if kind == PPO and not _has("birth_date", found):
        missing.insert(1 if missing[:1] == ["name"] else 0, "birth_date")
    if not missing:
        return []
    words = _("The first line must name the columns. Missing: %(columns)s.") % {"columns": labels(missing)}
    return [ValidationError(words, code="missing")]


def _twice(found, header) -> list[ValidationError]:
    return [
        ValidationError(
            _("More than one column is %(column)s: columns %(places)s. Leave one.")
            % {"column": labels([code]), "places": ", ".join(str(place + 1) for place in places)},
            code="twice",
        )
        for code, places in found.items()
        if len(places) > 1
    ]
