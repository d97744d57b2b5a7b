"""Forms of the agenda: listing a case, changing an item, taking it off."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Listing
from core.forms import Form
from meetings.forms.reason import ReasonField, WordsField
from meetings.models import AgendaItem
from partnership.models import Agency, Member


class ListingForm(Form):
    """How a waiting case is listed, and who is asked about it."""

    type = forms.ChoiceField(label=gettext_lazy("Listing type"), widget=forms.RadioSelect)
    transferred_from = forms.CharField(max_length=120, required=False)
    presenter = forms.ModelChoiceField(
        Member.objects.none(),
        label=gettext_lazy("Presenter"),
        required=False,
        empty_label=gettext_lazy("Not chosen yet"),
        help_text=gettext_lazy("Gets a letter and confirms. A case without presenter is not heard."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes, if not as usual"), min_value=0, max_value=240, required=False
    )
    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Agencies asked"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Members of these see identities, addresses, reason and summary from now on."),
    )

    def __init__(self, *args, scheme, agencies, presenters, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [type for type in Listing.Type.choices if not scheme.listings or type[0] in scheme.listings]
        self.fields["type"].choices = offered
        self.fields["transferred_from"].label = scheme.words.transferred_from
        if Listing.Type.TRANSFER not in dict(offered):
            del self.fields["transferred_from"]
        self.fields["agencies"].queryset = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])
        if self.initial.get("type") != Listing.Type.RESTRICTED:
            self.fields["agencies"].initial = [agency.pk for agency in agencies]
        self.fields["presenter"].queryset = Member.objects.filter(pk__in=[member.pk for member in presenters])
        self.fields["presenter"].label_from_instance = named_with_agency

    def clean(self):
        cleaned = super().clean()
        offered = self.fields["agencies"].queryset if "agencies" in self.fields else []
        if cleaned.get("type") == Listing.Type.RESTRICTED and 1 < len(offered) == len(cleaned.get("agencies") or ()):
            self.add_error(
                "agencies", _("The listing is restricted: leave only the agencies that must be asked ticked")
            )
        if cleaned.get("type") == Listing.Type.TRANSFER and not cleaned.get("transferred_from"):
            self.add_error("transferred_from", _("Enter the area that the case is transferred from"))
        return cleaned


class ItemForm(ListingForm):
    """An item that stands on the agenda already; who is asked is changed by buttons of its own."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, scheme, presenters, **kwargs):
        super().__init__(*args, scheme=scheme, agencies=[], presenters=presenters, **kwargs)
        del self.fields["agencies"]

    @staticmethod
    def of(item) -> dict:
        """What *item* has now, as the form's initial values."""
        return {
            "type": item.listing.type,
            "transferred_from": item.listing.transferred_from,
            "minutes": item.minutes,
            "presenter": item.presenter_id,
            "seen": item.version,
        }


class RemoveForm(Form):
    """Why a case comes off the agenda."""

    reason = ReasonField(
        AgendaItem.Removal,
        without=[AgendaItem.Removal.CANCELLED],
        label=gettext_lazy("Why the case comes off the agenda"),
        help_text="",
    )
    words = WordsField()
    seen = forms.IntegerField(widget=forms.HiddenInput)


def named_with_agency(member) -> str:
    """*member* as a list of choices shows them."""
    return f"{member.name} ({member.agency.short_name})"
