"""The codes that a decision keeps in clear: they survive when its words have gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Identifies(models.TextChoices):
    PERSONAL = "personal", _("Yes: a person can be recognised")
    DEPERSONALISED = "depersonalised", _("No: depersonalised, and tested")
    AGGREGATE = "aggregate", _("No: counts and totals only")


class Special(models.TextChoices):
    """UK GDPR Article 9(1)."""

    RACE = "race", _("Racial or ethnic origin")
    POLITICS = "politics", _("Political opinions")
    BELIEF = "belief", _("Religious or philosophical beliefs")
    UNION = "union", _("Trade union membership")
    GENETIC = "genetic", _("Genetic data")
    BIOMETRIC = "biometric", _("Biometric data that identify")
    HEALTH = "health", _("Health or care")
    SEX_LIFE = "sex_life", _("Sex life or sexual orientation")


class Stop(models.TextChoices):
    """Hard stops; the codes are those of the table of lawful bases."""

    GENDER_RECOGNITION = "X01", _("It would reveal that somebody’s gender was recognised by certificate")
    SPENT = "X02", _("It holds spent convictions that are not needed in the course of duty")
    ANONYMITY = "X03", _("It would publish who complained of a sexual offence, or breach a court’s anonymity order")
    PROTECTED = "X04", _("It concerns a protected person")
    INTERCEPTION = "X05", _("It is intercepted material, about a covert source, or sensitive intelligence")


class Advice(models.TextChoices):
    AGREES = "agrees", _("Agrees")
    LIMITS = "limits", _("Agrees, with limits")
    DISAGREES = "disagrees", _("Disagrees")


class OriginAnswer(models.TextChoices):
    """What the liaison officer of another agency said to its information being passed on (guidance Box 1)."""

    AGREED = "agreed", _("It agreed")
    REFUSED = "refused", _("It did not agree")
    NOT_ASKED = "not_asked", _("It was not asked, or has not answered")


class NoConsent(models.TextChoices):
    NOT_BASIS = "not_basis", _("Not sought: consent is not the basis on which this is shared")
    UNSAFE = "unsafe", _("Not sought: asking would put somebody at risk")
    PREJUDICE = "prejudice", _("Not sought: asking would prejudice preventing or detecting crime")
    IMPRACTICABLE = "impracticable", _("Not sought: it could not be asked in time, or at all")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("It had run out")
    GIVEN = "given", _("It was given for this")


class Override(models.TextChoices):
    CHILD = "child", _("Safeguarding a child")
    ADULT = "adult", _("Safeguarding another person at risk")
    PREVENT = "prevent", _("Preventing a serious crime")
    JUSTICE = "justice", _("Bringing an offender to justice")
    HARM = "harm", _("Preventing serious harm to somebody")
    LAW = "law", _("The law, or a court, requires it")


class Told(models.TextChoices):
    BEFORE = "before", _("Yes, before")
    AFTER = "after", _("They will be told afterwards")
    UNSAFE = "unsafe", _("No: telling them would put somebody at risk")
    PREJUDICE = "prejudice", _("No: telling them would prejudice preventing or detecting crime")
    IMPRACTICABLE = "impracticable", _("No: it cannot be done in time, or at all")


class Outcome(models.TextChoices):
    SHARE = "share", _("Share what was asked for")
    PART = "part", _("Share part of it")
    DEPERSONALISED = "depersonalised", _("Share it depersonalised")
    REFUSE = "refuse", _("Refuse")
    DEFER = "defer", _("Defer")
    DETRIMENTAL = "detrimental", _("Not shared: sharing would be more detrimental to the child")
    NOTHING = "nothing", _("No information held")
    NO_ANSWER = "no_answer", _("Not shared: no answer in time")


# What is said of it once it is decided, where that differs from what is chosen.
DECIDED = {
    Outcome.SHARE: _("Shared"),
    Outcome.PART: _("Shared in part"),
    Outcome.DEPERSONALISED: _("Shared depersonalised"),
    Outcome.REFUSE: _("Refused"),
    Outcome.DEFER: _("Deferred"),
}
SHARING = (Outcome.SHARE, Outcome.PART, Outcome.DEPERSONALISED)


class Reason(models.TextChoices):
    """Why shared or not: the code stays when the words have gone."""

    SAFEGUARD_CHILD = "safeguard_child", _("To safeguard a child")
    SAFEGUARD_ADULT = "safeguard_adult", _("To safeguard an adult at risk")
    PREVENT_CRIME = "prevent_crime", _("To prevent or detect crime or disorder")
    DUTY = "duty", _("A legal duty to share")
    EMERGENCY = "emergency", _("An immediate risk to somebody")
    NOT_NECESSARY = "not_necessary", _("Not necessary for the purpose")
    NOT_PROPORTIONATE = "not_proportionate", _("Not proportionate")
    NO_BASIS = "no_basis", _("No lawful basis")
    CONFIDENCE = "confidence", _("Confidential, and the public interest does not outweigh it")
    RISK = "risk", _("It would put somebody at risk")
    UNRELIABLE = "unreliable", _("Not accurate or reliable enough")
    NOT_HELD = "not_held", _("Not held")
    MORE_NEEDED = "more_needed", _("More must be known before deciding")
    DETRIMENTAL = "detrimental", _("More detrimental to the child")
    NO_ANSWER = "no_answer", _("Nobody answered in time")


class Condition(models.TextChoices):
    """Guidance Box 1 and §2.4.2.4."""

    PURPOSE = "purpose", _("Use it for the stated purpose alone")
    ONWARD = "onward", _("Do not pass it on without the agreement of our liaison officer")
    NO_COPY = "no_copy", _("Make no copies")
    VERIFY = "verify", _("Check it with us before acting on it")
    REPORT = "report", _("Tell us what came of it")
    RIGHTS = "rights", _("Refer freedom of information and subject access requests to us")
    NOT_SUBJECT = "not_subject", _("Do not let the person know that you have it")


class DestroyEvent(models.TextChoices):
    PURPOSE_MET = "purpose_met", _("When it has served its purpose")
    CASE_CLOSED = "case_closed", _("When the case is closed")
    MINUTES = "minutes", _("When the minutes of the meeting are approved")


class Method(models.TextChoices):
    SYSTEM = "system", _("In Confer")
    MAIL = "mail", _("By encrypted mail")
    SPOKEN = "spoken", _("Spoken")
    MEETING = "meeting", _("Shown and spoken in a meeting")


PRINCIPLES = [
    ("1", _("The purpose is justified")),
    ("2", _("It is used only when necessary")),
    ("3", _("The minimum is used")),
    ("4", _("Access is on a need-to-know basis")),
    ("5", _("Everybody with access knows their responsibilities")),
    ("6", _("It complies with the law")),
    ("7", _("The duty to share is as important as the duty to protect confidentiality")),
    ("8", _("Patients are told how it is used: no surprises")),
]
ADVISERS = [
    ("dpo", _("Data protection officer")),
    ("legal", _("Legal advice")),
    ("manager", _("Manager")),
    ("peer", _("A colleague, without names")),
]
AIMS = [
    ("safety", _("Public safety")),
    ("crime", _("Preventing disorder or crime")),
    ("health", _("Protecting health or morals")),
    ("rights", _("Protecting the rights and freedoms of others")),
]


def labels(choices, kept) -> list[str]:
    """The words of the codes in *kept*, in the order of *choices* (pairs of code and label)."""
    return [str(label) for code, label in choices if code in kept]
