"""People, roles, settings, and one's own sign-in."""

from django.urls import path

from partnership.views import account, enrolment, members, organisation, sign_in

app_name = "partnership"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("unlock/", sign_in.unlock, name="unlock"),
    path("session/", sign_in.session_clock, name="session_clock"),
    path("session/stay/", sign_in.stay, name="stay"),
    path("invitation/<str:token>/", enrolment.invitation, name="invitation"),
    path("enrol/password/", enrolment.enrol_password, name="enrol_password"),
    path("enrol/authenticator/", enrolment.enrol_authenticator, name="enrol_authenticator"),
    path("enrol/recovery-codes/", enrolment.enrol_recovery_codes, name="enrol_recovery_codes"),
    path("account/", account.account, name="account"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/authenticator/", account.new_authenticator, name="new_authenticator"),
    path("account/recovery-codes/", account.recovery_codes, name="recovery_codes"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/sessions/end/", account.end_sessions, name="end_sessions"),
    path("account/sessions/<uuid:pk>/end/", account.end_session, name="end_session"),
    path("roles/", members.roles, name="roles"),
    path("members/", members.members, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/<uuid:pk>/", members.member, name="member"),
    path("members/<uuid:pk>/change/", members.change, name="change_member"),
    path("members/<uuid:pk>/roles/", members.grant_role, name="grant_role"),
    path("members/<uuid:pk>/roles/<uuid:grant_pk>/end/", members.end_role, name="end_role"),
    path("members/<uuid:pk>/left/", members.mark_left, name="mark_left"),
    path("members/<uuid:pk>/reset/", members.reset_sign_in, name="reset_sign_in"),
    path("members/<uuid:pk>/invite/", members.invite_again, name="invite_again"),
    path("members/<uuid:pk>/unlock/", members.unlock, name="unlock_member"),
    path("members/<uuid:pk>/sessions/end/", members.end_sessions, name="end_member_sessions"),
    path("settings/", organisation.partnership, name="partnership"),
    path("settings/change/", organisation.change_partnership, name="change_partnership"),
    path("settings/panels/add/", organisation.add_panel, name="add_panel"),
    path("settings/panels/<uuid:pk>/", organisation.change_panel, name="change_panel"),
    path("agencies/", organisation.agencies, name="agencies"),
    path("agencies/add/", organisation.add_agency, name="add_agency"),
    path("agencies/<uuid:pk>/", organisation.agency, name="agency"),
    path("agencies/<uuid:pk>/change/", organisation.change_agency, name="change_agency"),
    path("agencies/<uuid:pk>/certificate/", organisation.certificate, name="certificate"),
    path("agencies/<uuid:pk>/signatures/add/", organisation.add_signatory, name="add_signatory"),
    path("signatories/", organisation.signatories, name="signatories"),
    path("signatories/<uuid:pk>/", organisation.change_signatory, name="change_signatory"),
]
