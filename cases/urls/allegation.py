"""Counter-allegations and the primary aggressor."""

from django.urls import path

from cases.views import allegation as views

urlpatterns = [
    path("cases/<uuid:pk>/allegations/", views.allegations, name="allegations"),
    path("cases/<uuid:pk>/allegations/add/", views.allege, name="allege"),
    path("cases/<uuid:pk>/aggressor/", views.assess_aggressor, name="assess_aggressor"),
    path("allegations/<uuid:pk>/withdraw/", views.withdraw, name="withdraw_allegation"),
]
