"""Cases, referrals, entries, actions and the search for them."""

TABLE = """
#     cases                                about             desk agencies narrow barred nobody
GET   cases:actions                        -                 oo oooo xxxx o ?
GET   cases:action                         action            oo oo.. oxxx . ?
POST  cases:report_action                  action            xx !!.. xxxx . ?
POST  cases:decide_action                  reported          >> xxxx xxxx x ?
POST  cases:supersede_action               action            !! xxxx xxxx x ?
POST  cases:escalate_action                action            !! xxxx xxxx x ?
GET   cases:list                           -                 oo oooo oxxx o ?
GET   cases:case                           case              oo oo.. oxxx . ?
GET   cases:case                           hidden            o. oo.. oxxx . ?
GET   cases:case                           heard             oo oo.o oxxx . ?
GET   cases:case_referrals                 case              oo oo.. oxxx . ?
GET   cases:case_entries                   case              oo oo.. oxxx . ?
GET   cases:entries_now                    case              oo oo.. oxxx . ?
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
"""


def abouts(s) -> dict[str, dict]:
    """The rows of the scene."""
    return {
        "draft": {"pk": s.draft.pk},
        "draft_section": {"pk": s.draft.pk, "code": "reasons"},
        "draft_children": {"pk": s.draft.pk, "code": "children"},
        "draft_child": {"pk": s.draft.pk, "code": "children", "party": s.draft_child.pk},
        "submitted": {"pk": s.submitted.pk},
        "accepted": {"pk": s.case.referrals.get().pk},
        "submitted_party": {"pk": s.submitted.pk, "party": s.submitted_party.pk},
        "contact": {"pk": s.submitted.pk, "contact": s.contact.pk},
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
    }


def sent(s) -> dict[str, dict]:
    """The little that a form must hold to get past its first question."""
    return {
        "cases:link_person": {"subject": s.twin.pk},
        "cases:tell_person_apart": {"subject": s.twin.pk},
    }
