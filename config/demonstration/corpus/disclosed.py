"""What agencies ask one another outside of meetings, what becomes of it, and what outsiders ask: a handful of each.

{victim} and {perpetrator} stand for the people of the case that a request falls upon.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One originator's decision: the answers of its pages, what was considered, and what leaves of each piece."""

    days_ago: int
    outcome: str
    reason_code: str
    reason: str
    pieces: tuple[tuple[str, str], ...] = ()  # what is held, and the words that leave; none: withheld
    special: tuple[str, ...] = ()
    offence: bool = False
    destroyed_in: int | None = None  # days from today; else once it has served its purpose
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request: asked on the day so many days ago, needed so many hours after that, or (`due_in`) from now."""

    key: str
    asker: str
    originator: str
    days_ago: int
    hours: int = 0
    due_in: int = 0
    wanted: str
    purpose: str
    question: str
    urgency: str = "routine"
    answered: Answered | None = None
    accepted_days_ago: int | None = None  # when the recipient accepted the conditions, and opened it
    used: str = ""  # what came of it; then its destruction was confirmed


@dataclass(frozen=True, kw_only=True)
class AtOnce:
    """What a member of the originator released in an emergency, and why it could not wait."""

    words: str
    reason: str
    verbal_approval: str


REQUESTS = (
    Asked(
        key="done",
        asker="childrens",
        originator="police",
        days_ago=34,
        hours=48,
        wanted="Whether a non-molestation order is in force, and where and when it was served.",
        purpose="To write into the children's safety plan what {perpetrator} may not do at the school gate.",
        question="Is an order in force against {perpetrator}, and was it served in person?",
        accepted_days_ago=32,
        used="The dates went into the safety plan; the school's designated lead was told that an order is in force.",
        answered=Answered(
            days_ago=33,
            outcome="share",
            reason_code="safeguard_child",
            reason="The school can call us at once only if it knows that an order is in force and what it forbids.",
            pieces=(
                (
                    "A non-molestation order was made for twelve months and served in person. It forbids coming within "
                    "100 metres of the home and of the school.",
                    "A non-molestation order was made for twelve months and served in person. It forbids coming within "
                    "100 metres of the home and of the school.",
                ),
            ),
            offence=True,
            words={
                "public_interest": "Two attempts to collect the children were reported this term; a third is likely.",
                "necessary": "The order is not known to the school or to Children's Services from anybody else.",
                "less": "Only what the order forbids is given, and nothing of the statement behind it.",
                "balance": "The children's safety on the way home weighs more than keeping a civil order unspoken.",
                "confidential_words": "Owed to {victim}, who told the officer in the case that the school may know.",
            },
        ),
    ),
    Asked(
        key="refused",
        asker="childrens",
        originator="housing",
        days_ago=12,
        hours=72,
        wanted="Rent account of the last three years and the names of earlier tenants at the address.",
        purpose="To complete the chronology for the next child protection conference about {victim} and the children.",
        question="Since when have there been arrears on the tenancy of {victim}?",
        answered=Answered(
            days_ago=11,
            outcome="refuse",
            reason_code="not_necessary",
            reason="Three years of rent do not say how the children are cared for. Whether the tenancy is at risk was "
            "answered at the last meeting: it is not. Names of earlier tenants concern nobody in this case.",
        ),
    ),
    Asked(
        key="opened",
        asker="housing",
        originator="police",
        days_ago=9,
        hours=48,
        wanted="Bail conditions that name an address or an area, and until when they run.",
        purpose="To decide whether {victim} can stay at home with better locks, or must be placed out of the area.",
        question="Is {perpetrator} on bail with a condition not to come near the home, and until when?",
        urgency="urgent",
        accepted_days_ago=7,
        answered=Answered(
            days_ago=8,
            outcome="part",
            reason_code="safeguard_adult",
            reason="A placement is offered or refused on Thursday. The condition and its end decide it; the interview "
            "and the evidence do not, and are withheld.",
            pieces=(
                (
                    "Bailed for 28 days, not to contact {victim} and not to enter the street of the home.",
                    "Bailed for 28 days, not to contact {victim} and not to enter the street of the home.",
                ),
                (
                    "Lives meanwhile with a relative in the next town; works nights at the packing station.",
                    "Lives meanwhile with a relative in the next town.",
                ),
                ("Account given in interview, and what the neighbour's doorbell camera shows.", ""),
            ),
            offence=True,
            destroyed_in=6,
            words={
                "public_interest": "Strangulation was reported on the last occasion; the bail ends within the month.",
                "necessary": "Nobody but the police knows the conditions and the day on which they end.",
                "less": "The place of work and the evidence are left out; the town is enough to choose a placement.",
                "balance": "A safe bed for {victim} weighs more than silence about where somebody on bail stays.",
                "confidential_words": "Owed to a suspect; gives way to what a placement would otherwise get wrong.",
            },
        ),
    ),
    Asked(
        key="part",
        asker="childrens",
        originator="acute",
        days_ago=3,
        hours=72,
        wanted="Attendances at the emergency department since the last meeting, and who came along.",
        purpose="To decide before Friday whether the children can go home to {victim} while {perpetrator} visits.",
        question="Has {victim} been treated since the last meeting for an injury that nobody could explain?",
        urgency="urgent",
        answered=Answered(
            days_ago=1,
            outcome="part",
            reason_code="safeguard_child",
            reason="One attendance bears on whether the home is safe for the children. The older ones, and what was "
            "found by the way, do not, and stay with the hospital.",
            pieces=(
                (
                    "Attended once, at night, with bruising to the upper arm and the neck; said it was a fall. "
                    "{perpetrator} stayed in the cubicle and answered for {victim}.",
                    "Attended once, at night, with bruising to the upper arm and the neck. {perpetrator} stayed in the "
                    "cubicle throughout.",
                ),
                ("Two attendances in earlier years, for a burn and a sprained wrist.", ""),
                ("Regular medicines and the result of a blood test.", ""),
            ),
            special=("health",),
            words={
                "public_interest": "Pressure on the neck, answered for by somebody else: a serious and present risk.",
                "necessary": "The attendance is known to nobody else; {victim} was never seen alone.",
                "less": "One attendance of three, and nothing about medicines or tests.",
                "balance": "What happens to the children this weekend weighs more than one night in a record.",
                "confidential_words": "Owed to the patient; gives way to serious harm to the children and to {victim}.",
                "caldicott_words": "",
            },
        ),
    ),
    Asked(
        key="pressing",  # what is overdue counts as not shared within a minute: this one waits for some hours yet
        asker="childrens",
        originator="police",
        days_ago=4,
        due_in=5,
        wanted="Dates of calls to the address since the last meeting, and whether a child was in the room.",
        purpose="To decide whether a strategy discussion about the children of {victim} is called this week.",
        question="On which days were officers at the home, and did they see the children?",
        urgency="urgent",
    ),
    Asked(
        key="waiting",
        asker="housing",
        originator="acute",
        days_ago=1,
        hours=96,
        wanted="The day on which discharge is planned, and to which address.",
        purpose="To have the locks changed and the alarm fitted at the flat of {victim} before {perpetrator} is home.",
        question="When is {perpetrator} to be discharged, and which address was given to the ward?",
    ),
)
EMERGENCY = Asked(
    key="emergency",
    asker="housing",
    originator="police",
    days_ago=0,
    hours=4,
    wanted="Whether {perpetrator} has been released, and whether the spare key was found.",
    purpose="To decide within the hour whether {victim} is moved tonight or can wait for a locksmith at the flat.",
    question="Is {perpetrator} out of custody, and does anybody know where the spare key is?",
    urgency="emergency",
)
AT_ONCE = AtOnce(
    words="Released without charge an hour ago, on foot, towards the bus station. The spare key was not found.",
    reason="Out of custody and angry, with a key to the flat in which {victim} is alone; the liaison officer's line "
    "goes to the answering machine and half an hour decides it.",
    verbal_approval="Duty superintendent, by telephone.",
)
SUBJECT_ACCESS = {
    "requester_contact": "By post to the address on my driving licence, which I enclose a copy of.",
    "words": "What is held about me in the last two years, where it came from, and whom it was given to.",
    "identity_words": "Copy of a driving licence, compared with the tenancy file.",
    "scope": "Case files and correspondence of the last two years; back-up tapes would take out of all proportion.",
}
FREEDOM = {
    "requester_name": "Marsh Observer, news desk",
    "requester_contact": "newsdesk@marsh-observer.example",
    "words": "How many households came to the council in each of the last three years because of domestic abuse, and "
    "how many of them were placed outside of the area?",
    "scope": "The yearly returns on homelessness; they answer both questions, and no file of a person is opened.",
    "answer": "Households that came to the council because of domestic abuse: 412, 437 and 461 in the last three years."
    " Of them, 38, 44 and 41 were placed outside of the area at their own wish or for their safety.",
    "reasoning": "The figures are in the yearly returns already. None is so small that somebody could be recognised.",
}
EXTRACT_PURPOSE = "Employers of the chamber plan where leave and safe rooms are offered: how old, and from which parts."
EXTRACT_TEST = (
    "Searched the local paper and two neighbourhood groups for a quarter of an hour, and read it beside last year's "
    "figures: nothing could be told apart."
)
CONSENT_DOCUMENT = "Minute of the executive group, item 6"


def sentences() -> list[str]:
    """Every sentence about somebody: none of them may stand in clear in any table."""
    found = [SUBJECT_ACCESS["words"], SUBJECT_ACCESS["identity_words"], AT_ONCE.words, AT_ONCE.reason]
    for asked in (*REQUESTS, EMERGENCY):
        found += [asked.wanted, asked.purpose, asked.question, asked.used]
        if asked.answered:
            pieces = [words for piece in asked.answered.pieces for words in piece]
            found += [asked.answered.reason, *pieces, *asked.answered.words.values()]
    return [sentence for sentence in found if sentence]
