"""A thief with the database and the data folder, but without the keys, learns of nobody."""

import base64
import dataclasses
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from config.demonstration.corpus import plan
from config.demonstration.corpus.disclosed import sentences
from config.demonstration.corpus.places import OUTWARD, TOWN
from config.demonstration.loading import load

ROOT = Path(__file__).resolve().parents[2]
IN_CLEAR = {"key", "transfer_from", "transferred_to"}  # codes, and areas that statistics count
CODE = re.compile(r"[a-z_]*")


def strings(record):
    """Every text of a plan's record, however deep, save codes and keys."""
    if isinstance(record, str):
        yield record
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            if field.name not in IN_CLEAR:
                yield from strings(getattr(record, field.name))
    elif isinstance(record, list | tuple):
        yield from (text for value in record for text in strings(value))


def british(day):
    return [f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}", f"{day.day} {day:%B %Y}"]


def secrets_of(made) -> set[str]:
    """What must not be found: names, numbers, addresses, birth dates and every sentence about somebody."""
    in_clear = " ".join(f"{member.name} {member.job}" for member in made.members.values())
    in_clear += " ".join(f"{agency.name} {agency.address}" for agency in made.agencies.values())
    in_clear += f" {made.partnership} {made.panel}"
    words = set(re.findall(r"[^\W\d_]+", in_clear))
    found = set()
    first = min(referral.drafted_at for referral in made.referrals.values()).date()
    for person in made.people.values():
        names = {person.name, person.family, *(f"{alias.given} {alias.family}" for alias in person.aliases)}
        found |= {name for name in names if len(name) > 4 and not set(re.findall(r"[^\W\d_]+", name)) <= words}
        found |= {person.phone, person.email, person.occupation if len(person.occupation) > 12 else ""}
        for address in person.addresses:
            found |= {address.lines, address.postcode}
        if person.born_on < first:  # of a baby the day may be that of some act
            found |= {person.born_on.isoformat(), *british(person.born_on)}
    about = [*made.referrals.values(), *made.listings.values()]
    texts = {text for record in about for text in strings(record)}
    found |= {text for text in texts if (" " in text and len(text) > 20) or text.startswith("07700")}
    found |= {part.strip() for text in sentences() for part in re.split(r"\{\w+\}", text) if len(part) > 20}
    # One sector is counted whole, whoever lives there.
    found = {text for text in found if not re.fullmatch(f"{OUTWARD[TOWN][0]} 1[A-Z]{{2}}", text)}
    # Members' own names and work telephones are in clear by design; the drama's numbers are few, so some are shared.
    found -= {text for member in made.members.values() for text in (member.name, member.phone)} | {""}
    return {text for text in found if not CODE.fullmatch(text)}


def disguises(text: str) -> list[bytes]:
    """*text* as it is and in naive disguises, in small letters save for the last, which knows two kinds."""
    plain = text.encode()
    low = [plain, text.encode("utf-16-le"), text.encode("utf-16-be"), plain.hex().encode()]
    return [*(form.lower() for form in low), base64.b64encode(plain).rstrip(b"=")[:-1]]


def pieces(text: bytes, width: int) -> memoryview:
    """*text* in pieces of *width* bytes, as numbers, without what is left over."""
    return memoryview(text)[: len(text) // width * width].cast("Q" if width == 8 else "I")


def every_piece(text: bytes, width: int) -> set[int]:
    """The number of each *width* bytes in *text*, wherever they begin."""
    return {number for begin in range(width) for number in pieces(text[begin:], width)}


class Haystack:
    """Where forms are looked for: most are absent, which what stands in pieces of eight or four bytes tells at once."""

    def __init__(self, content: bytes, forms: set[bytes]):
        self.content, self.own, self.there = content, {}, set()
        for width in (8, 4):
            own = {form: every_piece(form, width) for form in forms - self.own.keys() if len(form) >= 2 * width - 1}
            self.there |= set().union(*own.values()).intersection(pieces(content, width))
            self.own |= own

    def __contains__(self, form: bytes) -> bool:
        """Whether *form* stands in it; of one that is long enough, some piece of the content lies within it."""
        return (form not in self.own or not self.there.isdisjoint(self.own[form])) and form in self.content


def leaks(haystack: bytes, made) -> list[str]:
    """Which secrets of the plan stand in *haystack*, as they are or in a naive disguise; case does not matter."""
    forms = {secret: disguises(secret) for secret in sorted(secrets_of(made))}
    low = Haystack(haystack.lower(), {form for *small, _mixed in forms.values() for form in small})
    whole = Haystack(haystack, {mixed for *_small, mixed in forms.values()})
    return [secret for secret, (*small, mixed) in forms.items() if any(form in low for form in small) or mixed in whole]


def test_the_plan_has_something_that_could_leak():
    made = plan(1, today=timezone.localdate(), small=True)
    secrets = secrets_of(made)
    victim = made.people[next(iter(made.referrals.values())).victim]
    assert {victim.name, victim.phone, victim.addresses[0].postcode} <= secrets
    assert len(secrets) > 600
    assert leaks(f"… {victim.name} …".encode(), made) != []
    assert leaks(victim.name.encode("utf-16-le"), made) != []
    assert leaks(base64.b64encode(victim.name.encode()), made) != []


@pytest.mark.django_db
def test_no_column_of_any_table_holds_it():
    made = plan(1, today=timezone.localdate(), small=True)
    load(made, now=timezone.now())
    dump = bytearray()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    is_bytes = isinstance(value, bytes | memoryview)
                    dump += (bytes(value) if is_bytes else str(value).encode()) + b"\n"
    assert len(dump) > 300_000
    assert leaks(bytes(dump), made) == []


def test_neither_the_database_file_nor_the_data_folder_holds_it(tmp_path):
    data = tmp_path / "data"
    names = ("SECRET_KEY", "CONFER_KEYS", "DATABASE_URL", "DATABASE_OWNER_URL", "ALLOWED_HOSTS")
    variables = {name: value for name, value in os.environ.items() if name not in names}
    variables |= {"CONFER_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings", "CONFER_DEMO": "small"}
    for arguments in (["migrate", "--verbosity", "0"], ["demo", "--small", "--seed", "1"]):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=variables, check=True)
    made = plan(1, today=timezone.localdate(), small=True)
    files = sorted(path for path in data.rglob("*") if path.is_file())
    assert [path for path in files if path.suffix == ".sqlite3"]
    whole = b"".join(path.read_bytes() for path in files)
    database = next(path for path in files if path.suffix == ".sqlite3")
    with sqlite3.connect(database) as opened:
        whole += "\n".join(opened.iterdump()).encode()
    assert len(whole) > 500_000
    assert leaks(whole, made) == []
