"""A drawn signature as a browser sends it: whole points of a small field, stroke by stroke, and nothing else."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WIDTH, HEIGHT = 600, 200
MOST_STROKES, MOST_POINTS, MOST_LETTERS = 80, 4000, 40_000
SMALLEST = 40  # a dot or a tap is no signature
STROKE = re.compile(r"\d{1,3},\d{1,3}(?: \d{1,3},\d{1,3})*\Z")


class DrawingField(forms.CharField):
    """`"x,y x,y;x,y …"` becomes a list of strokes, each a list of ``[x, y]``; empty where nothing was drawn."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(max_length=MOST_LETTERS, required=False, strip=True, **kwargs)

    def clean(self, value):
        """The strokes; refused unless they are a signature's."""
        text = super().clean(value)
        if not text:
            return []
        if not all(STROKE.match(part) for part in text.split(";")):
            raise ValidationError(_("What was drawn cannot be read. Draw it again."))
        strokes = [[[int(number) for number in point.split(",")] for point in part.split()] for part in text.split(";")]
        points = [point for stroke in strokes for point in stroke]
        if len(strokes) > MOST_STROKES or len(points) > MOST_POINTS:
            raise ValidationError(_("That is more than a signature. Draw it again."))
        if any(x > WIDTH or y > HEIGHT for x, y in points):
            raise ValidationError(_("What was drawn cannot be read. Draw it again."))
        if _extent(points, 0) + _extent(points, 1) < SMALLEST:
            raise ValidationError(_("Nothing is drawn. Draw the signature, or sign in another way."))
        return strokes


def _extent(points: list, axis: int) -> int:
    return max(point[axis] for point in points) - min(point[axis] for point in points)


def path_of(strokes: list) -> str:
    """The data of an SVG path through *strokes*, made of whole numbers alone."""
    parts = []
    for stroke in strokes:
        points = [f"{int(x)} {int(y)}" for x, y in stroke]
        parts.append(f"M{points[0]}L{' '.join(points[1:] or points)}")
    return "".join(parts)
