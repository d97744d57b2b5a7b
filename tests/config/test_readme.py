"""What the README promises is there: each variable that is read, each app, each link."""

import re
from pathlib import Path

import pytest

from config import environment

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_every_variable_that_is_read_is_in_the_readme():
    code = "".join((ROOT / "config" / name).read_text() for name in ("environment.py", "settings.py", "gunicorn.py"))
    read = set(re.findall(r'(?:given(?:\.get)?[\[(]|environ\.get\(|_list\(given, )"([A-Z_]+)"', code))
    read |= set(environment.POLICY)
    internal = {"CONFER_DATABASE_ROLE"}
    assert read - internal - set(re.findall(r"`([A-Z_]+)`", README)) == set()


def test_the_readme_says_what_policy_is_without_its_variable_and_how_far_it_goes():
    said = {
        name: tuple(map(int, numbers))
        for name, *numbers in re.findall(r"^\| `([A-Z_]+)` \| .*; (\d+) to (\d+) \| (\d+) \|$", README, re.M)
    }
    assert said == {name: (least, most, ours) for name, (ours, least, most) in environment.POLICY.items()}


def test_the_apps_stand_in_the_readme_from_bottom_to_top():
    from django.conf import settings

    ours = [name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()]
    assert re.findall(r"^\| `(\w+)` \| ", README, re.M)[-len(ours) :] == ours


FOLDERS = "script|docs|locale|requirements|tests|core|partnership|audit|cases|consent|disclosures|meetings|config"


@pytest.mark.parametrize("path", ["README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md"))])
def test_what_a_page_names_in_this_repository_is_there(path):
    text = (ROOT / path).read_text()
    named = set(re.findall(rf"`((?:{FOLDERS})/[\w./-]+)`", text))
    named |= {str(Path(path).parent / name) for name in re.findall(r"\]\(([\w./-]+)\)", text)}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_decision_is_in_the_index():
    index = (ROOT / "docs/decisions/README.md").read_text()
    there = sorted(page.name for page in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert re.findall(r"^\| \[\d{4}\]\(([\w.-]+)\) \| ", index, re.M) == there


def test_every_test_that_an_edge_case_names_is_there():
    """A name ends in “…” where its beginning is enough; one without a file stands in the file named before it."""
    tests = {path: path.read_text() for path in (ROOT / "tests").rglob("*.py")}
    gone, before = [], []
    for named in re.findall(r"`((?:[\w/]*/)?test_\w+[^`]*)`", (ROOT / "docs/edge-cases.md").read_text()):
        file, _colons, name = named.partition("::") if ".py" in named else ("", "", named)
        if file:
            before = [path for path in tests if f"/{path.relative_to(ROOT).as_posix()}".endswith(f"/{file}")]
        begins = re.match(r"\w*", name)[0]
        gone += [] if any(f"def {begins}" in tests[path] or not name for path in before) else [named]
    assert gone == []


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_a_lock_has_hashes_and_no_address(path):
    text = path.read_text()
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9][\w.-]*==", text, re.M)
    assert len(pins) > 0
    assert len(re.findall(r"\\\n    --hash=sha256:", text)) >= len(pins)


def test_the_lock_of_the_design_systems_has_hashes_and_no_address():
    text = (ROOT / "package-lock.json").read_text()
    assert "resolved" not in text
    assert text.count('"integrity"') == text.count('"node_modules/')
