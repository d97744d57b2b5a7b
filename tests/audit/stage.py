"""A stage for the audit's own views: who asks is said by a header, so that these tests need no sign-in."""

import uuid

from django.http import HttpResponse
from django.urls import include, path

from audit.consulting import consulted
from audit.finding import find_or_404
from audit.reasons import ask_reason, remembered_reason
from partnership.models import Member

MIDDLEWARE = ["audit.middleware.Observed", "tests.audit.stage.SignedInByHeader"]
_sessions: dict = {}


class Session(dict):
    """A session that lives as long as the tests."""

    def __init__(self, session_key):
        super().__init__()
        self.session_key = session_key


class SignedInByHeader:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = Member.objects.select_related("agency").get(pk=request.headers["X-Member"])
        key = request.headers["X-Session"]
        request.session = _sessions.setdefault(key, Session(key))
        return self.get_response(request)


def opened(request, pk):
    """A page that shows a member of the asker's own agency, for a reason that it must ask."""
    request.member = request.user
    colleagues = Member.objects.filter(agency=request.member.agency)
    colleague = find_or_404(request, colleagues, pk=pk)
    reason = remembered_reason(request, colleague.pk)
    if not reason:
        return ask_reason(request, colleague.pk)
    response = HttpResponse("shown")
    consulted(request, colleague, reason=reason, things=[colleague.agency])
    return response


def polled(request, pk):
    """A page and its poll, whose road says the reason."""
    things = [("cases.entry", entry) for entry in request.GET.getlist("entry")]
    consulted(request, ("cases.case", pk), reason="agenda_item", case_id=pk, things=things)
    return HttpResponse("shown")


def at_home(request):
    return HttpResponse("home")


urlpatterns = [
    path("opened/<str:pk>/", opened, name="opened"),
    path("polled/<uuid:pk>/", polled, name="polled"),
    path("", at_home, name="home"),
    path("audit/", include("audit.urls")),
    path("", include("partnership.urls")),
]


class Asker:
    """One member at one browser: ``asker.get(path)`` and ``asker.post(path, data)``."""

    def __init__(self, client, member):
        self.client, self.member = client, member
        self.session = uuid.uuid4().hex

    def get(self, path, data=None, **headers):
        return self.client.get(path, data, headers=self._headers(headers))

    def post(self, path, data=None, **headers):
        return self.client.post(path, data, headers=self._headers(headers))

    def _headers(self, more):
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"X-Member": str(self.member.pk), "X-Session": self.session, **named}
