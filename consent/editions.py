"""The file of consent forms: what may stand in it, and the form that a block makes."""

import datetime
import hashlib
import json
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.models import ConsentForm
from consent.models.form import LANGUAGES
from core.reference import Edition, ReferenceFile, expanded, unknown, wrong_kinds
from partnership.models import Agency

FILE = Path(__file__).resolve().parent / "reference" / "forms.toml"
PLAIN = {"scheme": str, "number": int, "language": str, "privacy_notice": str, "desk_sees": bool}
LISTS = ("asked_of", "episodes", "category", "purpose")
QUESTION = {"code": str, "label": str, "words": str, "apart": bool, "gated": list}


def _name(block: dict) -> str:
    return " ".join(str(block.get(part, "?")) for part in ("scheme", "number", "language"))


def _form(block: dict, groups, position: int, edition: datetime.date) -> ConsentForm:
    form = ConsentForm(
        **{name: block[name] for name in PLAIN if name in block},
        edition=edition,
        asked_of=block.get("asked_of", []),
        episodes=block.get("episodes", []),
        texts={heading: block["texts"][heading] for heading in ConsentForm.HEADINGS},
        categories=[_question(row, groups) for row in block["category"]],
        purposes=[_question(row, groups) for row in block["purpose"]],
    )
    said = [form.privacy_notice, form.asked_of, form.episodes, form.desk_sees]
    said += [form.texts, form.categories, form.purposes]
    form.digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return form


def _question(row: dict, groups) -> dict:
    return {
        "code": row["code"],
        "label": row["label"],
        "words": row.get("words", ""),
        "apart": row.get("apart", False),
        "gated": expanded(row.get("gated", []), groups),
    }


def _problems(block: dict, groups, names):
    for name in PLAIN:
        if name not in block and name != "desk_sees":
            yield _("“%(name)s” is missing") % {"name": name}
    yield from wrong_kinds(block, PLAIN, ConsentForm)
    yield from unknown(block, (*PLAIN, *LISTS, "texts"))
    if isinstance(block.get("language"), str) and block["language"] not in LANGUAGES:
        yield _("the language “%(word)s” is not known") % {"word": block["language"]}
    yield from _problems_of_texts(block.get("texts", {}))
    for kind in ("category", "purpose"):
        yield from _problems_of_questions(kind, block.get(kind, []), groups)


def _problems_of_texts(texts: dict):
    for heading in ConsentForm.HEADINGS:
        if not isinstance(texts.get(heading), str) or not texts[heading].strip():
            yield _("the text “%(name)s” is missing") % {"name": heading}
    for heading in sorted(set(texts) - set(ConsentForm.HEADINGS)):
        yield _("there is no text “%(name)s”") % {"name": heading}


def _problems_of_questions(kind: str, rows: list, groups):
    codes = [str(row.get("code", "")) for row in rows]
    if not rows:
        yield _("it asks no %(kind)s") % {"kind": kind}
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield _("%(kind)s “%(code)s” is there twice") % {"kind": kind, "code": code}
    for row, code in zip(rows, codes, strict=True):
        if not 0 < len(code) <= 30 or not row.get("label"):
            yield _("a %(kind)s lacks its code or its label") % {"kind": kind}
        wrong = [name for name, value in row.items() if type(value) is not QUESTION.get(name)]
        for name in sorted(wrong):
            yield _("%(kind)s “%(code)s”: “%(name)s” is wrong") % {"kind": kind, "code": code, "name": name}
        listed = row.get("gated") if "gated" not in wrong else []
        for word in listed or []:
            if not set(expanded([word], groups)) <= set(Agency.Kind.values):
                yield _("%(kind)s “%(code)s”: there is no agency of type “%(word)s”") % {
                    "kind": kind,
                    "code": code,
                    "word": word,
                }


_FILE = ReferenceFile("form", gettext_lazy("The file holds no form."), _problems, _form, name=_name)


def read(path: Path = FILE) -> Edition:
    """The forms that *path* holds; `ValidationError` with every mistake in it."""
    return _FILE.read(path)
