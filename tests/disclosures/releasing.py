"""The cast of releasing: health shared with housing's representative, on conditions; the release waits."""

from disclosures.models import NoticeReceipt, Release
from disclosures.workflow import release as verbs
from disclosures.workflow.post import make_paper
from tests.again import made_again
from tests.disclosures.asking import Asking

SHOWN = "He is discharged on Friday."
KEPT_BACK = "He is on the Wenlli ward for his heart."


class Releasing(Asking):
    """Health's liaison officer shares with Harri Housing what he asked for."""

    @made_again
    def release(self, **more) -> Release:
        """The release of a new decision of health to housing; *more* are answers of the decision."""
        decision = self.decided(self.decision(self.ask()), **more)
        return self.fresh(decision.releases.get())

    @made_again
    def accepted(self, **more) -> Release:
        """A release of which the recipient accepted the conditions."""
        return self.accept(self.release(**more))

    def accept(self, release: Release) -> Release:
        verbs.acknowledge(by=release.member, release=release, seen=release.version, accepted=True)
        return self.fresh(release)

    @made_again
    def opened(self, **more) -> Release:
        """A release that the recipient has opened."""
        release = self.accepted(**more)
        verbs.open_release(by=release.member, release=release)
        return self.fresh(release)

    def fresh(self, row):
        """The row as it is now, with what the verbs need."""
        if isinstance(row, NoticeReceipt):
            return (
                NoticeReceipt.objects.with_key()
                .select_related("notice", "release__member", "release__agency")
                .get(pk=row.pk)
            )
        return verbs.joined().get(pk=row.pk)

    def printed(self, release: Release):
        """The PDF of *release*, made by the worker."""
        paper = release.papers.get()
        make_paper.call(str(paper.pk))
        paper.refresh_from_db()
        return paper
