"""Who gets what answer at which address: one table of role × URL × status.

Closed world: a URL that is not in the table fails, and so does one that answers to a method for which it has no line;
so does a line for a URL that is gone, and a view that is not stamped with its permission.  The statuses say what
`partnership/roles.py` and the visibility of the rows promise: 404 to a stranger, 403 to those who see but may not do,
and to a role without the permission at all.

Each request is undone after it is answered, so that every line finds the same scene.  A POST sends an empty form, or
the little that it needs to get past its first question (`sent`).
"""

import logging
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from partnership.models import MemberSession
from partnership.roles import ROLES, Permission, Role
from tests.access import nouns
from tests.scene import Scene
from tests.signing_in import sign_in

# One letter per answer, in the order of the columns:
#   o 200   > 302 further   ? 302 to sign-in   x 403   . 404   m 405   ! 422   # 409   - 204
ANSWERS = {"o": 200, ">": 302, "?": 302, "x": 403, ".": 404, "m": 405, "!": 422, "#": 409, "-": 204}
COLUMNS = {
    "desk": ["coordinator", "chair"],
    "agencies": ["housing", "housing_deputy", "health", "idva"],
    "narrow": ["liaison_officer", "referrer", "auditor", "administrator"],
    "barred": ["barred"],
    "nobody": ["anonymous"],
}
CAST = [name for group in COLUMNS.values() for name in group]

TABLE = """
#     the frame                            about             desk agencies narrow barred nobody
GET   home                                 -                 oo oooo oooo o ?
#     the frame                            about
GET   healthz                              -                 oo oooo oooo o o
#     partnership                          about
GET   partnership:sign_in                  -                 >> >>>> >>>> > o
POST  partnership:sign_in                  -                 !! !!!! !!!! ! !
GET   partnership:sign_in_code             -                 ?? ???? ???? ? ?
POST  partnership:sign_in_code             -                 ?? ???? ???? ? ?
POST  partnership:sign_out                 -                 ?? ???? ???? ? ?
GET   partnership:unlock                   -                 >> >>>> >>>> > ?
POST  partnership:unlock                   -                 >> >>>> >>>> > ?
GET   partnership:session_clock            -                 oo oooo oooo o ?
POST  partnership:stay                     -                 oo oooo oooo o ?
GET   partnership:invitation               no_token          .. .... .... . .
GET   partnership:enrol_password           -                 .. .... .... . .
POST  partnership:enrol_password           -                 .. .... .... . .
GET   partnership:enrol_authenticator      -                 .. .... .... . .
POST  partnership:enrol_authenticator      -                 .. .... .... . .
GET   partnership:enrol_recovery_codes     -                 >> >>>> >>>> > ?
POST  partnership:enrol_recovery_codes     -                 >> >>>> >>>> > ?
GET   partnership:account                  -                 oo oooo oooo o ?
GET   partnership:change_password          -                 oo oooo oooo o ?
POST  partnership:change_password          -                 !! !!!! !!!! ! ?
GET   partnership:new_authenticator        -                 oo oooo oooo o ?
POST  partnership:new_authenticator        -                 oo oooo oooo o ?
GET   partnership:recovery_codes           -                 oo oooo oooo o ?
POST  partnership:recovery_codes           -                 !! !!!! !!!! ! ?
GET   partnership:sessions                 -                 oo oooo oooo o ?
POST  partnership:end_sessions             -                 ?? ???? ???? ? ?
POST  partnership:end_session              sign_in           .. ?... .... . ?
GET   partnership:roles                    -                 oo oooo oooo o ?
GET   partnership:members                  -                 xx xxxx xxxo x ?
GET   partnership:invite                   -                 xx xxxx xxxo x ?
POST  partnership:invite                   -                 xx xxxx xxx! x ?
GET   partnership:member                   member            xx xxxx xxxo x ?
GET   partnership:change_member            member            xx xxxx xxxo x ?
POST  partnership:change_member            member            xx xxxx xxx! x ?
GET   partnership:grant_role               member            xx xxxx xxxo x ?
POST  partnership:grant_role               member            xx xxxx xxx! x ?
POST  partnership:end_role                 grant             xx xxxx xxx> x ?
GET   partnership:mark_left                member            xx xxxx xxxo x ?
POST  partnership:mark_left                member            xx xxxx xxx> x ?
GET   partnership:reset_sign_in            member            xx xxxx xxxo x ?
POST  partnership:reset_sign_in            member            xx xxxx xxx> x ?
POST  partnership:invite_again             newcomer          xx xxxx xxx> x ?
POST  partnership:unlock_member            member            xx xxxx xxx> x ?
POST  partnership:end_member_sessions      member            xx xxxx xxx> x ?
GET   partnership:partnership              -                 xx xxxx xxxo x ?
GET   partnership:change_partnership       -                 xx xxxx xxxo x ?
POST  partnership:change_partnership       -                 xx xxxx xxx! x ?
GET   partnership:add_panel                -                 xx xxxx xxxo x ?
POST  partnership:add_panel                -                 xx xxxx xxx! x ?
GET   partnership:change_panel             panel             xx xxxx xxxo x ?
POST  partnership:change_panel             panel             xx xxxx xxx! x ?
GET   partnership:agencies                 -                 xx xxxx xxxo x ?
GET   partnership:add_agency               -                 xx xxxx xxxo x ?
POST  partnership:add_agency               -                 xx xxxx xxx! x ?
GET   partnership:agency                   agency            xx xxxx xxxo x ?
GET   partnership:change_agency            agency            xx xxxx xxxo x ?
POST  partnership:change_agency            agency            xx xxxx xxx! x ?
GET   partnership:certificate              agency            xx xxxx xxxo x ?
POST  partnership:certificate              agency            xx xxxx xxx! x ?
GET   partnership:open_joining             agency            xx xxxx xxxo x ?
POST  partnership:open_joining             agency            xx xxxx xxx! x ?
GET   partnership:admit_guest              agency            xx xxxx xxxo x ?
POST  partnership:admit_guest              agency            xx xxxx xxx! x ?
GET   partnership:add_post                 agency            xx xxxx xxxo x ?
POST  partnership:add_post                 agency            xx xxxx xxx! x ?
GET   partnership:register                 -                 xx xxxx xxxo x ?
POST  partnership:export_register          -                 xx xxxx xxxo x ?
GET   partnership:protocols                -                 xx xxxx xxxo x ?
GET   partnership:add_protocol             -                 xx xxxx xxxo x ?
POST  partnership:add_protocol             -                 xx xxxx xxx! x ?
GET   partnership:protocol                 protocol          xx xxxx xxxo x ?
GET   partnership:change_protocol          protocol          xx xxxx xxxo x ?
POST  partnership:change_protocol          protocol          xx xxxx xxx! x ?
GET   partnership:add_schedule             protocol          xx xxxx xxxo x ?
POST  partnership:add_schedule             protocol          xx xxxx xxx! x ?
GET   partnership:change_schedule          schedule          xx xxxx xxxo x ?
POST  partnership:change_schedule          schedule          xx xxxx xxx! x ?
POST  partnership:end_post                 post              xx xxxx xxx> x ?
GET   partnership:attendees                -                 xx xxxx xxxo x ?
GET   partnership:add_attendee             -                 xx xxxx xxxo x ?
POST  partnership:add_attendee             -                 xx xxxx xxx! x ?
GET   partnership:change_attendee          attendee          xx xxxx xxxo x ?
POST  partnership:change_attendee          attendee          xx xxxx xxx> x ?
GET   partnership:legal_bases              -                 xx xxxx xxxo x ?
GET   partnership:joining                  joining           xx xxxx xxxo x ?
GET   partnership:answer_joining           joining           xx xxxx oxxx x ?
POST  partnership:answer_joining           joining           xx xxxx !xxx x ?
GET   partnership:record_consent           consent           xx xxxx xxxo x ?
POST  partnership:record_consent           consent           xx xxxx xxx! x ?
GET   partnership:sign_joining             joining           xx xxxx xxxo x ?
POST  partnership:sign_joining             joining           xx xxxx xxx! x ?
POST  partnership:drop_joining             joining           xx xxxx xxx> x ?
GET   partnership:confirm_exit             exit              xx xxxx oxxo x ?
POST  partnership:confirm_exit             exit              xx xxxx !xx! x ?
GET   partnership:end_standing             signature         xx xxxx xxxo x ?
POST  partnership:end_standing             signature         xx xxxx xxx! x ?
POST  partnership:resume_standing          signature         xx xxxx xxx> x ?
GET   partnership:renew_standing           signature         xx xxxx xxxo x ?
POST  partnership:renew_standing           signature         xx xxxx xxx! x ?
GET   partnership:change_signatory         signature         xx xxxx xxxo x ?
POST  partnership:change_signatory         signature         xx xxxx xxx! x ?
#     audit                                about
GET   audit:events                         -                 xx xxxx xxox x ?
POST  audit:events                         -                 xx xxxx xx>x x ?
GET   audit:event                          event             xx xxxx xxox x ?
POST  audit:export                         -                 xx xxxx xxox x ?
POST  audit:give_reason                    -                 !! !!!! !xxx ! ?
#     cases                                about
GET   cases:actions                        -                 oo oooo xxxx o ?
GET   cases:action                         action            oo oo.. oxxx . ?
POST  cases:report_action                  action            xx !!.. xxxx . ?
POST  cases:decide_action                  reported          >> xxxx xxxx x ?
GET   cases:list                           -                 oo oooo oxxx o ?
GET   cases:case                           case              oo oo.. oxxx . ?
GET   cases:case                           hidden            o. oo.. oxxx . ?
GET   cases:case                           heard             oo oo.o oxxx . ?
GET   cases:case_referrals                 case              oo oo.. oxxx . ?
GET   cases:case_entries                   case              oo oo.. oxxx . ?
GET   cases:case_actions                   case              oo oo.. oxxx . ?
GET   cases:case_history                   case              oo oo.. oxxx . ?
GET   cases:close_case                     case              ox xxxx xxxx x ?
POST  cases:close_case                     case              !x xxxx xxxx x ?
GET   cases:close_case                     hidden            ox xxxx xxxx x ?
POST  cases:close_case                     hidden            !x xxxx xxxx x ?
POST  cases:reopen_case                    closed            >x xxxx xxxx x ?
GET   cases:record_contact                 submitted         ox oo.o xxxx . ?
POST  cases:record_contact                 submitted         !x !!.! xxxx . ?
GET   cases:change_contact                 contact           xx ...o xxxx . ?
POST  cases:change_contact                 contact           xx ...! xxxx . ?
POST  cases:show_number                    party             oo oo.o oo.. . ?
POST  cases:keep_draft                     kept_draft        .o oo.. .... . ?
POST  cases:drop_draft                     kept_draft        .> >>.. .... . ?
GET   cases:write_entry                    listing           xo oo.. xxxx . ?
POST  cases:write_entry                    listing           x! !!.. xxxx . ?
GET   cases:change_entry                   entry             xx oo.. xxxx . ?
POST  cases:change_entry                   entry             xx !!.. xxxx . ?
POST  cases:withdraw_entry                 entry             xx >>.. xxxx . ?
GET   cases:matches                        submitted         ox xxxx xxxx x ?
GET   cases:own_case                       accepted          ox xxxx xxxx x ?
POST  cases:own_case                       accepted          !x xxxx xxxx x ?
POST  cases:link_person                    submitted_party   >x xxxx xxxx x ?
POST  cases:unlink_person                  submitted_party   >x xxxx xxxx x ?
POST  cases:tell_person_apart              submitted_party   >x xxxx xxxx x ?
GET   cases:referrals                      -                 oo oooo xoxx o ?
GET   cases:start_referral                 -                 oo oooo xoxx o ?
POST  cases:start_referral                 -                 >> >>>> x>xx > ?
GET   cases:referral                       draft             .. oo.. xoxx . ?
GET   cases:referral                       submitted         oo oo.o xoxx . ?
GET   cases:referral                       accepted          oo oo.o xoxx . ?
GET   cases:leave_out_of_referral          draft             .. oo.. xoxx . ?
POST  cases:leave_out_of_referral          draft             .. >>.. x>xx . ?
GET   cases:submit_referral                draft             .. oo.. xoxx . ?
POST  cases:submit_referral                draft             .. !!.. x!xx . ?
GET   cases:withdraw_referral              submitted         xx oo.x xoxx . ?
POST  cases:withdraw_referral              submitted         xx !!.x x!xx . ?
GET   cases:referral_section               draft_section     .. oo.. xoxx . ?
POST  cases:referral_section               draft_section     .. ##.. x#xx . ?
GET   cases:add_referral_person            draft_children    .. oo.. xoxx . ?
POST  cases:add_referral_person            draft_children    .. !!.. x!xx . ?
GET   cases:referral_person                draft_child       .. oo.. xoxx . ?
POST  cases:referral_person                draft_child       .. ##.. x#xx . ?
GET   cases:remove_referral_person         draft_child       .. oo.. xoxx . ?
POST  cases:remove_referral_person         draft_child       .. >>.. x>xx . ?
GET   cases:screening                      -                 ox xxxx xxxx x ?
GET   cases:screen_referral                submitted         ox xxxx xxxx x ?
GET   cases:accept_referral                submitted         ox xxxx xxxx x ?
POST  cases:accept_referral                submitted         !x xxxx xxxx x ?
GET   cases:return_referral                submitted         ox xxxx xxxx x ?
POST  cases:return_referral                submitted         !x xxxx xxxx x ?
GET   cases:decline_referral               submitted         ox xxxx xxxx x ?
POST  cases:decline_referral               submitted         !x xxxx xxxx x ?
GET   cases:search                         -                 oo oooo xxxx o ?
POST  cases:search                         -                 !! !!!! xxxx ! ?
GET   cases:found                          found             o. .... xxxx . ?
#     meetings                             about
GET   meetings:agenda                      listed            oo oooo xxxx o ?
GET   meetings:list_case                   waiting           ox xxxx xxxx x ?
POST  meetings:list_case                   waiting           !x xxxx xxxx x ?
POST  meetings:order                       listed            >x xxxx xxxx x ?
POST  meetings:release_agency              listed            >x xxxx xxxx x ?
GET   meetings:freeze                      listed            ox xxxx xxxx x ?
POST  meetings:freeze                      listed            !x xxxx xxxx x ?
GET   meetings:amend                       listed            ox xxxx xxxx x ?
POST  meetings:amend                       listed            !x xxxx xxxx x ?
GET   meetings:change_item                 listed_item       ox xxxx xxxx x ?
POST  meetings:change_item                 listed_item       !x xxxx xxxx x ?
GET   meetings:remove_item                 listed_item       ox xxxx xxxx x ?
POST  meetings:remove_item                 listed_item       !x xxxx xxxx x ?
POST  meetings:move_item                   listed_item       >x xxxx xxxx x ?
POST  meetings:confirm_presenter           listed_item       >x >x.. xxxx . ?
POST  meetings:decline_presenter           listed_item       >x >x.. xxxx . ?
POST  meetings:ask_agency                  listed_item       >x xxxx xxxx x ?
GET   meetings:attendance                  session           oo o>>o xxxx o ?
POST  meetings:enter_observer              session           !! xxxx xxxx x ?
POST  meetings:enter_apologies             session           !! xxxx xxxx x ?
POST  meetings:mark_attendance             line              >> >>>x xxxx x ?
GET   meetings:calendar                    -                 oo oooo xxxx o ?
GET   meetings:plan                        of_panel          ox xxxx xxxx x ?
POST  meetings:plan                        of_panel          !x xxxx xxxx x ?
GET   meetings:emergency                   of_panel          ox xxxx xxxx x ?
POST  meetings:emergency                   of_panel          !x xxxx xxxx x ?
GET   meetings:series                      of_panel          ox xxxx xxxx x ?
POST  meetings:series                      of_panel          !x xxxx xxxx x ?
GET   meetings:meeting                     listed            oo oooo xxxx o ?
GET   meetings:change                      planned           ox xxxx xxxx x ?
POST  meetings:change                      planned           !x xxxx xxxx x ?
GET   meetings:move                        planned           ox xxxx xxxx x ?
POST  meetings:move                        planned           !x xxxx xxxx x ?
GET   meetings:cancel                      planned           ox xxxx xxxx x ?
POST  meetings:cancel                      planned           !x xxxx xxxx x ?
POST  meetings:open_agenda                 planned           >x xxxx xxxx x ?
GET   meetings:case_meetings               case              oo oo.. oxxx . ?
GET   meetings:case_meetings               hidden            o. oo.. oxxx . ?
GET   meetings:documents                   approved          oo oooo xxxx o ?
POST  meetings:ask_document                approved          >> >>xx xxxx x ?
GET   meetings:document_file               document          oo oo.. xxxx . ?
GET   meetings:document_file               desk_document     oo .... xxxx . ?
GET   meetings:letters                     -                 ox xxxx xxxx x ?
GET   meetings:meeting_letters             approved          ox xxxx xxxx x ?
GET   meetings:send_letters                plans             ox xxxx xxxx x ?
POST  meetings:send_letters                plans             !x xxxx xxxx x ?
POST  meetings:decide_letter               failed_letter     >x xxxx xxxx x ?
GET   meetings:agency_letters              -                 oo oooo xxxx o ?
GET   meetings:agency_letter               letter            oo oo.. xxxx . ?
POST  meetings:show_passphrase             letter            oo oo.. xxxx . ?
GET   meetings:tellings                    -                 oo oooo xxxx o ?
POST  meetings:tell                        outcome           .. ...> xxxx . ?
GET   meetings:live                        session           oo o>>o xxxx o ?
GET   meetings:live_now                    session           oo o>>o xxxx o ?
POST  meetings:open_meeting                session           >> xxxx xxxx x ?
POST  meetings:end_meeting                 session           >> xxxx xxxx x ?
POST  meetings:issue_actions               session           >> xxxx xxxx x ?
POST  meetings:confirm_left                session           >> xxxx xxxx x ?
GET   meetings:live_part                   room              oo o>>o xxxx o ?
GET   meetings:live_item                   item              oo o>>o xxxx . ?
GET   meetings:live_item                   hidden_item       o. o>>. xxxx . ?
POST  meetings:start_item                  item              >> xxxx xxxx x ?
POST  meetings:leave_item                  item              >> xxxx xxxx x ?
POST  meetings:close_item                  item              !! xxxx xxxx x ?
GET   meetings:live_item_part              item_part         oo o>>o xxxx . ?
POST  meetings:save_note                   note              !! xxxx xxxx x ?
POST  meetings:save_decision               item              !! xxxx xxxx x ?
POST  meetings:save_telling                item              !! xxxx xxxx x ?
POST  meetings:mark_told                   item              >> xxxx xxxx x ?
POST  meetings:say                         item              !! !>>! xxxx . ?
POST  meetings:agree_action                item              !! xxxx xxxx x ?
POST  meetings:change_action               agreed            !! xxxx xxxx x ?
POST  meetings:take_up                     proposal          >> xxxx xxxx x ?
GET   meetings:minutes                     checked           oo oooo xxxx o ?
GET   meetings:minutes                     approved          oo oooo xxxx o ?
POST  meetings:draft_minutes               checked           >> xxxx xxxx x ?
POST  meetings:check_minutes               check             >> xxxx xxxx x ?
POST  meetings:approve_minutes             check             x! xxxx xxxx x ?
POST  meetings:correct_minutes             approved_minutes  !! xxxx xxxx x ?
GET   meetings:minutes_part                check_part        oo xxxx xxxx x ?
POST  meetings:minutes_part                check_part        !! xxxx xxxx x ?
POST  meetings:pass_minutes                check_item        >> xxxx xxxx x ?
GET   meetings:propose_correction          check_part        xx oo.. xxxx . ?
POST  meetings:propose_correction          check_part        xx !!.. xxxx . ?
POST  meetings:decide_correction           correction        >> xxxx xxxx x ?
GET   meetings:interests                   listed            oo oooo xxxx o ?
POST  meetings:no_interest                 interest          >> >>.. xxxx . ?
POST  meetings:declare_interest            interest          >> >>.. xxxx . ?
POST  meetings:declare_agency_interest     interest          >> >>.. xxxx . ?
POST  meetings:ask_interest                interest          !! xxxx xxxx x ?
POST  meetings:keep_away                   interest          !! xxxx xxxx x ?
POST  meetings:lift_recusal                recusal           >> xxxx xxxx x ?
GET   meetings:research                    listed            oo oooo xxxx o ?
POST  meetings:nothing_known_of_rest       listed            >> >>>> xxxx > ?
GET   meetings:board                       listed            ox xxxx xxxx x ?
POST  meetings:send_research               listed            >x xxxx xxxx x ?
POST  meetings:chase_research              listed            >x xxxx xxxx x ?
GET   meetings:return                      answer            .. oo.. xxxx . ?
POST  meetings:return                      answer            .. !!.. xxxx . ?
POST  meetings:nothing_known_of_case       answer            .. >>.. xxxx . ?
POST  meetings:reopen_return               answer            .. >>.. xxxx . ?
GET   meetings:check_person                answer_person     .. >>.. xxxx . ?
POST  meetings:check_person                answer_person     .. !!.. xxxx . ?
POST  meetings:nothing_known_of_person     answer_person     .. >>.. xxxx . ?
GET   meetings:statement                   listed            oo oooo xxxx o ?
POST  meetings:statement                   listed            !! !!!! xxxx ! ?
GET   meetings:statements                  panel             xx xxxx xxxo x ?
POST  meetings:statements                  panel             xx xxxx xxx! x ?
"""

ROLE_OF = dict.fromkeys(("housing", "health", "idva", "barred"), Role.REPRESENTATIVE) | {
    "coordinator": Role.COORDINATOR,
    "chair": Role.CHAIR,
    "housing_deputy": Role.DEPUTY,
    "liaison_officer": Role.LIAISON_OFFICER,
    "referrer": Role.REFERRER,
    "auditor": Role.AUDITOR,
    "administrator": Role.ADMINISTRATOR,
}
# What the lines are about that is no case’s own: settings, people, calendars, lists.
NO_CASE = """
- panel of_panel member newcomer grant agency signature sign_in no_token event
protocol schedule post attendee joining consent exit consent_form
listed planned session room line checked approved plans
"""
pytestmark = pytest.mark.django_db
EMPTY = {"csrfmiddlewaretoken": "as every form has"}
TABLES = [TABLE, *(noun.TABLE for noun in nouns())]
LINES = [line for table in TABLES for line in table.strip().splitlines() if line and not line.startswith("#")]


def parts(line: str) -> tuple[str, str, str, str]:
    """Method, URL name, what it is about, and the answers in the order of the cast."""
    method, name, about, *answers = line.split()
    return method, name, about, "".join(answers)


def abouts(s: Scene) -> dict[str, dict]:
    """What the lines are about: URL arguments by the word in the table."""
    w = s.world
    item = {"pk": s.session.pk, "item": s.session_item.pk}
    hidden = {"pk": s.session.pk, "item": s.hidden_item.pk}
    minutes = {"pk": s.check_meeting.pk, "minutes": s.check.pk}
    row = {"pk": s.check_meeting.pk, "row": s.check_row.pk}
    return {
        "-": {},
        # people and settings
        "panel": {"pk": w.panel.pk},
        "of_panel": {"panel_id": w.panel.pk},
        "member": {"pk": w.housing.pk},
        "newcomer": {"pk": s.newcomer.pk},
        "grant": {"pk": w.housing.pk, "grant_pk": s.grant.pk},
        "agency": {"pk": w.housing_agency.pk},
        "signature": {"pk": s.signature.pk},
        "sign_in": {"pk": s.housing_session},
        "protocol": {"pk": s.protocol.pk},
        "schedule": {"pk": s.schedule.pk},
        "post": {"pk": s.post.pk},
        "attendee": {"pk": s.attendee.pk},
        "joining": {"pk": s.joining.pk},
        "consent": {"pk": s.joining.pk, "authority": s.world.police_agency.pk},
        "exit": {"pk": s.exit.pk},
        "no_token": {"token": "nobody-was-invited-with-this"},
        "event": {"pk": s.event.pk},
        # referrals
        "draft": {"pk": s.draft.pk},
        "draft_section": {"pk": s.draft.pk, "code": "reasons"},
        "draft_children": {"pk": s.draft.pk, "code": "children"},
        "draft_child": {"pk": s.draft.pk, "code": "children", "party": s.draft_child.pk},
        "submitted": {"pk": s.submitted.pk},
        "accepted": {"pk": s.case.referrals.get().pk},
        "submitted_party": {"pk": s.submitted.pk, "party": s.submitted_party.pk},
        "contact": {"pk": s.submitted.pk, "contact": s.contact.pk},
        # cases
        "case": {"pk": s.case.pk},
        "hidden": {"pk": s.hidden.pk},
        "heard": {"pk": s.approved_item.listing.case_id},
        "closed": {"pk": s.closed_case.pk},
        "listing": {"pk": s.listing.pk},
        "entry": {"pk": s.entry.pk},
        "action": {"pk": s.action.pk},
        "reported": {"pk": s.reported.pk},
        "found": {"pk": s.found.pk},
        "party": {"pk": s.party.pk},
        "kept_draft": {"kind": "cases.listing", "about": s.listing.pk, "part": "entry"},
        # before the meeting
        "listed": {"pk": s.listed.pk},
        "planned": {"pk": s.planned.pk},
        "waiting": {"pk": s.planned_open.pk, "referral_id": s.waiting.pk},
        "listed_item": {"pk": s.item.pk},
        "answer": {"pk": s.answer.pk},
        "answer_person": {"pk": s.answer.pk, "party": s.party.pk},
        "interest": {"pk": s.listed.pk, "item": s.item.pk},
        "recusal": {"pk": s.listed.pk, "recusal": s.recusal.pk},
        # the meeting
        "session": {"pk": s.session.pk},
        "room": {"pk": s.session.pk, "name": "room"},
        "line": {"pk": s.session.pk, "line": s.line.pk, "verb": "left"},
        "item": item,
        "hidden_item": hidden,
        "item_part": {**item, "name": "entries"},
        "note": {**item, "part": "summary"},
        "agreed": {**item, "action": s.said.pk},
        "proposal": {**item, "entry": s.proposal.pk},
        "outcome": {"outcome": s.outcome.pk},
        # afterwards
        "checked": {"pk": s.check_meeting.pk},
        "check": minutes,
        "check_part": {**row, "key": s.check_part},
        "check_item": row,
        "correction": {"pk": s.check_meeting.pk, "correction": s.correction.pk},
        "approved": {"pk": s.approved_meeting.pk},
        "approved_minutes": {"pk": s.approved_meeting.pk, "minutes": s.approved.pk},
        "document": {"pk": s.document.pk},
        "desk_document": {"pk": s.desk_document.pk},
        "letter": {"pk": s.letter.pk},
        "failed_letter": {"pk": s.failed_letter.pk},
        "plans": {"pk": s.approved_meeting.pk, "kind": "plan"},
    }


def sent(s: Scene) -> dict[str, dict]:
    """The little that a form must hold to get past its first question."""
    agency = {"agency": s.world.housing_agency.pk}
    return {
        "cases:link_person": {"subject": s.twin.pk},
        "cases:tell_person_apart": {"subject": s.twin.pk},
        "meetings:ask_agency": agency | {"do": "release"},
        "meetings:release_agency": agency,
        "meetings:confirm_left": agency,
        "partnership:change_attendee": {"do": "end"},
        "meetings:decide_letter": {"do": "withdraw"},
        "meetings:lift_recusal": {"why": "resolved"},
        "meetings:ask_document": {"kind": "agency_plan", **agency},
    }


def urls(resolver=None, namespace=""):
    """Every named URL of ours with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from urls(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", pattern.callback


@pytest.fixture(scope="module")
def stage(undone_with_the_module):
    """The scene, with one signed-in client per column."""
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are what is asked for
    scene = Scene()
    scene.clients = {name: Client() for name in CAST}
    for name in CAST[:-1]:
        sign_in(scene.clients[name], scene.barred if name == "barred" else getattr(scene.world, name))
    scene.cookies = {name: client.cookies.output(header="") for name, client in scene.clients.items()}
    scene.housing_session = MemberSession.objects.of(scene.world.housing).get().pk
    scene.abouts, scene.sent = abouts(scene), sent(scene)
    for noun in nouns():
        scene.abouts |= noun.abouts(scene)
        scene.sent |= noun.sent(scene)
    yield scene
    logging.getLogger("django.request").setLevel(logging.NOTSET)


def answer(scene: Scene, column: str, method: str, url: str) -> str:
    """The letter for what *column* is answered; what the request changed is undone."""
    data = EMPTY | scene.sent.get(resolve(url).view_name, {}) if method == "POST" else {}
    client = scene.clients[column]
    client.cookies = SimpleCookie(scene.cookies[column])
    with transaction.atomic():
        response = getattr(client, method.lower())(url, data)
        transaction.set_rollback(True)
    if response.status_code == 302 and response.url.startswith(reverse("partnership:sign_in")):
        return "?"
    return next((letter for letter, status in ANSWERS.items() if status == response.status_code), "*")


GROUPS = ["the sitting", "meetings", "cases", "the rest"]


def group_of(name: str, url: str) -> str:
    """The part of the table, so that several workers share it."""
    if "/live/" in url:
        return "the sitting"
    return app if (app := name.split(":")[0]) in GROUPS else "the rest"


@pytest.mark.parametrize("group", GROUPS)
def test_everybody_gets_the_answer_of_the_table(stage, group):
    wrong = []
    for line in LINES:
        method, name, about, expected = parts(line)
        url = reverse(name, kwargs=stage.abouts[about])
        if group_of(name, url) == group:
            given = "".join(answer(stage, column, method, url) for column in CAST)
            wrong += [
                f"{method} {name} ({about}): {column} gets {got}, not {promised}"
                for column, got, promised in zip(CAST, given, expected, strict=True)
                if got != promised
            ]
    assert wrong == []


def test_every_url_is_in_the_table():
    covered = {parts(line)[1] for line in LINES}
    assert sorted({name for name, _view in urls()} - covered) == []


def test_a_method_that_is_not_in_the_table_is_refused(stage):
    """405, or 403 where the gate stands before it; to nobody anything else."""
    covered = {parts(line)[:2] for line in LINES}
    about = {parts(line)[1]: parts(line)[2] for line in LINES}
    wrong = []
    for name in about:
        for method in {"GET", "POST"} - {method for method, of in covered if of == name}:
            url = reverse(name, kwargs=stage.abouts[about[name]])
            given = "".join(
                answer(stage, column, method, url) for column in ["coordinator", "auditor", "administrator"]
            )
            wrong += [f"{method} {name}: {given}"] if set(given) - set("mx") or "m" not in given else []
    assert wrong == []


def test_the_table_has_no_url_that_is_gone():
    known = {name for name, _view in urls()}
    assert [line for line in LINES if parts(line)[1] not in known] == []


def test_every_line_answers_for_the_whole_cast_once():
    heads = [parts(line)[:3] for line in LINES]
    assert [line for line in LINES if len(parts(line)[3]) != len(CAST)] == []
    assert sorted({head for head in heads if heads.count(head) > 1}) == []


def test_every_view_is_stamped_with_its_permission():
    assert [name for name, view in urls() if not getattr(view, "permission", None)] == []


def test_the_table_agrees_with_the_matrix_of_roles():
    """Who lacks the permission that a view names is refused there, whatever it is about; nobody is led to sign in."""
    views, wrong = dict(urls()), []
    for method, name, about, answers in map(parts, LINES):
        needed = views[name].permission
        given = dict(zip(CAST, answers, strict=True))
        if needed in set(Permission) and given["anonymous"] != "?":
            wrong.append(f"{method} {name} ({about}): anonymous")
        if needed in set(Permission) - {Permission.OWN_ACCOUNT}:
            wrong += [
                f"{method} {name} ({about}): {column}"
                for column, role in ROLE_OF.items()
                if needed not in ROLES[role].permissions and given[column] != "x"
            ]
    assert wrong == []


def test_the_table_lets_a_barred_member_near_nothing_of_the_cases():
    """Every line about one of the cases says 404 to the barred member, or 403 where the role has no business at all."""
    barred = lambda line: parts(line)[3][CAST.index("barred")]  # noqa: E731
    let_in = [line for line in LINES if parts(line)[2] not in NO_CASE.split() and barred(line) not in ".x"]
    assert let_in == []
