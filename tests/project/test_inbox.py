"""The demo's inbox shows what the mail sink kept, and only in the demo."""

import re
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from config.embedded.mailsink import serve
from config.embedded.supervisor import free_port

pytestmark = pytest.mark.django_db
UNKNOWN = "0" * 20 + "-" + "0" * 8


@pytest.fixture
def mail_folder(tmp_path: Path, settings) -> Path:
    settings.DEMO, settings.MAIL_FOLDER = True, tmp_path
    return tmp_path


def send(folder: Path, **parts: str) -> str:
    """Send one message through the real sink and return the name it was kept under."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Cairn <c@example.org>",
        "karim@example.org",
        "Été à Nîmes",
    )
    message.set_content(parts.get("text", "Bonjour, voici https://example.org/a"))
    if "html" in parts:
        message.add_alternative(parts["html"], subtype="html")
    before = set(folder.glob("*.eml"))
    controller = serve(folder, free_port(9000))
    try:
        with smtplib.SMTP("127.0.0.1", controller.port, timeout=10) as client:
            client.send_message(message)
    finally:
        controller.stop()
    (kept,) = set(folder.glob("*.eml")) - before
    return kept.stem


def test_a_message_sent_over_smtp_is_listed_with_its_subject_and_recipient(client, mail_folder):
    name = send(mail_folder)

    page = client.get("/inbox/").content.decode()

    assert f"/inbox/{name}/" in page
    assert "Été à Nîmes" in page
    assert "karim@example.org" in page


def test_links_of_the_plain_text_can_be_followed_and_markup_in_it_stays_text(client, mail_folder):
    name = send(mail_folder, text="Voyez https://example.org/a <script>alert(1)</script>")

    page = client.get(f"/inbox/{name}/").content.decode()

    assert 'href="https://example.org/a"' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_html_part_runs_no_script_and_its_links_leave_the_frame(client, mail_folder):
    name = send(mail_folder, html="<html><head></head><body><a href='/'>oui</a></body></html>")

    response = client.get(f"/inbox/{name}/html/")

    assert '<base target="_top">' in response.content.decode()
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert "allow-scripts" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_every_other_page_forbids_inline_style_and_framing(client, mail_folder):
    response = client.get("/inbox/")

    assert "unsafe" not in response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", response.content.decode())


@pytest.mark.parametrize("name", [UNKNOWN, "..", "secrets", UNKNOWN + "x"])
def test_unknown_names_are_not_found(client, mail_folder, name):
    (mail_folder / "secrets.eml").write_text("Subject: no\n\nno")

    response = client.get(f"/inbox/{name}/html/")

    assert response.status_code == 404


def test_a_message_that_cannot_be_decoded_is_shown_without_its_body(client, mail_folder):
    (mail_folder / f"{UNKNOWN}.eml").write_bytes(
        b"Subject: =?x?x?=\nContent-Type: text/plain; charset=none\n\n\xff\xfe"
    )

    response = client.get(f"/inbox/{UNKNOWN}/")

    assert response.status_code == 200


def test_outside_the_demo_there_is_no_inbox(client, settings, tmp_path):
    settings.DEMO, settings.MAIL_FOLDER = False, tmp_path

    response = client.get("/inbox/")

    assert response.status_code == 404
