"""What is compiled once finds the same rows as what is built anew, wherever it stands in a query."""

from dataclasses import dataclass

import pytest
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q

from cases.models import Bar, Case, Involvement, Listing
from core.compiled import Compiled, Slot

pytestmark = pytest.mark.django_db
STAGES = [["desk"], ["research", "meeting"], []]


@dataclass(frozen=True)
class Of:
    """Involvements of a case at some stages; nested, one query lies in the other."""

    nested: bool = False

    def __call__(self):
        found = Involvement.objects.filter(case=Slot("case"), stage__in=Slot("stages", models.CharField()))
        mine = Bar.objects.filter(agency_id=Slot("agency", models.UUIDField())).values("agency")
        return found.exclude(agency__in=mine) if self.nested else found


@pytest.fixture
def cases(world):
    made = [world.make_case(victim=("Mair", f"Gwynedd{number}")) for number in range(3)]
    world.list_case(world.make_meeting(), made[0], asked=[world.housing_agency])
    return made


def both(stages, *, case="pk") -> tuple:
    """The same condition, compiled once and built anew."""
    built = Involvement.objects.filter(case=OuterRef(case), stage__in=stages)
    return Compiled(Of(), {"stages": stages}, case=case), Exists(built)


def ids(rows) -> list:
    return sorted(str(row.pk) for row in rows)


@pytest.mark.parametrize("stages", STAGES)
def test_it_finds_what_the_built_one_finds(cases, stages):
    ours, theirs = both(stages)
    assert ids(Case.objects.filter(ours)) == ids(Case.objects.filter(theirs))
    assert ids(Case.objects.filter(~ours)) == ids(Case.objects.filter(~theirs))
    assert ids(Case.objects.filter(Q(ours) | Q(pk=cases[2].pk))) == ids(Case.objects.filter(theirs | Q(pk=cases[2].pk)))
    told = [{case.pk: case.is_so for case in Case.objects.annotate(is_so=condition)} for condition in (ours, theirs)]
    assert told[0] == told[1]


@pytest.mark.parametrize("stages", STAGES)
def test_over_a_join_and_inside_another_query(cases, stages):
    ours, theirs = both(stages, case="case")
    assert ids(Listing.objects.filter(ours)) == ids(Listing.objects.filter(theirs))
    inside = [Case.objects.filter(pk__in=Listing.objects.filter(one).values("case")) for one in (ours, theirs)]
    assert ids(inside[0]) == ids(inside[1])
    over = both(stages, case="listing__case")
    involved = [Involvement.objects.filter(condition) for condition in over]
    assert ids(involved[0]) == ids(involved[1])


def test_a_list_that_is_empty_matches_nothing_and_its_denial_everything(cases):
    none, _built = both([])
    assert (Case.objects.filter(none).count(), Case.objects.filter(~none).count()) == (0, 3)


def test_the_sql_is_compiled_once_and_the_values_are_those_of_now(world, cases, django_assert_num_queries):
    agencies = [world.housing_agency.pk, world.health_agency.pk]
    template, bound = Of(nested=True), []
    for agency in agencies:
        condition = Compiled(template, {"stages": ["research", "desk"], "agency": agency}, case="pk")
        sql, params = Case.objects.filter(condition).query.sql_with_params()
        bound.append((sql, params))
        with django_assert_num_queries(1):
            list(Case.objects.filter(condition))
    assert bound[0][0] == bound[1][0]
    field = models.UUIDField()
    for (_sql, params), agency in zip(bound, agencies, strict=True):
        assert field.get_db_prep_value(agency, connection) in params
