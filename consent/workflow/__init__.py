"""What can happen to a consent, and to the forms it is asked with."""
