"""What may be asked: no “everything”, no phrase that fits every request."""

import pytest

from disclosures.rules import request as rules


@pytest.mark.parametrize(
    "text",
    [
        "Everything you have on him, please, so that we can plan her move.",
        "All information held about the family in the last year.",
        "all the records you hold about the household and their visitors",
        "Anything and everything about the couple.",
        "Please send the full history of his contact with your service.",
        "Any information that you hold about the address.",
        "The complete file, because we must decide on her tenancy soon.",
        "Full disclosure of what the ward knows about him.",
    ],
)
def test_everything_is_refused(text):
    assert rules.purpose_problems(text) == ["Say what you will do with it, not that you want everything."]
    assert rules.wanted_problems(text) == ["“Everything” cannot be asked for. Name what you need; you can ask again."]


@pytest.mark.parametrize(
    "text",
    [
        "For the prevention and detection of crime and safeguarding purposes under section 115.",
        "Safeguarding",
        "Required for MARAC, as per protocol, for information sharing and risk assessment.",
        "Public protection; partnership working; multi-agency working; need to know basis.",
        "",
        "   ",
        "n/a",
    ],
)
def test_a_phrase_that_fits_every_request_is_no_purpose(text):
    assert rules.purpose_problems(text) == [
        "Say in your own words what is to be done for whom. A phrase that fits every request is no purpose."
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("To decide whether Mair is moved to another flat before Huw leaves hospital.", []),
        ("Move Mair before Huw leaves ward.", ["Say more: what is to be decided or done, and for whom?"]),
        ("Safeguarding: to decide if both children sleep at their aunt’s until the hearing.", []),
    ],
)
def test_a_purpose_in_own_words_stands(text, wanted):
    assert rules.purpose_problems(text) == wanted


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Has he been seen at the address since June?", False),
        ("Any update?", True),
        ("What do you know?", True),
        ("Can you send everything on him?", True),
        ("To decide whether Mair is moved to another flat before Huw leaves hospital.", True),
        ("Which information about his discharge has the ward given her?", False),
    ],
)
def test_a_question_is_one_that_an_answer_can_settle(text, refused):
    purpose = "To decide whether Mair is moved to another flat before Huw leaves hospital."
    assert bool(rules.question_problems(text, purpose)) is refused


@pytest.mark.parametrize(
    "text",
    [
        "The day of his discharge and what he said about the flat.",
        "Whether he has missed appointments since the first of June.",
        "Any information about a new address that he gave.",
        "",
    ],
)
def test_what_is_named_may_be_asked_for(text):
    assert rules.wanted_problems(text) == []
