"""Documents: conformant before and after the stamp, bundled files only, and closed to all without the passphrase."""

import io
import logging
import re
import shutil
import subprocess

import page
import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import engines
from weasyprint.urls import FatalURLFetchingError

from core import pdf
from core.pdf import content_digest, encrypt_pdf, new_passphrase, render_pdf, stamp

CONTENT = """
{% extends "document/base.html" %}
{% block content %}
<h2>Actions</h2>
<p>{{ text }}</p>
<ul><li>One</li><li>Two</li></ul>
<table>
  <caption>Actions agreed</caption>
  <thead><tr><th scope="col">Reference</th><th scope="col">Action</th></tr></thead>
  <tbody>{% for row in rows %}<tr><th scope="row">A{{ row }}</th><td>Confirm the position.</td></tr>{% endfor %}</tbody>
</table>
{% endblock %}
"""


@pytest.fixture
def templates(monkeypatch):
    """Templates by name, beside those of the application."""
    given = {"document/sample.html": CONTENT}
    real = pdf.render_to_string

    def render(name, context):
        return engines["django"].from_string(given[name]).render(context) if name in given else real(name, context)

    monkeypatch.setattr(pdf, "render_to_string", render)
    return given


made: dict[str, bytes] = {}


@pytest.fixture
def sample(templates):
    """Makes a document of three pages, each only once for the whole module; `fresh` makes it again."""

    def make(*, fresh=False, **context):
        described = repr((templates, context))
        if fresh or described not in made:
            made[described] = anew(**context)
        return made[described]

    def anew(**context):
        facts = {
            "marking": "OFFICIAL-SENSITIVE",
            "handling": "For the named recipients only.",
            "version": 2,
            "digest": content_digest("sample"),
            "rows": range(60),
            "text": "It was agreed.",
        }
        return render_pdf("document/sample.html", facts | context, title="Action plan, 21 November 2026")

    return make


def failures(content: bytes) -> list[str]:
    return [failure.rule_id for failure in page.validate_pdf_bytes(content, profile="ua1").failures]


def words(content: bytes) -> list[str]:
    """What is printed on each page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return [" ".join(text.split()) for text in done.stdout.decode().split("\f")[:-1]]


def elements(document: pikepdf.Pdf, kind: str) -> list[pikepdf.Object]:
    return [element for element, _ in pdf._structure(document) if kind == element.S]


def drawn(content: bytes) -> list[tuple[str, str]]:
    """Each page's marked content: its tag, and whether it is in the reading order."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return [
            (str(operands[0]), "read" if len(operands) > 1 and "/MCID" in operands[1] else "artifact")
            for leaf in document.pages
            for operands, operator in pikepdf.parse_content_stream(leaf)
            if operator == pikepdf.Operator("BDC")
        ]


# --- rendering ------------------------------------------------------------------------------------------------------


def test_a_document_is_accessible_and_says_its_title_and_language(sample):
    content = sample()
    assert failures(content) == []
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "en-GB"
        assert str(document.docinfo.Title) == "Action plan, 21 November 2026"
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle) is True
        assert len(document.pages) == 3


def test_header_cells_say_what_they_head(sample):
    # One head on each of three pages, sixty rows, and the four facts of the first page.
    with pikepdf.open(io.BytesIO(sample())) as document:
        scopes = [str(element.A.Scope) for element in elements(document, "/TH")]
    assert sorted(scopes) == ["/Column"] * 2 * 3 + ["/Row"] * (60 + 4)


def test_running_header_and_footer_are_not_read_aloud(sample):
    content = sample(rows=[], text="")
    with pikepdf.open(io.BytesIO(content)) as document:
        numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)[1]
        left_out = sum(1 for entry in numbers if not isinstance(entry, pikepdf.Dictionary))
        assert len(elements(document, "/TD")) == 4
    pagination = [kind for tag, kind in drawn(content) if tag == "/Artifact"]
    assert left_out == len(pagination) > 0


def test_no_content_is_lost_between_reading_order_and_artifact(sample):
    content = sample()
    with pikepdf.open(io.BytesIO(content)) as document:
        tree = list(document.Root.StructTreeRoot.ParentTree.Nums)
        entries = [entry for numbers in tree[1::2] for entry in numbers]
    tagged = [entry for entry in entries if isinstance(entry, pikepdf.Dictionary)]
    assert len(tagged) == sum(kind == "read" for _, kind in drawn(content))


def test_every_page_bears_marking_handling_version_digest_and_number(sample):
    digest = content_digest("sample")
    with_all = [
        "OFFICIAL-SENSITIVE For the named recipients only." in text
        and f"OFFICIAL-SENSITIVE Version 2. Digest of content {digest} Page {number} of 3" in text
        for number, text in enumerate(words(sample()), 1)
    ]
    assert with_all == [True, True, True]


@pytest.mark.parametrize("name", ["marking", "handling", "version", "digest"])
def test_a_document_without_one_of_them_is_not_made(sample, name):
    with pytest.raises(ValueError, match=f"^A document is not made without {name}.$"):
        sample(**{name: ""})


def test_the_same_content_gives_the_same_bytes(sample):
    assert sample(fresh=True) == sample(fresh=True)


def test_another_content_gives_other_bytes(sample):
    assert sample() != sample(text="It was not agreed.")


def test_the_language_is_the_documents(templates):
    templates["document/sample.html"] = "{% extends 'document/base.html' %}"
    facts = {"marking": "SWYDDOGOL-SENSITIF", "handling": "x", "version": 1, "digest": "0"}
    content = render_pdf("document/sample.html", facts, title="Cynllun", language="cy")
    assert failures(content) == []
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "cy"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Siân Llŷr-Ŵyn ŵ ŷ Ŵ Ŷ O’Brien", "Siân Llŷr-Ŵyn ŵ ŷ Ŵ Ŷ O’Brien"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("<img src=https://evil.example/x.png>", "<img src=https://evil.example/x.png>"),
        ("null \0 and escape \x1b[31m", "null"),
        ("unassigned \ufdd0", "unassigned [U+FDD0]"),
    ],
)
def test_whatever_was_typed_is_printed_as_text_and_stays_accessible(sample, typed, printed):
    content = sample(text=typed, rows=[])
    assert failures(content) == []
    assert f"Actions {printed}" in words(content)[0]


def test_letters_that_no_font_has_are_not_in_the_log(sample, caplog):
    caplog.set_level(logging.DEBUG)
    sample(text="\U0001e900\U0001e901\ufdd0", rows=[])
    assert [record.getMessage() for record in caplog.records if "notdef" in record.getMessage()] == []


def test_a_machine_without_fonts_makes_no_document(sample, monkeypatch):
    monkeypatch.setattr(pdf, "_written", lambda *_: (b"", {ord("a")}))
    with pytest.raises(ImproperlyConfigured, match=r"^No font for documents is installed"):
        sample(fresh=True)


# --- bundled files only ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/x.css",
        "http://127.0.0.1:1/x.css",
        "file:///etc/passwd",
        "/etc/passwd",
        "../../config/settings.py",
        "..%2f..%2fconfig%2fsettings.py",
        "document/",
        "document/document.css%00",
        "document/nowhere.css",
        "//evil.example/document/document.css",
        "https://bundled.invalid@evil.example/document/document.css",
        "https://bundled.invalid.evil.example/document/document.css",
        "data:text/css,p{color:red}",
        "ftp://evil.example/x.css",
    ],
)
@pytest.mark.parametrize("element", ['<link rel="stylesheet" href="{}">', '<img alt="x" src="{}">'])
def test_anything_but_a_bundled_file_stops_the_rendering(sample, templates, element, address):
    templates["document/sample.html"] = CONTENT.replace("<h2>", element.format(address) + "<h2>")
    with pytest.raises(FatalURLFetchingError):
        sample()


def test_the_refusal_repeats_nothing_of_the_address(sample, templates):
    templates["document/sample.html"] = CONTENT.replace("<h2>", '<img alt="x" src="https://e.example/Ashdown"><h2>')
    with pytest.raises(FatalURLFetchingError) as refusal:
        sample()
    assert "Ashdown" not in str(refusal.value)


# --- stamp ----------------------------------------------------------------------------------------------------------

PRINTED = "Printed for Siân Llŷr-Ŵyn O’Brien (Example Council) at 21 November 2026, 14:05"


def test_the_stamp_stands_on_every_page_and_the_document_stays_accessible(sample):
    stamped = stamp(sample(), PRINTED)
    assert failures(stamped) == []
    assert [text.endswith(PRINTED) for text in words(stamped)] == [True, True, True]


def test_the_stamp_changes_nothing_else(sample):
    before, after = words(sample()), words(stamp(sample(), PRINTED))
    assert [text.removesuffix(PRINTED).strip() for text in after] == before


def test_the_stamp_is_an_artifact_with_embedded_fonts(sample):
    stamped = stamp(sample(), PRINTED)
    with pikepdf.open(io.BytesIO(stamped)) as document:
        for leaf in document.pages:
            *_, begin, _push, _place, draw, _pop, end = list(pikepdf.parse_content_stream(leaf))
            assert str(begin[0][0]) == "/Artifact"
            assert (str(begin[1]), str(draw[1]), str(end[1])) == ("BDC", "Do", "EMC")
            form = leaf.Resources.XObject[draw[0][0]]
            assert "BDC" not in [str(step[1]) for step in pikepdf.parse_content_stream(form)]
            for font in form.Resources.Font.values():
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Ŵyn ap Gruffŷdd", "Ŵyn ap Gruffŷdd"),
        ("D’Arcy O'Neill", "D’Arcy O'Neill"),
        ("Zoë Żółć-Ødegård", "Zoë Żółć-Ødegård"),
        ("Y\u0302na", "Ŷna"),
        ("Αθηνά Иванова", "Αθηνά Иванова"),
        ("Ren\ufdd0", "Ren"),
        ("<b>&amp;</b> {{ x }}", "<b>&amp;</b> {{ x }}"),
        ("two\nlines\t\0and\x07more", "two lines andmore"),
        ("turned \u202eround", "turned round"),
    ],
)
def test_any_members_name_can_stand_in_the_stamp(sample, name, printed):
    stamped = stamp(sample(rows=[]), f"Printed for {name} at 14:05")
    assert failures(stamped) == []
    assert words(stamped)[0].endswith(f"Printed for {printed} at 14:05")


def test_a_letter_of_no_font_is_printed_as_its_code(sample):
    stamped = stamp(sample(rows=[]), "Printed for \U0001f000\U00030000")
    assert failures(stamped) == []
    assert words(stamped)[0].endswith("[U+30000]")


def test_the_same_stamp_gives_the_same_bytes(sample):
    assert stamp(sample(), PRINTED) == stamp(sample(), PRINTED)


def test_a_second_stamp_leaves_the_first(sample):
    twice = stamp(stamp(sample(rows=[]), "First line"), "")
    assert failures(twice) == []
    assert "First line" in words(twice)[0]


def test_a_very_long_stamp_stays_within_its_place(sample):
    stamped = stamp(sample(rows=[]), "Printed for " + "Llanfair " * 200)
    assert failures(stamped) == []
    with pikepdf.open(io.BytesIO(stamped)) as document:
        (leaf,) = document.pages
        (form,) = leaf.Resources.XObject.values()
        assert [round(float(edge)) for edge in form.BBox] == [0, 0, 493, 23]


# --- encryption -----------------------------------------------------------------------------------------------------


def test_only_the_passphrase_opens_an_encrypted_document(sample):
    content = encrypt_pdf(sample(), "XK4M-QRWY")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(content))
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(content), password="XK4M-QRWX")
    with pikepdf.open(io.BytesIO(content), password="XK4M-QRWY") as document:
        assert len(document.pages) == 3
        assert document.owner_password_matched is False


def test_the_encryption_is_aes_256_and_lets_assistive_technology_read(sample):
    content = encrypt_pdf(sample(), "Ŵyn’s")
    with pikepdf.open(io.BytesIO(content), password="Ŵyn’s") as document:
        assert (document.encryption.R, document.encryption.V, document.encryption.bits) == (6, 5, 256)
        methods = (
            document.encryption.stream_method,
            document.encryption.string_method,
            document.encryption.file_method,
        )
        assert [method.name for method in methods] == ["aesv3", "aesv3", "aesv3"]
        assert document.allow == pikepdf.Permissions(
            accessibility=True,
            extract=False,
            modify_annotation=False,
            modify_assembly=False,
            modify_form=False,
            modify_other=False,
            print_lowres=True,
            print_highres=True,
        )


def test_nothing_of_an_encrypted_document_is_readable(sample):
    content = encrypt_pdf(sample(), "secret")
    assert [word for word in (b"Action plan", b"/Title (A", b"PDF/UA", b"pdfuaid") if word in content] == []


def test_a_decrypted_document_is_still_accessible(sample):
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(encrypt_pdf(sample(), "secret")), password="secret") as document:
        document.save(target)
    assert failures(target.getvalue()) == []


def test_qpdf_opens_an_encrypted_document(sample, tmp_path):
    assert shutil.which("qpdf"), "qpdf is needed: install the system package of that name"
    (tmp_path / "closed.pdf").write_bytes(encrypt_pdf(sample(), "XK4M-QRWY"))
    done = subprocess.run(
        ["qpdf", "--password=XK4M-QRWY", "--decrypt", "closed.pdf", "open.pdf"], cwd=tmp_path, check=False
    )
    assert done.returncode == 0
    assert failures((tmp_path / "open.pdf").read_bytes()) == []


def test_an_empty_passphrase_is_refused(sample):
    with pytest.raises(ValueError, match="needs a passphrase"):
        encrypt_pdf(sample(rows=[]), "")


def test_a_passphrase_is_six_groups_of_letters_that_are_not_taken_for_others():
    made = {new_passphrase() for _ in range(200)}
    assert len(made) == 200
    pattern = re.compile(r"[AEFHJKLMQRUWXY2346789]{4}(-[AEFHJKLMQRUWXY2346789]{4}){5}")
    assert [phrase for phrase in made if not pattern.fullmatch(phrase)] == []
    assert len(pdf.AUDIBLE_LETTERS) ** 24 > 2**100
