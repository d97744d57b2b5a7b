"""The page on which somebody signs, left behind: the record changed meanwhile, and nothing typed is lost."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Party
from consent.models import Signature
from consent.workflow.asking import prepare, request_consent
from consent.workflow.deciding import record_refused
from tests.consent.asking import make_form, prepared, sign

STALE = "Somebody else saved this while you were writing. Nothing of yours is lost: compare and save again."
CHANGED = "What is signed has changed. Read it out as it stands now, and let them sign again."
OVER = "That cannot be done to this record any more: it has changed meanwhile."
DRAWN = "10,20 110,120;30,40 90,40"


@pytest.fixture
def consent(world, asking):
    make_form()
    case = world.make_case(asked=[world.health_agency])
    party = Party.objects.with_key().get(case=case, capacity="victim")
    return prepared(world, request_consent(by=world.health, case=case, party=party))


def change(world, consent):
    prepare(by=world.health, consent=consent, typed={"category": {"housing": False}}, seen=consent.version)


def refuse(world, consent):
    record_refused(by=world.health, consent=consent, words="No.", seen=consent.version)


MEANWHILE = {  # what happened, what is said, whether the drawing stays, whether signing again then does it
    "the other signed": (lambda world, consent: sign(world, consent, "worker"), [STALE], True, True),
    "an answer was changed": (change, [CHANGED, STALE], False, False),
    "the person refused": (refuse, [OVER], True, False),
}


def fields(page: str) -> dict:
    """What stands in the fields of *page* that the browser sends."""
    found = re.findall(r'<(?:input|textarea)[^>]*\bname="([a-z_]+)"[^>]*>', page)
    value = {name: re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page) for name in found}
    return {name: match[1] for name, match in value.items() if match}


@pytest.mark.parametrize(("act", "said", "stays", "then"), MEANWHILE.values(), ids=MEANWHILE)
def test_a_sign_page_left_behind_says_so_and_keeps_what_was_typed(world, consent, as_member, act, said, stays, then):
    client, address = as_member(world.health), reverse("consent:sign", args=[consent.pk, "person"])
    shown = fields(client.get(address).content.decode())
    act(world, consent)
    today = timezone.localdate()
    typed = {"method": "drawn", "strokes": DRAWN, "name": "Mair O’Gwynedd", "place": "At the surgery"}
    day = {"signed_on_day": today.day, "signed_on_month": today.month, "signed_on_year": today.year}
    answer = client.post(address, {**shown, **typed, **day})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sorted(answer.context["form"].non_field_errors()) == sorted(said)
    kept = fields(page)
    assert (kept["name"], kept["place"], kept.get("strokes", "")) == (
        "Mair O’Gwynedd",
        "At the surgery",
        DRAWN if stays else "",
    )
    again = client.post(address, {**typed, **day, **{"strokes": "", **kept}})
    assert (again.status_code == 302, Signature.objects.filter(whose="person").count()) == (then, int(then))
    anew = again if then else client.post(address, {**typed, **day, **kept, "strokes": DRAWN})
    assert (anew.status_code == 302) == (said != [OVER])
