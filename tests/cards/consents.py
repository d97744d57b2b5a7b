"""What people decided about sharing: the forms, the consents, who signed, what was taken back, what was printed."""

from consent.models import Signature
from consent.workflow.ending import withdraw
from consent.workflow.printing import ask_record
from tests.consent.asking import make_consent, make_form
from tests.ledgers import CODE, HISTORY, SETTING, WITH_CASE, Card

KEPT = "R08: 6 years after it ended, and as long as what was disclosed on it; its key is destroyed"
ALONE = "the agency that asked alone; the coordinator where the form says so; never past a bar"

MODELS = {
    "cases.Allowance": Card("nobody: it decides who is not kept from an entry", WITH_CASE, HISTORY),
    "consent.ConsentForm": Card("everybody: what is asked is no secret", "as long as a consent given on it", HISTORY),
    "consent.Consent": Card(ALONE, KEPT, HISTORY, of_cases=True),
    "consent.ConsentAgency": Card("with the consent", KEPT, "by the consent’s audit events", of_cases=True),
    "consent.ConsentAnswer": Card("with the consent", KEPT, "by the consent’s audit events", of_cases=True),
    "consent.Signature": Card("with the consent", KEPT, "signing is an audit event", of_cases=True),
    "consent.Withdrawal": Card("with the consent", KEPT, "never changed; withdrawing is an audit event", of_cases=True),
    "consent.ConsentPaper": Card(
        "one’s own agency’s, while every consent in it may be seen", KEPT, HISTORY, of_cases=True
    ),
    "consent.ConsentPaper_consents": Card("with the paper", "with the paper", "asking is an audit event"),
}

RELATIONS = {
    "cases.Allowance": "goes entry; holds agency set_by",
    "consent.ConsentForm": "holds published_by",
    "consent.Consent": "forgets case party track renews; holds key panel subject agency recorded_by form decided_by",
    "consent.ConsentAgency": "goes consent; holds agency",
    "consent.ConsentAnswer": "goes consent",
    "consent.Signature": "goes consent; holds key taken_by",
    "consent.Withdrawal": "goes consent; holds key recorded_by",
    "consent.ConsentPaper": "holds key agency asked_by; many consents",
    "consent.ConsentPaper_consents": "goes consentpaper consent",
}

SEALED = {
    "consent.Consent": {"subject": "able_words language words", "relative": "parent_name parent_words"},
    "consent.Signature": {"subject": "name strokes place", "contact": "witness", "panel": "paper_kept"},
    "consent.Withdrawal": {"subject": "words"},
}

CLEAR = {
    "cases.Allowance": {CODE: "why"},
    "cases.Entry": {CODE: "category"},
    "consent.ConsentForm": {
        SETTING: "scheme language privacy_notice asked_of episodes texts categories purposes",
        CODE: "digest",
    },
    "consent.ConsentAnswer": {CODE: "code"},
    "consent.Signature": {CODE: "digest"},
    "consent.Withdrawal": {"codes and ids of agencies": "what"},
    "consent.ConsentPaper": {"our own sentence": "failure", CODE: "digest sha256"},
}

AT_ONCE = "settling writes many at once, and their history with them"
PAST_HISTORY = {
    "cases/workflow/access.py Bar.objects.bulk_create": AT_ONCE,
    "cases/workflow/access.py Bar.objects.bulk_update": AT_ONCE,
    "cases/workflow/access.py Entry.objects.filter.update": "a mark of the machinery: when consent was last asked",
}

OPENERS = dict.fromkeys(
    ("consent.Consent", "consent.Signature", "consent.Withdrawal", "consent.ConsentPaper"), "housing"
)


def rows(scene) -> None:
    """A consent that housing asked, with a signature, a part taken back, and a paper."""
    w = scene.world
    make_form()
    consent = make_consent(w, scene.case, by=w.housing, words="So be it.", parent_name="Eleri Pugh")
    Signature(
        key=consent.key,
        consent=consent,
        whose="person",
        method="typed",
        name="Mair",
        witness="Wyn",
        signed_on=consent.starts_on,
        taken_by=w.housing,
    ).save(force_insert=True)
    ask_record(by=w.housing, consent=consent)
    withdraw(by=w.housing, consent=consent, how="phone", words="Less.", seen=1, what={"category": ["housing"]})
