"""Whether a list or an entry of the navigation has to name the panel; asks nothing of the database."""

from django.utils.translation import gettext as _


def sits_on_several(member) -> bool:
    """Whether *member* holds roles on more than one panel."""
    return len({grant.panel_id for grant in member.grants if grant.panel_id}) > 1


def named(what, member, panels) -> str:
    """*what*, with the name of the one of *panels* that it is about, where *member* sits on others, too."""
    if len(panels) != 1 or not sits_on_several(member):
        return str(what)
    return _("%(what)s: %(panel)s") % {"what": what, "panel": panels[0].name}
