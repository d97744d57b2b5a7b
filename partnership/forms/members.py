"""Members and their roles, as an administrator types them."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form
from partnership.forms.versioned import VersionedModelForm
from partnership.models import Agency, Member, Panel
from partnership.roles import PARTNERSHIP_WIDE, Role


class MemberForm(VersionedModelForm):
    """Name, address and agency of a member."""

    class Meta:
        model = Member
        fields = ["name", "email", "job_title", "phone", "agency"]
        help_texts = {
            "email": gettext_lazy("In one of the agency’s registered mail domains"),
            "phone": gettext_lazy("Shown to colleagues of the partnership"),
        }

    def __init__(self, *args, by: Member | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if by is not None:
            self.fields["agency"].queryset = Agency.objects.visible_to(by)
            self.fields["agency"].empty_label = _("Select an agency")

    def validate_unique(self):
        """The verb answers for a known address: it can say more about it."""

    @property
    def changes(self) -> dict:
        """The typed values by field name."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class RoleForm(Form):
    """One role, and the panel it is for."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, widget=forms.RadioSelect)
    panel = forms.ModelChoiceField(
        label=gettext_lazy("Panel"),
        queryset=Panel.objects.none(),
        required=False,
        help_text=gettext_lazy("Auditor and administrator are for the whole partnership: leave this empty for them"),
    )

    def __init__(self, *args, by: Member, **kwargs):
        super().__init__(*args, **kwargs)
        from partnership.roles import ROLES

        panels = Panel.objects.visible_to(by)
        self.fields["panel"].queryset = panels
        self.fields["panel"].empty_label = _("The whole partnership")
        self.fields["role"].hints = {role.value: card.description for role, card in ROLES.items()}


class InvitationForm(MemberForm):
    """A new member with a first role."""

    role = forms.ChoiceField(label=gettext_lazy("First role"), widget=forms.RadioSelect)
    panel = forms.ModelChoiceField(
        label=gettext_lazy("Panel"),
        queryset=Panel.objects.none(),
        required=False,
        help_text=gettext_lazy("Auditor and administrator are for the whole partnership: leave this empty for them"),
    )

    def __init__(self, *args, by: Member, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        self.fields["role"].choices = Role.choices()
        self.fields["panel"].queryset = Panel.objects.visible_to(by)
        self.fields["panel"].empty_label = _("The whole partnership")

    def clean(self):
        cleaned = super().clean()
        role, panel = cleaned.get("role"), cleaned.get("panel")
        if role and (panel is None) != (Role(role) in PARTNERSHIP_WIDE):
            self.add_error(
                "panel",
                _("This role is for the whole partnership: choose no panel.")
                if panel
                else _("Select the panel for which this role is given."),
            )
        return cleaned

    @property
    def roles(self) -> list:
        """The first role as the verb takes it."""
        return [(Role(self.cleaned_data["role"]), self.cleaned_data["panel"])]
