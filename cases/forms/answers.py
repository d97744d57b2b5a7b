"""The answers of a form as one member reads them."""

from cases.forms.items import shown
from cases.gates import NOTHING_KNOWN
from cases.models import Sheet
from cases.rules.answers import asked_of, withheld


def answers_of(member, case, sheet: Sheet, *, agencies: dict | None = None) -> list[tuple[str, str]]:
    """The answers of *sheet* (of *case*) as ``(label, words)``; *agencies* as for `cases.forms.items.shown`.

    What rests on consent and does not reach the member reads like what nobody answered.
    """
    kind, hidden = sheet.kind_of, withheld(member, case, [sheet])[sheet.pk]
    read = {code: value for code, value in sheet.data.items() if code not in hidden}
    told = dict(shown(kind.items, read, agencies=agencies))
    asked = {item.code for item in (kind.items if kind.kinds else asked_of(member, case, kind))}
    for item in kind.items:
        if item.consent and (item.code in hidden or item.code not in asked):
            told.setdefault(str(item.label), str(NOTHING_KNOWN))
    return [(str(item.label), told[str(item.label)]) for item in kind.items if str(item.label) in told]
