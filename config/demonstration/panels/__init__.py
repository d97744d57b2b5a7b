"""The demonstration's other panels: offenders, anti-social behaviour and its reviews, drug interventions, treatment.

Their casework is small enough to be done by the verbs themselves, at instants of the last months.
"""
