"""What a person decided about sharing: the form they were given, what they answered, who signed, what they took back."""

from consent.models.consent import Consent, ConsentAgency, ConsentAnswer
from consent.models.form import ConsentForm
from consent.models.paper import ConsentPaper
from consent.models.signature import Signature, Withdrawal

__all__ = ["Consent", "ConsentAgency", "ConsentAnswer", "ConsentForm", "ConsentPaper", "Signature", "Withdrawal"]
