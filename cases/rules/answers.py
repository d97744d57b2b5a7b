"""Which answers of a form rest on what a person agreed to, and whom they reach."""

from cases import gates
from cases.schemes.items import Item
from cases.schemes.tracks import SheetKind
from partnership.models import Agency

GIVEN = "given_by"  # beside the answers: which agency gave each that rests on consent, by the item's code


def given_by(kind: SheetKind, data: dict, before: dict, agency_id) -> dict:
    """What `GIVEN` says once *data* has taken the place of *before*, by somebody of the agency."""
    told = dict(before.get(GIVEN, {}))
    for item in kind.items:
        if not item.consent:
            continue
        if data.get(item.code) in (None, "", []):
            told.pop(item.code, None)
        elif data[item.code] != before.get(item.code):
            told[item.code] = str(agency_id)
    return told


def asked_of(member, case, kind: SheetKind) -> tuple[Item, ...]:
    """The items of *kind* that *member* is asked: what rests on consent, of those alone who know it by treating."""
    if not any(item.consent for item in kind.items):
        return kind.items
    treats = member.agency.kind in kind.kinds
    known = {item.consent for item in kind.items} if treats else gates.gated(case.panel, member.agency)
    return tuple(item for item in kind.items if not item.consent or item.consent in known)


def withheld(member, case, sheets) -> dict:
    """Of each of *sheets* (of *case*) the codes of the answers that do not reach *member*, by the sheet's id.

    An answer that an agency gave which treats people reaches the agencies that the person agreed to, for the sheet's
    purpose and in its episode; other answers reach everybody who sees the sheet.  Asked anew at each reading.
    """
    resting = {sheet.pk: _of_others(member, sheet) for sheet in sheets}
    givers = Agency.objects.in_bulk({agency for found in resting.values() for _item, agency in found})
    if not givers:
        return dict.fromkeys(resting, frozenset())
    cover = gates.consent(by=member, case=case)
    known = {pk: gates.gated(case.panel, agency) for pk, agency in givers.items()}
    found = {}
    for sheet in sheets:
        kind, use = sheet.kind_of, {"receiving": member.agency_id, "track": sheet.track_id}
        found[sheet.pk] = frozenset(
            item.code
            for item, giving in resting[sheet.pk]
            if (kind.kinds or giving not in known or item.consent in known[giving])
            and not cover(giving=giving, category=item.consent, purpose=kind.purpose, **use).holds
        )
    return found


def _of_others(member, sheet) -> list[tuple[Item, object]]:
    """The answers of *sheet* that rest on consent and that another agency than the member's gave, each with its id.

    Of a sheet that only those write who treat, also what they have left open.
    """
    told, own, kind = sheet.data.get(GIVEN, {}), str(member.agency_id), sheet.kind_of
    found = [
        (item, told.get(item.code, str(sheet.agency_id)))
        for item in kind.items
        if item.consent and (kind.kinds or sheet.data.get(item.code) not in (None, "", []))
    ]
    return [(item, _id(agency)) for item, agency in found if agency != own]


def _id(text: str):
    return Agency._meta.pk.to_python(text)
