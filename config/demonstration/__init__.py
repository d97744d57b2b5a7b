"""The demonstration partnership: an invented town, its agencies and three years of invented casework."""
