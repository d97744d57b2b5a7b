"""What a person decided about sharing: the form given, what was answered, who signed, what was taken back."""

from consent.models.consent import Consent, ConsentAgency, ConsentAnswer
from consent.models.form import ConsentForm
from consent.models.paper import ConsentPaper
from consent.models.signature import Signature, Withdrawal

__all__ = ["Consent", "ConsentAgency", "ConsentAnswer", "ConsentForm", "ConsentPaper", "Signature", "Withdrawal"]
