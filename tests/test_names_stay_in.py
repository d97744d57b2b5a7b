"""A surname typed into every form comes out nowhere: no log, audit, notice, letter, task, header, address or reason.

Every POST of the access table is sent with the name in each field that takes words, by somebody who may; those of
`saved` with all that they need to be saved.  What a request changed is looked at, then undone.
"""

import datetime
import functools
import importlib
import logging
import pkgutil
from http.cookies import SimpleCookie

import pytest
from django import forms
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from audit.models import Event
from cases.models import Checklist, Party, Referral
from core.models import Notice
from core.sealing import SealedDateField, SealedField, SealedJSONField
from meetings.models import Letter
from tests.access import nouns
from tests.answers import CAST, LINES, parts

pytestmark = pytest.mark.django_db
NAME = "Zywczakowska"
WORDS = f"Of {NAME}."
PREFIXES = ["", "new-", "decision-", "telling-", "observer-", "apologies-"]
MEANT = {"meetings:enter_observer": ["audit"]}  # an observer’s own name: to whom the meeting was disclosed
TOMORROW = datetime.date.today() + datetime.timedelta(days=1)


def is_words(field) -> bool:
    """Whether a form’s or model’s *field* takes words."""
    texts = (forms.CharField, models.CharField, SealedField)
    others = (forms.EmailField, forms.URLField, models.EmailField, SealedDateField, SealedJSONField)
    return isinstance(field, texts) and not isinstance(field, others) and not getattr(field, "choices", None)


@functools.cache
def fields() -> set[str]:
    """The names of all fields of all our forms that take words, those of the sections of a referral included."""
    columns = [field for model in (Party, Referral, Checklist) for field in model._meta.local_fields]
    names = {field.name for field in columns if is_words(field)}
    for app in ("cases", "consent", "disclosures", "meetings", "partnership", "audit"):
        found = importlib.import_module(f"{app}.forms")
        inside = pkgutil.iter_modules(getattr(found, "__path__", []))
        for module in [found, *(importlib.import_module(f"{app}.forms.{each.name}") for each in inside)]:
            for form in vars(module).values():
                names |= {name for name, field in getattr(form, "base_fields", {}).items() if is_words(field)}
    return names - {"next", "then"}  # where to go on to: no words


def filled(**more) -> dict:
    """The name in every field that takes words, under every prefix; *more* is what a form needs besides."""
    return {prefix + field: WORDS for prefix in PREFIXES for field in fields()} | more


def day(name: str, date=TOMORROW) -> dict:
    return {f"{name}_day": date.day, f"{name}_month": date.month, f"{name}_year": date.year}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, the name in it: who sends it, and what the form needs besides words, by URL name."""
    w = s.world
    today = datetime.date.today() - datetime.timedelta(days=1)
    entry = {"kind": "information", "heading": "other", "nature": "fact", "reach": "say", "version": 0, "party": ""}
    contact = {"made": "yes", "time": "10:30", "version": 1, **day("day", today)}
    return {
        "cases:record_contact": ("idva", contact),
        "cases:change_contact": ("idva", contact),
        "cases:write_entry": ("housing", entry),
        "cases:change_entry": ("housing", entry | {"version": 1}),
        "cases:keep_draft": ("housing", {"version": 1}),
        "cases:report_action": ("housing", {"state": "done", "seen": 1}),
        "cases:supersede_action": ("coordinator", {"replacement": "", "seen": 1}),
        "cases:escalate_action": ("coordinator", {"seen": 1}),
        "cases:add_referral_person": ("referrer", {"version": 0, "postcode": "QZ4 7XX"}),
        "cases:return_referral": ("coordinator", {"missing": "reasons"}),
        "cases:decline_referral": ("coordinator", {}),
        "cases:withdraw_referral": ("referrer", {}),
        "cases:search": ("coordinator", {"reference": "", "birth_date_day": ""}),
        "meetings:save_note": ("coordinator", {"seen": 0}),
        "meetings:save_decision": ("coordinator", {"decision-decision": "none", "decision-seen": 1}),
        "meetings:save_telling": (
            "coordinator",
            {
                "telling-teller": w.idva.pk,
                "telling-seen": 1,
                "telling-not_to_tell_reason": "",
                **day("telling-tell_by"),
            },
        ),
        "meetings:agree_action": (
            "coordinator",
            {"new-agency": w.housing_agency.pk, "new-member": "", "new-risk": "victim", "new-seen": 0}
            | day("new-due_on"),
        ),
        "meetings:say": ("housing", {"kind": "information", "nature": "fact", "reach": "say"}),
        "meetings:enter_observer": ("coordinator", {"observer-signed": "yes"}),
        "meetings:minutes_part": ("coordinator", {"seen": 1}),
        "meetings:propose_correction": ("housing", {}),
        "meetings:correct_minutes": ("coordinator", {"change_reason": "other"}),
        "meetings:check_person": ("housing", {"version": 0, "known": "known", "accuracy": "different"}),
        "meetings:remove_item": ("coordinator", {"seen": 1, "reason": "other"}),
        "meetings:cancel": ("coordinator", {"seen": 1, "reason": "other"}),
        "partnership:invite": (
            "administrator",
            {
                "email": "new.member@aberwenlli-homes.example",
                "phone": "01632 960002",
                "agency": w.housing_agency.pk,
                "role": "representative",
                "panel": w.panel.pk,
                "version": 1,
            },
        ),
    }


def traces(response) -> dict[str, str]:
    """Everything that a request left behind outside sealed columns and panel’s own records."""
    left = {
        "address": response.headers.get("Location", ""),
        "headers": str(dict(response.headers)),
        "cookies": response.cookies.output(),
        "audit": str(list(Event.objects.order_by("-id")[:20].values())),
        "notices": str(list(Notice.objects.values("address", "subject", "body", "failure"))),
        "letters": str(list(Letter.objects.values("address", "message_id", "failure").order_by())),
        "tasks": str(list(DBTaskResult.objects.values_list("args_kwargs", flat=True))),
    }
    return left | reasons_that_name()


def reasons_that_name() -> dict[str, str]:
    """The history reasons with the name in them, by table: all tables in one question."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.model_name.startswith("historical")]
    quoted = connection.ops.quote_name
    asked = " UNION ALL ".join(
        f"SELECT '{table}', history_change_reason FROM {quoted(table)} WHERE history_change_reason LIKE %s"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [f"%{NAME}%"] * len(tables))
        return dict(cursor.fetchall())


def send(scene, column, url, data):
    """The answer’s status, and the traces in which the name is found; the request is undone."""
    client = scene.clients[column]
    client.cookies = SimpleCookie(scene.cookies[column])
    with transaction.atomic():
        response = client.post(url, data)
        left = traces(response)
        transaction.set_rollback(True)
    assert NAME not in url
    return response.status_code, sorted(where for where, text in left.items() if NAME in text)


def first_who_may(answers: str) -> str:
    return next((column for column, letter in zip(CAST, answers, strict=True) if letter in "o>!#"), "")


@pytest.fixture
def logs(caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db").setLevel(logging.WARNING)
    logging.getLogger("django.template").setLevel(logging.WARNING)
    return caplog


def test_a_name_in_every_form_comes_out_nowhere(stage, logs):
    lines = {parts(line)[1]: parts(line) for line in LINES if parts(line)[0] == "POST"}
    wanted, found, unsaved = saved(stage), {}, {}
    for noun in nouns():
        wanted |= getattr(noun, "saved", lambda scene: {})(stage)
    logging.getLogger("django.request").setLevel(logging.DEBUG)
    for name, (_method, _name, about, answers) in lines.items():
        column, more = wanted.get(name, (first_who_may(answers), stage.sent.get(name, {})))
        if not column:
            continue
        status, where = send(stage, column, reverse(name, kwargs=stage.abouts[about]), filled(**more))
        if where:
            found[name] = where
        if name in wanted and status not in (200, 302):
            unsaved[name] = status
    assert found == MEANT
    assert unsaved == {}
    assert [
        record.getMessage()[:80] for record in logs.records if NAME in f"{record.getMessage()} {record.exc_text}"
    ] == []


def test_the_auditors_filter_keeps_codes_alone(stage):
    client = stage.clients["auditor"]
    client.cookies = SimpleCookie(stage.cookies["auditor"])
    refused = client.post(reverse("audit:events"), {"record": NAME})
    assert (refused.status_code, refused.headers.get("Location")) == (422, None)
    assert NAME not in str(list(Event.objects.values()))
