"""What a meeting's documents say: facts for one reader, gathered through the same sight as every page.

Each function returns a mapping of plain values: the digest is made from it, and the template draws it.  `cases` and
`entries` name what the facts hold, so that a bar against a reader keeps the whole document from them.
"""

from collections import defaultdict
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Action, Case, Party, Referral, VictimContact
from cases.rules.reporters import reporters_of
from cases.schemes import scheme_of
from core.templatetags.confer import when
from meetings.models import AgendaItem, Attendance, Minutes, MinutesItem
from meetings.models.documents import Document
from meetings.rules.agenda import asked, finish_of, slots
from meetings.rules.minutes import parts_for
from meetings.rules.repeat import last_before, last_words
from meetings.rules.unfinished import unfinished
from meetings.workflow.drafting import lapsing

Kind = Document.Kind
USUAL_WINDOW = 12  # months, of minutes that were drafted before they said it
TEMPLATES = {
    Kind.AGENDA: "meetings/document/agenda.html",
    Kind.AGENCY_AGENDA: "meetings/document/agenda.html",
    Kind.PLAN: "meetings/document/plan.html",
    Kind.AGENCY_PLAN: "meetings/document/plan.html",
    Kind.MINUTES: "meetings/document/minutes.html",
    Kind.AGENCY_MINUTES: "meetings/document/minutes.html",
}


def facts_of(document, reader) -> dict:
    """The facts of *document* as *reader* (a member, or `AgencyItself`) may know them.

    `cases` and `entries` list the ids of what they hold.  `ValidationError` where there is nothing approved to print.
    """
    gather = {
        Kind.AGENDA: agenda,
        Kind.AGENCY_AGENDA: agenda,
        Kind.PLAN: plan,
        Kind.AGENCY_PLAN: plan,
        Kind.MINUTES: minutes,
        Kind.AGENCY_MINUTES: minutes,
    }[document.kind]
    facts = _meeting(document.meeting) | gather(document, reader)
    facts["agency"] = document.agency.name if document.agency else ""
    return facts | {"cases": sorted(set(facts["cases"])), "entries": sorted(set(facts.get("entries", [])))}


def title_of(document) -> str:
    """A title without anybody's name: it stands in the file's metadata."""
    day = when(timezone.localdate(document.meeting.starts_at))
    return f"{document.get_kind_display()} – {document.meeting.panel.name}, {day}"


def handling() -> str:
    """The handling text under the marking."""
    return _("Confidential to the agencies of the meeting. Do not copy or pass on; destroy after use.")


# The agenda ---------------------------------------------------------------------------------------------------------
def agenda(document, reader) -> dict:
    """Items in order with their time, people, reason, presenter; what is unfinished; which cases come to their end."""
    meeting = document.meeting
    standing = list(meeting.items.standing().in_order().select_related("listing"))
    times = slots(meeting, standing)
    items = list(
        AgendaItem.objects.visible_to(reader)
        .filter(meeting=meeting)
        .standing()
        .select_related("presenter__agency", "listing__referral__key")
        .in_order()
    )
    cases = [item.listing.case_id for item in items]
    people = _by(Party.objects.visible_to(reader).filter(case__in=cases).current().spoken_of().in_order(), "case_id")
    scheme = scheme_of(meeting.panel)
    reporters = reporters_of(scheme, cases)
    referrals = [item.listing.referral_id for item in items]
    briefs = {r.pk: r for r in Referral.objects.brief_for(reader).filter(pk__in=referrals).select_related("agency")}
    contacts = _by(
        VictimContact.objects.visible_to(reader).filter(referral__in=referrals).order_by("happened_at", "pk"),
        "referral_id",
    )
    before = last_before([item.listing for item in items])
    asked_of = asked(items) if document.agency is None else {}
    rows = [
        {
            "number": number,
            "at": _time(times[item.pk].starts_at),
            "minutes": times[item.pk].minutes,
            "reference": item.listing.case.reference,
            "type": str(item.listing.get_type_display()),
            "transferred_from": item.listing.transferred_from,
            "presenter": f"{item.presenter.name} ({item.presenter.agency.name})" if item.presenter else "",
            "people": [_person(scheme, party) for party in people.get(item.listing.case_id, [])]
            + [_withheld(reporter) for reporter in reporters.get(item.listing.case_id, [])],
            "contact": _contact(contacts.get(item.listing.referral_id, [])),
            "asked": ", ".join(agency.name for agency in asked_of.get(item.listing_id, [])),
            **_brief(briefs.get(item.listing.referral_id), meeting.panel, before[item.listing_id]),
        }
        for number, item in enumerate(items, 1)
    ]
    open_actions = list(unfinished(reader, meeting))
    ending = _ending(meeting, reader) if scheme.has("flags") else []
    return {
        "items": rows,
        "has_contact": scheme.has("contact"),
        "finish": _time(finish_of(meeting, standing)),
        "cutoff": when(meeting.cutoff_at),
        "link": meeting.link,
        "unfinished": [_action(action) for action in open_actions],
        "ending": [row["reference"] for row in ending],
        "window": meeting.panel.repeat_months,
        "cases": [*map(str, cases), *(str(a.case_id) for a in open_actions), *(row["case_id"] for row in ending)],
    }


def _brief(referral, panel, last) -> dict:
    if referral is None:
        return {"referrer": "", "criteria": "", "reasons": "", "repeat": "", "summary": ""}
    routes = [str(route.name) for route in scheme_of(panel).routes if getattr(referral, route.field)]
    repeat = referral.repeat == Referral.RepeatAnswer.REPEAT
    words = last_words(referral, last)
    return {
        "referrer": referral.agency.name,
        "criteria": ", ".join(routes),
        "reasons": referral.judgement_reasons if referral.professional_judgement else "",
        "repeat": (_("Yes, %(last)s") % {"last": words} if words else _("Yes")) if repeat else "",
        "summary": referral.summary,
    }


def _contact(contacts) -> str:
    """What *contacts* (visible to the reader, oldest first) tell; nothing where the reader may see none."""
    made = [contact for contact in contacts if contact.made]
    if made:
        return _("Contact made on %(day)s") % {"day": when(timezone.localdate(made[-1].happened_at))}
    return (
        _("Tried on %(day)s, not reached") % {"day": when(timezone.localdate(contacts[-1].happened_at))}
        if contacts
        else ""
    )


def _ending(meeting, reader) -> list[dict]:
    return _seen(lapsing(meeting), reader)


# The action plan ----------------------------------------------------------------------------------------------------
def plan(document, reader) -> dict:
    """Actions agreed at the meeting, by case; for an agency its own alone."""
    actions = (
        Action.objects.visible_to(reader)
        .filter(listing__item__meeting=document.meeting)
        .exclude(state=Action.State.SUPERSEDED)
        .select_related("case__panel", "agency", "member", "listing__item")
        .order_by("listing__item__position", "listing__item__created_at", "number")
    )
    if document.agency_id:
        actions = actions.filter(agency=document.agency)
    by_case = _by(actions, "case_id")
    principals = _by(
        Party.objects.visible_to(reader)
        .filter(case__in=list(by_case), capacity=scheme_of(document.meeting.panel).principal)
        .current()
        .in_order(),
        "case_id",
    )
    counts: dict = defaultdict(int)
    for found in by_case.values():
        for action in found:
            counts[action.agency.name] += 1
    return {
        "plan": [
            {
                "reference": found[0].case.reference,
                "principal": ", ".join(party.name for party in principals.get(case_id, [])),
                "actions": [_action(action) for action in found],
            }
            for case_id, found in by_case.items()
        ],
        "agencies": [{"agency": name, "count": counts[name]} for name in sorted(counts)],
        "count": sum(counts.values()),
        "cases": [str(pk) for pk in by_case],
    }


# The minutes --------------------------------------------------------------------------------------------------------
def minutes(document, reader) -> dict:
    """The approved minutes in force, item by item, with who was there: what was approved, nothing gathered anew.

    Without items, outstanding actions and entries from which *reader* is barred.
    """
    approved = (
        Minutes.objects.filter(meeting=document.meeting, state=Minutes.State.APPROVED)
        .select_related("approved_by", "meeting")
        .first()
    )
    if approved is None:
        raise ValidationError(_("There are no approved minutes."))
    items = list(
        MinutesItem.objects.visible_to(reader)
        .filter(minutes=approved)
        .select_related("case", "minutes__meeting")
        .order_by("position", "pk")
    )
    parts = parts_for(items, reader)
    header = approved.header
    outstanding = _outstanding(header, reader)
    ending = _seen(header.get("lapsing", []), reader)
    return {
        "approved_on": when(timezone.localdate(approved.approved_at)),
        "approved_by": approved.approved_by.name,
        "number": approved.number,
        "change_note": str(approved.get_change_reason_display()),
        "opened": _time_of(header.get("opened")),
        "ended": _time_of(header.get("ended")),
        **_attendance(header),
        "statement": {
            "number": header.get("statement", {}).get("number", 0),
            "text": header.get("statement", {}).get("text", ""),
        },
        "outstanding": outstanding,
        "ending": [row["reference"] for row in ending],
        "window": header.get("window", USUAL_WINDOW),
        "items": [
            {"number": number, "reference": item.case.reference, "sections": _sections(parts[item.pk])}
            for number, item in enumerate(items, 1)
        ],
        "cases": [
            *(str(item.case_id) for item in items),
            *(row["case_id"] for row in outstanding),
            *(row["case_id"] for row in ending),
        ],
        "entries": [part["entry_id"] for item in items for part in parts[item.pk] if part.get("entry_id")],
    }


def _sections(parts) -> list[dict]:
    """*parts* in their order under headings: agencies' words and actions each under one heading of their own."""
    titles = {"entry": _("Information from agencies"), "action": _("Actions")}
    sections: list[dict] = []
    for part in parts:
        kind = part["part"] if part["part"] in titles else "text"
        if kind == "text" or not sections or sections[-1]["kind"] != kind:
            sections.append({"kind": kind, "heading": titles.get(kind, part["heading"]), "parts": []})
        sections[-1]["parts"].append(
            {"heading": part["heading"], "text": part["text"], "given_by": part.get("given_by") or ""}
        )
    return sections


def _attendance(header) -> dict:
    capacities = dict(Attendance.Capacity.choices)
    return {
        "present": [
            {
                "name": line["name"],
                "agency": line["agency"],
                "capacity": str(capacities.get(line.get("capacity"), "")),
                "mode": str(dict(Attendance.Mode.choices).get(line.get("mode"), "")),
                "in": _time_of(line.get("in")),
                "out": _time_of(line.get("out")),
                "signed": bool(line.get("signed")),
            }
            for line in header.get("present", [])
        ],
        "observers": [
            {"name": line["name"], "organisation": line["organisation"], "signed": bool(line["signed"])}
            for line in header.get("observers", [])
        ],
        "apologies": [
            {
                "name": line["name"],
                "agency": line["agency"],
                "information_sent": bool(line["information_sent"]),
                "received_on": when(date.fromisoformat(line["received_on"])) if line.get("received_on") else "",
            }
            for line in header.get("apologies", [])
        ],
    }


def _outstanding(header, reader) -> list[dict]:
    rows = header.get("outstanding", [])
    seen = {
        str(pk)
        for pk in Action.objects.visible_to(reader)
        .filter(pk__in=[row["action_id"] for row in rows])
        .order_by()
        .values_list("pk", flat=True)
    }
    return [
        {
            "case_id": row["case_id"],
            "reference": row["reference"],
            "number": row["number"],
            "agency": row["agency"],
            "due": when(date.fromisoformat(row["due"])),
            "state": str(Action.State(row["state"]).label),
        }
        for row in rows
        if row["action_id"] in seen
    ]


def _seen(rows, reader) -> list[dict]:
    """Those of *rows* (each with a `case_id`) whose case *reader* may see."""
    found = Case.objects.visible_to(reader).filter(pk__in=[row["case_id"] for row in rows])
    seen = {str(pk) for pk in found.order_by().values_list("pk", flat=True)}
    return [row for row in rows if row["case_id"] in seen]


# Plain values -------------------------------------------------------------------------------------------------------
def _meeting(meeting) -> dict:
    return {
        "panel": meeting.panel.name,
        "day": when(timezone.localdate(meeting.starts_at)),
        "time": _time(meeting.starts_at),
        "place": meeting.place,
        "chair": meeting.chair.name if meeting.chair else "",
    }


def _withheld(reporter) -> dict:
    return {
        "name": reporter.name,
        "part": reporter.get_capacity_display,
        "born": _("withheld"),
        "aliases": "",
        "address": _("withheld"),
    }


def _person(scheme, party) -> dict:
    """A confidential address stays in Confer: paper is left lying about."""
    lines = [*party.address.splitlines(), party.postcode]
    address = ", ".join(part.strip() for part in lines if part.strip())
    return {
        "name": party.name,
        "part": str(scheme.part(party.capacity).one if scheme.part(party.capacity) else party.get_capacity_display()),
        "born": when(party.birth_date),
        "aliases": ", ".join(str(alias) for alias in party.aliases),
        "address": _("Confidential: see Confer") if party.address_confidential and address else address,
    }


def _action(action) -> dict:
    return {
        "reference": action.case.reference,
        "number": action.number,
        "text": action.text,
        "agency": action.agency.name,
        "person": action.member.name if action.member else action.person_named,
        "due": when(action.due_on),
        "risk": str(scheme_of(action.case.panel).risk_words(action.risk)),
        "state": str(action.get_state_display()),
        "safe_words": _safe_words(action),
    }


def _safe_words(action) -> str:
    words = scheme_of(action.case.panel).words
    return str(words.safe_words_printed) % {"words": action.safe_words} if action.safe_words else ""


def _by(rows, column: str) -> dict:
    grouped: dict = {}
    for row in rows:
        grouped.setdefault(getattr(row, column), []).append(row)
    return grouped


def _time(moment) -> str:
    return timezone.localtime(moment).strftime("%H:%M") if moment else ""


def _time_of(text) -> str:
    return _time(datetime.fromisoformat(text)) if text else ""
