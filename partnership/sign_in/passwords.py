"""Passwords as found in breaches: a known word dressed up with capitals, digits and signs.

Lists of breached passwords are mostly such variants, so the dress is taken off and the word looked up: in Django's list
of common passwords and in `WORDS` (seasons, months, clubs, places, keyboard runs).  Works offline.
"""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEET = str.maketrans("0134578@$!|", "oieastbasil")
_LIST = """
    spring summer autumn winter season january february march april june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday morning evening
    welcome password passphrase secret letmein login signin access admin administrator changeme default temporary temp
    confer marac meeting conference police council housing health probation social care domestic partnership
    safeguarding coordinator chair agency
    arsenal chelsea liverpool everton tottenham spurs manchester united city leeds newcastle sunderland celtic rangers
    villa westham england wales cymru scotland britain london cardiff bristol birmingham sheffield nottingham leicester
    football rugby cricket princess sunshine monkey dragon shadow superman batman pokemon charlie ashley michael jordan
    jessica daniel thomas george william harry jack oliver sophie chocolate cheese banana orange purple yellow flower
    iloveyou trustno abcdef abcdefg abcdefgh qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc
"""
WORDS = frozenset(_LIST.split())
KEYBOARD_RUNS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgb")


class BreachedStyleValidator:
    """Refuse a password that is one or two known words with digits or signs around them, or a run of the keyboard."""

    def __init__(self):
        self.common = CommonPasswordValidator().passwords

    def validate(self, password, user=None):
        if self._is_breached_style(password):
            raise ValidationError(
                _("This password is of a kind that is found in lists of stolen passwords. Use three unrelated words."),
                code="password_breached_style",
            )

    def get_help_text(self):
        return _("Three or more unrelated words make a good password; a name or season with digits behind it does not.")

    def _is_breached_style(self, password: str) -> bool:
        return any(self._is_known(core) for core in _cores(password)) or _is_run(password)

    def _is_known(self, core: str) -> bool:
        if self._is_word(core):
            return True
        return any(self._is_word(core[:cut]) and self._is_word(core[cut:]) for cut in range(4, len(core) - 3))

    def _is_word(self, core: str) -> bool:
        return len(core) >= 3 and (core in self.common or core in WORDS)


def _cores(password: str) -> set[str]:
    """The words left when digits and signs around (and inside) are taken off, with and without look-alike letters."""
    plain = password.lower().strip()
    cores = {re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain), re.sub(r"[\W\d_]+", "", plain)}
    cores |= {re.sub(r"[^a-z]+", "", re.sub(r"[\W\d_]+$", "", plain).translate(LEET))}
    cores |= {re.sub(r"[^a-z]+", "", plain.translate(LEET))}
    return {core for core in cores if core}


def _is_run(password: str) -> bool:
    """Whether the password is made of few different characters or of runs along the keyboard."""
    plain = password.lower()
    if len(set(plain)) < 5:
        return True
    left = plain
    for run in KEYBOARD_RUNS:
        for line in (run, run[::-1]):
            for length in range(len(line), 3, -1):
                for start in range(len(line) - length + 1):
                    left = left.replace(line[start : start + length], "")
    return len(left) <= 3
