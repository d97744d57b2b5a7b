"""Who is here: sign-in and one's own account, members, agencies, the protocol and who stands in it."""

TABLE = """
#     partnership                          about             desk agencies narrow barred nobody
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
"""


def abouts(s) -> dict[str, dict]:
    """The rows of the scene."""
    w = s.world
    return {
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
    }


def sent(s) -> dict[str, dict]:
    """The little that a form must hold to get past its first question."""
    return {
        "partnership:change_attendee": {"do": "end"},
    }
