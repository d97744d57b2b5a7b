"""Where consents are kept."""

from django.urls import path

from consent.views import case_tab, consent, home

app_name = "consent"
urlpatterns = [
    path("", home.home, name="home"),
    path("cases/<uuid:pk>/", case_tab.consents, name="case_consents"),
    path("cases/<uuid:pk>/new/", case_tab.begin, name="begin"),
    path("cases/<uuid:pk>/taken-back/", case_tab.pass_on, name="pass_on"),
    path("forms/<uuid:pk>/", home.blank, name="blank"),
    path("papers/<uuid:pk>/", home.paper, name="paper"),
    path("renewals/", home.print_renewals, name="print_renewals"),
    path("<uuid:pk>/", consent.consent, name="consent"),
    path("<uuid:pk>/sections/<slug:section>/", consent.section, name="section"),
    path("<uuid:pk>/sign/<slug:whose>/", consent.sign, name="sign"),
    path("<uuid:pk>/record/<slug:act>/", consent.act, name="act"),
    path("<uuid:pk>/give/", consent.give, name="give"),
    path("<uuid:pk>/ask/", consent.ask, name="ask"),
    path("<uuid:pk>/renew/", consent.renew, name="renew"),
    path("<uuid:pk>/print/", home.print_record, name="print"),
]
