"""Meetings before and after they sit: calendar, agenda, research, interests, minutes, documents and letters."""

TABLE = """
#     meetings                             about             desk agencies narrow barred nobody
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
GET   meetings:answer                      given_answer      oo .... xxxx . ?
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


def abouts(s) -> dict[str, dict]:
    """The rows of the scene."""
    minutes = {"pk": s.check_meeting.pk, "minutes": s.check.pk}
    row = {"pk": s.check_meeting.pk, "row": s.check_row.pk}
    return {
        "listed": {"pk": s.listed.pk},
        "planned": {"pk": s.planned.pk},
        "waiting": {"pk": s.planned_open.pk, "referral_id": s.waiting.pk},
        "listed_item": {"pk": s.item.pk},
        "answer": {"pk": s.answer.pk},
        "given_answer": {"pk": s.given_answer.pk},
        "answer_person": {"pk": s.answer.pk, "party": s.party.pk},
        "interest": {"pk": s.listed.pk, "item": s.item.pk},
        "recusal": {"pk": s.listed.pk, "recusal": s.recusal.pk},
        "outcome": {"outcome": s.outcome.pk},
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


def sent(s) -> dict[str, dict]:
    """The little that a form must hold to get past its first question."""
    agency = {"agency": s.world.housing_agency.pk}
    return {
        "meetings:ask_agency": agency | {"do": "release"},
        "meetings:release_agency": agency,
        "meetings:decide_letter": {"do": "withdraw"},
        "meetings:lift_recusal": {"why": "resolved"},
        "meetings:ask_document": {"kind": "agency_plan", **agency},
    }
