"""What the partnership sends: letters to agencies, and the papers that they carry.

Here belongs everything that is the same for every letter and every made PDF, whatever it is about.  What one says, to
whom it may go and what follows from it stands in the app that has it, as a subclass.
"""
