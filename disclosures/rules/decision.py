"""Who may prepare, approve, release at once and review; what still keeps a decision from being approved."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Bar
from core.templatetags.confer import when
from disclosures.models import Decision, Dissent
from disclosures.models.codes import SHARING, Identifies, NoConsent, Outcome, Reason
from disclosures.rules import address, merits, origin, resting
from disclosures.rules import lawful as law
from disclosures.rules.path import STEPS, path_of
from disclosures.rules.request import has_standing, prepared, protocol_for
from partnership.models import Agency, Member, Protocol, Signatory
from partnership.roles import Permission
from partnership.rules import lapsed_of, may_decide

SHORTEST_REASON = 20
ADULT = 18
PUBLIC_INTEREST = "C2"  # the ground of common law
SOON = datetime.timedelta(days=7)
SHARING_REASONS = (
    Reason.SAFEGUARD_CHILD,
    Reason.SAFEGUARD_ADULT,
    Reason.PREVENT_CRIME,
    Reason.DUTY,
    Reason.EMERGENCY,
)
REASONS = {
    Outcome.SHARE: SHARING_REASONS,
    Outcome.PART: SHARING_REASONS,
    Outcome.DEPERSONALISED: SHARING_REASONS,
    Outcome.REFUSE: (
        Reason.NOT_NECESSARY,
        Reason.NOT_PROPORTIONATE,
        Reason.NO_BASIS,
        Reason.CONFIDENCE,
        Reason.RISK,
        Reason.UNRELIABLE,
    ),
    Outcome.DEFER: (Reason.MORE_NEEDED,),
    Outcome.DETRIMENTAL: (Reason.DETRIMENTAL,),
    Outcome.NOTHING: (Reason.NOT_HELD,),
}


def may_prepare(member, decision: Decision) -> bool:
    """Whether *member* may answer its questions: a liaison officer of the originator, while it waits."""
    return decision.state == Decision.State.WAITING and _may_take(member, decision)


def may_approve(member, decision: Decision) -> bool:
    """Whether *member* may decide: as for preparing, and never who asked.  Guidance §2.2.1."""
    return may_prepare(member, decision)


def may_supersede(member, decision: Decision) -> bool:
    """Whether *member* may decide anew what was decided.

    An emergency release is reviewed first: superseded, nobody would review it, and its releaser could do that.
    """
    return decision.state == Decision.State.DECIDED and not is_to_review(decision) and _may_take(member, decision)


def may_end_dissent(member, decision: Decision) -> bool:
    """Whether *member* may record how a dissent from *decision* ended: the originator's officer, who did not ask."""
    return decision.decided_at is not None and _may_take(member, decision)


def may_withdraw_dissent(member, dissent: Dissent) -> bool:
    """Whether *member*, of the agency that disagreed, may withdraw *dissent*."""
    panel = dissent.decision.disclosure.panel_id
    return dissent.agency_id == member.agency_id and member.may(Permission.ASK_DISCLOSURE, panel)


def may_release_at_once(member, decision: Decision) -> bool:
    """Whether *member*, of the originator, may release in an emergency without waiting for the liaison officer.

    Not where the liaison officer has decided, and decides anew: what was refused is not given past them.
    """
    return (
        decision.state == Decision.State.WAITING
        and decision.disclosure.agency_id is not None
        and decision.disclosure.urgency == decision.disclosure.Urgency.EMERGENCY
        and decision.originator_id == member.agency_id
        and decision.requested_by_id != member.pk
        and member.may(Permission.ASK_DISCLOSURE, decision.disclosure.panel_id)
        and has_standing(decision.originator, decision.disclosure.case_id)
        and not Decision.objects.before(decision).exists()
    )


def may_review(member, decision: Decision) -> bool:
    """Whether *member* may review an emergency release: a liaison officer who neither asked nor released it."""
    return (
        decision.state == Decision.State.DECIDED
        and is_to_review(decision)
        and decision.decided_by_id != member.pk
        and _may_take(member, decision)
    )


def may_look_again(member, decision: Decision) -> bool:
    """Whether *member* may say that they looked again at what *decision* overrides: as for deciding it anew."""
    return may_supersede(member, decision)


def soon(today=None) -> datetime.date:
    """The last day on which something that is to be looked at again is near."""
    return (today or timezone.localdate()) + SOON


def is_to_review(decision: Decision) -> bool:
    """Whether *decision* is an emergency release that no liaison officer has reviewed."""
    return decision.way == Decision.Way.EMERGENCY and decision.reviewed_at is None


def is_agreed(decision: Decision) -> bool:
    """Whether the reviewer who is named has agreed that sharing would be more detrimental to the child."""
    return decision.review == Decision.Review.AGREED and decision.reviewed_by_id == decision.reviewer_id


def overdue_review_of(member, now=None):
    """The first emergency release of *member* whose review is overdue, or None: it blocks the next one."""
    overdue = (
        Decision.objects.with_key().to_review().filter(decided_by=member, review_due_at__lte=now or timezone.now())
    )
    return overdue.order_by("review_due_at").first()


def _may_take(member, decision: Decision) -> bool:
    return decision.requested_by_id != member.pk and may_decide(member, decision.originator)


# what is missing ------------------------------------------------------------------------------------------------------


def problems(decision: Decision, *, items, recipients, people) -> list[tuple[str, str]]:
    """Everything that keeps *decision* from being approved, at once, as (page, sentence)."""
    found = []
    if not decision.outcome:
        found.append(("record", _("Choose the outcome.")))
    found += _reason_problems(decision)
    if decision.outcome in SHARING:
        found += _unanswered(decision)
        found += hard_stops(decision)
        protocol = protocol_for(decision.disclosure.panel)
        found += _protocol_problems(protocol)
        found += _lapsed_problems(decision, recipients)
        if decision.identifies == Identifies.PERSONAL:
            found += _people_problems(decision, items)
            found += [("law", gap) for gap in _law_gaps(decision, recipients, people, protocol)]
        elif not decision.tested_words:
            found.append(("nature", _("Say who tested that nobody can be recognised, and how.")))
        found += _release_problems(decision, items, recipients)
        found += resting.problems(decision, items, recipients)
        found += merits.problems(decision, recipients)
        found += address.problems(decision, items, recipients)
    return list(dict.fromkeys(found))


def hard_stops(decision: Decision) -> list[tuple[str, str]]:
    """What never leaves by this road, whatever the grounds."""
    found = [
        ("nature", _("%(words)s: this cannot be shared through Confer. Refuse, and take advice.") % {"words": label})
        for code, label in _stop_words()
        if code in decision.stops
    ]
    if decision.counselling_notes:
        found.append(
            (
                "nature",
                _(
                    "A victim’s counselling notes are not shared on a request like this. Whoever asked must make a "
                    "victim information request."
                ),
            )
        )
    return found


def _stop_words():
    from disclosures.models.codes import Stop

    return Stop.choices


def _reason_problems(decision):
    found = []
    outcome = decision.outcome
    if outcome and decision.reason_code not in REASONS.get(outcome, ()):
        found.append(("record", _("Choose the reason that fits the outcome.")))
    if len(decision.reason.strip()) < SHORTEST_REASON:
        found.append(("record", _("Give the reasons in your own words, whether you share or not.")))
    if outcome == Outcome.DEFER and (decision.defer_until is None or decision.defer_until <= timezone.localdate()):
        found.append(("record", _("Say until when you defer: a day to come.")))
    if outcome == Outcome.DETRIMENTAL and decision.reviewer_id is None:
        found.append(("record", _("Name who reviewed that sharing would be more detrimental to the child.")))
    elif outcome == Outcome.DETRIMENTAL and not is_agreed(decision):
        sentence = _("%(name)s has not yet agreed in Confer that sharing would be more detrimental to the child.")
        found.append(("record", sentence % {"name": decision.reviewer.name}))
    return found


def _unanswered(decision):
    return [
        (code, _("Answer question %(number)s: %(title)s") % {"number": STEPS[code].number, "title": STEPS[code].title})
        for code in path_of(decision)
        if code not in decision.steps_done
    ]


def _people_problems(decision, items):
    found = []
    found += [("nature", sentence) for sentence in origin.problems(decision, items)]
    if decision.confidential and not decision.confidential_words:
        found.append(("confidence", _("Say to whom confidence is owed, and why it may give way.")))
    if "health" in decision.special:
        found += _caldicott_problems(decision)
    if not decision.no_consent:
        found.append(("consent", _("Say whether there is consent, and if not, why not.")))
    elif decision.no_consent not in (NoConsent.NOT_BASIS, NoConsent.GIVEN) and not decision.no_consent_words:
        found.append(("consent", _("Say why it is shared without consent.")))
    if not decision.told:
        found.append(("consent", _("Say whether the person is told.")))
    if PUBLIC_INTEREST in decision.bases or decision.no_consent in resting.WITHOUT:
        found += resting.outweighing(decision)
    return found


def _protocol_problems(protocol: Protocol | None):
    """Field 15 of the decision record: a protocol in place and in date."""
    if protocol is None:
        return [("law", _("No information sharing protocol is in force: nothing is shared before one is."))]
    if not protocol.is_past_review():
        return []
    words = _("The review of %(protocol)s was due by %(day)s: it is reviewed before anything more is shared.")
    return [("law", words % {"protocol": protocol, "day": when(protocol.review_on)})]


def _lapsed_problems(decision, recipients):
    """A registration or a standing whose review ran out, of who gives or of who receives: no silent grace."""
    agencies = {each.agency_id: each.agency for each in recipients if each.agency_id}
    agencies[decision.originator_id] = decision.originator
    lapsed = lapsed_of(agencies.values())
    return [("law", words) for agency_id in agencies for _code, words in lapsed.get(agency_id, ())]


def _caldicott_problems(decision):
    if decision.caldicott_not and decision.disclosure.urgency == decision.disclosure.Urgency.EMERGENCY:
        return []
    return [("caldicott", sentence) for sentence in wanting_of_guardian(decision)]


def wanting_of_guardian(decision: Decision) -> list[str]:
    """What is not written down of the Caldicott Guardian's view; nothing where no health or care data is in it."""
    if "health" not in decision.special:
        return []
    if not (decision.caldicott and decision.caldicott_name and decision.caldicott_on):
        return [_("Health or care information: record the Caldicott Guardian’s name, advice and its date.")]
    if decision.caldicott != "agrees" and not decision.caldicott_words:
        return [_("Write down the Caldicott Guardian’s limits or objection, and how it is met.")]
    return []


def _law_gaps(decision, recipients, people, protocol):
    agencies = {recipient.agency_id: recipient.agency for recipient in recipients if recipient.agency_id}
    facts = law.facts_of(decision, recipients=agencies.values(), people=people, protocol=protocol)
    return law.gaps_of(decision, facts)


def _release_problems(decision, items, recipients):
    found = []
    leaving = [item for item in items if not item.withheld and item.words.strip()]
    if not leaving:
        found.append(("release", _("Choose or write at least one piece of information to share.")))
    kept_back = any(item.withheld or item.is_redacted for item in items)
    if decision.outcome == Outcome.SHARE and kept_back:
        found.append(("record", _("Something is withheld or redacted: the outcome is “share part”.")))
    if decision.outcome == Outcome.DEPERSONALISED and decision.identifies == Identifies.PERSONAL:
        found.append(("nature", _("Depersonalised information identifies nobody: answer the second question again.")))
    if not recipients:
        found.append(("release", _("Name at least one recipient.")))
    found += [("release", sentence) for sentence in recipient_problems(decision, recipients)]
    found += [
        ("release", sentence) for sentence in [*_unprepared(decision, recipients), *_needless(decision, recipients)]
    ]
    if not decision.conditions:
        found.append(("release", _("Choose the conditions on which it is shared.")))
    if not decision.destroy_on and not decision.destroy_event:
        found.append(("release", _("Say by when it is destroyed.")))
    return found


def _unprepared(decision: Decision, recipients) -> list[str]:
    """Who is not recorded as trained, declared and vetted, at this instant."""
    members = {each.member_id: each.member.name for each in recipients if each.member_id}
    there = prepared(Member.objects.filter(pk__in=members), decision.disclosure.panel_id).values_list("pk", flat=True)
    words = _("%(name)s is not recorded as trained, declared and vetted for this panel, and cannot receive it.")
    return [words % {"name": name} for pk, name in members.items() if pk not in set(there)]


def _needless(decision: Decision, recipients) -> list[str]:
    """For whom it is not said why that person needs what identifies somebody (field 34 of the decision record)."""
    if decision.identifies != Identifies.PERSONAL:
        return []
    words = _("Say why %(name)s needs it.")
    return [words % {"name": each.member.name} for each in recipients if each.member_id and not each.need.strip()]


def is_about_child(decision: Decision, people) -> bool:
    """Whether a child may be at risk, as who asked said, or one of *people* is under 18 today."""
    ages = [law.age_on(person.birth_date, timezone.localdate()) for person in people]
    return decision.disclosure.child_safeguarding or any(age is not None and age < ADULT for age in ages)


def recipient_problems(decision: Decision, recipients) -> list[str]:
    """What keeps somebody from receiving at this instant: standing, leaving, a bar on the case."""
    agencies = {recipient.agency_id for recipient in recipients if recipient.agency_id}
    standings = Signatory.objects.reaching(decision.disclosure.case_id).filter(agency__in=agencies)
    fit = set(standings.values_list("agency_id", flat=True))
    bars = set()
    if decision.disclosure.case_id:
        for agency, member in (
            Bar.objects.live().filter(case=decision.disclosure.case_id).values_list("agency", "member")
        ):
            bars |= {agency, member}
    found = []
    for recipient in recipients:
        if recipient.member_id is None:
            continue
        shown = {"name": recipient.member.name}
        if recipient.member.left_at or not recipient.member.is_active:
            found.append(_("%(name)s can no longer sign in.") % shown)
        elif recipient.agency_id not in fit:
            found.append(_("%(name)s’s agency may not receive personal information now.") % shown)
        elif {recipient.agency_id, recipient.member_id} & (bars - {None}):
            found.append(_("%(name)s is kept away from this case.") % shown)
    return found


def health_agency(agency: Agency) -> bool:
    """Whether what *agency* holds is health or care data to begin with."""
    kinds = Agency.Kind
    return agency.kind in {kinds.PRIMARY_CARE, kinds.ACUTE, kinds.MENTAL_HEALTH, kinds.SUBSTANCE}
