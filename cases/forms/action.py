"""What a member types about an action."""

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cases.models import Action
from cases.rules.action import ENDINGS, may_take_its_place
from core.forms import Form, LongTextField


class ReportForm(Form):
    """How an action goes on or ended; *seen* is the version that the writer had before them."""

    state = forms.ChoiceField(
        label=_("How does the action stand?"),
        choices=[(Action.State.IN_PROGRESS, _("In progress")), *((s, s.label) for s in Action.State if s in ENDINGS)],
        widget=forms.RadioSelect,
    )
    outcome = LongTextField(
        label=_("What came of it"),
        required=False,
        max_length=4000,
        help_text=_("Where it was not done, say why: circumstances changed, or what stood in the way"),
    )
    evidence = LongTextField(
        label=_("Evidence"),
        required=False,
        max_length=2000,
        rows=3,
        help_text=_("For instance a reference in your own agency’s records"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReplacementField(forms.ModelChoiceField):
    """One of the other actions of a case, by its number, agency and first words."""

    def label_from_instance(self, obj) -> str:
        shown = {"number": obj.number, "agency": obj.agency.short_name, "text": Truncator(obj.text).words(12)}
        return _("Action %(number)s, %(agency)s: %(text)s") % shown


class ReplaceForm(Form):
    """Which other action takes the place of *action*, if any, and why; those that *member* sees are offered."""

    mark_optional = False
    replacement = ReplacementField(
        Action.objects.none(),
        label=_("Replaced by"),
        required=False,
        empty_label=_("None: it is not needed any more"),
        error_messages={"invalid_choice": _("Only another action of the same case takes its place.")},
    )
    words = LongTextField(
        label=_("Why"),
        rows=3,
        max_length=2000,
        error_messages={"required": _("Say why the action is replaced.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, member, action, *args, **kwargs):
        super().__init__(*args, auto_id="replace_%s", **kwargs)
        others = Action.objects.visible_to(member).filter(case=action.case_id).select_related("agency")
        able = [other.pk for other in others if may_take_its_place(other, action)]
        self.fields["replacement"].queryset = others.filter(pk__in=able).order_by("number")


class EscalateForm(Form):
    """Above whom an action was taken."""

    to = forms.CharField(
        label=_("Escalated to"),
        max_length=120,
        help_text=_("Name and post, or the group. No name of anybody the case is about."),
        error_messages={"required": _("Say to whom the action was taken.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, member, action, *args, **kwargs):
        super().__init__(*args, auto_id="escalate_%s", **kwargs)
