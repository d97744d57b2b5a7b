"""Find a row that the member may see, or answer 404 and record who asked; the audit has its own for the apps above."""

from django.db import transaction
from django.http import Http404

from core.recording import record


def found_or_404(request, queryset, *, pk, **lookup):
    """The row *pk* of *queryset* (scoped by `visible_to`); otherwise 404, the same whether hidden or absent.

    The miss is recorded in a transaction of its own before the answer leaves: access.refused where the row is there
    for others, else access.missed.
    """
    row = queryset.filter(pk=pk, **lookup).first()
    if row is not None:
        return row
    is_there = queryset.model._base_manager.filter(pk=pk).exists()
    with transaction.atomic():
        record(
            "access.refused" if is_there else "access.missed",
            by=request.user,
            thing=(queryset.model._meta.label_lower, pk),
            reason="not_visible" if is_there else "",
        )
    raise Http404
