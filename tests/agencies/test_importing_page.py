"""The import pages as people use them: upload, dry run, suggestions, confirmation, result, report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.importing import drafts
from agencies.importing.drafts import forget_old_drafts
from agencies.importing.reading import MAX_BYTES
from agencies.models import Agency, ImportDraft, Membership, Network
from agencies.scope import networks
from agencies.tasks import forget_import_drafts
from tests.agencies.importing_files import SAMPLE, SAMPLE_XLSX, csv_of
from tests.factories import make_agency, make_member, make_network

pytestmark = pytest.mark.django_db
TODO = ("T1", "Tours", "fatou@rivage", "Fatou Diallo")
READY = ("V1", "Vannes", "yann@rivage.test", "Yann Le Goff")


@pytest.fixture
def network() -> Network:
    return make_network("rivages", name="Rivages Assurances")


def client_of(network: Network, role: str = "coach", email: str = "coach@example.com") -> Client:
    with networks(network.pk):
        agency = make_agency(network, "Angers") if role == "agency_head" else None
        membership = make_member(network, email, role, agency, starts_on=dt.date(2026, 1, 5))
    client = Client()
    client.force_login(membership.user, backend="accounts.backends.AuthenticationBackend")
    return client


@pytest.fixture
def coach(network: Network) -> Client:
    return client_of(network)


def upload(client: Client, network: Network, content: bytes, name: str = "réseau.csv") -> Any:
    url = reverse("agencies:import", args=[network.slug])
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def dry_run(client: Client, network: Network, content: bytes) -> str:
    """Upload; the address of the dry run."""
    response = upload(client, network, content)
    assert response.status_code == 302, response.content
    return str(response.url)


def page(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def token_of(response: Any) -> str:
    field = page(response).select_one("input[name=token]")
    assert field
    return str(field["value"])


def confirm(client: Client, url: str, **fields: str) -> Any:
    return client.post(url, {"action": "confirm", "token": token_of(client.get(url)), **fields})


def rows_in(network: Network) -> tuple[int, int]:
    with networks(network.pk):
        return Agency.objects.count(), Membership.objects.filter(role="agency_head").count()


@pytest.mark.parametrize("file", [SAMPLE, SAMPLE_XLSX], ids=["csv", "xlsx"])
def test_the_sample_goes_from_file_to_network_in_three_steps(
    coach: Client, network: Network, file: Any
) -> None:
    url = dry_run(coach, network, file.read_bytes())
    shown = coach.get(url)
    untouched = rows_in(network)

    done = confirm(coach, url)
    result = coach.get(done.url)

    assert shown.status_code == 200
    assert "Vingt lignes prêtes" in " ".join(page(shown).h1.text.split())
    assert untouched == (0, 0)
    assert rows_in(network) == (20, 20)
    assert "Le réseau est à jour" in page(result).h1.text
    assert reverse("cohorts:create", args=[network.slug]) in str(result.content)


def test_a_second_confirmation_does_nothing_more(coach: Client, network: Network) -> None:
    url = dry_run(coach, network, SAMPLE.read_bytes())
    token = token_of(coach.get(url))

    for _time in range(2):
        assert coach.post(url, {"action": "confirm", "token": token}).status_code in (200, 302)

    assert rows_in(network) == (20, 20)


def test_the_file_is_gone_once_it_is_imported(coach: Client, network: Network) -> None:
    url = dry_run(coach, network, SAMPLE.read_bytes())

    confirm(coach, url)

    with networks(network.pk, user_id=_user_of(coach)):
        draft = ImportDraft.objects.get()
        assert bytes(draft.content) == b""
        assert draft.outcome["created"] == 20


def _user_of(client: Client) -> int:
    return int(client.session["_auth_user_id"])


def test_ticked_suggestions_are_replayed_and_can_be_taken_back(coach: Client, network: Network) -> None:
    url = dry_run(coach, network, csv_of(READY, TODO))
    first = page(coach.get(url))

    coach.post(url, {"action": "replay", "fix": ["3:email"]})
    second = page(coach.get(url))
    coach.post(url, {"action": "replay"})
    third = page(coach.get(url))

    assert "fatou@rivage.test" in first.select_one(".refuse").text
    assert "Deux lignes prêtes." in " ".join(second.h1.text.split())
    assert second.select_one("input[value='3:email']").has_attr("checked")
    assert "Une ligne prête, une à revoir." in " ".join(third.h1.text.split())


def test_a_form_cannot_bring_corrections_of_its_own(coach: Client, network: Network) -> None:
    url = dry_run(coach, network, csv_of(READY, TODO))

    coach.post(url, {"action": "replay", "fix": ["2:email", "9:nothing", "garbage", ""]})

    assert "Une ligne prête, une à revoir." in " ".join(page(coach.get(url)).h1.text.split())


def test_refused_lines_stop_the_import_unless_they_are_left_aside(coach: Client, network: Network) -> None:
    url = dry_run(coach, network, csv_of(READY, TODO))

    stopped = confirm(coach, url)
    after = rows_in(network)
    confirm(coach, url, leave_refused="on")

    assert stopped.status_code == 422
    assert page(stopped).select_one(".errsum a")["href"] == "#leave_refused"
    assert after == (0, 0)
    assert rows_in(network) == (1, 1)


def test_a_network_that_changed_meanwhile_is_shown_again(coach: Client, network: Network) -> None:
    url = dry_run(coach, network, csv_of(READY))
    token = token_of(coach.get(url))
    with networks(network.pk):
        make_agency(network, "Vannes", code="V1")

    response = coach.post(url, {"action": "confirm", "token": token})

    assert response.status_code == 409
    assert rows_in(network) == (1, 0)
    assert coach.post(url, {"action": "confirm", "token": token_of(response)}).status_code == 302


@pytest.mark.parametrize("token", ["", "0" * 64, "é" * 9])
def test_a_wrong_token_imports_nothing(coach: Client, network: Network, token: str) -> None:
    url = dry_run(coach, network, csv_of(READY))

    response = coach.post(url, {"action": "confirm", "token": token})

    assert response.status_code == 409
    assert rows_in(network) == (0, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Ce fichier est vide."),
        (b"code;ville\n1;Vannes", "Il manque la colonne « agence »."),
        (b"%PDF-1.7", "Ce fichier n’est ni un CSV ni un classeur XLSX."),
        (b"a" * (MAX_BYTES + 1), "Ce fichier dépasse 5"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    coach: Client, network: Network, content: bytes, sentence: str
) -> None:
    response = upload(coach, network, content)

    assert response.status_code == 422
    assert sentence in page(response).select_one(".errsum").text.replace("\u00a0", " ")
    assert page(response).title.text.startswith("Erreur")


def test_no_file_at_all_is_refused(coach: Client, network: Network) -> None:
    response = coach.post(reverse("agencies:import", args=[network.slug]))

    assert response.status_code == 422
    assert "Choisissez un fichier." in page(response).text


def test_hostile_names_and_cells_are_shown_as_text(coach: Client, network: Network) -> None:
    evil = "<script>alert(1)</script>"
    response = upload(
        coach, network, csv_of(("V1", evil, "yann@rivage.test", evil), ("T", "T", evil, "")), f"{evil}.csv"
    )
    shown = coach.get(response.url)

    assert evil not in shown.content.decode()
    assert "alert(1)" in page(shown).text


def test_personal_columns_are_announced_as_left_aside(coach: Client, network: Network) -> None:
    content = b"agence;courriel;date de naissance\nVannes;y@r.test;1/1/1980"

    shown = page(coach.get(dry_run(coach, network, content)))

    assert "Donnée personnelle inutile ici" in shown.text
    assert "1980" not in shown.text


@pytest.mark.parametrize("show", ["created", "changed", "unchanged", "nonsense"])
def test_lines_can_be_filtered_and_paged(coach: Client, network: Network, show: str) -> None:
    rows = [(f"V{n}", f"Vannes {n}", f"y{n}@rivage.test", "") for n in range(60)]
    url = dry_run(coach, network, csv_of(*rows))

    response = coach.get(url, {"show": show, "page": "2"})

    expected = {"created": 10, "changed": 0, "unchanged": 0, "nonsense": 10}[show]
    assert len(page(response).select(".imp tbody tr")) == expected


def test_the_report_is_a_csv_that_no_spreadsheet_executes(coach: Client, network: Network) -> None:
    url = dry_run(coach, network, csv_of(READY, ("T1", "Tours", '=CMD|"x"!A1', "Fatou")))

    response = coach.get(url + "report.csv")

    text = response.content.decode("utf-8-sig")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    assert "\"'=CMD" in text
    assert "3;Refusée;Fatou, Tours;Courriel;" in text


@pytest.mark.parametrize(
    ("role", "status"),
    [("regional_manager", 200), ("network_admin", 200), ("coach", 200), ("agency_head", 403)],
)
def test_managers_and_coaches_may_import(network: Network, role: str, status: int) -> None:
    client = client_of(network, role)

    assert client.get(reverse("agencies:import", args=[network.slug])).status_code == status
    assert upload(client, network, csv_of(READY)).status_code == (302 if status == 200 else 403)


def test_a_colleague_s_file_an_old_one_and_an_unknown_one_are_not_there(
    coach: Client, network: Network
) -> None:
    url = dry_run(coach, network, csv_of(READY))
    colleague = client_of(network, "regional_manager", "manager@example.com")
    unknown = reverse("agencies:import_review", args=[network.slug, "1" * 12])

    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        old = coach.get(url).status_code

    assert (colleague.get(url).status_code, coach.get(unknown).status_code, old) == (404, 404, 404)
    assert colleague.post(url, {"action": "confirm"}).status_code == 404
    assert colleague.get(url + "report.csv").status_code == 404


def test_strangers_do_not_see_the_page(network: Network) -> None:
    stranger = client_of(make_network("toits"), email="other@example.com")

    assert stranger.get(reverse("agencies:import", args=[network.slug])).status_code == 404
    assert Client().get(reverse("agencies:import", args=[network.slug])).status_code == 302


def test_a_person_has_one_file_at_a_time(coach: Client, network: Network) -> None:
    first = dry_run(coach, network, csv_of(READY))
    second = dry_run(coach, network, csv_of(READY))

    assert coach.get(first).status_code == 404
    assert coach.get(second).status_code == 200


def test_files_older_than_a_day_are_forgotten_in_every_network(coach: Client, network: Network) -> None:
    dry_run(coach, network, csv_of(READY))
    later = timezone.now() + dt.timedelta(hours=25)

    assert forget_import_drafts() == 0
    assert forget_old_drafts(later) == 1
    assert forget_old_drafts(later) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_dry_run_takes_three_queries_once_the_scope_is_open(
    coach: Client, network: Network, count: int
) -> None:
    rows = [(f"V{n}", f"Vannes {n}", f"y{n}@rivage.test", "") for n in range(count)]
    confirm(coach, dry_run(coach, network, csv_of(*rows)))
    url = dry_run(coach, network, csv_of(*rows))

    with CaptureQueriesContext(connection) as queries:
        coach.get(url)

    statements = [query["sql"] for query in queries]
    scope = f"'app.networks', '{{{network.pk}}}'"
    opened = max(n for n, sql in enumerate(statements) if scope in sql)
    assert len([sql for sql in statements[opened + 1 :] if sql.startswith('SELECT "')]) == 3


def test_two_clicks_at_once_import_once_and_say_so(
    coach: Client, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = dry_run(coach, network, csv_of(READY))
    token = token_of(coach.get(url))
    found = drafts.get_draft_for

    def just_before_the_first_click_wins(membership: Membership, public_id: str) -> ImportDraft:
        draft = found(membership, public_id)
        drafts.confirm(found(membership, public_id), timezone.localdate(), token=token, leave_refused=False)
        return draft

    monkeypatch.setattr(drafts, "get_draft_for", just_before_the_first_click_wins)

    response = coach.post(url, {"action": "confirm", "token": token})

    assert response.status_code == 302
    assert rows_in(network)[0] == 1


def test_file_replaced_in_another_window_is_not_there_any_more(
    coach: Client, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = dry_run(coach, network, csv_of(READY))
    token = token_of(coach.get(url))
    found = drafts.get_draft_for

    def just_before_it_goes(membership: Membership, public_id: str) -> ImportDraft:
        draft = found(membership, public_id)
        ImportDraft.objects.filter(pk=draft.pk).delete()
        return draft

    monkeypatch.setattr(drafts, "get_draft_for", just_before_it_goes)

    response = coach.post(url, {"action": "confirm", "token": token})

    assert response.status_code == 404
