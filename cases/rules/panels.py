"""Whether a list has to name the panel; asks nothing of the database."""


def sits_on_several(member) -> bool:
    """Whether *member* holds roles on more than one panel."""
    return len({grant.panel_id for grant in member.grants if grant.panel_id}) > 1
