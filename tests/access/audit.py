"""The audit: its events, and the reason that is asked before a page that is not everybody's."""

TABLE = """
#     audit                                about             desk agencies narrow barred nobody
GET   audit:events                         -                 xx xxxx xxox x ?
POST  audit:events                         -                 xx xxxx xx>x x ?
GET   audit:event                          event             xx xxxx xxox x ?
POST  audit:export                         -                 xx xxxx xxox x ?
POST  audit:give_reason                    -                 !! !!!! !xxx ! ?
"""


def abouts(s) -> dict[str, dict]:
    """The rows of the scene."""
    return {
        "event": {"pk": s.event.pk},
    }


def sent(s) -> dict[str, dict]:
    return {}
