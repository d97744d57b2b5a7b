"""What professionals write: referrals, the IDVA service's contact, and the checklist."""

from datetime import datetime, time, timedelta

from . import places
from .grammar import long_date
from .planned import PlannedAnswer, PlannedContact

INSTRUMENT = "DASH 2009, adult"
YOUNG_INSTRUMENT = "DASH 2009, young people"
THRESHOLD, ITEMS = 14, 24
# How readily each of the 24 items is answered yes; the instrument's questions are not held here.
READINESS = (5, 7, 3, 6, 6, 4, 5, 4, 6, 7, 7, 7, 2, 3, 4, 2, 4, 2, 3, 4, 4, 3, 3, 6)
SOURCES = (
    "victim",
    "victim",
    "victim",
    "victim",
    "police record",
    "family member",
    "health record",
    "worker's observation",
)


def between(rng, first, last, hours=(9, 17)):
    """A moment of working time on a weekday between two dates, moved back from a weekend."""
    day = first + timedelta(days=rng.randint(0, max(0, (last - first).days)))
    day -= timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(day, time(rng.randint(hours[0], hours[1] - 1), rng.randrange(60)))


def checklist(rng, writer, scene, score):
    """Twenty-four answers of which `score` are yes, each with who said so."""
    order = sorted(range(ITEMS), key=lambda item: rng.random() ** (1 / READINESS[item]), reverse=True)
    yes = set(order[:score])
    return tuple(answer(rng, writer, scene, item, item in yes) for item in range(ITEMS))


def answer(rng, writer, scene, item, yes):
    word = "yes" if yes else "unknown" if rng.random() < 0.16 else "no"
    comment = writer.one("answer.comment", scene) if yes and rng.random() < 0.2 else ""
    return PlannedAnswer(number=item + 1, answer=word, source=rng.choice(SOURCES), comment=comment)


def score_for(rng, route):
    """A score that goes with the route on which the referral is made."""
    low, high = {
        "visible_high_risk": (14, 21),
        "professional_judgement": (6, 13),
        "potential_escalation": (7, 13),
        "repeat": (6, 18),
    }[route]
    return min(rng.randint(low, high), rng.randint(low, high))


def referral_texts(rng, writer, scene, route):
    """The narrative fields of a referral, by field name."""
    one, some = writer.one, writer.some
    return {
        "summary": writer.paragraph(
            one("summary.open", scene), some("summary.middle", scene, 1, 3), one("summary.close", scene)
        ),
        "incident": writer.paragraph(
            one("incident.open", scene), some("incident.middle", scene, 1, 3), one("incident.close", scene)
        ),
        "history": some("history", scene, 2, 4),
        "risks": some("risks", scene, 3, 6),
        "triggers": some("triggers", scene, 2, 3),
        "wishes": some("wishes", scene, 1, 2),
        "support": some("support", scene, 1, 2),
        "judgement": some("judgement", scene, 1, 2) if route == "professional_judgement" else "",
    }


def contact_texts(rng, writer, scene):
    """How the victim can be reached and by whom not, by field name."""
    safe = rng.random() < 0.8
    scene = scene.at(scene.on, safe_number=places.mobile(rng))
    return {
        "safe_to_call": safe,
        "safe_number": places.mobile(rng) if safe else "",
        "safe_times": writer.one("safe.times", scene),
        "contact_notes": writer.one("contact.notes", scene),
        "safe_person": writer.one("safe_person", scene),
        "afraid_of": writer.one("afraid", scene),
        "safe_people": writer.one("safe_people", scene),
        "unsafe_people": writer.one("unsafe_people", scene),
    }


def consent_facts(rng, writer, scene, aware, consent):
    """Awareness and consent as separate facts, each with its reason where the answer is no."""
    reason = {"given": "", "refused": "noconsent.refused", "not_asked": "noconsent.not_asked"}[consent]
    return {
        "aware": aware,
        "unaware_reason": "" if aware else writer.one("unaware", scene),
        "consent": consent,
        "no_consent_reason": writer.one(reason, scene) if reason else "",
        "basis": writer.one("basis", scene),
        "police_contact_wanted": rng.choice((True, True, False, None)),
    }


def idva_contact(rng, writer, scene, referral, last, adviser):
    """The contact between the referral and the meeting: mostly made, less often where the victim does not know."""
    made = rng.random() < (0.86 if referral.aware else 0.5)
    at = between(rng, referral.submitted_at.date() + timedelta(days=1), last)
    way, note = writer.one("contact.made" if made else "contact.failed", scene).split(" => ")
    return PlannedContact(
        made=made,
        at=max(at, referral.submitted_at + timedelta(hours=2)),
        by=adviser,
        way=way,
        note=note,
        wishes=writer.some("wishes", scene, 1, 2) if made else "",
    )


def screening_reason(writer, scene, state):
    return writer.one({"returned": "screening.return", "declined": "screening.decline"}[state], scene)


def dated(scene, **days):
    """The scene with some days written out as words; a day that is not known is left out."""
    return scene.at(scene.on, **{name: long_date(day) for name, day in days.items() if day})


def at_meeting(scene, referral, agency, **words):
    """The scene with what the minutes need to name."""
    tags = [tag for tag, holds in {"repeat": referral.repeat, "transfer": referral.transfer_from}.items() if holds]
    scene = scene.at(scene.on, referrer_agency=agency.short_name, transfer_from=referral.transfer_from, **words).tagged(
        *tags
    )
    return dated(scene, incident=referral.incident_on, previous=referral.previous_referral_on)
