"""Every address, by app; what an app serves is in its own `urls.py`."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from config import views

handler400 = "config.views.bad_request"
handler403 = "config.views.refused"
handler404 = "config.views.not_found"
handler500 = "config.views.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
]
for app, prefix in [
    ("partnership", ""),
    ("audit", "audit/"),
    ("cases", ""),
    ("consent", "consent/"),
    ("disclosures", "disclosures/"),
    ("meetings", "meetings/"),
]:
    if find_spec(f"{app}.urls"):
        urlpatterns.append(path(prefix, include(f"{app}.urls")))
