"""The papers of ASB panels and case reviews, and the yearly counts."""

from django.urls import path

from cases.views import asb_paper

urlpatterns = [
    path("cases/<uuid:pk>/record.pdf", asb_paper.case_record, name="case_record"),
    path("forms/<uuid:pk>/letter.pdf", asb_paper.review_letter, name="review_letter"),
    path("reviews/counts/", asb_paper.review_counts, name="review_counts"),
    path("reviews/counts.csv", asb_paper.review_counts_csv, name="review_counts_csv"),
]
