"""Items: the fields that a scheme asks beyond the shared columns, said as data.

A referral's section, a move of a track and a sheet are made of them; `cases.forms.items` draws and reads them.  What is
answered is kept sealed, as one mapping of codes to plain values: adding an item needs no column.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KINDS = frozenset({"text", "long", "choice", "many", "date", "number", "yes_no", "agency"})
COUNTABLE = KINDS - {"text", "long"}
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
TAKEN = frozenset({"version", "seen", "reason", "words", "effective_on", "due_on", "then", "next", "do", "at"})


@dataclass(frozen=True)
class Item:
    """One field of a form.

    *kind* is one of `KINDS`; *choices* are ``(code, words)`` pairs, or a callable giving them (reference data).
    *required* is asked when the form is saved, in a referral when it is sent.  A date is bound with *when*: "past"
    (today or earlier) or "future" (today or later); a number with *least* and *most*.  *unknown* lets a yes-or-no
    question be answered “Not known”.  *heading* begins a group with this item.  *counted* keeps the answer in clear
    beside the sealed form, to be counted; never what somebody types in words.  What is not *asked* stands in no
    form: the page or the kind gives it, and it is read like any other answer.  *consent* names the category of
    information without consent for which the answer is not shown to another agency than the one that gave it.
    """

    code: str
    label: Any
    kind: str = "text"
    choices: tuple[tuple[str, Any], ...] | Callable[[], Any] = ()
    required: bool = False
    hint: Any = ""
    heading: Any = ""
    when: str = ""
    least: int = 0
    most: int = 999_999
    unknown: bool = False
    counted: bool = False
    asked: bool = True
    consent: str = ""

    def __post_init__(self):
        if not CODE.match(self.code) or self.code in TAKEN:
            raise ValueError(f"An item cannot be called {self.code!r}.")
        if self.kind not in KINDS:
            raise ValueError(f"{self.code}: there is no kind of item {self.kind!r}.")
        if self.counted and self.kind not in COUNTABLE:
            raise ValueError(f"{self.code}: what is typed in words is not kept in clear.")

    def options(self) -> list[tuple[str, Any]]:
        """The codes that may be chosen, with their words."""
        return list(self.choices() if callable(self.choices) else self.choices)

    def words_of(self, code: str) -> str:
        """The words of one chosen code; the code itself where the scheme has it no more."""
        return str(dict(self.options()).get(code, code))


def missing(items, data: dict) -> list[Item]:
    """The required items that *data* does not answer, in order."""
    return [item for item in items if item.required and data.get(item.code) in (None, "", [])]


def counted(items, data: dict) -> dict:
    """The answers of *data* that are kept in clear to be counted: codes, numbers and dates of counted items alone."""
    found = {item.code: data.get(item.code) for item in items if item.counted}
    return {code: value for code, value in found.items() if value not in (None, "", [])}
