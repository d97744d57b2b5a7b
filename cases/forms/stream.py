"""What is passed on from one stream to another."""

from django.utils.translation import gettext_lazy as _

from cases.forms.items import items_form
from cases.forms.track import MoveForm
from cases.rules.stream import receivers, streams_from
from partnership.models import Agency


class PassingForm(MoveForm):
    """The answers to the move “pass_on”, and the words that are passed on."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _("What exactly is passed on, in words")

    def go_on_from(self, version: int) -> None:
        """Keep what was typed; the next save is over *version*."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


def passing_form(track, move) -> type[PassingForm]:
    """The form by which something of *track* is passed on: other streams, and agencies that can take it up there."""
    there = streams_from(track)
    found = Agency.objects.none()
    for kind in there:
        found = found | receivers(kind, track.case.panel)
    form = items_form(move.items, base=PassingForm, agencies=found.order_by("name"))
    codes = {kind.code for kind in there}
    to = form.base_fields["to"]
    to.choices = [(code, words) for code, words in to.choices if code in codes]
    return form
