"""Partnership, agencies, signatories and panel settings, as an administrator types them."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form, LongTextField, TimeField
from core.mail import address_in_domains, normal_domain
from partnership.forms.versioned import VersionedModelForm
from partnership.kinds import PanelKind, kinds
from partnership.models import Agency, Member, Panel, Partnership, Signatory

WEEKDAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
]


class PartnershipForm(VersionedModelForm):
    """The partnership's names."""

    class Meta:
        model = Partnership
        fields = ["name", "place", "protocol_name"]


class DomainsField(forms.CharField):
    """Mail domains, one a line; kept as a list."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea({"rows": 3, "spellcheck": "false"}), max_length=2000, **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True

    def to_python(self, value):
        typed = [part.strip() for part in super().to_python(value).replace(",", "\n").split("\n") if part.strip()]
        wrong = [part for part in typed if normal_domain(part) is None]
        if wrong:
            raise ValidationError(
                _("“%(domain)s” is not a mail domain. Type what stands behind the @, like agency.example.")
                % {"domain": wrong[0]}
            )
        return list(dict.fromkeys(normal_domain(part) for part in typed))


class AgencyForm(VersionedModelForm):
    """An agency without its certificate, which has a page of its own."""

    secure_domains = DomainsField(
        label=gettext_lazy("Secure mail domains"),
        help_text=gettext_lazy("One a line. Letters leave only to addresses in these; a subdomain is another domain."),
        required=False,
    )

    class Meta:
        model = Agency
        fields = [
            "name",
            "short_name",
            "kind",
            "legal_class",
            "ico_registration",
            "ico_expires_on",
            "secure_domains",
            "plan_address",
        ]
        help_texts = {
            "short_name": gettext_lazy("As it stands in tables and agendas"),
            "ico_registration": gettext_lazy("On the Information Commissioner’s register, like ZA123456"),
            "plan_address": gettext_lazy("Where agendas and action plans go; in one of the domains above"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Select a type")), *Agency.Kind.choices]

    def clean_ico_registration(self):
        number = self.cleaned_data["ico_registration"].replace(" ", "").upper()
        if number and not (number.isascii() and number.isalnum() and number[0].isalpha() and len(number) >= 6):
            raise ValidationError(_("Type the registration number as on the register: a letter or two, then digits."))
        return number

    def clean(self):
        cleaned = super().clean()
        address, domains = cleaned.get("plan_address"), cleaned.get("secure_domains")
        if address and domains is not None and not address_in_domains(address, domains):
            self.add_error("plan_address", _("Letters can only go to an address in one of the secure mail domains."))
        return cleaned


class CertificateForm(Form):
    """A certificate pasted as PEM."""

    certificate = LongTextField(
        label=gettext_lazy("S/MIME certificate"),
        rows=12,
        required=False,
        max_length=65_536,
        help_text=gettext_lazy(
            "Paste the agency’s public certificate as PEM, from “-----BEGIN CERTIFICATE-----” on. RSA keys of 2048 "
            "bits or more only. Leave it empty to take the certificate away."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SignatoryForm(VersionedModelForm):
    """An agency's standing under the protocol, by whole days."""

    since = forms.DateField(label=gettext_lazy("From"))
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The last day. Leave it empty while it goes on."),
    )

    class Meta:
        model = Signatory
        fields = ["since", "until", "review_on", "signed_by", "signed_as", "signed_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.until:
            self.initial["until"] = timezone.localdate(self.instance.until) - datetime.timedelta(days=1)
        if not self.instance._state.adding:
            self.initial["since"] = timezone.localdate(self.instance.since)

    def clean_since(self):
        return _begin_of(self.cleaned_data["since"])

    def clean_until(self):
        last = self.cleaned_data["until"]
        return _begin_of(last + datetime.timedelta(days=1)) if last else None

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _("The last day is before the first."))
        return cleaned


def _begin_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


OF_REFERRALS = (
    "instrument",
    "instrument_items",
    "threshold",
    "escalation_count",
    "escalation_months",
    "escalation_police_only",
    "minimum_age",
    "manager_sign_off",
)


class PanelForm(VersionedModelForm):
    """Every setting that a panel of its kind has; a new one is asked its kind, and what all kinds have alike.

    The kind of a panel that is there stays.
    """

    scheme = forms.ChoiceField(label=gettext_lazy("Kind of panel"), widget=forms.RadioSelect)
    weekday = forms.TypedChoiceField(label=gettext_lazy("Weekday"), choices=WEEKDAYS, coerce=int)
    starts_at_time = TimeField(label=gettext_lazy("Starts at"))

    class Meta:
        model = Panel
        fields = [
            "scheme",
            "name",
            "reference_prefix",
            "rhythm",
            "weekday",
            "starts_at_time",
            "place",
            "link",
            "cutoff_working_days",
            "research_working_days",
            "minutes_per_case",
            "repeat_months",
            "repeat_definition",
            "threshold",
            "instrument",
            "instrument_items",
            "escalation_count",
            "escalation_months",
            "escalation_police_only",
            "minimum_age",
            "manager_sign_off",
            "meeting_idle_minutes",
            "agencies",
            "told_at_once",
        ]
        widgets = {
            "agencies": forms.CheckboxSelectMultiple,
            "told_at_once": forms.CheckboxSelectMultiple,
            "repeat_definition": forms.RadioSelect,
        }
        help_texts = {
            "reference_prefix": gettext_lazy("Cases are numbered with it, like AB-2026-0042"),
            "cutoff_working_days": gettext_lazy("Referrals that come later go to the next meeting"),
            "research_working_days": gettext_lazy("By when agencies answer what they know"),
            "minutes_per_case": gettext_lazy("The agenda’s times are computed from it"),
            "repeat_months": gettext_lazy("A new incident within so many months of the last referral is a repeat"),
            "threshold": gettext_lazy("From so many “yes” answers on, a referral is visible high risk"),
            "instrument_items": gettext_lazy("How many questions the checklist has"),
            "escalation_count": gettext_lazy("So many incidents within the months below are potential escalation"),
            "minimum_age": gettext_lazy("A younger victim is a matter for children’s safeguarding"),
            "manager_sign_off": gettext_lazy("A referral is not sent before a manager of the agency has agreed"),
            "meeting_idle_minutes": gettext_lazy(
                "How long a member who has signed the meeting may rest before a code is asked"
            ),
            "agencies": gettext_lazy("Each gets one research request per meeting"),
            "told_at_once": gettext_lazy("They see a referral when it is sent. The IDVA service always does."),
        }

    LIMITS = {
        "cutoff_working_days": (0, 60),
        "research_working_days": (0, 60),
        "minutes_per_case": (1, 120),
        "repeat_months": (1, 60),
        "threshold": (1, 200),
        "instrument_items": (1, 200),
        "escalation_count": (1, 50),
        "escalation_months": (1, 60),
        "minimum_age": (0, 25),
        "meeting_idle_minutes": (20, 240),
    }

    def __init__(self, *args, by: Member | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self._ask_by_kind(kinds())
        for name, (least, most) in self.LIMITS.items():
            if name in self.fields:
                self.fields[name] = self._bounded(name, least, most)
        if by is not None:
            for name in ("agencies", "told_at_once"):
                self.fields[name].queryset = Agency.objects.visible_to(by)
        self.order_fields(self.Meta.fields)

    def _ask_by_kind(self, known: dict[str, PanelKind]) -> None:
        """Leave out the kind of a panel that is there (and where there is one alone), and what the kind has not."""
        if self.instance._state.adding and len(known) > 1:
            self.fields["scheme"].choices = [(kind.code, kind.name) for kind in known.values()]
            without = frozenset().union(*(kind.without for kind in known.values()))
        else:
            del self.fields["scheme"]
            without = known[self.instance.scheme].without if self.instance.scheme in known else frozenset()
        for name in without:
            del self.fields[name]
        for kind in known.values():
            if kind.code == self.instance.scheme or "scheme" in self.fields:
                for name, hint in kind.hints.items():
                    self.fields[name].help_text = hint

    @property
    def of_referrals(self) -> list:
        """The settings of referrals that the kind has."""
        return [self[name] for name in OF_REFERRALS if name in self.fields]

    @property
    def of_repeats(self) -> list:
        """The settings of repeats that the kind has."""
        return [self[name] for name in ("repeat_months", "repeat_definition") if name in self.fields]

    def _bounded(self, name: str, least: int, most: int) -> forms.IntegerField:
        old = self.fields[name]
        sentence = _("%(label)s: type a number from %(least)s to %(most)s.") % {
            "label": old.label,
            "least": least,
            "most": most,
        }
        field = forms.IntegerField(
            label=old.label,
            help_text=old.help_text,
            min_value=least,
            max_value=most,
            widget=forms.TextInput({"inputmode": "numeric"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "required"), sentence),
        )
        field.width = "4"
        return field

    def clean(self):
        cleaned = super().clean()
        cutoff, research = cleaned.get("cutoff_working_days"), cleaned.get("research_working_days")
        if cutoff is not None and research is not None and research > cutoff:
            self.add_error("research_working_days", _("Research cannot be due before the referrals’ cut-off."))
        if (cleaned.get("threshold") or 0) > (cleaned.get("instrument_items") or 200):
            self.add_error("threshold", _("The threshold cannot be higher than the number of questions."))
        return cleaned
