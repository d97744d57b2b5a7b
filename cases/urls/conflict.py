"""Members who are close to a person of a case."""

from django.urls import path

from cases.views import conflict as views

urlpatterns = [
    path("cases/<uuid:pk>/interest/", views.declare, name="declare_conflict"),
    path("cases/<uuid:pk>/conflicts/", views.conflicts, name="conflicts"),
    path("cases/<uuid:pk>/conflicts/looked/", views.looked, name="looked_at_conflicts"),
    path("conflicts/", views.tried, name="tried_conflicts"),
    path("conflicts/<uuid:pk>/lift/", views.lift, name="lift_conflict"),
]
