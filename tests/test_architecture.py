"""The arrow: imports and foreign keys point only downwards in the list of `docs/decisions` and the README."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
LEVELS = ["core", "partnership", "audit", "cases", "consent", "disclosures", "meetings", "retention", "config"]
PRESENT = [name for name in LEVELS if (ROOT / name / "__init__.py").exists()]


def level(package: str) -> int:
    return LEVELS.index(package)


def imports(path: Path):
    """The top-level packages of ours that a module imports, string imports by `import_string` apart."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module]
        for name in names:
            if name.split(".")[0] in LEVELS:
                yield name.split(".")[0], node.lineno


@pytest.mark.parametrize("package", PRESENT)
def test_imports_point_downwards(package):
    upwards = [
        f"{path.relative_to(ROOT)}:{line} imports {imported}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for imported, line in imports(path)
        if level(imported) > level(package)
    ]
    assert upwards == []


def test_foreign_keys_point_downwards():
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in LEVELS
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation
        and field.concrete
        and field.related_model
        and field.related_model._meta.app_label in LEVELS
        and level(field.related_model._meta.app_label) > level(model._meta.app_label)
    ]
    assert upwards == []


def test_the_audit_has_no_foreign_key():
    pointing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config("audit").get_models()
        for field in model._meta.get_fields()
        if field.is_relation
    ]
    assert pointing == []


def test_no_template_or_view_bypasses_sight():
    """`Model.objects.get(`, `.all(` and `get_object_or_404` do not stand in views: a row is found through its sight."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in PRESENT
        for path in sorted((ROOT / package).rglob("views/*.py")) + sorted((ROOT / package).glob("views.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "get_object_or_404(" in line or ".objects.all()" in line or ".objects.get(" in line
    ]
    assert found == []
