"""Releases: the recipient's pages, and those of the liaison officers of both sides."""

import datetime

from django.utils import timezone

from disclosures.models import DisclosurePaper, Release, ReleaseLetter
from disclosures.workflow import recall
from disclosures.workflow import release as verbs
from disclosures.workflow.post import ask_record
from tests.disclosures.releasing import Releasing
from tests.world import make_post

TABLE = """
#     releases                             about             desk agencies narrow barred nobody
GET   disclosures:releases                 -                 oo oooo oxxx o ?
GET   disclosures:release                  waiting_release   .. o... oxxx . ?
POST  disclosures:acknowledge_release      waiting_release   .. !... xxxx . ?
POST  disclosures:acknowledge_release      open_release      .. x... xxxx . ?
POST  disclosures:open_release             waiting_release   .. >... xxxx . ?
POST  disclosures:open_release             open_release      .. o... xxxx . ?
GET   disclosures:release_now              open_release      .. o... xxxx . ?
POST  disclosures:print_release            open_release      .. o... xxxx . ?
POST  disclosures:release_file             open_release      .. >... xxxx . ?
GET   disclosures:report_use               open_release      .. o... xxxx . ?
POST  disclosures:report_use               open_release      .. !... xxxx . ?
GET   disclosures:confirm_destruction      open_release      .. o... .... . ?
POST  disclosures:confirm_destruction      open_release      .. !... .... . ?
GET   disclosures:ask_longer               open_release      .. o... xxxx . ?
POST  disclosures:ask_longer               open_release      .. !... xxxx . ?
POST  disclosures:refuse_longer            own_release       xx xxxx xxxx x ?
POST  disclosures:give_release             own_release       xx xxxx >xxx x ?
GET   disclosures:extend_release           own_release       xx xxxx oxxx x ?
POST  disclosures:extend_release           own_release       xx xxxx !xxx x ?
POST  disclosures:release_passphrase       release_letter    .. >... xxxx . ?
POST  disclosures:decide_release_letter    release_letter    .. >... xxxx . ?
GET   disclosures:correct_releases         own_decision      xx xxxx oxxx x ?
POST  disclosures:correct_releases         own_decision      xx xxxx !xxx x ?
GET   disclosures:recall_releases          own_decision      xx xxxx oxxx x ?
POST  disclosures:recall_releases          own_decision      xx xxxx !xxx x ?
GET   disclosures:notice                   notice            .. o... .... . ?
POST  disclosures:notice                   notice            .. !... .... . ?
GET   disclosures:notice_actions           -                 oo oooo oxxx o ?
POST  disclosures:look_at_action           flagged           >> >>.. xxxx . ?
GET   disclosures:records                  own_decision      xx xxxx oxxx x ?
POST  disclosures:ask_record               own_decision      xx xxxx >xxx x ?
GET   disclosures:record_file              own_record        xx xxxx >xxx x ?
POST  disclosures:export_decisions         -                 xx xxxx oxxx x ?
"""


class _Others(Releasing):
    """The same cast under other names: the requests of this table have theirs."""

    def _officer(self, name, agency, kind):
        return super()._officer(f"{name} Arall", agency, kind)


def abouts(s) -> dict[str, dict]:
    """Health shares with housing: one waits, one is open, one mailed, one corrected; housing shares with health."""
    w, scene = s.world, _Others(s.world)
    make_post(w.housing_agency, w.liaison_officer, "officer")
    waiting, opened, mailed = scene.release(), scene.accepted(), scene.accepted(method="mail")
    verbs.open_release(by=opened.member, release=opened)
    opened = scene.fresh(opened)
    words = "The date was wrong: it is Thursday. Correct every copy."
    w.make_action(scene.case, w.housing_agency)
    notice = recall.correct(by=scene.health_officer, decision=opened.decision, reason="wrong", words=words)
    own = _housing_shares(scene)
    record = ask_record(by=w.liaison_officer, decision=own.decision)
    return {
        "waiting_release": {"pk": waiting.pk},
        "open_release": {"pk": opened.pk},
        "release_letter": {"pk": ReleaseLetter.objects.get(release=mailed).pk},
        "notice": {"pk": notice.receipts.get().pk},
        "flagged": {"pk": notice.actions.get().pk},
        "own_release": {"pk": own.pk},
        "own_decision": {"pk": own.decision_id},
        "own_record": {"pk": DisclosurePaper.objects.get(pk=record.pk).pk},
    }


def sent(s) -> dict[str, dict]:
    return {"disclosures:decide_release_letter": {"do": "withdraw", "seen": "1"}}


def saved(s) -> dict[str, tuple[str, dict]]:
    """What must be saved, somebody's name in it: see `tests/test_names_stay_in.py`."""
    opened = Release.objects.get(pk=s.abouts["open_release"]["pk"])
    words = "Zywczakowska is another person: destroy every copy."
    until = timezone.localdate() + datetime.timedelta(days=40)
    days = {f"until_{part}": getattr(until, part) for part in ("day", "month", "year")}
    return {
        "disclosures:report_use": ("housing", {"seen": opened.version, "used": "partly"}),
        "disclosures:ask_longer": ("housing", {"seen": opened.version, "reason": "court", "words": words, **days}),
        "disclosures:extend_release": (
            "liaison_officer",
            {"seen": 1, "reason": "court", "words": words, **days},
        ),
        "disclosures:correct_releases": ("liaison_officer", {"reason": "wrong", "words": words}),
        "disclosures:recall_releases": ("liaison_officer", {"reason": "wrong", "words": words}),
    }


def _housing_shares(scene):
    """Housing's answer to the police, spoken."""
    w = scene.world
    w.involve(scene.case, w.police_agency)
    disclosure = scene.ask(w.housing_agency, by=w.police)
    bases = ["P01", "A6e", "C2"]
    decision = scene.decided(
        scene.decision(disclosure, w.housing_agency), w.liaison_officer, method="spoken", special=[], bases=bases
    )
    return scene.fresh(decision.releases.get())
