"""A confidential address leaves in no copy without a second person who looked at it by name (edge case 30)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Event
from cases.models import Party
from core.records import StaleVersion
from disclosures.models import Decision
from disclosures.rules import address as rules
from disclosures.workflow import approval
from disclosures.workflow import decision as deciding
from disclosures.workflow.address import look_at_address
from tests.disclosures.asking import Asking, piece
from tests.valid_html import assert_valid

HOME = {"address": "12 Lôn Ddychmygol\nAberwenlli", "postcode": "QZ4 7XX", "phone": "01632 960983"}
GAP = (
    "What leaves holds a confidential address, postcode or telephone number of somebody on this case. Take it out, "
    "or let another liaison officer of your agency look at it and say on this page that it may go."
)


def hide(case, *, confidential=True, **more) -> None:
    """Let the victim of *case* live at `HOME`."""
    party = Party.objects.with_key().get(case=case, capacity="victim")
    for name, value in (HOME | more).items():
        setattr(party, name, value)
    party.address_confidential = confidential
    party.save_over(party.version)


@pytest.fixture
def asking(world):
    asking = Asking(world)
    hide(asking.case)
    return asking


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("She is at 12 Lôn Ddychmygol now.", True),
        ("She is at 12, LÔN DDYCHMYGOL, Aberwenlli.", True),
        ("Somewhere in Lôn Ddychmygol.", False),
        ("12 Lôn Arall, Aberwenlli", False),
        ("Her postcode is qz47xx.", True),
        ("Her postcode is QZ4 7XY.", False),
        ("Ring 01632 960 983 after six.", True),
        ("Ring +44 1632 960983.", True),
        ("Ring 01632 960984.", False),
        ("She is safe.", False),
        ("", False),
    ],
)
def test_an_address_is_found_however_it_is_written(asking, text, found):
    assert rules.holds_confidential([text], [asking.case.pk]) is found


def test_what_is_not_confidential_or_of_another_case_is_not_looked_for(asking):
    w = asking.world
    other = w.make_case()
    hide(other, confidential=False, address="9 Stryd Arall", postcode="QZ9 9ZZ", phone="")
    assert rules.holds_confidential(["9 Stryd Arall, QZ9 9ZZ"], [other.pk]) is False
    assert rules.holds_confidential(["12 Lôn Ddychmygol, QZ4 7XX"], [other.pk]) is False


def prepared(asking, words="She is at 12 Lôn Ddychmygol.") -> Decision:
    return asking.prepare(asking.decision(asking.ask()), words=words)


def gaps(asking, decision) -> list[str]:
    from disclosures.rules.decision import problems

    return [sentence for _page, sentence in problems(decision, **deciding.parts_of(decision))]


def test_it_goes_once_a_second_officer_has_looked_and_another_decides(asking):
    decision = prepared(asking)
    assert gaps(asking, decision) == [GAP]
    with pytest.raises(PermissionDenied):
        look_at_address(by=asking.police_officer, decision=decision, seen=decision.version)
    with pytest.raises(StaleVersion):
        look_at_address(by=asking.health_deputy, decision=asking.again(decision), seen=decision.version - 1)
    decision = asking.again(decision)
    look_at_address(by=asking.health_deputy, decision=decision, seen=decision.version)
    decision = asking.again(decision)
    assert (decision.address_by, decision.history.first().history_change_reason) == (
        asking.health_deputy,
        "address_seen",
    )
    assert Event.objects.get(name="decision.address_seen").thing_id == decision.pk
    assert gaps(asking, decision) == []
    with pytest.raises(ValidationError, match="another liaison officer decides"):
        approval.decide(by=asking.health_deputy, decision=decision, seen=decision.version)
    approval.decide(by=asking.health_officer, decision=asking.again(decision), seen=decision.version)
    assert asking.again(decision).address_by == asking.health_deputy


def test_the_database_too_wants_another_than_who_decides(asking):
    decision = prepared(asking)
    look_at_address(by=asking.health_deputy, decision=decision, seen=decision.version)
    approval.decide(by=asking.health_officer, decision=asking.again(decision), seen=asking.again(decision).version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(address_by=asking.health_officer)


def test_chosen_anew_it_is_looked_at_anew_and_taken_out_it_is_forgotten(asking):
    by, decision = asking.health_officer, prepared(asking)
    look_at_address(by=asking.health_deputy, decision=decision, seen=decision.version)
    again = piece("She is at 12 Lôn Ddychmygol, on the second floor.")
    deciding.choose_pieces(by=by, decision=asking.again(decision), pieces=[again])
    assert gaps(asking, asking.again(decision)) == [GAP]
    deciding.choose_pieces(by=by, decision=asking.again(decision), pieces=[piece("She is safe.")])
    decision = asking.again(decision)
    with pytest.raises(ValidationError, match="any more"):
        look_at_address(by=asking.health_deputy, decision=decision, seen=decision.version)
    approval.decide(by=asking.health_deputy, decision=asking.again(decision), seen=decision.version)
    assert (asking.again(decision).address_by, asking.again(decision).address_at) == (None, None)


def test_the_summary_warns_and_the_record_names_who_looked(asking, as_member):
    decision = prepared(asking)
    summary = reverse("disclosures:decision_summary", args=[decision.pk])
    second = as_member(asking.health_deputy)
    page = second.get(summary).content.decode()
    assert_valid(page)
    assert "A confidential address would leave" in page
    url = reverse("disclosures:look_at_address", args=[decision.pk])
    assert second.post(url, {"version": decision.version}).url == summary
    page = as_member(asking.health_officer).get(summary).content.decode()
    assert ("A confidential address would leave" in page, "Dewi Deputy" in page) == (False, True)
