"""What is asked before a tool is chosen: the day, who would use it, and where."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.items import ItemsForm, items_form
from cases.models.tool import Nation
from cases.schemes.asb_decisions import questions
from core.forms import DateField, Form
from partnership.models import Agency


class ToolsForm(Form):
    """For which day, agency and nation the tools are shown."""

    on = DateField(label=_("Day of the decision"), latest=timezone.localdate)
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency that would use it"),
        empty_label=_("Select an agency"),
        error_messages={"required": _("Select the agency that would use it")},
    )
    nation = forms.ChoiceField(label=_("Where"), choices=Nation.choices, widget=forms.RadioSelect)

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.visible_to(member)

    @property
    def settled(self) -> dict:
        """What is settled before the decision is written, as the sheet keeps it."""
        typed = self.cleaned_data
        return {
            "decided_on": typed["on"].isoformat(),
            "agency": str(typed["agency"].pk),
            "nation": typed["nation"],
        }


def decision_form(tool) -> type[ItemsForm]:
    """The form of a decision on *tool*: what bears on it alone."""
    return items_form(questions(tool))
