"""A meeting that sits: the live pages and what is recorded there."""

TABLE = """
#     sitting                              about             desk agencies narrow barred nobody
GET   meetings:live                        session           oo o>>o xxxx o ?
GET   meetings:live_now                    session           oo o>>o xxxx o ?
POST  meetings:open_meeting                session           >> xxxx xxxx x ?
POST  meetings:end_meeting                 session           >> xxxx xxxx x ?
POST  meetings:issue_actions               session           >> xxxx xxxx x ?
POST  meetings:confirm_left                session           >> xxxx xxxx x ?
GET   meetings:live_part                   room              oo o>>o xxxx o ?
GET   meetings:live_item                   item              oo o>>o xxxx . ?
GET   meetings:live_item                   hidden_item       o. o>>. xxxx . ?
POST  meetings:start_item                  item              >> xxxx xxxx x ?
POST  meetings:leave_item                  item              >> xxxx xxxx x ?
POST  meetings:close_item                  item              !! xxxx xxxx x ?
GET   meetings:live_item_part              item_part         oo o>>o xxxx . ?
POST  meetings:save_note                   note              !! xxxx xxxx x ?
POST  meetings:save_decision               item              !! xxxx xxxx x ?
POST  meetings:save_telling                item              !! xxxx xxxx x ?
POST  meetings:mark_told                   item              >> xxxx xxxx x ?
POST  meetings:say                         item              !! !>>! xxxx . ?
POST  meetings:agree_action                item              !! xxxx xxxx x ?
POST  meetings:change_action               agreed            !! xxxx xxxx x ?
POST  meetings:take_up                     proposal          >> xxxx xxxx x ?
"""


def abouts(s) -> dict[str, dict]:
    """The rows of the scene."""
    item = {"pk": s.session.pk, "item": s.session_item.pk}
    hidden = {"pk": s.session.pk, "item": s.hidden_item.pk}
    return {
        "session": {"pk": s.session.pk},
        "room": {"pk": s.session.pk, "name": "room"},
        "line": {"pk": s.session.pk, "line": s.line.pk, "verb": "left"},
        "item": item,
        "hidden_item": hidden,
        "item_part": {**item, "name": "entries"},
        "note": {**item, "part": "summary"},
        "agreed": {**item, "action": s.said.pk},
        "proposal": {**item, "entry": s.proposal.pk},
    }


def sent(s) -> dict[str, dict]:
    """The little that a form must hold to get past its first question."""
    return {
        "meetings:confirm_left": {"agency": s.world.housing_agency.pk},
    }
