"""The pages of a list: from the file to the import, as a coordinator sees them."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Referral, Supply
from tests.cases.lists import brought, compared, decided, file_of, fresh, managed, released, rows_of
from tests.cases.scheme_with_lists import takes_lists
from tests.valid_html import problems

pytestmark = pytest.mark.django_db
NEW = "/lists/new/"


@pytest.fixture
def desk(world, as_member):
    takes_lists(world.panel)
    return as_member(world.coordinator)


def answers(world, content: bytes | None = None, **more) -> dict:
    today = timezone.localdate()
    given = {
        "panel": world.panel.pk,
        "kind": "prison",
        "agency": "",
        "agency_name": "HMP Wenlli",
        "supplier": "Olwen Officer",
        "contact": "01632 960 001",
        "supplied_on_day": today.day,
        "supplied_on_month": today.month,
        "supplied_on_year": today.year,
        "transfer": "secure_mail",
        "information_class": "sensitive",
        "marking": "sensitive",
    }
    file = {} if content is None else {"file": SimpleUploadedFile("Prydderch.xlsx", content, "image/png")}
    return given | file | more


def errors(response) -> dict:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_from_the_file_to_the_import(world, desk):
    case = managed(world)
    content = file_of(released("Huw Prydderch"), released("Mair O’Dŵr"), "x")
    described = desk.post(NEW, answers(world, content), follow=True)
    supply = Supply.objects.get()
    clear = [field.name for field in Supply._meta.concrete_fields if field.name != "header"]
    assert (described.redirect_chain, "Prydderch" in str(Supply.objects.values(*clear).get())) == (
        [(reverse("cases:describe_supply", args=[supply.pk]), 302)],
        False,
    )
    page = reverse("cases:supply", args=[supply.pk])
    said = answers(world) | {"dataset": "Releases", "version": 1}
    rows = desk.post(reverse("cases:describe_supply", args=[supply.pk]), said, follow=True)
    assert [(one["row"].state, one["name"]) for one in rows.context["rows"]] == [
        ("managed", "Huw Prydderch"),
        ("new", "Mair O’Dŵr"),
        ("refused", ""),
    ]
    early = desk.post(reverse("cases:import_supply", args=[supply.pk]), {"version": fresh(supply).version}, follow=True)
    assert [str(message) for message in early.context["messages"]] == ["2 rows are not decided yet."]
    choices = {"line-2": f"update:{case.pk}", "line-3": "nominate", "version": fresh(supply).version}
    assert desk.post(page, choices).status_code == 302
    url = reverse("cases:import_supply", args=[supply.pk])
    version = {"version": fresh(supply).version}
    first, second = desk.post(url, version, follow=True), desk.post(url, version, follow=True)
    assert (first.context["supply"].outcome, Referral.objects.filter(state="draft").count()) == (
        {"nominated": 1, "updated": 1, "left_out": 0, "refused": 1},
        1,
    )
    assert [str(message) for message in second.context["messages"]] == [
        "This list has been imported already, or is being imported now."
    ]
    assert "Mair" not in first.content.decode()


def test_what_is_typed_is_kept_and_the_file_is_asked_for_again(world, desk):
    refused = desk.post(NEW, answers(world, file_of(released("Huw Rhys")), contact=""))
    assert (refused.status_code, errors(refused)) == (
        422,
        {
            "contact": ["Enter their telephone or e-mail"],
            "file": ["Choose the file again: the page cannot keep it"],
        },
    )
    assert 'value="Olwen Officer"' in refused.content.decode()
    assert not Supply.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Choose the file"),
        (b"", "The file is empty."),
        (b"PK\x03\x04", "This is a spreadsheet, an archive or a document. Save it as CSV and choose that file."),
        (b"x" * (2 * 1024 * 1024 + 1), "The file is larger than 2 MB. Split it and bring in the parts."),
        (b"Name\nHuw", "The first line must name the columns. Missing: “Date of birth”, “Release date”."),
    ],
)
def test_a_bad_file_is_answered_at_its_field(world, desk, content, sentence):
    refused = desk.post(NEW, answers(world, content))
    assert (refused.status_code, errors(refused)) == (422, {"file": [sentence]})


def test_some_agency_is_named(world, desk):
    refused = desk.post(NEW, answers(world, file_of(released("Huw Rhys")), agency_name=""))
    assert errors(refused)["agency"] == ["Select the agency that supplied the list, or enter its name"]


def test_an_upload_lies_on_no_disk_and_forgets_its_name(rf):
    from config import settings
    from core.uploads import LARGEST

    assert settings.FILE_UPLOAD_HANDLERS == ["core.uploads.InMemory"]
    request = rf.post("/", {"file": SimpleUploadedFile("Prydderch.csv", b"a" * (LARGEST + 9), "text/Prydderch")})
    file = request.FILES["file"]
    assert (file.name, file.content_type, file.size, file.file.__class__.__name__) == (
        "file", "application/octet-stream", LARGEST + 1, "BytesIO",
    )  # fmt: skip


def test_the_same_file_again_is_told(world, desk):
    supply = decided(compared(world, released("Huw Rhys")), "leave")
    desk.post(reverse("cases:import_supply", args=[supply.pk]), {"version": supply.version})
    again = brought(world, released("Huw Rhys"))
    page = desk.get(reverse("cases:describe_supply", args=[again.pk]))
    assert page.context["before"] == fresh(supply)


def test_a_decision_over_another_windows_is_shown_and_kept(world, desk):
    supply = compared(world, released("Huw Rhys"))
    page = reverse("cases:supply", args=[supply.pk])
    desk.post(page, {"line-2": "leave", "version": supply.version})
    stale = desk.post(page, {"line-2": "nominate", "version": supply.version})
    form = stale.context["rows_form"]
    assert (stale.status_code, form["line-2"].value(), rows_of(supply)[0].choice) == (422, "nominate", "leave")
    assert form.errors["__all__"] == ["You decided on rows in another window. Compare, and save again."]
    assert desk.post(page, {"line-2": "nominate", "version": form.data["version"]}).status_code == 302
    assert rows_of(supply)[0].choice == "nominate"


def test_a_case_that_is_not_offered_is_not_chosen(world, desk):
    other = managed(world, ("Ann", "Other"))
    supply = compared(world, released("Huw Rhys"))
    refused = desk.post(
        reverse("cases:supply", args=[supply.pk]), {"line-2": f"update:{other.pk}", "version": supply.version}
    )
    assert (refused.status_code, rows_of(supply)[0].choice) == (422, "")


def test_rows_are_shown_by_what_they_are(world, desk):
    managed(world)
    supply = compared(world, released("Huw Prydderch"), released("Hugh Prydderch"), released("Mair Rhys"), "x")
    supply = decided(supply, "leave", "", "", "")
    page = reverse("cases:supply", args=[supply.pk])
    shown = {
        which: [one["row"].line for one in desk.get(page, {"show": which}).context["rows"]]
        for which in ("", "new", "possible", "managed", "refused", "undecided", "stopped", "nonsense")
    }
    assert shown == {
        "": [2, 3, 4, 5],
        "new": [4],
        "possible": [3],
        "managed": [2],
        "refused": [5],
        "undecided": [3, 4],
        "stopped": [],
        "nonsense": [2, 3, 4, 5],
    }


def test_the_refused_rows_leave_as_they_stood_with_no_formula(world, desk):
    supply = compared(world, '"=HYPERLINK(""x"")",M,nonsense', released("Huw Rhys", born="31/02/1990", address="+44"))
    answer = desk.get(reverse("cases:supply_refused", args=[supply.pk]))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][-2:] == ["Line of the file", "Why it cannot be taken"]
    assert [(line[0], line[5], line[-2:]) for line in lines[1:]] == [
        ('\'=HYPERLINK("x")', "", ["2", "The row has another number of cells than there are columns"]),
        ("Huw Rhys", "'+44", ["3", "Date of birth: There is no such day; the day comes first"]),
    ]
    assert answer["Content-Disposition"] == f'attachment; filename="refused-{supply.pk.hex[:8]}.csv"'
    assert Event.objects.latest("id").detail == {"rows": 2}


def test_where_a_managed_case_stands_is_said_beside_the_row(world, desk):
    case = managed(world)
    supply = compared(world, released("Huw Prydderch"))
    (row,) = desk.get(reverse("cases:supply", args=[supply.pk])).context["rows"]
    assert [(each["offer"].case, each["track"].state) for each in row["offers"]] == [(case, "managed")]


def test_what_a_page_shows_of_known_people_is_recorded(world, desk):
    case = managed(world)
    supply = compared(world, released("Huw Prydderch"))
    desk.get(reverse("cases:supply", args=[supply.pk]))
    event = Event.objects.filter(name="people.compared").latest("id")
    assert (event.thing_id, event.reason, event.things) == (
        supply.pk, "supply", [f"cases.subject:{case.parties.get(capacity='victim').subject_id}"],
    )  # fmt: skip


def test_home_and_navigation_lead_to_what_waits(world, desk):
    compared(world, released("Huw Rhys"))
    home = desk.get("/").content.decode()
    assert ("List brought in to decide on" in home, 'href="/lists/"' in home) == (True, True)
    world.panel.scheme = "marac"
    world.panel.save()
    home = desk.get("/").content.decode()
    assert ("List brought in to decide on" in home, 'href="/lists/"' in home) == (False, False)


@pytest.mark.parametrize(("known", "others"), [(1, 0), (3, 297)])
def test_a_page_takes_the_same_queries_however_long_the_list(world, desk, django_assert_num_queries, known, others):
    people = ["Huw Prydderch", "Ann Other", "Siân Ŵyn"][:known]
    for name in people:
        managed(world, tuple(name.split()))
    strangers = [f"Huw Pry{chr(97 + n % 26)}dd{chr(97 + n // 26)}erch" for n in range(others)]
    supply = brought(world, *map(released, people + strangers))
    Supply.objects.filter(pk=supply.pk).update(stage="deciding")
    page = reverse("cases:supply", args=[supply.pk])
    desk.get(page)
    with django_assert_num_queries(12):
        shown = desk.get(page)
    rows = shown.context["rows"]
    assert (len(rows), [each["track"].state for row in rows[:known] for each in row["offers"]]) == (
        min(known + others, 25),
        ["managed"] * known,
    )


def test_every_page_is_valid_in_every_state(world, desk):
    managed(world)
    read = brought(world, released("Huw Rhys"))
    lines = [released("Huw Prydderch"), released("Hugh Prydderch"), "<i>x", released("<b>Huw Prydderch</b>")]
    supply = decided(compared(world, *lines), "leave", "leave", "", "leave")
    pages = [
        desk.get("/lists/"),
        desk.get(NEW),
        desk.post(NEW, {}),
        desk.get(reverse("cases:describe_supply", args=[read.pk])),
        desk.get(reverse("cases:supply", args=[supply.pk])),
    ]
    for stage in ("comparing", "failed"):
        Supply.objects.filter(pk=read.pk).update(stage=stage)
        pages.append(desk.get(reverse("cases:supply", args=[read.pk])))
    desk.post(reverse("cases:import_supply", args=[supply.pk]), {"version": supply.version})
    desk.post(reverse("cases:give_up_supply", args=[read.pk]), {"version": read.version})
    pages += [desk.get(reverse("cases:supply", args=[one.pk])) for one in (supply, read)]
    assert [(page.status_code, problems(page.content)) for page in pages] == [
        (422 if page is pages[2] else 200, []) for page in pages
    ]
    assert [fresh(one).stage for one in (supply, read)] == ["imported", "given_up"]


def test_a_page_that_waits_for_the_worker_asks_how_far_it_is_and_then_for_itself(world, desk):
    supply = brought(world, released("Huw Rhys"))
    url = reverse("cases:supply", args=[supply.pk])
    poll = {"HX-Request": "true", "HX-Target": "_progress", "X-Confer-Poll": "1"}
    Supply.objects.filter(pk=supply.pk).update(stage="importing", progress=40)
    assert "/lists/" in desk.get(url).content.decode()
    recorded = Event.objects.count()
    waiting = desk.get(url, headers=poll)
    Supply.objects.filter(pk=supply.pk).update(stage="deciding")
    done = desk.get(url, headers=poll)
    assert (problems(waiting.content, whole=False), 'value="40"' in waiting.content.decode()) == ([], True)
    assert [answer.headers.get("HX-Refresh") for answer in (waiting, done)] == [None, "true"]
    assert Event.objects.count() == recorded


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_lists_takes_the_same_queries(world, desk, django_assert_num_queries, count):
    for number in range(count):
        brought(world, released("Huw Rhys"), agency=None if number else world.police_agency)
    desk.get("/lists/")
    with django_assert_num_queries(5):
        shown = desk.get("/lists/")
    assert len(shown.context["page"].rows) == count
