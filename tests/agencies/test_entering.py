"""Entering a network: invitations, the waiting membership, the home of each role, foreign addresses."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import NoticeAcknowledgement, User
from agencies.models import Invitation, Membership
from agencies.scope import networks
from agencies.services import attach_person, end_membership, issue_invitation
from tests.agencies.conftest import ANSWERS
from tests.factories import Cast, make_agency, make_network

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(cast: Cast) -> Membership:
    with networks(cast.network.pk):
        agency = make_agency(cast.network, "Quimper")
        return attach_person("Helene@Example.com ", "agency_head", name="Hélène", agency=agency)


def token_for(membership: Membership) -> str:
    with networks(membership.network_id):
        return issue_invitation(membership)


def url(token: str) -> str:
    return reverse("agencies:invitation", args=[token])


def test_accepting_joins_confirms_the_address_and_signs_in(client: Client, invited: Membership) -> None:
    response = client.post(url(token_for(invited)), ANSWERS)

    assert response.status_code == 302
    user = User.objects.get(email="helene@example.com")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.name == "Hélène Moreau"
    assert EmailAddress.objects.get(user=user).verified
    assert NoticeAcknowledgement.objects.filter(user=user).exists()
    with networks(invited.network_id):
        assert Membership.objects.get(pk=invited.pk).joined_at is not None


def english(invited: Membership) -> str:
    User.objects.filter(pk=invited.user_id).update(language="en")
    return url(token_for(invited))


def test_an_invitation_speaks_the_language_of_its_mail_whatever_the_browser(
    client: Client, invited: Membership
) -> None:
    shown = client.get(english(invited), headers={"Accept-Language": "fr"}).content.decode()

    assert '<html lang="en"' in shown
    assert "What is yours stays yours" in shown


def test_the_language_chosen_on_the_page_of_an_invitation_comes_first(
    client: Client, invited: Membership
) -> None:
    address = english(invited)

    client.post("/language/", {"language": "fr", "next": address})

    assert '<html lang="fr"' in client.get(address).content.decode()


def test_a_used_invitation_opened_inside_leads_home(client: Client, invited: Membership) -> None:
    token = token_for(invited)
    client.post(url(token), ANSWERS)

    shown = client.get(url(token)).content.decode()

    assert "Revenir à l’accueil" in shown
    assert "Se connecter" not in shown


def test_the_notice_can_be_read_again_from_the_legal_page(client: Client, db: None) -> None:
    legal = client.get("/legal/").content.decode()
    notice = client.get("/notice/").content.decode()

    assert 'href="/notice/"' in legal
    assert "Ce qui est à vous reste à vous." in notice
    assert "Votre réseau propose ce parcours" in notice


def test_the_link_alone_shows_the_name_that_this_network_wrote(client: Client, invited: Membership) -> None:
    User.objects.filter(pk=invited.user_id).update(name="Hélène d’Ailleurs")

    shown = client.get(url(token_for(invited))).content.decode()

    assert "Bonjour Hélène, entrez." in shown
    assert "Ailleurs" not in shown


def test_a_person_who_signed_in_is_greeted_by_their_own_name(client: Client, invited: Membership) -> None:
    invited.user.name = "Léna Moreau"
    invited.user.save()
    client.force_login(invited.user)

    shown = client.get(url(token_for(invited))).content.decode()

    assert "Bonjour Léna, entrez." in shown


def test_a_password_like_the_name_just_typed_is_refused(client: Client, invited: Membership) -> None:
    like = {"name": "Hélène Kermorvant", "way_in": "password", "password": "helene-kermorvant"}

    response = client.post(url(token_for(invited)), ANSWERS | like)

    assert response.status_code == 422


def test_whoever_runs_two_agencies_enters_once(client: Client, invited: Membership) -> None:
    with networks(invited.network_id):
        second = attach_person(
            "helene@example.com", "agency_head", agency=make_agency(invited.network, "Auray")
        )

    client.post(url(token_for(invited)), ANSWERS)

    with networks(invited.network_id):
        second = Membership.objects.select_related("user").get(pk=second.pk)
    assert second.joined_at is not None
    assert second.shown_name == "Hélène Moreau"


def test_whoever_enters_without_writing_a_name_takes_the_one_of_the_network(
    client: Client, invited: Membership
) -> None:
    client.force_login(invited.user)

    client.post(reverse("agencies:welcome", args=["rivages"]), {"notice": "on"})

    assert User.objects.get(pk=invited.user_id).name == "Hélène"


def test_an_invitation_serves_once_and_closes_the_others(client: Client, invited: Membership) -> None:
    first, second = token_for(invited), token_for(invited)
    client.post(url(first), ANSWERS)

    assert Client().post(url(first), ANSWERS).status_code == 410
    assert Client().get(url(second)).status_code == 410


def test_an_invitation_dies_after_fourteen_days(client: Client, invited: Membership) -> None:
    token = token_for(invited)
    with networks(invited.network_id):
        Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))

    response = client.get(url(token))

    assert response.status_code == 410
    assert "quatorze jours" in response.content.decode()


def test_the_token_is_stored_only_as_a_hash(invited: Membership) -> None:
    token = token_for(invited)

    with networks(invited.network_id):
        stored = bytes(Invitation.objects.get().token_hash)

    assert token.encode() not in stored
    assert len(stored) == 32


@pytest.mark.parametrize("token", ["x", "a" * 43, "../../etc", "é" * 20])
def test_an_unknown_token_gets_a_clear_page(client: Client, token: str) -> None:
    response = client.get(url(token) if "/" not in token else "/invitation/%2e%2e/")

    assert response.status_code in (404, 410)


def test_a_person_who_already_signs_in_must_do_so_to_accept(
    client: Client, cast: Cast, invited: Membership
) -> None:
    User.objects.filter(pk=invited.user_id).update(last_login=timezone.now())

    response = client.get(url(token_for(invited)))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def refused(client: Client, token: str, words: str) -> None:
    """Opened or posted, the link answers with this sentence and is not used up."""
    for response in (client.get(url(token)), client.post(url(token), ANSWERS)):
        assert response.status_code == 410
        assert words in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_ended_mandate_does_not_enter_and_uses_nothing_up(client: Client, invited: Membership) -> None:
    token = token_for(invited)
    with networks(invited.network_id):
        Membership.objects.filter(pk=invited.pk).update(ends_on=timezone.localdate())
    refused(client, token, "Votre rattachement à ce réseau est terminé.")

    with networks(invited.network_id):
        Membership.objects.filter(pk=invited.pk).update(ends_on=None)

    assert client.post(url(token), ANSWERS).status_code == 302


def test_a_closed_account_does_not_enter_and_uses_nothing_up(client: Client, invited: Membership) -> None:
    token = token_for(invited)
    User.objects.filter(pk=invited.user_id).update(is_active=False)
    refused(client, token, "Ce compte est fermé")

    User.objects.filter(pk=invited.user_id).update(is_active=True)

    assert client.post(url(token), ANSWERS).status_code == 302


def test_an_invitation_stays_with_the_address_it_was_sent_to(client: Client, invited: Membership) -> None:
    token = token_for(invited)
    User.objects.filter(pk=invited.user_id).update(email="elsewhere@example.com")
    refused(client, token, "Cette invitation est partie à une autre adresse.")

    User.objects.filter(pk=invited.user_id).update(email="HELENE@example.com")

    assert client.get(url(token)).status_code == 200


def test_somebody_elses_session_is_named_and_left_alone(
    client: Client, cast: Cast, invited: Membership
) -> None:
    token = token_for(invited)
    client.force_login(cast.manager.user)

    for response in (client.get(url(token)), client.post(url(token), ANSWERS)):
        html = response.content.decode()
        assert response.status_code == 403
        assert "Nathalie Mercier" in html
        assert "manager@example.com" in html
        assert "helene@example.com" not in html
    assert client.session["_auth_user_id"] == str(cast.manager.user_id)


def test_signing_out_leads_back_to_the_invitation(client: Client, cast: Cast, invited: Membership) -> None:
    token = token_for(invited)
    client.force_login(cast.manager.user)

    response = client.post(reverse("account_logout"), {"next": url(token)})

    assert response["Location"] == url(token)
    assert client.post(url(token), ANSWERS).status_code == 302
    assert client.session["_auth_user_id"] == str(invited.user_id)


def test_a_weak_password_is_refused_with_its_reason_and_nothing_is_used_up(
    client: Client, invited: Membership
) -> None:
    token = token_for(invited)

    response = client.post(url(token), ANSWERS | {"way_in": "password", "password": "12345"})

    assert response.status_code == 422
    assert client.get(url(token)).status_code == 200


def test_the_notice_must_be_read(client: Client, invited: Membership) -> None:
    response = client.post(url(token_for(invited)), {**ANSWERS, "notice": ""})

    assert response.status_code == 422
    assert "qui voit quoi" in response.content.decode()


def test_a_waiting_person_who_signs_in_first_reads_the_notice_then_enters(
    client: Client, invited: Membership
) -> None:
    client.force_login(invited.user)
    inside = f"/n/{invited.network.slug}/learn/"

    assert client.get(inside)["Location"] == reverse("agencies:welcome", args=[invited.network.slug])
    client.post(reverse("agencies:welcome", args=[invited.network.slug]), {"notice": "on"})

    with networks(invited.network_id):
        assert Membership.objects.get(pk=invited.pk).joined_at is not None


def test_a_foreign_network_answers_like_one_that_does_not_exist(client: Client, cast: Cast) -> None:
    client.force_login(cast.head.user)

    foreign = client.get(f"/n/{cast.other_network.slug}/learn/")
    missing = client.get("/n/nulle-part/learn/")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


def test_access_ends_with_the_membership_at_the_next_request(client: Client, cast: Cast) -> None:
    client.force_login(cast.head.user)
    with networks(cast.network.pk):
        end_membership(cast.head, timezone.localdate())

    assert client.get(f"/n/{cast.network.slug}/").status_code == 404


def test_an_anonymous_visitor_is_asked_to_sign_in_for_any_network(client: Client, cast: Cast) -> None:
    known = client.get(f"/n/{cast.network.slug}/")
    unknown = client.get("/n/nulle-part/")

    assert known.status_code == unknown.status_code == 302
    assert known["Location"].startswith(reverse("account_login"))


def test_a_person_in_several_networks_switches_in_one_click(client: Client, cast: Cast) -> None:
    client.force_login(cast.coach.user)

    page = client.get(reverse("cohorts:list", args=[cast.network.slug])).content.decode()

    assert f'href="/n/{cast.other_network.slug}/"' in page


def test_entering_one_network_leaves_another_waiting(client: Client, invited: Membership) -> None:
    other = make_network("escales")
    with networks(other.pk):
        elsewhere = attach_person(invited.user.email, "regional_manager")
    client.force_login(invited.user)

    response = client.post(reverse("agencies:welcome", args=[invited.network.slug]), {"notice": "on"})

    assert response.status_code == 302
    with networks(other.pk):
        assert Membership.objects.get(pk=elsewhere.pk).joined_at is None


@pytest.mark.parametrize(
    "target", ["abc", "agencies:home", "//evil.example", "https://evil.example/", "\x00"]
)
def test_language_goes_back_to_a_page_of_ours_whatever_it_is_told(client: Client, target: str) -> None:
    response = client.post("/language/", {"language": "en", "next": target})

    assert response.status_code == 302
    assert "evil" not in response.url


def test_a_head_whose_mandate_ended_reads_which_place_ended_and_what_becomes_of_their_words(
    client: Client, cast: Cast
) -> None:
    client.force_login(User.objects.get(pk=cast.head.user_id))
    before = client.get(reverse("agencies:home"), follow=True).content.decode()
    with networks(cast.network.pk):
        end_membership(cast.head, timezone.localdate())

    page = client.get(reverse("agencies:home")).content.decode().replace("\u00a0", " ")

    assert "a pris fin" not in before
    assert f"Votre place dans « {cast.network.name} » a pris fin le" in page
    assert "n’est transmis à personne" in page
