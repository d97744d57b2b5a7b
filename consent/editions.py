"""Reading the file of consent forms: each mistake is said with its form, and then nothing is read."""

import datetime
import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consent.models import ConsentForm
from consent.models.form import LANGUAGES
from partnership.models import Agency

FILE = Path(__file__).resolve().parent / "reference" / "forms.toml"
PLAIN = {"scheme": str, "number": int, "language": str, "privacy_notice": str, "desk_sees": bool}
LISTS = ("asked_of", "episodes", "category", "purpose")
QUESTION = {"code": str, "label": str, "words": str, "apart": bool, "gated": list}


@dataclass(frozen=True)
class Edition:
    """One edition of the file: its date, the digest of the file, and its forms, unsaved."""

    edition: datetime.date
    digest: str
    forms: tuple[ConsentForm, ...]


def read(path: Path = FILE) -> Edition:
    """The forms that *path* holds; `ValidationError` with every mistake in it."""
    try:
        text = Path(path).read_bytes()
        found = tomllib.loads(text.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValidationError(_("The file cannot be read: %(why)s") % {"why": error}) from error
    edition, blocks, groups = found.get("edition"), found.get("form", []), found.get("groups", {})
    problems = [] if type(edition) is datetime.date else [_("The file says no edition (a date).")]
    problems += [] if blocks else [_("The file holds no form.")]
    for block in blocks:
        problems += [f"{_name(block)}: {problem}" for problem in _problems(block, groups)]
    names = [_name(block) for block in blocks]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [_("%(form)s is there twice.") % {"form": name} for name in twice]
    if problems:
        raise ValidationError(problems)
    return Edition(edition, hashlib.sha256(text).hexdigest(), tuple(_form(block, groups, edition) for block in blocks))


def _name(block: dict) -> str:
    return " ".join(str(block.get(part, "?")) for part in ("scheme", "number", "language"))


def _form(block: dict, groups: dict, edition: datetime.date) -> ConsentForm:
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


def _question(row: dict, groups: dict) -> dict:
    gated = list(dict.fromkeys(each for word in row.get("gated", []) for each in groups.get(word, [word])))
    return {
        "code": row["code"],
        "label": row["label"],
        "words": row.get("words", ""),
        "apart": row.get("apart", False),
        "gated": gated,
    }


def _problems(block: dict, groups: dict):
    for name, wanted in PLAIN.items():
        if name in block and type(block[name]) is not wanted:
            yield _("“%(name)s” is of the wrong kind") % {"name": name}
        elif name not in block and name != "desk_sees":
            yield _("“%(name)s” is missing") % {"name": name}
    for name in sorted(set(block) - {*PLAIN, *LISTS, "texts"}):
        yield _("“%(name)s” is no word of this file") % {"name": name}
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


def _problems_of_questions(kind: str, rows: list, groups: dict):
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
            if not set(groups.get(word, [word])) <= set(Agency.Kind.values):
                yield _("%(kind)s “%(code)s”: there is no agency of type “%(word)s”") % {
                    "kind": kind,
                    "code": code,
                    "word": word,
                }
