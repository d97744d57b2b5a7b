"""The pages: asking by form, the three minutes, the live chain rule, sight of each side."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Draft
from core.templatetags.confer import when
from disclosures.models import Decision, Disclosure, Dissent
from disclosures.workflow.emergency import GROUNDS, release_at_once
from tests.disclosures.asking import ANSWERS, NEED, PURPOSE, QUESTION, REFUSAL, WANTED, WORDS, Asking
from tests.signing_in import enrol
from tests.valid_html import problems


@pytest.fixture
def asking(world):
    return Asking(world)


def text(response):
    return response.content.decode()


def day(name, date):
    return {f"{name}_day": date.day, f"{name}_month": date.month, f"{name}_year": date.year}


def wrong(name):
    """A day that there is not."""
    return {f"{name}_day": 31, f"{name}_month": 2, f"{name}_year": 2026}


def request_form(asking, **more):
    from core.working_days import working_days_after

    today = timezone.localdate()
    return {
        "people": [str(party.pk) for party in asking.case.parties.all()],
        "originators": [str(asking.world.health_agency.pk)],
        "wanted": WANTED,
        "purpose": PURPOSE,
        "question": QUESTION,
        "urgency": "routine",
        "recurrence": "once",
        "due_time": "17:00",
        "version": 1,
        **day("from_on", today),
        **day("due_on", working_days_after(today, 2)),
    } | more


def test_asking_from_the_case_page(asking, as_member):
    w = asking.world
    client = as_member(w.housing)
    tab = client.get(reverse("disclosures:case_requests", args=[asking.case.pk]))
    assert "Ask for information" in text(tab)
    begun = client.post(reverse("disclosures:begin_request", args=[asking.case.pk]))
    assert begun.status_code == 302
    refused = client.post(begun.url, request_form(asking, purpose="Safeguarding", wanted="Everything"))
    assert refused.status_code == 422
    assert "A phrase that fits every request is no purpose." in text(refused)
    assert "“Everything” cannot be asked for" in text(refused)
    assert Draft.objects.get().member == w.housing
    assert "Safeguarding" in text(client.get(begun.url))
    nothing = text(client.post(begun.url, {"version": 1}))
    wanted = ["Select whom you ask about", "Select the agencies that you ask", "Enter the day from which you ask"]
    assert [sentence for sentence in wanted if sentence not in nothing] == []
    sent = client.post(begun.url, request_form(asking))
    disclosure = Disclosure.objects.get()
    assert (sent.status_code, sent.url) == (302, reverse("disclosures:request", args=[disclosure.pk]))
    assert Draft.objects.count() == 0
    page = text(client.get(sent.url))
    assert "Wenlli Health" in page and "Waiting" in page and disclosure.number in page


def test_asking_by_the_reference_of_the_case(asking, as_member):
    client = as_member(asking.world.housing)
    url = reverse("disclosures:requests")
    assert client.post(url, {"reference": asking.case.reference.lower()}).url == reverse(
        "disclosures:case_requests", args=[asking.case.pk]
    )
    assert client.post(url, {"reference": "AB-1999-0001"}).status_code == 422


def answers_by_page():
    """What the officer clicks and types on each page beyond what is filled in."""
    law = ANSWERS["law"]
    return {
        "purpose": {"purpose_is_good": "yes", "held": "yes"},
        "nature": {"identifies": "personal", "special": ["health"], "offence": "no"},
        "confidence": {"confidential": "yes", "confidential_words": "Owed to the patient; gives way to her safety."},
        "caldicott": {
            "caldicott_name": "Dr Gwenda Guardian",
            **day("caldicott_on", ANSWERS["caldicott"]["caldicott_on"]),
            "caldicott": "agrees",
            "caldicott_principles": ["1", "2", "3"],
        },
        "consent": {"no_consent": "not_basis", "told": "unsafe", "told_words": "He would go to her."},
        "law": {
            "overrides": ["harm"],
            "public_interest": law["public_interest"],
            "powers": ["P01"],
            "grounds": ["A6e"],
            "conditions": ["A9g", "S1-18"],
            "confidence": ["C2"],
            "aims": ["safety"],
            "necessary": law["necessary"],
            "less": law["less"],
            "balance": law["balance"],
        },
        "release": {
            "piece-TOTAL_FORMS": 1,
            "piece-INITIAL_FORMS": 0,
            "piece-0-original": WORDS,
            "piece-0-words": WORDS,
            "method": "system",
            "conditions": ["purpose", "onward"],
            "destroy_event": "purpose_met",
        },
        "record": {"outcome": "share", "reason_code": "safeguard_adult", "reason": ANSWERS["record"]["reason"]},
    }


def test_an_ordinary_decision_is_eight_pages_and_a_code(asking, as_member):
    """Begin, eight pages, code: ten submits from the desk to the record, each leading to the next."""
    w = asking.world
    decision = asking.decision(asking.ask())
    device = enrol(asking.health_officer)
    client = as_member(asking.health_officer)
    assert str(decision.disclosure.number) in text(client.get(reverse("disclosures:desk")))
    answer = client.post(reverse("disclosures:begin_decision", args=[decision.pk]))
    pages, submits = [], 1
    for step, typed in answers_by_page().items():
        assert answer.url == reverse("disclosures:decision_question", args=[decision.pk, step])
        assert client.get(answer.url).status_code == 200
        typed |= {
            "version": Decision.objects.get(pk=decision.pk).version,
            "recipients": [str(w.housing.pk)],
            f"need-{w.housing.pk}": NEED,
        }
        answer = client.post(answer.url, typed)
        assert answer.status_code == 302, text(answer)
        pages.append(step)
        submits += 1
    assert answer.url == reverse("disclosures:decision_summary", args=[decision.pk])
    summary = text(client.get(answer.url))
    assert "Still missing" not in summary and WORDS in summary
    version = Decision.objects.get(pk=decision.pk).version
    url = reverse("disclosures:approve_decision", args=[decision.pk])
    wrong = client.post(url, {"code": "000000", "version": version})
    assert (wrong.status_code, "This code is not right" in text(wrong)) == (422, True)
    taken = client.post(url, {"code": device.code_at(), "version": version})
    assert (taken.status_code, taken.url) == (302, reverse("disclosures:decision", args=[decision.pk]))
    assert (len(pages), submits + 1) == (8, 10)
    decided = asking.again(decision)
    assert (decided.state, decided.decided_by) == ("decided", asking.health_officer)
    assert WORDS in text(client.get(taken.url))
    requester = as_member(w.housing)
    assert "Shared" in text(requester.get(reverse("disclosures:request", args=[decision.disclosure_id])))


def test_it_stops_early_where_nothing_is_held_or_nobody_is_named(asking, as_member):
    client = as_member(asking.health_officer)
    decision = asking.decision(asking.ask())
    client.post(reverse("disclosures:begin_decision", args=[decision.pk]))
    url = reverse("disclosures:decision_question", args=[decision.pk, "purpose"])
    answer = client.post(url, {"purpose_is_good": "yes", "held": "no", "version": 2})
    assert answer.url == reverse("disclosures:decision_question", args=[decision.pk, "record"])
    answer = client.post(answer.url, {"outcome": "nothing", "reason": "Searched by name and by number.", "version": 3})
    assert answer.url == reverse("disclosures:decision_summary", args=[decision.pk])
    assert "Still missing" not in text(client.get(answer.url))
    other = asking.decision(asking.ask())
    client.post(reverse("disclosures:begin_decision", args=[other.pk]))
    client.post(
        reverse("disclosures:decision_question", args=[other.pk, "purpose"]),
        {"purpose_is_good": "yes", "held": "yes", "version": 2},
    )
    answer = client.post(
        reverse("disclosures:decision_question", args=[other.pk, "nature"]),
        {"identifies": "aggregate", "tested_words": "Counts over 20, by Dr Bevan.", "version": 3},
    )
    assert answer.url == reverse("disclosures:decision_question", args=[other.pk, "release"])


def test_the_chain_rule_is_checked_live_and_saves_nothing(asking, as_member):
    decision = asking.prepare(asking.decision(asking.ask()))
    client = as_member(asking.health_officer)
    url = reverse("disclosures:law_gaps", args=[decision.pk])
    part = client.post(url, {"powers": ["P01"]}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert text(part).strip().startswith('<div id="_gaps"')
    assert "Choose the Article 6 basis." in text(part)
    whole = answers_by_page()["law"]
    assert "Nothing is missing in law" in text(client.post(url, whole, headers={"HX-Request": "true"}))
    assert asking.again(decision).version == decision.version


def test_only_what_may_be_chosen_is_offered(asking, as_member):
    """A hospital is not offered the serious violence power, nor legitimate interests, nor Part 3."""
    decision = asking.prepare(asking.decision(asking.ask()))
    client = as_member(asking.health_officer)
    page = text(client.get(reverse("disclosures:decision_question", args=[decision.pk, "law"])))
    offered = [code for code in ("P01", "A6e", "P08", "A6ea", "L35b", "P02") if f'value="{code}"' in page]
    assert offered == ["P01", "A6e"]


def test_a_colleagues_answer_stands_beside_ones_own(asking, as_member):
    decision = asking.prepare(asking.decision(asking.ask()))
    seen = decision.version
    client = as_member(asking.health_deputy)
    url = reverse("disclosures:decision_question", args=[decision.pk, "consent"])
    base = {"no_consent": "not_basis", "told": "unsafe", "version": seen}
    assert client.post(url, base | {"told_words": "First."}).status_code == 302
    clash = client.post(url, base | {"told_words": "Second."})
    assert clash.status_code == 409
    assert "First." in text(clash) and "Second." in text(clash)


# who sees
@pytest.mark.parametrize("who", ["police_officer", "housing", "coordinator", "auditor", "health"])
def test_an_originators_decision_is_closed_to_everybody_else(asking, as_member, who):
    w = asking.world
    disclosure = asking.ask(w.health_agency, w.police_agency)
    decision = asking.prepare(asking.decision(disclosure))
    client = as_member(getattr(asking, who, None) or getattr(w, who))
    expected = 404 if who == "police_officer" else 403
    for name, args in [
        ("decision", []),
        ("decision_summary", []),
        ("decision_question", ["law"]),
    ]:
        url = reverse(f"disclosures:{name}", args=[decision.pk, *args])
        assert client.get(url).status_code == expected, name
    for name in ("begin_decision", "law_gaps", "approve_decision", "reopen_decision"):
        assert client.post(reverse(f"disclosures:{name}", args=[decision.pk])).status_code == expected, name


def test_the_two_originators_pages_say_nothing_of_each_other(asking, as_member):
    w = asking.world
    disclosure = asking.ask(w.health_agency, w.police_agency)
    asking.decided(asking.decision(disclosure))
    police = asking.decision(disclosure, w.police_agency)
    client = as_member(asking.police_officer)
    urls = [reverse("disclosures:desk"), reverse("disclosures:decision", args=[police.pk])]
    page = "".join(text(client.get(url)) for url in urls)
    answer = client.post(reverse("disclosures:begin_decision", args=[police.pk]))
    for step in ("purpose", "nature", "confidence", "consent", "law", "release", "record"):
        page += text(client.get(reverse("disclosures:decision_question", args=[police.pk, step])))
    assert answer.status_code == 302
    page = re.sub(r'<select[^>]*name="third_party_agency".*?</select>', "", page, flags=re.DOTALL)  # names every agency
    assert disclosure.number in page
    rows = text(client.get(reverse("disclosures:register"))).split('id="decisions"')[1]
    assert disclosure.number in rows and "Share" not in rows
    secret = ["Wenlli Health", "Lleucu", "Dewi", WORDS, "Gwenda", ANSWERS["record"]["reason"]]
    assert [word for word in secret if word in page] == []


def test_the_requester_is_told_one_word_and_no_time(asking, as_member):
    w = asking.world
    disclosure = asking.ask(w.health_agency, w.police_agency)
    decision = asking.decided(asking.decision(disclosure))
    page = text(as_member(w.housing).get(reverse("disclosures:request", args=[disclosure.pk])))
    assert "Shared" in page and "Waiting" in page
    secret = [ANSWERS["record"]["reason"], "Lleucu", "Gwenda", "Safeguard", str(decision.pk)]
    assert [word for word in secret if word in page] == []


def test_the_desk_of_the_panel_knows_that_there_is_a_request_and_no_word_of_it(asking, as_member):
    w = asking.world
    disclosure = asking.ask()
    w.list_case(w.make_meeting(), asking.case)
    page = text(as_member(w.coordinator).get(reverse("disclosures:case_requests", args=[asking.case.pk])))
    assert disclosure.number in page and "Wenlli Health" in page
    assert [word for word in (PURPOSE, QUESTION, WANTED) if word in page] == []
    assert as_member(w.coordinator).get(reverse("disclosures:request", args=[disclosure.pk])).status_code == 404


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        ("begin_request", ["In your own words", "When it recurs"]),
        ("release_of_own_accord", ["Which danger makes it necessary?"]),
        ("new_extract", ["Cases opened from", "Cases opened until"]),
    ],
)
def test_what_must_be_answered_is_not_called_optional(asking, as_member, page, labels):
    w = asking.world
    client = as_member(w.coordinator if page == "new_extract" else w.housing)
    url = reverse(f"disclosures:{page}", args=[] if page == "new_extract" else [asking.case.pk])
    shown = text(client.post(url, follow=True) if page == "begin_request" else client.get(url))
    assert [label for label in labels if label not in shown or f"{label} (optional)" in shown] == []


REFUSED = [  # the step, and what is typed wrongly behind a summary
    (
        "release",
        {"piece-TOTAL_FORMS": 1, "piece-INITIAL_FORMS": 0, "piece-0-original": WORDS} | wrong("piece-0-known_on"),
    ),
    ("record", {"outcome": "share"} | wrong("review_on")),
]


@pytest.mark.parametrize(("step", "typed"), REFUSED)
def test_what_is_refused_behind_a_summary_stands_open(asking, as_member, step, typed):
    decision = asking.prepare(asking.decision(asking.ask()))
    client = as_member(asking.health_officer)
    url = reverse("disclosures:decision_question", args=[decision.pk, step])
    assert text(client.get(url)).count('<details class="govuk-details" open') == 0
    refused = client.post(url, typed | {"version": decision.version})
    assert (refused.status_code, text(refused).count('<details class="govuk-details" open')) == (422, 1)


# lists
@pytest.mark.parametrize(
    ("answers", "may"), [({}, True), (REFUSAL, True), (None, False)], ids=["shared", "refused", "waiting"]
)
def test_who_asked_disagrees_with_any_answer_and_withdraws_it(asking, as_member, answers, may):
    """Shared in part is told as shared: who finds it too little says so."""
    w, disclosure = asking.world, asking.ask()
    if answers is not None:
        asking.decided(asking.decision(disclosure), **answers)
    client, page = as_member(w.housing), reverse("disclosures:request", args=[disclosure.pk])
    link = reverse("disclosures:dissent", args=[disclosure.pk, w.health_agency.pk])
    assert (link in text(client.get(page))) is may
    if not may:
        return
    assert client.post(link, {"words": "The half of it is missing."}).status_code == 302
    withdrawal = reverse("disclosures:withdraw_dissent", args=[Dissent.objects.get().pk])
    shown = text(client.get(page))
    assert (withdrawal in shown, link in shown, problems(shown)) == (True, False, [])
    assert client.post(withdrawal, {"words": ""}).status_code == 302
    shown = text(client.get(page))
    assert (withdrawal in shown, link in shown) == (False, True)


# emergency
def test_a_colleague_releases_at_once_and_the_officer_reviews(asking, as_member):
    w = asking.world
    decision = asking.decision(asking.ask(urgency="emergency"))
    client = as_member(w.health)
    assert decision.disclosure.number in text(client.get(reverse("disclosures:requests")))
    url = reverse("disclosures:release_at_once", args=[decision.pk])
    assert client.post(url, {"words": "", "version": 1}).status_code == 422
    given = {"words": "He left at noon.", "overrides": ["harm"], "reason": "Nobody of the office can be reached."}
    assert client.post(url, given | {"version": 1}).status_code == 302
    officer = as_member(asking.health_officer)
    url = reverse("disclosures:review_release", args=[decision.pk])
    assert "He left at noon." in text(officer.get(url))
    version = asking.again(decision).version
    missing = officer.post(url, {"verdict": "ratified", "words": "It could not have waited.", "version": version})
    assert missing.status_code == 422
    assert "caldicott_name" not in missing.context["form"].fields
    recalled = {"verdict": "recalled", "words": "It was about another patient.", "version": version}
    assert officer.post(url, recalled).status_code == 302
    assert asking.again(decision).review == "recalled"


def test_the_officer_ratifies_health_data_with_the_guardians_view(asking, as_member):
    said = {"words": "He left at noon.", "overrides": ["harm"], "reason": "Nobody can be reached now.", "health": True}
    decision = asking.decision(asking.ask(urgency="emergency"))
    release_at_once(by=asking.world.health, decision=decision, seen=decision.version, **said)
    officer = as_member(asking.health_officer)
    url = reverse("disclosures:review_release", args=[decision.pk])
    law = ANSWERS["law"]
    given = {name: law[name] for name in GROUNDS} | {"verdict": "ratified", "words": "It could not have waited."}
    given |= {"version": asking.again(decision).version, "powers": ["P01"], "grounds": ["A6e"], "confidence": ["C2"]}
    given["conditions"] = ["A9g", "S1-18"]
    missing = officer.post(url, given)
    assert missing.context["form"].errors == {
        "caldicott_name": ["Health or care information: record the Caldicott Guardian’s name, advice and its date."]
    }
    today = timezone.localdate()
    day = {f"caldicott_on_{part}": getattr(today, part) for part in ("day", "month", "year")}
    asked = {"caldicott_name": "Dr Gwenda Guardian", "caldicott": "agrees"}
    assert officer.post(url, given | asked | day).status_code == 302
    record = text(officer.get(reverse("disclosures:decision", args=[decision.pk])))
    view = '<div>Agrees</div><div class="confer-kept-lines">Released in an emergency.</div>'
    assert f"Dr Gwenda Guardian, {when(today)}{view}" in record
