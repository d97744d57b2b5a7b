"""The design system's parts as template tags."""

from django import template

register = template.Library()
