"""Rows of a case that name a person beside the party that stands for them: they go where the party goes.

An app registers its model with `case` and `subject` at start; what it sees of other cases is not touched.
"""

from cases import gates
from core.history import noting

_followers: list = []


def register(model) -> None:
    """Let rows of *model*, each of one `case` and one `subject`, follow; registering twice changes nothing."""
    if model not in _followers:
        _followers.append(model)


def follow(*, by, case_id, before, after, reason: str, only=None) -> list[str]:
    """Let what names the subject *before* on the case name *after*; returns "label:id" of each row.

    *only* narrows to rows so named.  The caller says that nobody on the case is *before* any more.
    """
    moved = []
    for model in _followers:
        for row in model.objects.with_key().filter(case=case_id, subject=before).order_by("pk"):
            name = f"{model._meta.label_lower}:{row.pk}"
            if only is None or name in only:
                row.subject_id = getattr(after, "pk", after)
                noting(row, by=by, reason=reason).save_over(row.version)
                moved.append(name)
    if moved:
        gates.settle(by=by, cases=[case_id])
    return moved


def followers() -> list:
    """The models that follow."""
    return list(_followers)
