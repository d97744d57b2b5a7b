"""Every model, relation and text column is placed in a ledger (`tests/ledgers.py`), and the ledgers tell the truth."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from core.sealing import sealed_fields
from tests import ledgers
from tests.again import from_the_beginning, made_again
from tests.cards import nouns
from tests.scene import Scene

ROOT = Path(__file__).resolve().parent.parent
OURS = ("core", "partnership", "audit", "cases", "consent", "disclosures", "meetings")
MODELS = {
    model._meta.label: model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label in OURS and not model._meta.model_name.startswith("historical")
}
SEALED = {label: {field.name for field in sealed_fields(model)} for label, model in MODELS.items()}
ON_DELETE = {models.CASCADE: "goes", models.PROTECT: "holds", models.SET_NULL: "forgets", models.RESTRICT: "restricts"}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def has_sight(model) -> bool:
    return hasattr(type(model._default_manager.all()), "visible_to")


def written(card: dict) -> dict:
    """``{"why": "one two"}`` by field: ``{"one": "why", "two": "why"}``."""
    return {name: why for why, names in card.items() for name in names.split()}


# models
def test_every_model_has_its_card_and_no_card_is_without_a_model():
    assert set(ledgers.MODELS) == set(MODELS)


def test_every_card_says_who_sees_how_long_and_what_is_recorded():
    assert [label for label, c in ledgers.MODELS.items() if not (c.sight and c.kept and c.recorded)] == []


def test_history_is_where_the_cards_say_it():
    promised = {label for label, card in ledgers.MODELS.items() if card.recorded == ledgers.HISTORY}
    assert promised == {label for label, model in MODELS.items() if hasattr(model, "history")}


def test_a_model_without_sight_says_who_needs_none():
    blind = {label for label, card in ledgers.MODELS.items() if not has_sight(MODELS[label])}
    assert {label for label in blind if ledgers.MODELS[label].of_cases} == set()


def test_a_sealed_row_has_sight_save_what_sign_in_alone_asks():
    blind = [label for label, names in SEALED.items() if names and not has_sight(MODELS[label])]
    assert blind == ["partnership.Authenticator"]


# relations
def test_every_relation_says_what_becomes_of_the_row():
    found = {}
    for label, model in MODELS.items():
        for field in model._meta.get_fields(include_hidden=True):
            if field.is_relation and field.concrete:
                kind = "many" if field.many_to_many else ON_DELETE[field.remote_field.on_delete]
                found.setdefault(label, {})[field.name] = kind
    told = {
        label: {name: part.split()[0] for part in words.split("; ") for name in part.split()[1:]}
        for label, words in ledgers.RELATIONS.items()
    }
    assert told == found


def test_nothing_points_at_ours_from_outside_but_the_libraries_that_are_known():
    outside = sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in OURS
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and field.concrete and field.related_model._meta.app_label in OURS
    )
    assert outside == []


# columns
def test_every_sealed_column_says_whose_data_it_is():
    assert {label: set(written(card)) for label, card in ledgers.SEALED.items()} == {
        label: names for label, names in SEALED.items() if names
    }
    assert {whose for card in ledgers.SEALED.values() for whose in card} <= ledgers.WHOSE


def test_every_text_in_clear_says_why_it_may_be():
    found = {}
    for label, model in MODELS.items():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, TEXTS) and not field.choices and field.name not in SEALED[label]:
                found.setdefault(label, set()).add(field.name)
    assert {label: set(written(card)) for label, card in ledgers.CLEAR.items()} == found


# what is written past history
def writes():
    """Every `update`, `bulk_update` and `bulk_create` in a workflow module, as "file receiver.verb"."""
    for path in sorted([*ROOT.glob("*/workflow/*.py"), *ROOT.glob("partnership/post/*.py")]):
        for node in ast.walk(ast.parse(path.read_text())):
            called = getattr(node, "func", None)
            if getattr(called, "attr", "") in ("update", "bulk_update", "bulk_create"):
                yield f"{path.relative_to(ROOT)} {chain(called)}"


def chain(node) -> str:
    """``Letter.objects.filter(pk=1).update`` without its arguments."""
    if isinstance(node, ast.Call):
        return chain(node.func)
    if isinstance(node, ast.Attribute):
        return f"{chain(node.value)}.{node.attr}"
    return getattr(node, "id", "…")


def test_workflow_writes_past_history_only_where_it_is_said():
    assert set(writes()) == set(ledgers.PAST_HISTORY)


# the sight of sealed rows
@pytest.fixture
def scene(db):
    with from_the_beginning():
        yield whole_scene()


@made_again
def whole_scene() -> Scene:
    """The scene, with a row of every kind of every noun."""
    from cases.models import Checklist, Draft, Listing
    from meetings.models import PersonCheck

    scene = Scene()
    w = scene.world
    Checklist(
        key=scene.submitted.key,
        referral=scene.submitted,
        instrument="DASH RIC",
        answers={"1": {"answer": "yes", "source": "", "comment": "She said so."}},
    ).save(force_insert=True)
    PersonCheck(key=scene.answer.key, answer=scene.answer, party=scene.party, correction="Lives elsewhere.").save(
        force_insert=True
    )
    for noun in nouns():
        noun.rows(scene)
    listing = Listing.objects.with_key().get(pk=scene.listing.pk)
    Draft(
        key=listing.key,
        member=w.coordinator,
        about_kind="cases.listing",
        about_id=listing.pk,
        part="say",
        data={"text": ["Half"]},
        updated_at=scene.entry.written_at,
    ).save(force_insert=True)
    return scene


def test_the_coordinator_opens_every_sealed_column_without_another_query(scene, django_assert_num_queries):
    missing = []
    for label, names in SEALED.items():
        if names and has_sight(MODELS[label]):
            opener = getattr(scene.world, ledgers.OPENERS.get(label, "coordinator"))
            row = MODELS[label].objects.visible_to(opener).first()
            if row is None:
                missing.append(label)
                continue
            with django_assert_num_queries(0):
                for name in names:
                    str(getattr(row, name))
    assert missing == []


@pytest.mark.parametrize("stranger", ["children", "auditor", "administrator"])
def test_a_stranger_finds_no_row_of_anybodys_case(scene, stranger):
    member = getattr(scene.world, stranger)
    found = {
        label: MODELS[label].objects.visible_to(member).count()
        for label, card in ledgers.MODELS.items()
        if card.of_cases
    }
    assert {label: count for label, count in found.items() if count} == {}


def test_there_is_a_row_of_every_kind_for_a_stranger_not_to_find(scene):
    empty = [
        label for label, card in ledgers.MODELS.items() if card.of_cases and not MODELS[label]._base_manager.exists()
    ]
    assert empty == []
