"""An agency as a reader: what a letter to it may hold is decided by the same `visible_to` as every page."""

import uuid
from dataclasses import dataclass, field

from partnership.models import Agency


@dataclass(frozen=True)
class AgencyItself:
    """Stands where a member stands in `visible_to`, for the agency on one panel and none of its members.

    It belongs to no desk and has signed no meeting; a bar against the agency binds it.
    """

    agency: Agency
    panel_id: uuid.UUID
    pk: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def agency_id(self):
        return self.agency.pk

    def panels_with(self, permission) -> list:
        return [self.panel_id]

    def desk_panels(self) -> list:
        return []
