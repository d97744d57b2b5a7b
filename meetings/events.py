"""The audit events of this app, each an operation of s.62 of the Data Protection Act 2018."""
