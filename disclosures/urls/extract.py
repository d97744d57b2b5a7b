"""Depersonalised extracts."""

from django.urls import path

from disclosures.views import extract as views
from disclosures.views import handing

urlpatterns = [
    path("extracts/", views.extracts, name="extracts"),
    path("extracts/new/", views.new_extract, name="new_extract"),
    path("extracts/new/case/<uuid:pk>/", views.new_case_extract, name="new_case_extract"),
    path("extracts/<uuid:pk>/", views.extract, name="extract"),
    path("extracts/<uuid:pk>/confirm/", views.confirm_extract, name="confirm_extract"),
    path("extracts/<uuid:pk>/test/", views.test_extract, name="test_extract"),
    path("extracts/<uuid:pk>/hand/", views.hand_extract, name="hand_extract"),
    path("extracts/<uuid:pk>/recall/", views.recall_extract, name="recall_extract"),
    path("extracts/<uuid:pk>/csv/", views.extract_csv, name="extract_csv"),
    path("extracts/<uuid:pk>/pdf/", views.extract_pdf, name="extract_pdf"),
    path("extracts/text/<uuid:pk>/", views.settle_text, name="settle_text"),
    path("extracts/given/<uuid:pk>/", handing.handing, name="handing"),
    path("extracts/given/<uuid:pk>/undertake/", handing.undertake, name="undertake"),
    path("extracts/given/<uuid:pk>/csv/", handing.handing_csv, name="handing_csv"),
    path("extracts/given/<uuid:pk>/pdf/", handing.handing_pdf, name="handing_pdf"),
    path("extracts/given/<uuid:pk>/report/", handing.report_reidentification, name="report_reidentification"),
    path("extracts/given/<uuid:pk>/destroyed/", handing.see_recall, name="see_recall"),
]
