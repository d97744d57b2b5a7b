"""What a decision was taken on is told years later as it stood: on its page, its paper and in the register's file."""

import csv
import datetime
import html
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from disclosures.documents_of_decisions import record_facts
from disclosures.models import Decision
from disclosures.rules.as_decided import known
from disclosures.workflow import approval
from disclosures.workflow import decision as deciding
from disclosures.workflow.exporting import RELEASE
from disclosures.workflow.post import ask_record, export_record, make_paper
from partnership.models import Protocol
from partnership.post.press import moment_words
from tests.audit.ledger import recorded
from tests.consent.asking import make_consent
from tests.disclosures.asking import ANSWERS, NEED, PURPOSE, QUESTION, REFUSAL, piece
from tests.disclosures.releasing import KEPT_BACK, SHOWN, Releasing
from tests.meetings.papers import words

VIEW = "He says that he will go nowhere else."
NOTE = "Patients are not told: it would put her in danger."
MORE = {
    "advice": ["legal"],
    "advice_words": "Counsel: the date alone.",
    "caldicott_note": NOTE,
    "representations": True,
    "representations_words": VIEW,
    "protect": "Her sister, who told the ward.",
}
KNOWN_ON = datetime.date(2026, 11, 2)


@pytest.fixture
def scene(world):
    return Releasing(world)


def rows(page: str) -> dict[str, str]:
    """The facts of the summary lists of *page*: key and text."""
    found = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd class=\"govuk-summary-list__value\">(.*?)</dd>", page, re.DOTALL)
    return {_plain(key): _plain(value) for key, value in found}


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def ready(scene) -> Decision:
    """Everything answered: one piece that leaves in part, with its source and its gaps, and one kept back."""
    by = scene.health_officer
    decision = scene.prepare(scene.decision(scene.ask()), outcome="part", **MORE)
    first = piece(f"{SHOWN} {KEPT_BACK}", words=SHOWN, source="Ward sister", gaps="Who fetches him.", known_on=KNOWN_ON)
    second = piece(KEPT_BACK, withheld=True)
    deciding.choose_pieces(by=by, decision=decision, pieces=[first, second])
    return scene.again(decision)


def decided(scene) -> Decision:
    decision = ready(scene)
    approval.decide(by=scene.health_officer, decision=decision, seen=decision.version)
    return scene.again(decision)


def later(scene) -> None:
    """Everything moves on: another version of the protocol, and a consent where there was none."""
    today = timezone.localdate()
    old = Protocol.objects.get(partnership=scene.world.panel.partnership_id)
    more = {
        "lead_controller": old.lead_controller,
        "policy_reference": "APD-2",
        "review_on": today + datetime.timedelta(days=300),
    }
    Protocol.objects.create(
        partnership=old.partnership, number=old.number + 1, name=old.name, in_force_from=today, **more
    )
    make_consent(scene.world, scene.case, state="refused")


def test_the_paper_says_everything_that_it_was_decided_on(scene):
    decision = decided(scene)
    later(scene)
    facts = record_facts(scene.again(decision))
    release = decision.releases.get()
    assert {name: facts[name] for name in facts if name not in ("received", "decided", "bases")} == {
        "number": decision.disclosure.number,
        "asked_by": "Harri Housing, Aberwenlli Homes",
        "purpose": PURPOSE,
        "question": QUESTION,
        "originator": "Wenlli Health",
        "outcome": "Shared in part",
        "reason": "To safeguard an adult at risk",
        "reasons": ANSWERS["record"]["reason"],
        "decided_by": "Lleucu Liaison",
        "verified": "with a one-time code",
        "way": "Liaison officer’s decision",
        "review": "",
        "emergency": "",
        "verbal_approval": "",
        "conditions": [
            "Use it for the stated purpose alone",
            "Do not pass it on without the agreement of our liaison officer",
        ],
        "destroy": "When it has served its purpose, at the latest 30 days after receipt",
        "pieces": ["Fact, Confirmed, as known on 2 November 2026", "Withheld: 1"],
        "address": "",
        "recipients": [
            {
                "name": "Harri Housing",
                "agency": "Aberwenlli Homes",
                "need": NEED,
                "number": release.number,
                "state": "Waiting for acknowledgement",
                "confirmed": "",
            }
        ],
        "dissents": [],
        "protocol": "Aberwenlli Information Sharing Protocol, version 1",
        "regimes": "UK GDPR; received under UK GDPR",
        "consent_then": "Your agency has recorded none in Confer",
        "special": ["Health or care"],
        "third_party": "",
        "confidential": ANSWERS["confidence"]["confidential_words"],
        "caldicott": "Dr Gwenda Guardian, Agrees, 2 November 2026",
        "caldicott_words": "",
        "principles": [
            "The purpose is justified",
            "It is used only when necessary",
            "The minimum is used",
            "Access is on a need-to-know basis",
        ],
        "principles_note": NOTE,
        "consent": "Not sought: consent is not the basis on which this is shared",
        "override": {},
        "told": "No: telling them would put somebody at risk: He would go to her.",
        "representations": f"Yes: {VIEW}",
        "grounds": ["Preventing serious harm to somebody"],
        "public_interest": ANSWERS["law"]["public_interest"],
        "aims": ["Public safety", "Protecting the rights and freedoms of others"],
        "necessary": ANSWERS["law"]["necessary"],
        "less": ANSWERS["law"]["less"],
        "balance": ANSWERS["law"]["balance"],
        "protect": MORE["protect"],
        "advice": ["Legal advice"],
        "advice_words": MORE["advice_words"],
    }
    assert facts["bases"][0].startswith("P01 – ")


def test_the_page_says_it_too_and_today_only_where_it_differs(scene, as_member):
    decision = decided(scene)
    url = reverse("disclosures:decision", args=[decision.pk])
    client = as_member(scene.health_officer)
    page = client.get(url).content.decode()
    assert ("What Confer knew when it was decided" in page, "Today:" in page) == (True, False)
    later(scene)
    shown = rows(client.get(url).content.decode())
    told = ("To", "Fact", "Caldicott principles met", "Asked for their view first", "They receive under")
    assert {key: shown[key] for key in (*told, "Protocol", "Identities protected")} == {
        "To": f"Harri Housing, Aberwenlli Homes: {NEED}",
        "Fact": f"{SHOWN} Confirmed, 2 November 2026 Redacted Source: Ward sister Not known: Who fetches him.",
        "Caldicott principles met": "The purpose is justified It is used only when necessary The minimum is used "
        f"Access is on a need-to-know basis {NOTE}",
        "Asked for their view first": f"Yes {VIEW}",
        "They receive under": "UK GDPR",
        "Protocol": "Aberwenlli Information Sharing Protocol, version 1 No schedule for this scheme "
        "Today: Aberwenlli Information Sharing Protocol, version 2",
        "Identities protected": MORE["protect"],
    }
    assert known(scene.again(decision))["consent_now"] == "Refused"


def test_the_consent_and_the_protocol_are_kept_as_they_stand_when_it_is_taken(scene):
    """Not as they stood when its pages were answered, perhaps days before."""
    decision = ready(scene)
    later(scene)
    approval.decide(by=scene.health_officer, decision=decision, seen=decision.version)
    kept = scene.again(decision)
    assert (kept.consent_state, kept.standing["protocol"]) == ("refused", 2)


def test_a_dissent_and_how_it_ended_stand_on_the_paper(scene):
    decision = decided(scene)
    why = "The day of discharge alone does not say where he goes."
    row = approval.dissent(
        by=scene.world.housing, disclosure=decision.disclosure, originator=decision.originator, words=why
    )
    (told,) = record_facts(scene.again(decision))["dissents"]
    assert re.fullmatch(rf"Aberwenlli Homes, .+: {re.escape(why)}", told)
    row = type(row).objects.visible_to(scene.health_officer).select_related("decision__disclosure").get()
    approval.end_dissent(by=scene.health_officer, dissent=row, ending="stands", words="The place was not asked for.")
    (told,) = record_facts(scene.again(decision))["dissents"]
    assert re.search(r" The decision stands, [^.]+\. The place was not asked for\.$", told)


def test_the_file_tells_the_codes_of_all_that_and_whether_a_need_was_written(scene, as_member):
    decided(scene)
    answer = as_member(scene.health_officer).post(reverse("disclosures:export_decisions"))
    (line,) = csv.DictReader(io.StringIO(answer.content.decode()))
    wanted = {
        "protocol": "1",
        "regime": "uk_gdpr",
        "recipient_regime": "uk_gdpr",
        "consent_then": "not_recorded",
        "consent": "not_basis",
        "told": "unsafe",
        "representations": "yes",
        "caldicott": "agrees",
        "caldicott_principles": "1 2 3 4",
        "dissents": "",
        "pieces": "fact:confirmed",
        "withheld": "1",
        "need_given": "yes",
    }
    assert {name: line[name] for name in wanted} == wanted
    assert [words for words in (NEED, VIEW, NOTE, "Ward sister") if words in answer.content.decode()] == []


def test_nobody_receives_without_a_reason_why_that_person_needs_it(scene):
    decision = ready(scene)
    deciding.choose_recipients(by=scene.health_officer, decision=decision, recipients=[(scene.world.housing, " ")])
    from disclosures.rules.decision import problems

    parts = deciding.parts_of(decision)
    assert problems(decision, **parts) == [("release", "Say why Harri Housing needs it.")]
    decision.identifies, decision.outcome = "aggregate", "depersonalised"
    assert "Say why Harri Housing needs it." not in [sentence for _page, sentence in problems(decision, **parts)]


def test_what_one_page_asks_of_each_recipient_is_kept_where_it_was_typed(scene, as_member):
    decision = scene.prepare(scene.decision(scene.ask()))
    url = reverse("disclosures:decision_question", args=[decision.pk, "release"])
    page = as_member(scene.health_officer).get(url).content.decode()
    field = re.search(rf'<input[^>]*name="need-{scene.world.housing.pk}"[^>]*>', page)[0]
    assert f'value="{NEED}"' in field


def test_all_of_it_stands_on_one_page(scene):
    decision = decided(scene)
    paper = ask_record(by=scene.health_officer, decision=decision)
    make_paper.call(str(paper.pk))
    paper.refresh_from_db()
    assert (paper.state, paper.pages) == ("ready", 1)
    printed = words(export_record(by=scene.health_officer, paper=paper))
    told = [VIEW, NOTE, NEED, MORE["protect"], MORE["advice_words"], ANSWERS["law"]["less"], "Withheld: 1"]
    assert [text for text in told if text not in printed] == []
    assert [text for text in (SHOWN, "Ward sister", "Who fetches him") if text in printed] == []


def test_a_refusals_line_in_the_register_its_paper_and_the_audit_agree(scene, as_member):
    """As they do for a release: what was not shared is accounted for as well."""
    decision = scene.decided(scene.decision(scene.ask()), **REFUSAL)
    answer = as_member(scene.health_officer).post(reverse("disclosures:export_decisions"))
    (line,) = csv.DictReader(io.StringIO(answer.content.decode()))
    paper = ask_record(by=scene.health_officer, decision=decision)
    make_paper.call(str(paper.pk))
    paper.refresh_from_db()
    printed = words(export_record(by=scene.health_officer, paper=paper))
    (event,) = recorded("decision.decided")
    assert {name: line[name] for name in RELEASE} == dict.fromkeys(RELEASE, "")
    assert (line["decision"], line["request"]) == (str(event.thing_id), event.detail["number"])
    assert (line["outcome"], line["reason"]) == (event.detail["outcome"], event.detail["reason"])
    assert (line["outcome"], line["reason"], line["legal_bases"]) == ("refuse", "not_necessary", "")
    assert (line["decided_by"], event.member_name) == (str(scene.health_officer.pk), "Lleucu Liaison")
    assert (event.recipients, event.detail["bases"]) == ([], [])
    moment = timezone.localtime(datetime.datetime.fromisoformat(line["decided"]))
    assert abs(event.at - moment) < datetime.timedelta(minutes=1)
    told = [line["request"], "Refused. Not necessary for the purpose", REFUSAL["reason"]]
    told += [f"Lleucu Liaison, Wenlli Health, {moment_words(moment)}"]
    assert [text for text in [*told, "Nothing was released by this decision."] if text not in printed] == []
