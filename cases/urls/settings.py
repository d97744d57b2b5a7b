"""What a scheme lets a panel set."""

from django.urls import path

from cases.views import settings

urlpatterns = [path("panels/<uuid:pk>/scheme/", settings.scheme_settings, name="scheme_settings")]
