"""The frame: the home page, and the answer to whoever watches the machine."""

TABLE = """
#     frame                                about             desk agencies narrow barred nobody
GET   home                                 -                 oo oooo oooo o ?
GET   healthz                              -                 oo oooo oooo o o
"""


def abouts(s) -> dict[str, dict]:
    """The rows of the scene."""
    return {
        "-": {},
    }


def sent(s) -> dict[str, dict]:
    return {}
