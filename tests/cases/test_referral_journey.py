"""From an empty draft to a case, through the pages, as the members would."""

from cases.models import Case, Party, Referral


def post(client, path, **typed):
    return client.post(path, typed, follow=True)


def write_whole(client) -> Referral:
    """A referral with everything that is needed, typed section by section."""
    post(client, "/referrals/start/")
    referral = Referral.objects.with_key().get()
    base = f"/referrals/{referral.pk}"
    version = lambda: Referral.objects.get(pk=referral.pk).version  # noqa: E731
    victim = lambda: Party.objects.get(referral=referral, capacity="victim").version  # noqa: E731
    post(
        client,
        f"{base}/victim/",
        version=victim(),
        given_name="Siân",
        family_name="O’Neill",
        address="4 Lôn Goed",
        birth_date_day="7",
        birth_date_month="3",
        birth_date_year="1990",
    )
    post(
        client,
        f"{base}/safe-contact/",
        version=victim(),
        safe_to_call="yes",
        safe_number="07700 900123",
        afraid_of="Huw",
    )
    post(client, f"{base}/perpetrators/add/", given_name="Huw", family_name="Prydderch")
    post(client, f"{base}/children/add/", given_name="Cai", family_name="Prydderch")
    post(
        client,
        f"{base}/about-you/",
        version=version(),
        contact_name="Rhys",
        contact_phone="01632 960001",
        contact_email="rhys@homes.example",
    )
    post(client, f"{base}/reasons/", version=version(), professional_judgement="on", judgement_reasons="It escalates.")
    post(
        client,
        f"{base}/incident/",
        version=version(),
        summary="Threats at the door.",
        incident_on_day="1",
        incident_on_month="1",
        incident_on_year="2026",
    )
    post(client, f"{base}/agreement/", version=version(), aware="yes", consents="no", no_consent_reason="Danger.")
    post(client, f"{base}/basis/", version=version(), lawful_basis="A6e", lawful_basis_words="To keep her safe.")
    post(client, f"{base}/other-marac/", version=version(), other_marac="no")
    return Referral.objects.with_key().get(pk=referral.pk)


def test_a_referral_is_written_sent_screened_and_becomes_a_case(world, as_member):
    client = as_member(world.referrer)
    referral = write_whole(client)
    page = post(client, f"/referrals/{referral.pk}/submit/")
    assert page.status_code == 200
    assert Referral.objects.get().state == "submitted"

    client = as_member(world.coordinator)
    assert referral.reference in client.get("/screening/").content.decode()
    assert client.get(f"/screening/{referral.pk}/").status_code == 200
    post(client, f"/screening/{referral.pk}/accept/", repeat="new")

    case = Case.objects.visible_to(world.coordinator).get()
    assert (case.reference, case.state) == ("AB-2026-0001", "open")
    assert sorted(p.name for p in Party.objects.visible_to(world.coordinator).filter(case=case)) == [
        "Cai Prydderch",
        "Huw Prydderch",
        "Siân O’Neill",
    ]
    assert Referral.objects.visible_to(world.referrer).get().get_state_display() == "Accepted"
