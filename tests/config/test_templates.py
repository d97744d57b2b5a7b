"""Templates and scripts keep to the strict content-security policy, and every word of them can be translated."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.html")
    if not {"document", "email"} & set(path.relative_to(ROOT).parts)
)
FORBIDDEN = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "an event handler in the page": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an htmx expression that needs eval": re.compile(
        r"\bhx-on\b|hx-vals\s*=\s*['\"]?js:|hx-trigger\s*=\s*\"[^\"]*\[", re.I
    ),
    "an address of another site": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_page_has_nothing_that_the_browser_would_refuse(path):
    text = path.read_text()
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_word_of_a_page_can_be_translated(path):
    if path.name == "500.html" and path.parent == ROOT / "templates":
        return
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.S)
    text = re.sub(r"\{% block width %\}.*?\{% endblock\w* %\}", "", text, flags=re.S)
    text = re.sub(r"\{% blocktrans.*?endblocktrans\w* %\}", "", text, flags=re.S)
    text = re.sub(r"<(svg|script|code)\b.*?</\1>", "", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.S)
    text = re.sub(r"<[^>]*>", " ", text, flags=re.S)
    text = re.sub(r"\bdata-[a-z-]+=", " ", text)  # names of attributes that stand in a file of their own
    words = [word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in ("Confer", "DOCTYPE", "html")]
    assert words == []


@pytest.mark.parametrize("path", sorted((ROOT / "static").glob("**/*js")), ids=lambda path: path.name)
def test_a_script_leaves_nothing_in_the_browser(path):
    text = path.read_text()
    kept = ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "eval(", "new Function", "innerHTML")
    assert [word for word in kept if word in text] == []
