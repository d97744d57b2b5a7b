"""The protocol's register as its keeper types it: versions, schedules, standings, posts and attendees."""

import datetime
import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form, LongTextField, YesNoField
from partnership.forms.versioned import VersionedModelForm
from partnership.kinds import kinds
from partnership.models import (
    Agency,
    Attendee,
    ExitTask,
    LegalBasis,
    LiaisonPost,
    Member,
    Panel,
    Protocol,
    ProtocolSchedule,
    Signatory,
)
from partnership.roles import Permission, roles_with

NO_BASES = {LegalBasis.Type.EXEMPTION, LegalBasis.Type.STOP}


class LinesField(LongTextField):
    """A list of sentences, one a line."""

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        return self.to_python(data) != (initial or [])

    def to_python(self, value):
        if isinstance(value, list):
            return value
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]


class ItemsField(LinesField):
    """Data items, one a line: a code, a colon, what it is."""

    def prepare_value(self, value):
        return "\n".join(f"{code}: {label}" for code, label in value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        found = [[part.strip() for part in line.split(":", 1)] for line in super().to_python(value)]
        wrong = [row[0] for row in found if len(row) != 2 or not re.fullmatch(r"[a-z0-9_]{2,30}", row[0]) or not row[1]]
        if wrong:
            raise ValidationError(
                _("“%(line)s”: type a code of small letters, a colon, and what it is, like “address: Home address”.")
                % {"line": wrong[0]}
            )
        codes = [row[0] for row in found]
        twice = [code for code in codes if codes.count(code) > 1]
        if twice:
            raise ValidationError(_("“%(code)s” is there twice.") % {"code": twice[0]})
        return found


class ProtocolForm(VersionedModelForm):
    """One version of the protocol."""

    class Meta:
        model = Protocol
        fields = [
            "name",
            "lead_controller",
            "in_force_from",
            "review_on",
            "allows_guests",
            "dpia_reference",
            "policy_reference",
        ]

    def __init__(self, *args, by: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["lead_controller"].queryset = Agency.objects.visible_to(by)

    def clean(self):
        cleaned = super().clean()
        begins, review = cleaned.get("in_force_from"), cleaned.get("review_on")
        if begins and review and review <= begins:
            self.add_error("review_on", _("The review must be after the day from which it is in force."))
        return cleaned

    def over(self, row):
        return type(self)(instance=row, by=self.by)


def bases_to_choose(kept) -> list[tuple[str, str]]:
    """The bases that are in force and found something, by code and name; and those *kept* from before."""
    rows = LegalBasis.objects.filter(Q(pk__in=LegalBasis.objects.valid().order_by().values("pk")) | Q(code__in=kept))
    found = [row for row in rows.order_by("position") if row.code in kept or not set(row.types) <= NO_BASES]
    return [(row.code, f"{row.code}: {row.label}") for row in found]


class ScheduleForm(VersionedModelForm):
    """What the protocol says about one scheme."""

    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"))
    data_items = ItemsField(
        label=gettext_lazy("Data items"),
        help_text=gettext_lazy("One a line: a code, a colon, what it is. Requests for information choose from them."),
        rows=8,
        max_length=8000,
    )
    purposes = LinesField(label=gettext_lazy("Purposes"), help_text=gettext_lazy("One a line"), max_length=4000)
    bases = forms.MultipleChoiceField(
        label=gettext_lazy("Lawful bases"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Those in force"),
    )
    methods = LinesField(label=gettext_lazy("Methods"), help_text=gettext_lazy("One a line"), max_length=4000)

    class Meta:
        model = ProtocolSchedule
        fields = ["scheme", "data_items", "purposes", "bases", "methods", "retention", "rights"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        schemes = {code: kind.name for code, kind in kinds().items()}
        kept = {code: code.upper() for code in [self.instance.scheme] if code and code not in schemes}
        self.fields["scheme"].choices = [("", ""), *(schemes | kept).items()]
        self.fields["bases"].choices = bases_to_choose(self.instance.bases)


class JoiningForm(Form):
    """On which tier an agency wishes to join."""

    tier = forms.TypedChoiceField(
        label=gettext_lazy("Tier"), choices=Signatory.Tier.choices, coerce=int, widget=forms.RadioSelect
    )


class ConsentForm(Form):
    """A responsible authority's answer; from outside Confer with the document in which it stands."""

    agrees = YesNoField(label=gettext_lazy("Do you agree that this agency becomes a partner?"))
    given_on = forms.DateField(label=gettext_lazy("Given on"), required=False)
    document = forms.CharField(
        label=gettext_lazy("Document"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Where the answer stands, for instance the minutes of the board and their item"),
    )

    def __init__(self, *args, own: bool, authority: Agency, **kwargs):
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["given_on"], self.fields["document"]
        else:
            self.fields["agrees"].label = _("Does %(agency)s agree?") % {"agency": authority.name}
            self.fields["given_on"].required = self.fields["document"].required = True


class SignForm(Form):
    """Who signed the protocol for the agency, and when the standing is reviewed."""

    signed_by = forms.CharField(label=gettext_lazy("Signed by"), max_length=120)
    signed_as = forms.CharField(label=gettext_lazy("Job title"), max_length=120)
    signed_on = forms.DateField(label=gettext_lazy("Signed on"))
    review_on = forms.DateField(label=gettext_lazy("Review by"))


class EndForm(Form):
    """Why a standing ends, at once."""

    ended = forms.ChoiceField(
        label=gettext_lazy("Why does it end?"),
        choices=[(each.value, each.label) for each in list(Signatory.Ended)[:3]],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RenewForm(Form):
    """Until when a standing goes on."""

    signed_on = forms.DateField(label=gettext_lazy("Renewed on"))
    review_on = forms.DateField(label=gettext_lazy("Next review by"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class GuestForm(Form):
    """An out-of-area agency: one case, a time, and the protocol of its own area."""

    case_id = forms.CharField(
        label=gettext_lazy("Case"),
        max_length=300,
        help_text=gettext_lazy("The address of the case’s page, from the coordinator; you need not be able to open it"),
    )
    until = forms.DateField(label=gettext_lazy("Until"), help_text=gettext_lazy("The last day"))
    home_area = forms.CharField(label=gettext_lazy("Home area"), max_length=120)
    home_protocol = forms.CharField(label=gettext_lazy("Protocol of the home area"), max_length=200)
    home_allows = YesNoField(label=gettext_lazy("Does that protocol allow it?"))

    def clean_case_id(self):
        """The identifier in an address, or alone: the administrator who types it sees no case."""
        found = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", self.cleaned_data["case_id"].lower())
        if found is None:
            raise ValidationError(_("Paste the whole address of the case’s page."))
        return uuid.UUID(found[0])

    def clean_until(self):
        day = self.cleaned_data["until"] + datetime.timedelta(days=1)
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class ExitForm(Form):
    """That what was held is destroyed or returned."""

    how = forms.ChoiceField(
        label=gettext_lazy("What was done?"),
        choices=[(each.value, each.label) for each in list(ExitTask.How)[:4]],
        widget=forms.RadioSelect,
    )
    done_on = forms.DateField(label=gettext_lazy("Done on"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class PostForm(VersionedModelForm):
    """Who holds a post: a member, or somebody outside Confer by name and address."""

    class Meta:
        model = LiaisonPost
        fields = ["kind", "member", "name", "email"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {"name": gettext_lazy("Of somebody who does not use Confer")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = LiaisonPost.Kind.choices
        self.fields["member"].queryset = Member.objects.active().filter(agency=self.instance.agency_id).order_by("name")

    def clean(self):
        cleaned = super().clean()
        named = bool(cleaned.get("name")) and bool(cleaned.get("email"))
        if not self.errors and not cleaned.get("member") and not named:
            self.add_error("member", _("Select a member, or type a name and a work e-mail."))
        if not self.errors and cleaned.get("member") and (cleaned.get("name") or cleaned.get("email")):
            self.add_error("name", _("Leave name and e-mail empty where a member holds the post."))
        return cleaned


class AttendeeForm(VersionedModelForm):
    """Who may attend which panel, and when they were trained, declared and vetted."""

    class Meta:
        model = Attendee
        fields = ["member", "panel", "trained_on", "declared_on", "vetted_on"]

    def __init__(self, *args, by: Member, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["member"], self.fields["panel"]
            return
        attending = Member.objects.visible_to(by).holding(*roles_with(Permission.ATTEND))
        self.fields["member"].queryset = attending.order_by("name")
        self.fields["panel"].queryset = Panel.objects.visible_to(by)
