"""Finished documents: accessible PDF from our own templates, the printing stamp, and encryption.

Here belongs making, marking and encrypting a PDF.  What stands in a document is its app's `documents.py`; where it is
kept is `core.stored`.
"""

import hashlib
import io
import json
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pikepdf
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils import translation
from pikepdf import Array, Dictionary, Name

ON_EVERY_PAGE = ("marking", "handling", "version", "digest")
PLAIN_LETTERS = frozenset(range(0x20, 0x7F))
POINTS_PER_MM = 72 / 25.4
STAMP_SIDE_MM, STAMP_BOTTOM_MM, STAMP_HEIGHT_MM = 18, 5, 8

# No letter or figure that looks or sounds like another one here (0 O, 1 I, 5 S, 8 B, C G T V D P Z, M N).
AUDIBLE_LETTERS = "AEFHJKLMQRUWXY2346789"
GROUPS, GROUP_LENGTH = 6, 4


def render_pdf(template_name: str, context: Mapping[str, Any], *, title: str, language: str = "en-GB") -> bytes:
    """The document that *template_name* (extending `document/base.html`) makes of *context*, as PDF/UA-1.

    *title* is shown by readers in the window's title: no personal data.  *language* is the document's, also for
    gettext.  The base layout shows `marking`, `handling`, `version` and `digest` of the context on every page;
    raises `ValueError` when one of them is missing or empty.
    The same input gives the same bytes, on the same fonts and library versions.  Letters that no font of this machine
    has are printed as their code, `[U+4E2D]`, rather than as an empty box.
    """
    missing = [name for name in ON_EVERY_PAGE if not context.get(name)]
    if missing:
        raise ValueError(f"A document is not made without {' and '.join(missing)}.")
    with translation.override(language.lower()):
        html = render_to_string(template_name, {**context, "title": title, "language": language})
    content = _write(html, pdf_variant="pdf/ua-1")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        _improve_tags(pdf)
        return _saved(pdf)


def content_digest(facts: Any) -> str:
    """SHA-256, in hexadecimal, of *facts* in one canonical JSON form: equal facts, equal digest, in any process.

    Mappings (keys are text), sequences, sets, text, whole numbers, decimals, booleans, `None`, dates, times, UUIDs and
    enumerations; times with their zone.  Raises `TypeError` for anything else, floats included.
    """
    text = json.dumps(_canonical(facts), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def stamp(pdf_bytes: bytes, text: str) -> bytes:
    """The finished PDF with *text* at the foot of every page, as an artifact: still PDF/UA-1, nothing rendered again.

    Only the line itself is set, with its own embedded fonts, whatever letters a member's name has.
    """
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        forms: dict[float, pikepdf.Object] = {}
        for page in pdf.pages:
            left, bottom, right, _ = (float(edge) for edge in page.mediabox)
            width = right - left
            if width not in forms:
                forms[width] = _stamp_form(pdf, text, width)
            name = _stamp_name(page, forms[width])
            page.add_resource(forms[width], Name.XObject, name)
            position = (
                f"1 0 0 1 {left + STAMP_SIDE_MM * POINTS_PER_MM:.3f} {bottom + STAMP_BOTTOM_MM * POINTS_PER_MM:.3f} cm"
            )
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(
                f"\nQ\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nq {position} {name} Do Q\nEMC\n".encode()
            )
        return _saved(pdf)


def encrypt_pdf(pdf_bytes: bytes, passphrase: str) -> bytes:
    """The same document, opened only with *passphrase*: AES-256 (revision 6), metadata encrypted too.

    Assistive technology may read it; extraction and changes are not permitted, printing is.  The owner's password is
    random and forgotten, so that no second way in exists.
    """
    if not passphrase:
        raise ValueError("An encrypted document needs a passphrase.")
    allow = pikepdf.Permissions(
        accessibility=True,
        extract=False,
        modify_annotation=False,
        modify_assembly=False,
        modify_form=False,
        modify_other=False,
        print_lowres=True,
        print_highres=True,
    )
    encryption = pikepdf.Encryption(user=passphrase, owner=secrets.token_urlsafe(32), R=6, allow=allow, metadata=True)
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        pdf.save(target, encryption=encryption)
    return target.getvalue()


def new_passphrase() -> str:
    """A random passphrase to be read aloud: six groups of four, joined by hyphens, 105 bits."""
    groups = ("".join(secrets.choice(AUDIBLE_LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _write(html: str, **options: Any) -> bytes:
    content, missing = _written(html, options)
    if missing:
        html = "".join(f"[U+{ord(letter):04X}]" if ord(letter) in missing else letter for letter in html)
        content, missing = _written(html, options)
    if missing & PLAIN_LETTERS:
        raise ImproperlyConfigured("No font for documents is installed: install fonts-liberation or fonts-dejavu-core.")
    return content


def _written(html: str, options: dict[str, Any]) -> tuple[bytes, set[int]]:
    from core.typesetting import typeset  # a second of a start, and most processes print nothing

    document = typeset(html, **options)
    content = document.write_pdf(**options)
    return content, {code for font in document.fonts.values() for code in font.missing}


def _saved(pdf: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def _canonical(value: Any) -> Any:
    match value:
        case Enum():
            return _canonical(value.value)
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case datetime():
            if value.tzinfo is None:
                raise TypeError("A time in a digest has a zone.")
            return {"at": value.astimezone(UTC).isoformat(timespec="microseconds")}
        case date() | time():
            return {"on": value.isoformat()}
        case UUID():
            return {"id": str(value)}
        case Decimal():
            return {"decimal": str(value)}
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("The keys of a mapping in a digest are text.")
            return {str(key): _canonical(part) for key, part in value.items()}
        case list() | tuple():
            return [_canonical(part) for part in value]
        case set() | frozenset():
            return {
                "set": sorted((_canonical(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
            }
    raise TypeError(f"A digest cannot be made of {type(value).__name__}.")


def _improve_tags(pdf: pikepdf.Pdf) -> None:
    """Give header cells their scope, and make artifacts of the running header and footer.

    WeasyPrint leaves both out: without the scope some screen readers announce no header, and a running header that is
    tagged as content is read aloud in the middle of a sentence.
    """
    used: dict[tuple[int, int], set[int]] = {page.obj.objgen: set() for page in pdf.pages}
    for element, ancestors in _structure(pdf):
        if element.S == Name.TH:
            element.A.Scope = Name.Column if Name.THead in ancestors else Name.Row
        for kid in _kids(element):
            if isinstance(kid, int):
                used[element.Pg.objgen].add(kid)
    numbered = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    content_of = dict(zip(numbered[::2], numbered[1::2], strict=True))
    for page in pdf.pages:
        _make_artifacts(pdf, page, used[page.obj.objgen], content_of[page.obj.StructParents])


def _structure(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, tuple[Any, ...]]]:
    waiting: list[tuple[pikepdf.Object, tuple[Any, ...]]] = [(kid, ()) for kid in _kids(pdf.Root.StructTreeRoot)]
    while waiting:
        element, ancestors = waiting.pop()
        yield element, ancestors
        below = (*ancestors, element.S)
        waiting.extend((kid, below) for kid in _kids(element) if isinstance(kid, Dictionary) and "/S" in kid)


def _kids(element: pikepdf.Object) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, Array) else [kids]


def _make_artifacts(pdf: pikepdf.Pdf, page: pikepdf.Page, used: set[int], content: pikepdf.Object) -> None:
    instructions = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if operator == pikepdf.Operator("BDC") and "/MCID" in operands[1] and operands[1].MCID not in used:
            content[operands[1].MCID] = None
            operands = [Name.Artifact, Dictionary(Type=Name.Pagination)]
        instructions.append((operands, operator))
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(instructions))


def _stamp_form(pdf: pikepdf.Pdf, text: str, page_width: float) -> pikepdf.Object:
    size = {"width": f"{page_width / POINTS_PER_MM - 2 * STAMP_SIDE_MM:.2f}", "height": STAMP_HEIGHT_MM}
    html = render_to_string("document/stamp.html", {"text": _one_line(text), **size})
    with pikepdf.open(io.BytesIO(_write(html))) as line:
        return pdf.copy_foreign(line.make_indirect(line.pages[0].as_form_xobject()))


def _stamp_name(page: pikepdf.Page, form: pikepdf.Object) -> Name:
    # Not the library's own choice of a name, which is random: the same stamp is to give the same bytes.
    taken = page.resources.get("/XObject", Dictionary())
    number = 1
    while (name := f"/Stamp{number}") in taken and taken[name].objgen != form.objgen:
        number += 1
    return Name(name)


def _one_line(text: str) -> str:
    # Format characters too: one that turns the direction round would make the line read otherwise than it was written.
    line = "".join(" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(letter for letter in line if not unicodedata.category(letter).startswith("C")).split())
