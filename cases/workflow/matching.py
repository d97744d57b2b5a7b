"""People who may be one: found by keyed hashes, shown to the coordinator, linked and unlinked as recorded acts."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, Subquery, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import DistinctPair, Merge, Party, Referral, SearchKey, Subject
from cases.models.access import barred, opened
from cases.rules import matching as rules
from cases.workflow.following import follow
from core import search
from core.history import noting
from core.models import Key
from core.recording import record
from partnership.roles import Permission

MOST_OPENED = 25  # people compared in full for each party: those on whom most keys agree
MOST_WAITING = 400  # people on other referrals that wait, the latest first
MOST_KEYS = 2000  # rows of the index read at once: beyond that a name is too common to say anything


def possible_matches(*, by, parties: Iterable[Party]) -> dict:
    """For each of *parties* (by id), at most five people who may be the same, the likeliest first.

    Only people on cases that *by* may see, on the panels of *parties* themselves, where *by* links people (of other
    panels `cases.workflow.across` tells); without those found distinct before and the one already linked.  The number
    of queries does not depend on how many there are of either.
    """
    parties = list(parties)
    if not any(by.may(Permission.LINK_PEOPLE, party.referral.panel_id) for party in parties):
        return {party.pk: [] for party in parties}
    asked = {party.pk: identity_of(party) for party in parties}
    wanted = defaultdict(set)
    for party_id, person in asked.items():
        for form in asked_forms(person):
            wanted[search.digest(form)].add(party_id)
    hits: dict = {party.pk: Counter() for party in parties}
    known = _known(by, parties)
    for digest, subject_id in _index(known, list(wanted)):
        for party_id in wanted[bytes(digest)]:
            hits[party_id][subject_id] += 1
    likeliest = {party_id: [pk for pk, _n in counts.most_common(MOST_OPENED)] for party_id, counts in hits.items()}
    return _candidates(known, parties, asked, likeliest)


def waiting_matches(*, by, parties: Iterable[Party]) -> dict:
    """For each of *parties* (by id), at most five people on other referrals that wait at the desk too.

    They are nobody's subject yet, so that there is nothing to link: the coordinator is told, accepts one referral, and
    then says of the other whether it is the same person.  Only referrals that *by* may see, on panels where *by* links
    people; nothing for parties of referrals that are decided.
    """
    parties = [party for party in parties if party.referral.state == Referral.State.SUBMITTED]
    found: dict = {party.pk: [] for party in parties}
    others = [(other, kept_forms_of(other)) for other in _waiting(by, parties)] if parties else []
    for party in parties:
        person = identity_of(party)
        asked = asked_forms(person)
        likely = [
            rules.Waiting(other, agreement)
            for other, forms in others
            if asked & forms and (agreement := rules.compare(person, identity_of(other))).is_possible
        ]
        likely.sort(key=lambda match: (-match.agreement.weight, str(match.party.pk)))
        found[party.pk] = likely[: rules.AT_MOST]
    return found


def _waiting(by, parties):
    waiting = Party.objects.visible_to(by).current().select_related("referral")
    return (
        waiting.filter(referral__state=Referral.State.SUBMITTED, referral__panel__in=_panels(by, parties))
        .exclude(referral__in={party.referral_id for party in parties})
        .order_by("-referral__submitted_at")[:MOST_WAITING]
    )


@transaction.atomic
def link_party(*, by, party: Party, subject: Subject) -> None:
    """Say that *party* is *subject*, from now on, until it is undone.

    Recorded as a combination.  A person made for this party alone is kept for undoing, but is found no more.
    """
    _must_link(by, party)
    if not _known(by, [party]).filter(subject=subject).exists():
        raise PermissionDenied
    _must_be_free(party)
    others = Party.objects.current().filter(referral=party.referral_id, subject=subject).exclude(pk=party.pk)
    if others.exists():
        raise ValidationError(_("Somebody else in this referral is already linked to that person."))
    before = party.subject
    party.subject, party.linked_at, party.linked_by = subject, timezone.now(), by
    noting(party, by=by, reason="linked").save_over(party.version)
    record(
        "person.linked", by=by, thing=party, case_id=party.case_id, panel_id=party.referral.panel_id, things=[subject]
    )
    for changed in filter(None, (before, subject)):
        index_subject(changed)
    if party.case_id:
        supersede_earlier(by=by, case_id=party.case_id, parties=[party])
        if before and not Party.objects.filter(case=party.case_id, subject=before).exists():
            follow(by=by, case_id=party.case_id, before=before, after=subject, reason="linked")


@transaction.atomic
def unlink_party(*, by, party: Party) -> None:
    """Undo a link: *party* is its own person again, the one it was before where there was one.

    Recorded as a combination undone; both people are indexed anew.
    """
    _must_link(by, party)
    linked = party.subject
    if linked is None or party.linked_at is None:
        raise ValidationError(_("This person is not linked."))
    _must_be_free(party)
    party.linked_at = party.linked_by = None
    party.subject = _own_subject(by, party) if party.case_id else None
    noting(party, by=by, reason="unlinked").save_over(party.version)
    record(
        "person.unlinked", by=by, thing=party, case_id=party.case_id, panel_id=party.referral.panel_id, things=[linked]
    )
    for changed in filter(None, (party.subject, linked)):
        index_subject(changed)
    if party.case_id:
        restore_earlier(by=by, case_id=party.case_id, subject=linked)
        if not Party.objects.filter(case=party.case_id, subject=linked).exists():
            follow(by=by, case_id=party.case_id, before=linked, after=party.subject, reason="unlinked")


@transaction.atomic
def tell_apart(*, by, party: Party, subject: Subject) -> DistinctPair:
    """Remember that *party* and *subject* are not the same person, so that it is not asked again."""
    _must_link(by, party)
    pair = DistinctPair.objects.filter(first=subject, party=party).first()
    if pair:
        return pair
    pair = DistinctPair(first=subject, party=party, decided_by=by, decided_at=timezone.now())
    try:
        with transaction.atomic():
            noting(pair, by=by, reason="told_apart").save(force_insert=True)
    except IntegrityError:  # somebody else, or the same in another tab, a moment ago
        return DistinctPair.objects.get(first=subject, party=party)
    record(
        "person.told_apart",
        by=by,
        thing=party,
        case_id=party.case_id,
        panel_id=party.referral.panel_id,
        things=[subject],
    )
    return pair


def supersede_earlier(*, by, case_id, parties) -> None:
    """Let *parties* stand on their case in place of the earlier parties of the same people."""
    subjects = [party.subject_id for party in parties]
    earlier = Party.objects.with_key().current().filter(case=case_id, subject__in=subjects)
    for old in earlier.exclude(pk__in=[party.pk for party in parties]):
        old.superseded_at = timezone.now()
        noting(old, by=by, reason="superseded").save_over(old.version)
        _carry_on(by, old, [party for party in parties if party.subject_id == old.subject_id])


def restore_earlier(*, by, case_id, subject) -> None:
    """Let the latest party of *subject* on the case stand again, where none does since a link was undone."""
    parties = Party.objects.with_key().filter(case=case_id, subject=subject)
    latest = parties.order_by("-superseded_at").first()
    if latest and latest.superseded_at and not parties.current().exists():
        latest.superseded_at = None
        noting(latest, by=by, reason="unlinked").save_over(latest.version)


def make_subject(*, by, party: Party) -> Subject:
    """A person as *party* names them, with a key of their own; the caller saves the party and indexes."""
    key = Key.objects.mint(Key.Kind.SUBJECT)
    subject = Subject(
        key=key,
        partnership_id=party.referral.panel.partnership_id,
        given_name=party.given_name,
        family_name=party.family_name,
        aliases=party.aliases,
        birth_date=party.birth_date,
    )
    noting(subject, by=by, reason="new_person").save(force_insert=True)
    record("person.added", by=by, thing=subject, case_id=party.case_id, panel_id=party.referral.panel_id)
    return subject


@transaction.atomic
def index_subject(subject: Subject) -> None:
    """Make the search keys of *subject* say what is known now: own names and date, and those of their parties on cases.

    The one writer of `SearchKey`.  A person who is on no case is not found.
    """
    subject = Subject.objects.with_key().get(pk=subject.pk)
    parties = list(Party.objects.with_key().filter(subject=subject, case__isnull=False))
    forms = {form for person in [subject, *parties] for form in kept_forms_of(person)} if parties else set()
    wanted = {(digest, kind) for digest, kind in search.digests(forms).items()}
    standing = {(bytes(key.digest), key.kind): key.pk for key in SearchKey.objects.filter(subject=subject)}
    SearchKey.objects.filter(pk__in=[pk for known, pk in standing.items() if known not in wanted]).delete()
    SearchKey.objects.bulk_create(
        [SearchKey(subject=subject, kind=kind, digest=digest) for digest, kind in sorted(wanted - standing.keys())]
    )


def identity_of(person: Party | Subject) -> rules.Identity:
    """The names and birth dates of a party or a subject, for comparing."""
    others = rules.typed_dates(getattr(person, "other_birth_dates", ()))
    names = [(name["given"], name["family"]) for name in getattr(person, "names", None) or ()]
    known = rules.identity(person.given_name, person.family_name, person.aliases, [person.birth_date, *others])
    return replace(known, names=(*known.names, *names))


def kept_forms_of(person: Party | Subject) -> set[search.Form]:
    """Every form under which a party or a subject is found, by any of their names."""
    known = identity_of(person)
    return {form for name in known.names for form in search.kept_forms(*name, known.dates)}


def known_names(*, by, parties: Iterable[Party]) -> dict:
    """The name of the person to whom each of *parties* is linked (by the party's id), as another case that *by* sees
    has it; a party whose person is known only from elsewhere is left out."""
    linked = {party.pk: party.subject_id for party in parties if party.linked_at}
    others = _known(by).with_key().filter(subject__in=linked.values()).exclude(pk__in=linked).order_by("created_at")
    names = {other.subject_id: other.name for other in others}
    return {pk: names[subject_id] for pk, subject_id in linked.items() if subject_id in names}


def asked_forms(person: rules.Identity) -> set:
    """The pairs of facts by which somebody who may be *person* is looked for."""
    return {form for name in person.names for form in search.asked_pairs(*name, person.dates)}


def _panels(by, parties) -> set:
    """The panels of *parties* where *by* links people; of all panels where *by* does, without *parties*."""
    panels = set(by.panels_with(Permission.LINK_PEOPLE))
    return panels if parties is None else panels & {party.referral.panel_id for party in parties}


def _known(by, parties=None):
    """Parties of the cases that *by* may see, on the panels of *parties* (else all) where *by* links people.

    The rule of `Case.visible_to`, asked of each party by itself: the index is large, and what it gives is little.
    """
    panels = _panels(by, parties)
    kept_away = barred(by, case="case", referral="referral")
    return Party.objects.filter(opened(by, case="case"), ~kept_away, case__panel__in=panels)


def _index(known, digests):
    # "famborn" and "givenborn" sort before "name" and "sound": where a name is common, those with a date come first.
    found = SearchKey.objects.filter(Exists(known.filter(subject=OuterRef("subject"))), digest__in=digests)
    return found.order_by("kind").values_list("digest", "subject_id")[:MOST_KEYS]


def _candidates(known, parties, asked, hits) -> dict:
    told_apart = _told_apart(parties)
    ids = set().union(*hits.values())
    subjects = {subject.pk: subject for subject in Subject.objects.with_key().filter(pk__in=ids)}
    known_by = defaultdict(list)
    for other in known.with_key().filter(subject__in=ids).select_related("case").order_by("-created_at"):
        known_by[other.subject_id].append(other)
    found = {}
    for party in parties:
        compared = [
            _candidate(asked[party.pk], subjects[pk], known_by[pk])
            for pk in hits[party.pk]
            if known_by[pk] and pk != party.subject_id and (party.pk, pk) not in told_apart
        ]
        likely = [candidate for candidate in compared if candidate.agreement.is_possible]
        likely.sort(key=lambda candidate: (-candidate.agreement.weight, str(candidate.subject.pk)))
        found[party.pk] = likely[: rules.AT_MOST]
    return found


def _told_apart(parties) -> set:
    """(party, subject) for each of *parties* and whom they are not: told of themselves, or of the person they are.

    What was found of an earlier referral's people holds for the next one's, once they are linked to the same people,
    and for the record that took the place of another.
    """
    own = {party.subject_id for party in parties} - {None}
    kept = Merge.objects.in_force().filter(gone=OuterRef("first")).order_by("-decided_at").values("kept")[:1]
    pairs = (
        DistinctPair.objects.annotate(first_now=Subquery(kept, output_field=UUIDField()))
        .filter(
            Q(party__in=[party.pk for party in parties])
            | Q(first__in=own)
            | Q(first_now__in=own)
            | Q(party__subject__in=own)
        )
        .values_list("party", "party__subject", "first", "first_now")
    )
    found = set()
    for party in parties:
        for told, subject, first, first_now in pairs:
            others = {first, first_now} - {None}
            if told == party.pk or subject and subject == party.subject_id:
                found |= {(party.pk, other) for other in others}
            if subject and party.subject_id in others:
                found.add((party.pk, subject))
    return found


def _candidate(person: rules.Identity, subject: Subject, parties) -> rules.Candidate:
    """*subject* as a candidate, by that one of *parties*, those in sight, which agrees best with *person*.

    What the subject's own row says may come from a case closed to the reader: it is neither compared nor shown.
    """
    compared = [(rules.compare(person, identity_of(party)), party) for party in parties]
    agreement, said_by = max(compared, key=lambda found: (found[0].is_possible, found[0].weight))
    return rules.Candidate(subject, agreement, said_by, parties)


def _must_link(by, party) -> None:
    if not by.may(Permission.LINK_PEOPLE, party.referral.panel_id):
        raise PermissionDenied


def _must_be_free(party) -> None:
    """Refuse for one person alone to change what two people agreed."""
    if Merge.objects.in_force().filter(parts__party=party.pk, parts__moves=True).exists():
        raise ValidationError(_("Two people agreed that this is one person. Undo that combination instead."))


def _carry_on(by, old: Party, parties) -> None:
    """What the case itself found out of *old* (names, a death, where they lived) holds for the party in their place."""
    for party in parties:
        found = (old.names, party.names), (old.deceased, party.deceased), (old.former_addresses, party.former_addresses)
        if any(known and not now for known, now in found):
            party.names = party.names or old.names
            party.former_addresses = party.former_addresses or old.former_addresses
            if old.deceased:
                party.deceased, party.died_on, party.death_source = True, old.died_on, old.death_source
            noting(party, by=by, reason="carried_on").save_over(party.version)


def _own_subject(by, party) -> Subject:
    """The person this party was before it was linked, if nobody else is that person now; else a new one."""
    earlier = party.history.exclude(subject_id=party.subject_id).exclude(subject_id=None).order_by("-history_date")
    for subject_id in earlier.values_list("subject_id", flat=True):
        own = Subject.objects.with_key().filter(pk=subject_id, parties__isnull=True).first()
        if own:
            return own
    return make_subject(by=by, party=party)
