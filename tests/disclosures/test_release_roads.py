"""Every road to what was released × who asks × when: one table.  What may be opened, is; everything else is closed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from disclosures.models import DisclosurePaper, Release, ReleaseItem, ReleaseLetter
from disclosures.workflow import ending, post, recall
from disclosures.workflow import release as verbs
from partnership.models import Signatory
from tests.disclosures.releasing import Releasing
from tests.world import make_post

WHO = {
    "recipient": lambda s: s.world.housing,
    "colleague": lambda s: s.world.housing_deputy,
    "their officer": lambda s: s.world.liaison_officer,
    "our officer": lambda s: s.health_officer,
    "other officer": lambda s: s.police_officer,
    "coordinator": lambda s: s.world.coordinator,
    "auditor": lambda s: s.world.auditor,
}


def _end_standing(scene, release):
    Signatory.objects.filter(agency=release.agency).update(until=timezone.now())


def _second_tier(scene, release):
    Signatory.objects.filter(agency=release.agency).update(tier=2)


def _confirm(scene, release):
    given = {"ending": "destroyed", "how": "erased", "on": timezone.localdate()}
    ending.confirm(by=release.member, release=release, seen=release.version, **given)


def _recall(scene, release):
    words = "It is about somebody else. Destroy every copy."
    recall.recall(by=scene.health_officer, decision=release.decision, reason="wrong", words=words)


WHEN = {
    "before": lambda scene, release: None,
    "accepted": lambda scene, release: None,
    "recalled": _recall,
    "destroyed": _confirm,
    "barred": lambda scene, release: scene.world.bar(case=scene.case, member=release.member),
    "agency barred": lambda scene, release: scene.world.bar(case=scene.case, agency=release.agency),
    "standing ended": _end_standing,
    "second tier": _second_tier,
}
# r the row is seen   w the words   f the file (page and PDF)   l the letter leaves   p its passphrase is shown
TABLE = """
                 before  accepted  recalled  destroyed  barred  agency_barred  standing_ended  second_tier
recipient        r....   rwflp     r....     r....      .....   .....          .....           .....
colleague        .....   .....     .....     .....      .....   .....          .....           .....
their_officer    r....   r....     r....     r....      r....   .....          .....           .....
our_officer      r....   r....     r....     r....      r....   r....          r....           r....
other_officer    .....   .....     .....     .....      .....   .....          .....           .....
coordinator      .....   .....     .....     .....      .....   .....          .....           .....
auditor          .....   .....     .....     .....      .....   .....          .....           .....
"""


def expected() -> dict:
    """``{when: {who: roads}}`` as the table says."""
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    found: dict = {name.replace("_", " "): {} for name in head}
    for who, *cells in lines:
        for when, cell in zip(found, cells, strict=True):
            found[when][who.replace("_", " ")] = cell
    return found


def tried(verb, *args, **given) -> bool:
    try:
        return bool(verb(*args, **given))
    except (PermissionDenied, ValidationError):
        return False


def roads(member, release, letter) -> str:
    """The letters of the roads that are open to *member*."""
    words = ReleaseItem.objects.visible_to(member).filter(release=release).exists()
    opened = tried(verbs.open_release, by=member, release=release)
    assert words == opened
    printed = tried(verbs.open_release, by=member, release=release, how="printed")
    taken = tried(post.export_release, by=member, release=release)
    paper = DisclosurePaper.objects.visible_to(member).filter(release=release).exists()
    assert printed == taken == paper
    is_theirs = letter is not None and member == letter.member
    found = {
        "r": Release.objects.visible_to(member).filter(pk=release.pk).exists(),
        "w": words,
        "f": taken,
        "l": is_theirs and not post.release_post.hindrances(letter),
        "p": letter is not None and tried(post.show_passphrase, by=member, letter=letter),
    }
    return "".join(road if is_open else "." for road, is_open in found.items())


@pytest.mark.parametrize("when", WHEN)
def test_roads(world, monkeypatch, when):
    scene = Releasing(world)
    make_post(world.housing_agency, world.liaison_officer, "officer")
    monkeypatch.setattr(post, "watermarked", lambda release, paper: b"%PDF-")
    release = scene.release(method="mail")
    if when != "before":
        release = scene.accept(release)
        ReleaseLetter.objects.update(way="pdf", state="unknown", settled_at=timezone.now())
        DisclosurePaper.objects.update(state="ready")
    WHEN[when](scene, release)
    assert {who: seen(scene, find, release) for who, find in WHO.items()} == expected()[when]


def seen(scene, find, release) -> str:
    """The roads of one of the cast, undone afterwards."""
    with transaction.atomic():
        fresh = scene.fresh(release)
        letter = post.release_post.joined().filter(release=fresh).first()
        found = roads(find(scene), fresh, letter)
        transaction.set_rollback(True)
    return found


def test_a_bar_on_one_entry_closes_what_holds_it(world):
    scene = Releasing(world)
    listing = world.list_case(world.make_meeting(), scene.case).listing
    entry = world.make_entry(listing, world.health_agency, world.health)
    release = scene.accepted()
    ReleaseItem.objects.filter(release=release).update(entry=entry)
    world.bar(entry=entry, agency=world.housing_agency)
    assert not Release.objects.visible_to(world.housing).exists()


def test_the_desk_knows_that_something_was_released_and_nothing_of_it(world):
    scene = Releasing(world)
    release = scene.opened()
    assert list(Release.objects.known_to_desk(world.coordinator)) == [release]
    assert not Release.objects.visible_to(world.coordinator).exists()
    world.bar(case=scene.case, member=world.coordinator)
    assert not Release.objects.known_to_desk(world.coordinator).exists()
    assert not Release.objects.known_to_desk(world.auditor).exists()
