"""What the protocol says of the other panels: data, purposes, bases, methods, how long, whom to ask."""

METHODS = ["In the meeting, to those who signed", "In Confer, to a named recipient"]
RIGHTS = "Requests go to the agency that the information came from, whose liaison officer decides."
SCHEDULES = {
    "ppo": {
        "data_items": [
            ["identity", "Names, aliases and dates of birth"],
            ["address", "Addresses, and where the person goes on release"],
            ["offences", "Offences, convictions, sentences and orders"],
            ["score", "Risk scores, with the model that gave them"],
            ["needs", "Accommodation, work, health, substances, finance, family, attitudes"],
            ["intelligence", "Graded intelligence about offending"],
        ],
        "purposes": [
            "To prevent and reduce the crime that few people cause",
            "To help those people to stop offending",
        ],
        "bases": ["P01", "A6e", "S1-10", "L35b", "C2", "H8"],
        "methods": METHODS,
        "retention": "6 years after the management ends; 12 months where somebody is not adopted.",
        "rights": RIGHTS,
    },
    "dip": {
        "data_items": [
            ["identity", "Names, aliases and dates of birth"],
            ["test", "Results of drug tests, and what they require"],
            ["treatment", "Treatment and attendance, as far as the person consents"],
            ["intelligence", "Specific concerns, case by case"],
        ],
        "purposes": ["To bring people whose drug use leads to crime into treatment, and to keep them in it"],
        "bases": ["P01", "A6e", "A9g", "S1-10", "L35b", "C1", "C2", "H8"],
        "methods": METHODS,
        "retention": "3 years after the case is closed.",
        "rights": RIGHTS,
    },
    "treatment": {
        "data_items": [
            ["identity", "Names and dates of birth"],
            ["treatment", "Treatment, attendance and health, as far as the person consents"],
            ["housing", "Housing and support"],
        ],
        "purposes": ["To plan treatment and support together with the person"],
        "bases": ["A6e", "A9g", "S1-18", "C1", "H8"],
        "methods": METHODS,
        "retention": "3 years after the last episode ends.",
        "rights": RIGHTS,
    },
}
