"""Who may bring in a list, decide on its rows, and give it up."""

from cases.models import Supply, SupplyRow
from cases.schemes import scheme_of
from partnership.roles import Permission

Stage = Supply.Stage


def kinds_of(panel) -> tuple[str, ...]:
    """The kinds of list that *panel* takes."""
    return scheme_of(panel).supplies.kinds


def panels_for(member) -> list:
    """The panels for which *member* brings lists in; from the grants that the request has read."""
    mine = set(member.panels_with(Permission.IMPORT_SUPPLY))
    found = {grant.panel_id: grant.panel for grant in member.grants if grant.panel_id in mine}
    return [panel for panel in found.values() if kinds_of(panel)]


def may_bring_in(member, panel, kind: str) -> bool:
    """Whether *member* may bring in a list of *kind* for *panel*: for the panel, as a full signatory now."""
    return member.may(Permission.IMPORT_SUPPLY, panel.pk) and kind in kinds_of(panel) and member.agency.is_central()


def may_describe(member, supply) -> bool:
    """Whether *member* may say what *supply* is: who brought it in, while nothing is under way with it."""
    return _is_own(member, supply) and supply.stage in (Stage.DESCRIBING, Stage.DECIDING)


def may_decide(member, supply) -> bool:
    """Whether *member* may decide on the rows of *supply* and import it: who brought it in, once it was compared."""
    return _is_own(member, supply) and supply.stage == Stage.DECIDING


def may_give_up(member, supply) -> bool:
    """Whether *member* may give *supply* up: everybody who brings lists in for its panel, until it is imported."""
    return (
        member.may(Permission.IMPORT_SUPPLY, supply.panel_id)
        and supply.ended_at is None
        and supply.stage != Stage.IMPORTING
    )


def may_be(supply, row, choice: str) -> bool:
    """Whether *choice* may be made of *row*: nothing of a row that cannot be taken, an update where the scheme says
    what one is."""
    if row.state == SupplyRow.State.REFUSED:
        return False
    return choice != SupplyRow.Choice.UPDATE or supply.kind in scheme_of(supply.panel).supplies.changes


def _is_own(member, supply) -> bool:
    return supply.brought_by_id == member.pk and member.may(Permission.IMPORT_SUPPLY, supply.panel_id)
