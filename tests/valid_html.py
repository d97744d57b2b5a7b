"""Whether a page is valid HTML: strict parsing, unique ids, references that lead somewhere, no block in a phrase."""

import warnings
from collections import Counter
from xml.etree import ElementTree

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import html5lib

REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "data-reveals", "list", "headers")
PHRASES = {"p", "span", "strong", "em", "label", "button", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "small"}
BLOCKS = {
    "div",
    "p",
    "ul",
    "ol",
    "dl",
    "table",
    "form",
    "fieldset",
    "section",
    "nav",
    "details",
    "pre",
    "blockquote",
} | {f"h{level}" for level in range(1, 7)}
HEADING_MAY_HOLD = {"summary": {f"h{level}" for level in range(1, 7)}}


def problems(content: str | bytes, *, whole: bool = True) -> list[str]:
    """What is wrong with *content*, a page, or with *whole* false a part of one; empty when nothing is."""
    text = content.decode() if isinstance(content, bytes) else content
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text) if whole else parser.parseFragment(text)
    found = [f"line {position[0]}: {code} {detail or ''}".strip() for position, code, detail in parser.errors]
    return found + _ids(tree, whole) + _nesting(tree) + (_frame(tree) if whole else [])


def assert_valid(content: str | bytes, *, whole: bool = True) -> None:
    """Fail with everything that `problems` finds."""
    found = problems(content, whole=whole)
    assert found == [], "\n".join(found)


def _elements(tree) -> list[ElementTree.Element]:
    inert = {
        id(element) for template in tree.iter("template") for element in template.iter() if element is not template
    }
    return [element for element in tree.iter() if isinstance(element.tag, str) and id(element) not in inert]


def _ids(tree, whole: bool) -> list[str]:
    ids = Counter(element.get("id") for element in _elements(tree) if element.get("id") is not None)
    found = [f"the id “{name}” stands {times} times" for name, times in ids.items() if times > 1]
    found += ["an id is empty"] * ("" in ids)
    if not whole:
        return found
    # A template's content may be what a script puts where the reference stands.
    known = {element.get("id") for element in tree.iter()}
    for element in _elements(tree):
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in known:
                    found.append(f"{attribute}=“{name}” on <{element.tag}> leads nowhere")
    return found


def _nesting(tree) -> list[str]:
    found = []
    for parent in _elements(tree):
        if parent.tag not in PHRASES:
            continue
        for child in parent.iter():
            if child is parent or child.tag not in BLOCKS or child.tag in HEADING_MAY_HOLD.get(parent.tag, ()):
                continue
            found.append(f"<{child.tag}> stands inside <{parent.tag}>")
    return found


def _frame(tree) -> list[str]:
    found = []
    if not (tree.get("lang") or ""):
        found.append("the page names no language")
    if not (tree.findtext(".//title") or "").strip():
        found.append("the page has no title")
    headings = len(tree.findall(".//h1"))
    if headings != 1:
        found.append(f"the page has {headings} first-level headings")
    return found
