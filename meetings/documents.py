"""What a meeting's documents say: facts for one reader, gathered through the same sight as every page.

Each function returns a mapping of plain values: the digest is made from it, and the template draws it.
"""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Action, Party, Referral, VictimContact
from meetings.models import AgendaItem, Attendance, Minutes, MinutesItem
from meetings.models.documents import Document

MARKING = "OFFICIAL-SENSITIVE"
Kind = Document.Kind
TEMPLATES = {
    Kind.AGENDA: "meetings/document/agenda.html",
    Kind.AGENCY_AGENDA: "meetings/document/agenda.html",
    Kind.PLAN: "meetings/document/plan.html",
    Kind.AGENCY_PLAN: "meetings/document/plan.html",
    Kind.MINUTES: "meetings/document/minutes.html",
    Kind.AGENCY_MINUTES: "meetings/document/minutes.html",
}
OF_AGENCY = frozenset({Kind.AGENCY_AGENDA, Kind.AGENCY_PLAN, Kind.AGENCY_MINUTES})


def facts_of(document, reader) -> dict:
    """The facts of *document* as *reader* (a member, or `AgencyItself`) may know them; `cases` lists the case ids."""
    gather = {
        Kind.AGENDA: agenda,
        Kind.AGENCY_AGENDA: agenda,
        Kind.PLAN: plan,
        Kind.AGENCY_PLAN: plan,
        Kind.MINUTES: minutes,
        Kind.AGENCY_MINUTES: minutes,
    }[document.kind]
    return _meeting(document.meeting) | gather(document, reader)


def title_of(document) -> str:
    """A title without anybody's name: it stands in the file's metadata."""
    day = _day(timezone.localtime(document.meeting.starts_at).date())
    return f"{document.get_kind_display()} – {document.meeting.panel.name}, {day}"


def handling() -> str:
    """The handling text under the marking."""
    return _("Confidential to the agencies of the meeting. Do not copy or pass on; destroy after use.")


def agenda(document, reader) -> dict:
    """Items in order with their time, people, reason and presenter."""
    meeting = document.meeting
    items = list(
        AgendaItem.objects.visible_to(reader).filter(meeting=meeting).standing().select_related("presenter").in_order()
    )
    cases = [item.listing.case_id for item in items]
    people = _by(Party.objects.visible_to(reader).filter(case__in=cases).current().in_order(), "case_id")
    briefs = {r.pk: r for r in Referral.objects.brief_for(reader).filter(pk__in=[i.listing.referral_id for i in items])}
    contacts = _by(VictimContact.objects.visible_to(reader).filter(referral__case__in=cases), "referral_id")
    start, rows = meeting.starts_at, []
    for number, item in enumerate(items, 1):
        referral = briefs.get(item.listing.referral_id)
        rows.append(
            {
                "number": number,
                "at": _time(start),
                "reference": item.listing.case.reference,
                "type": str(item.listing.get_type_display()),
                "presenter": item.presenter.name if item.presenter else "",
                "people": [_person(party) for party in people.get(item.listing.case_id, [])],
                "summary": referral.summary if referral else "",
                "contact": any(contact.made for contact in contacts.get(item.listing.referral_id, [])),
            }
        )
        start += datetime.timedelta(minutes=item.minutes or meeting.minutes_per_case)
    return {"items": rows, "finish": _time(start), "cases": [str(pk) for pk in cases]}


def plan(document, reader) -> dict:
    """Actions agreed at the meeting, by case; for an agency its own alone."""
    actions = (
        Action.objects.visible_to(reader)
        .filter(listing__item__meeting=document.meeting)
        .exclude(state=Action.State.SUPERSEDED)
        .select_related("case", "agency", "member", "listing__item")
        .order_by("listing__item__position", "number")
    )
    if document.kind == Kind.AGENCY_PLAN:
        actions = actions.filter(agency=document.agency)
    by_case = _by(actions, "case_id")
    victims = {
        party.case_id: party.name
        for party in Party.objects.visible_to(reader).filter(case__in=list(by_case)).current().filter(capacity="victim")
    }
    rows = [
        {
            "reference": found[0].case.reference,
            "victim": victims.get(case_id, ""),
            "actions": [_action(action) for action in found],
        }
        for case_id, found in by_case.items()
    ]
    return {"plan": rows, "cases": [str(pk) for pk in by_case], "count": sum(len(row["actions"]) for row in rows)}


def minutes(document, reader) -> dict:
    """The newest approved minutes, item by item, with who was there."""
    approved = (
        Minutes.objects.filter(meeting=document.meeting, state=Minutes.State.APPROVED)
        .select_related("approved_by")
        .order_by("-number")
        .first()
    )
    found = MinutesItem.objects.visible_to(reader).filter(minutes=approved) if approved else MinutesItem.objects.none()
    items = list(found.select_related("case").order_by("position"))
    people = _by(Party.objects.visible_to(reader).filter(case__in=[i.case_id for i in items]).current().in_order(),
                 "case_id")
    sheet = Attendance.objects.filter(meeting=document.meeting).select_related("member", "agency").order_by("created_at")
    return {
        "approved_on": _day(timezone.localtime(approved.approved_at).date()) if approved else "",
        "approved_by": approved.approved_by.name if approved else "",
        "number": approved.number if approved else 0,
        "change_note": approved.change_note if approved else "",
        "attendance": [_attendance(line) for line in sheet],
        "items": [
            {
                "reference": item.case.reference,
                "people": [_person(party) for party in people.get(item.case_id, [])],
                "content": [
                    {"heading": str(part.get("heading", "")), "text": str(part.get("text", "")),
                     "agency": str(part.get("agency") or ""), "given_by": str(part.get("given_by") or "")}
                    for part in item.content
                ],
            }
            for item in items
        ],
        "cases": [str(item.case_id) for item in items],
    }


def _meeting(meeting) -> dict:
    starts = timezone.localtime(meeting.starts_at)
    return {
        "panel": meeting.panel.name,
        "day": _day(starts.date()),
        "time": _time(meeting.starts_at),
        "place": meeting.place,
        "chair": meeting.chair.name if meeting.chair else "",
    }


def _person(party) -> dict:
    return {
        "name": party.name,
        "part": str(party.get_capacity_display()),
        "born": _day(party.birth_date) if party.birth_date else "",
        "aliases": [str(alias) for alias in party.aliases],
        "address": ", ".join(part for part in (party.address.replace("\n", ", "), party.postcode) if part),
    }


def _action(action) -> dict:
    return {
        "number": action.number,
        "text": action.text,
        "agency": action.agency.name,
        "person": action.member.name if action.member else action.person_named,
        "due": _day(action.due_on),
        "risk": str(action.get_risk_display()),
        "state": str(action.get_state_display()),
        "safe_words": action.safe_words,
    }


def _attendance(line) -> dict:
    return {
        "name": line.member.name if line.member else line.observer_name or _("Apologies"),
        "agency": line.agency.name if line.agency else line.observer_organisation,
        "capacity": str(_("Apologies") if line.apologies else line.get_capacity_display()),
        "in": _time(line.arrived_at),
        "out": _time(line.left_at),
        "information": str(_("sent")) if line.information_sent else "",
    }


def _by(rows, column: str) -> dict:
    grouped: dict = {}
    for row in rows:
        grouped.setdefault(getattr(row, column), []).append(row)
    return grouped


def _day(date) -> str:
    from core.templatetags.confer import when

    return when(date)


def _time(moment) -> str:
    return timezone.localtime(moment).strftime("%H:%M") if moment else ""
