"""Builders for the tests of documents and letters: a meeting held, its minutes approved, tasks run at once."""

import datetime
import subprocess

from django.utils import timezone

from meetings.models import Document, Letter, Minutes, MinutesItem
from meetings.workflow.dispatch import send_letter
from meetings.workflow.documents import make_document
from tests.again import made_again

MOST = {"police_agency": "police", "housing_agency": "housing", "health_agency": "health"}


def make(document) -> Document:
    """*document* as the worker leaves it."""
    make_document.call(str(document.pk))
    return fresh(document)


def post(letter) -> Letter:
    """*letter* after the worker tried to send it."""
    send_letter.call(str(letter.pk))
    return fresh(letter)


def fresh(row):
    """*row* as the database has it, with what the verbs need joined."""
    if isinstance(row, Document):
        return Document.objects.with_key().select_related("meeting__panel", "agency", "asked_by__agency").get(pk=row.pk)
    return (
        Letter.objects.with_key()
        .select_related("meeting__panel", "agency", "member__agency", "document__key", "document__meeting__panel")
        .get(pk=row.pk)
    )


def words(content: bytes) -> str:
    """What is printed in a PDF, white space as single blanks."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def pages(content: bytes) -> list[str]:
    """What is printed on each page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return [" ".join(text.split()) for text in done.stdout.decode().split("\f")[:-1]]


@made_again
def held(world, *, cases=1, state="approved", asked=None):
    """A meeting of ten days ago in *state*: *cases* items heard, one action each for housing, all took part."""
    asked = list(world.panel.agencies.all()) if asked is None else asked
    meeting = world.make_meeting(state=state, starts_at=timezone.now() - datetime.timedelta(days=10))
    items = []
    for number in range(cases):
        case = world.make_case(victim=("Mair", f"Gwynedd{number}"), perpetrator=("Huw", f"Prydderch{number}"))
        item = world.list_case(meeting, case, asked=asked, state="heard")
        for agency in asked:
            world.involve(case, agency, listing=item.listing, stage="after")
        world.make_action(case, world.housing_agency, text=f"Change the locks, {number}.", listing=item.listing)
        items.append(item)
    return meeting, items


def approve(world, meeting, items, **header) -> Minutes:
    """Approved minutes of *meeting* with three parts an item; one is an entry of health's."""
    minutes = Minutes.objects.create(
        key=meeting.key,
        meeting=meeting,
        state="draft",
        drafted_at=timezone.now(),
        drafted_by=world.coordinator,
        header={
            "opened": meeting.starts_at.isoformat(),
            "ended": (meeting.starts_at + datetime.timedelta(hours=2)).isoformat(),
            "present": [
                {
                    "name": member.name,
                    "agency": member.agency.name,
                    "agency_id": str(member.agency_id),
                    "capacity": "member",
                    "mode": "room",
                    "in": meeting.starts_at.isoformat(),
                    "out": "",
                    "signed": 1,
                }
                for member in (world.police, world.housing, world.health)
            ],
            "observers": [{"name": "Olwen Observer", "organisation": "Prifysgol Ddychmygol", "signed": True}],
            "apologies": [
                {"name": "Ceri Children", "agency": "Children’s Services", "information_sent": True, "received_on": ""}
            ],
            "statement": {"number": 1, "text": "What is said here stays here."},
            **header,
        },
    )
    for position, item in enumerate(items, 1):
        entry = world.make_entry(item.listing, world.health_agency, world.health, reach="minute")
        part = lambda key, kind, heading, text, **more: {  # noqa: E731
            "key": key,
            "part": kind,
            "heading": heading,
            "text": text,
            "agency_id": "",
            "agency": "",
            "entry_id": "",
            "given_by": "",
            "version": 1,
            "written": False,
            **more,
        }
        MinutesItem(
            key=item.listing.case.key,
            minutes=minutes,
            item=item,
            case=item.listing.case,
            position=position,
            content=[
                part("summary", "summary", "Summary", f"He waited at the school gate, {position}."),
                part(
                    f"entry:{entry.pk}",
                    "entry",
                    "Wenlli Health",
                    f"Seen at the surgery, {position}.",
                    agency_id=str(world.health_agency.pk),
                    agency="Wenlli Health",
                    entry_id=str(entry.pk),
                ),
                part(
                    "note:voice", "voice", "The victim’s voice", f"She wants to move, {position}.", given_by="Isla Idva"
                ),
                part("gone", "summary", "Removed", "Taken out by the coordinator.", removed=True),
            ],
        ).save(force_insert=True)
    minutes.state, minutes.approved_at, minutes.approved_by = "approved", timezone.now(), world.chair
    minutes.save()
    return minutes
