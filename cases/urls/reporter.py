"""Whether a panel is told who reported something."""

from django.urls import path

from cases.views import reporter

urlpatterns = [
    path("reporters/<uuid:pk>/", reporter.reporter, name="reporter"),
    path("reporters/namings/<uuid:pk>/withhold/", reporter.withhold, name="withhold_reporter"),
]
