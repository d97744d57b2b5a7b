"""What is typed about a request from outside: the request itself, then one small form per step."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, Form, LongTextField, YesNoField
from core.records import LAST_VERSION
from core.templatetags.confer import when
from disclosures.models import Answer, OutsidePause, OutsideRequest, VictimTests
from disclosures.rules import clocks
from disclosures.rules.handlers import handlers
from partnership.models import Agency, Member

LONGEST = 5_000
DATES = ("_on", "_date")
Kind = OutsideRequest.Kind


def _today():
    return timezone.localdate()


class AskedForm(Form):
    """Who asks, for what, and about whom."""

    requester_name = forms.CharField(label=_("Name of the requester"), max_length=200)
    requester_contact = LongTextField(label=_("How to reach the requester"), required=False, max_length=500, rows=2)
    words = LongTextField(label=_("What is asked"), max_length=LONGEST)
    asked_by_on = DateField(
        label=_("Asked for by"), required=False, help_text=_("Where a court or the asker sets the day")
    )
    given_name = forms.CharField(label=_("Given names of the person whom it is about"), required=False, max_length=120)
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=120)
    birth_date = DateField(label=_("Date of birth"), required=False, latest=_today)
    aliases = LongTextField(
        label=_("Other names"), required=False, max_length=500, rows=2, help_text=_("One on each line")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("given_name", "family_name", "birth_date", "asked_by_on"):
            self.fields[name].mark_optional = False  # the kind decides

    @property
    def of_kind(self) -> str:
        """The kind of request that decides what is needed."""
        return self.cleaned_data.get("kind")

    def clean_aliases(self):
        return [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]

    def clean(self):
        """A right of a person needs the person; a court and the police set the day."""
        typed = super().clean()
        if self.of_kind in PERSONAL and not (typed.get("family_name") or typed.get("given_name")):
            self.add_error("family_name", _("Enter the name of the person whom it is about"))
        sets_day = self.of_kind in (Kind.COURT, Kind.VICTIM)
        if sets_day and not typed.get("asked_by_on") and "asked_by_on" not in self.errors:
            self.add_error("asked_by_on", _("Enter the day by which it is asked for"))
        return typed


class OutsideForm(AskedForm):
    """A request as it came in."""

    kind = forms.ChoiceField(label=_("What has come in?"), choices=Kind.choices, widget=forms.RadioSelect)
    received_on = DateField(label=_("Received on"), latest=_today, help_text=_("The clock runs from this day"))
    received_by = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Received by"),
        help_text=_("The authority that must answer. The partnership itself is none."),
    )
    held_for = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Held on behalf of"),
        required=False,
        help_text=_("Where the information is held for another authority"),
    )
    about_agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Agency that the complaint is about"),
        required=False,
        help_text=_("Nobody of this agency is shown the complaint."),
    )
    handler = forms.ModelChoiceField(
        Member.objects.none(), label=_("Who handles it?"), help_text=_("You, unless you choose a colleague")
    )
    field_order = ("kind", "received_on", "received_by", "held_for", "about_agency", "handler")

    def __init__(self, *args, agencies, handlers, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("received_by", "held_for", "about_agency"):
            self.fields[name].queryset = agencies
        self.fields["handler"].queryset = handlers
        self.fields["about_agency"].mark_optional = False


PERSONAL = frozenset(Kind) - {Kind.FOI, Kind.EIR, Kind.COMPLAINT, Kind.COURT}


class StepForm(Form):
    """A form of one step; made for *request* and *member*."""

    def __init__(self, *args, request, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.member = request, member
        self.begin()

    def begin(self) -> None:
        """Narrow choices to those of the request."""

    def colleagues(self):
        """Who else could handle or check it: of the partnership, never of the agency complained about."""
        return handlers(self.member, but=self.request.about_agency_id).exclude(pk=self.request.handler_id)


class ChangeForm(StepForm, AskedForm):
    """The same over what was entered.

    After a stale save, `offer_merge` keeps what was typed beside what the other wrote; the next save is over theirs.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LAST_VERSION)

    def begin(self):
        self.theirs: list[tuple[str, str]] = []
        if not self.request.asked_by_on and self.request.kind not in (Kind.COURT, Kind.VICTIM):
            del self.fields["asked_by_on"]

    @property
    def of_kind(self):
        return self.request.kind

    def offer_merge(self) -> None:
        """Show what stands now beside what was typed, and let the next save be over it."""
        now = OutsideRequest.objects.with_key().get(pk=self.request.pk)
        for name, value in asked(now).items():
            if name in self.fields and name != "seen" and self.fields[name].has_changed(value, self[name].data):
                words = when(value) if name.endswith(DATES) else value
                self.theirs.append((self.fields[name].label, words or "–"))
        self.data = self.data.copy()
        self.data["seen"] = str(now.version)


def asked(request: OutsideRequest) -> dict:
    """What stands in *request*, as `ChangeForm` begins with it."""
    found = {name: getattr(request, name) for name in AskedForm.base_fields}
    return found | {"aliases": "\n".join(request.aliases or []), "seen": request.version}


class IdentityForm(StepForm):
    check = forms.ChoiceField(
        label=_("How was the requester’s identity checked?"),
        choices=OutsideRequest.Check.choices,
        widget=forms.RadioSelect,
    )
    words = LongTextField(label=_("What was seen"), required=False, max_length=LONGEST, rows=2)


class PauseForm(StepForm):
    why = forms.ChoiceField(label=_("What did you ask for?"), widget=forms.RadioSelect)
    since_on = DateField(label=_("Asked on"), latest=_today)
    words = LongTextField(label=_("What you asked"), required=False, max_length=LONGEST, rows=2)

    def begin(self):
        offered = [why for why, _effect in clocks.clock_of(self.request).stops]
        self.fields["why"].choices = [(why, OutsidePause.Why(why).label) for why in offered]


class ResumeForm(StepForm):
    until_on = DateField(label=_("It came on"), latest=_today)


class ExtendForm(StepForm):
    reason = forms.ChoiceField(label=_("Why is more time needed?"), widget=forms.RadioSelect)
    words = LongTextField(label=_("What the requester is told about it"), max_length=LONGEST, rows=3)

    def begin(self):
        offered = [why for why, _length in clocks.clock_of(self.request).extension]
        self.fields["reason"].choices = [(why, OutsideRequest.Extension(why).label) for why in offered]


class AcknowledgeForm(StepForm):
    on = DateField(label=_("Acknowledged on"), latest=_today)


class TestsForm(StepForm):
    """The three tests of a victim information request, the notice, and counselling notes."""

    relevant = YesNoField(label=_("Is it relevant to a reasonable line of enquiry?"))
    necessary = YesNoField(label=_("Is it necessary, and not to be had with less intrusion?"))
    proportionate = YesNoField(label=_("Is it proportionate, and no wider than the enquiry needs?"))
    reasons = LongTextField(label=_("How the three tests are met"), max_length=LONGEST)
    counselling = YesNoField(label=_("Are counselling or therapy notes asked for?"))
    probative = LongTextField(
        label=_("Why they are likely to have substantial probative value"),
        required=False,
        max_length=LONGEST,
        rows=3,
        help_text=_("Without this, counselling notes are presumed not to be needed"),
    )
    notice = forms.ChoiceField(
        label=_("The notice to the victim"), choices=VictimTests.Notice.choices, widget=forms.RadioSelect
    )
    notice_on = DateField(label=_("Given on"), required=False, latest=_today)
    notice_words = LongTextField(
        label=_("About the notice"),
        required=False,
        max_length=LONGEST,
        rows=2,
        help_text=_("Why, where none was given"),
    )


class SearchScopeForm(StepForm):
    scope = LongTextField(
        label=_("Where you search, and why that is reasonable and proportionate"), max_length=LONGEST, rows=4
    )


class ConsultForm(StepForm):
    answer_by_on = DateField(label=_("Agencies answer by"), earliest=_today)


class AskAgencyForm(StepForm):
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"))
    question = LongTextField(label=_("What you ask the agency"), max_length=LONGEST, rows=3)
    answer_by_on = DateField(label=_("Answer by"), earliest=_today)

    def begin(self):
        agencies = Agency.objects.visible_to(self.member).signatories()
        self.fields["agency"].queryset = agencies.exclude(pk=self.request.about_agency_id)


class NameForm(StepForm):
    member = forms.ModelChoiceField(Member.objects.none(), label=_("Who else may know of this request?"))

    def begin(self):
        self.fields["member"].queryset = self.colleagues()


class HandOverForm(StepForm):
    to = forms.ModelChoiceField(Member.objects.none(), label=_("Who handles it from now on?"))

    def begin(self):
        self.fields["to"].queryset = self.colleagues()


class IcoForm(StepForm):
    reference = forms.RegexField(
        r"^[A-Za-z0-9/ -]{4,30}$",
        label=_("ICO reference"),
        max_length=30,
        error_messages={"invalid": _("Enter the reference as letters and figures, like IC-123456-A1B2")},
    )


class ReviewForm(StepForm):
    asked_on = DateField(label=_("Asked for on"), latest=_today)


class AnewForm(StepForm):
    found = LongTextField(label=_("What the review found"), max_length=LONGEST)


class SendForm(StepForm):
    method = forms.ChoiceField(label=_("How was it sent?"), choices=Answer.Method.choices, widget=forms.RadioSelect)


class CloseForm(StepForm):
    ending = forms.ChoiceField(
        label=_("How does it end?"), choices=OutsideRequest.Ending.choices, widget=forms.RadioSelect
    )
    words = LongTextField(label=_("Why"), required=False, max_length=LONGEST, rows=3)
