"""Each variable of the environment is read, refused by name when wrong, and explained to operators."""

import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection

from config import env, values
from config.logs import discreet
from config.unprepared import sentence

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # the same in every test process
PUBLIC = {
    "BASE_URL": "https://cairn.example.org",
    "SECRET_KEY": "k3y-" * 5 + "abcdefghijklmnopqrstuvwxyz0123456789",
    "FIELD_ENCRYPTION_KEYS": KEY,
    "DATABASE_URL": "postgresql://cairn:p%40ss@db.example.org:5433/cairn?sslmode=verify-full",
    "REDIS_URL": "rediss://redis.example.org:6380/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org",
}


def read_variables() -> set[str]:
    """Names that config/env.py reads, found by giving each of them a value that no parser takes."""
    names = set(re.findall(r'reader\.read\(\s*"([A-Z_]+)"', Path(env.__file__).read_text()))
    assert len(names) > 15
    return names


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BASE_URL", "cairn.example.org", "https://host"),
        ("BASE_URL", "http://cairn.example.org", "https://host"),
        ("BASE_URL", "https://cairn.example.org/app", "https://host"),
        ("BASE_URL", "https://cairn.example.org:http", "https://host"),
        ("BASE_URL", "https://user@cairn.example.org", "https://host"),
        ("BASE_URL", "https://cairn.example.org:0", "https://host"),
        ("BASE_URL", "https://cairn example.org", "https://host"),
        ("BASE_URL", "HTTP://cairn.example.org", "https://host"),
        ("SECRET_KEY", "short", "at least 50 random characters"),
        ("SECRET_KEY", "a" * 60, "at least 50 random characters"),
        ("FIELD_ENCRYPTION_KEYS", "abc", "32 bytes"),
        ("FIELD_ENCRYPTION_KEYS", f"{KEY},é", "32 bytes"),
        ("FIELD_ENCRYPTION_KEYS", ",", "32 bytes"),
        ("DATABASE_URL", "mysql://u@h/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://u@h", "postgresql://"),
        ("DATABASE_URL", "postgresql://u@h/x?options=-crole=postgres", "set by Cairn itself"),
        ("DATABASE_URL", "postgresql://u@h/x?foo=bar", "of options only application_name, "),
        ("DATABASE_URL", "postgresql://u@h/x?sslmode", "postgresql://"),
        ("DATABASE_URL", "postgresql://u@h/x?sslmode=", "each option once, with a value"),
        ("DATABASE_URL", "postgresql://u@h/x?sslmode=banana", "for sslmode one of disable, allow"),
        ("DATABASE_URL", "postgresql://u@h/x?sslmode=require&sslmode=disable", "each option once"),
        ("DATABASE_URL", "postgresql://u@h/x?port=banana", "a whole number from 1 to 65535"),
        ("DATABASE_URL", "postgresql://u@h:0/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://u@h:" + "9" * 5000 + "/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://u@h/x%00y", "postgresql://"),
        ("DATABASE_URL", "postgresql://u@h/x%20y", "postgresql://"),
        ("DATABASE_URL", "postgresql://u%00@h/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://u@h/x y", "postgresql://"),
        ("DATABASE_URL", "postgresql://u@h/x\ty", "postgresql://"),
        ("DATABASE_URL", "postgresql://u:p@ss@h/x", "%40"),
        ("DATABASE_URL", "postgresql://u:p%zz@h/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://u:p%ff@h/x", "postgresql://"),
        ("DATABASE_URL", "postgresql://u:p#q@h/x", "%40"),
        ("DATABASE_URL", "postgresql://u@-h-/x", "postgresql://"),
        ("DATABASE_OWNER_URL", "postgresql://u@h:port/x", "postgresql://"),
        ("DATABASE_SET_ROLE", "maybe", "yes or no"),
        ("DATABASE_POOL_SIZE", "-1", "a whole number from 0 to 100"),
        ("REDIS_URL", "http://h", "redis://host:port/number"),
        ("REDIS_URL", "redis+socket://", "redis://host:port/number"),
        ("REDIS_URL", "redis://h/banana", "redis://host:port/number"),
        ("REDIS_URL", "redis://h/0/1", "redis://host:port/number"),
        ("REDIS_URL", "redis://h/-1", "redis://host:port/number"),
        ("REDIS_URL", "redis://h:0/0", "redis://host:port/number"),
        ("REDIS_URL", "redis://h/0?db=3", "of options only none"),
        ("REDIS_URL", "redis://:p%zz@h/0", "redis://host:port/number"),
        ("REDIS_URL", "redis+socket:///s?virtual_host=x", "redis://host:port/number"),
        ("REDIS_URL", "rediss://h/0?ssl_cert_reqs=perhaps", "for ssl_cert_reqs one of"),
        ("EMAIL_URL", "smtp://h:0", "smtp://user:password@host:port"),
        ("EMAIL_URL", "smtp://h?timeout=3", "smtp://user:password@host:port"),
        ("EMAIL_URL", "smtp://u:p%zz@h", "smtp://user:password@host:port"),
        ("EMAIL_URL", "smtp://u:p%0d%0a@h", "smtp://user:password@host:port"),
        ("EMAIL_URL", "smtp://u@h", "both user and password or neither"),
        ("EMAIL_URL", "smtp://", "smtp://user:password@host:port"),
        ("EMAIL_URL", "smtp://h:99999", "smtp://user:password@host:port"),
        ("EMAIL_URL", "mailgun://key@", "resend://KEY@ or brevo://KEY@"),
        ("EMAIL_URL", "resend://", "resend://KEY@ with the key of the API before the @"),
        ("EMAIL_URL", "resend://:key@", "resend://KEY@ with the key of the API before the @"),
        ("EMAIL_URL", "resend://re_key", "resend://KEY@ with the key of the API before the @"),
        ("EMAIL_URL", "brevo://user:key@", "brevo://KEY@ with the key of the API before the @"),
        ("EMAIL_URL", "brevo://key@:8080", "brevo://KEY@ with the key of the API before the @"),
        ("EMAIL_URL", "brevo://key@/v3", "and nothing after it"),
        ("EMAIL_URL", "resend://key@?region=eu", "and nothing after it"),
        ("EMAIL_URL", "resend://k%0d%0aX@", "resend://KEY@ with the key of the API before the @"),
        ("MAIL_EVENTS_SECRET", "whsec_" + "A" * 32, "nothing, because EMAIL_URL names no provider"),
        ("MAIL_FROM", "nobody", "an e-mail address"),
        ("MAIL_FROM", "Cairn <a@b.fr", "an e-mail address"),
        ("MAIL_FROM", "a@b.fr\nBcc: c@d.fr", "an e-mail address"),
        ("MAIL_FOLDER", "/does/not/exist", "existing folder"),
        ("ALLOWED_HOSTS", "*", "host names between commas"),
        ("ALLOWED_HOSTS", "https://cairn.example.org", "host names between commas"),
        ("ALLOWED_HOSTS", "cairn.example.org:443", "without scheme, port or star"),
        ("ALLOWED_HOSTS", "fade:8000", "without scheme, port or star"),
        ("ALLOWED_HOSTS", "[::1]:8000", "without scheme, port or star"),
        ("CSRF_TRUSTED_ORIGINS", "cairn.example.org", "each https://host"),
        ("TRUSTED_PROXY_COUNT", "one", "a whole number from 0 to 10"),
        ("CAIRN_DEMO", "oui", "yes or no"),
        ("LOG_LEVEL", "LOUD", "one of DEBUG, INFO, WARNING, ERROR"),
        ("STATIC_ROOT", "static", "the absolute path of a folder"),
        ("STATIC_ROOT", "/dev/null", "the absolute path of a folder"),
        ("STATIC_ROOT", "/dev/null/static", "the absolute path of a folder"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "80 80", "a whole number from 1 to 65535"),
        pytest.param("PORT", "8" * 5000, "a whole number from 1 to 65535", id="PORT-endless"),
        ("PORT", "²", "a whole number from 1 to 65535"),
        ("PG_BINDIR", "/usr", "postgres and initdb"),
    ],
)
def test_wrong_value_is_refused_with_the_name_and_what_is_expected(name, value, expected):
    with pytest.raises(env.BadEnvironment) as refused:
        env.read({name: value})

    (problem,) = refused.value.problems
    assert problem.startswith(f"{name}: expected ")
    assert expected in problem


def test_every_wrong_value_is_told_at_once():
    with pytest.raises(env.BadEnvironment) as refused:
        env.read({"PORT": "x", "CAIRN_DEMO": "x", "EMAIL_URL": "x"})

    assert sorted(line.partition(":")[0] for line in refused.value.problems) == [
        "CAIRN_DEMO",
        "EMAIL_URL",
        "PORT",
    ]


@pytest.mark.parametrize("name", env.SECRETS)
def test_a_wrong_secret_is_not_repeated(name):
    with pytest.raises(env.BadEnvironment) as refused:
        env.read({name: "s3cr3t-value"})

    assert "s3cr3t-value" not in str(refused.value)


@pytest.mark.parametrize("name", env.REQUIRED_IN_PRODUCTION)
def test_a_public_site_must_bring_its_own(name):
    with pytest.raises(env.BadEnvironment, match=f"{name}: expected a value"):
        env.read({key: value for key, value in PUBLIC.items() if key != name})


def test_the_demo_is_refused_on_a_public_site():
    with pytest.raises(env.BadEnvironment, match="CAIRN_DEMO: expected no"):
        env.read(PUBLIC | {"CAIRN_DEMO": "yes"})


def test_a_public_site_is_read_completely():
    found = env.read(PUBLIC)

    assert found.is_production
    assert found.database == values.Database(
        "cairn", "cairn", "p@ss", "db.example.org", "5433", {"sslmode": "verify-full"}
    )
    assert found.database_owner == found.database
    assert found.mail == values.Mail("mail.example.org", 587, "user", "secret", use_tls=True, use_ssl=False)
    assert found.allowed_hosts == ("cairn.example.org",)
    assert found.instance_id == "cairn.example.org"


@pytest.mark.parametrize(
    ("url", "host", "provider_url"),
    [
        ("resend://re_key@", "api.resend.com", "https://api.resend.com:443"),
        ("brevo://re_key@", "api.brevo.com", "https://api.brevo.com:443"),
        ("resend://re_key@127.0.0.1:8025", "127.0.0.1", "http://127.0.0.1:8025"),
    ],
)
def test_a_provider_is_its_key_and_answers_over_tls_but_for_a_stand_in_here(url, host, provider_url):
    found = env.read({"EMAIL_URL": url})

    assert (found.mail.transport, found.mail.host) == (url.partition(":")[0], host)
    assert (found.mail.password, found.mail.user) == ("re_key", "")
    assert found.mail.provider_url == provider_url
    assert "re_key" not in repr(found)


@pytest.mark.parametrize(
    ("url", "secret", "expected"),
    [
        ("resend://key@", "short", "the signing secret of the webhook, as Resend shows it: whsec_..."),
        ("resend://key@", "whsec_pas du base64", "the signing secret of the webhook"),
        ("resend://key@", "whsec_QUJD", "the signing secret of the webhook"),
        ("brevo://key@", "motdepasse", "at least 24 letters and digits that nobody can guess"),
        ("brevo://key@", "twenty four letters and blanks", "at least 24 letters and digits"),
    ],
)
def test_a_secret_that_would_refuse_every_answer_of_the_provider_is_refused_at_the_start(
    url, secret, expected
):
    with pytest.raises(env.BadEnvironment) as refused:
        env.read({"EMAIL_URL": url, "MAIL_EVENTS_SECRET": secret})

    (problem,) = refused.value.problems
    assert problem.startswith(f"MAIL_EVENTS_SECRET: expected {expected}")
    assert secret not in problem


def test_the_case_of_the_address_does_not_decide_whether_a_site_is_public():
    found = env.read(PUBLIC | {"BASE_URL": "HTTPS://Cairn.Example.ORG/"})

    assert found.is_production
    assert found.base_url == "https://cairn.example.org"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("rediss://h:6380/0", "rediss://h:6380/0?ssl_cert_reqs=required"),
        ("rediss://h/0?ssl_cert_reqs=none", "rediss://h/0?ssl_cert_reqs=none"),
        ("redis://h/0", "redis://h/0"),
        ("redis+socket:///run/v.sock?virtual_host=2", "redis+socket:///run/v.sock?virtual_host=2"),
    ],
)
def test_a_broker_over_tls_shows_its_certificate_unless_told_otherwise(given, used):
    assert env.read({"REDIS_URL": given}).redis_url == used


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (
            "postgresql://u:a%40b%2F%20c@[2001:db8::1]:5433/cairn?sslmode=require",
            values.Database("cairn", "u", "a@b/ c", "2001:db8::1", "5433", {"sslmode": "require"}),
        ),
        (
            "postgresql://cairn@/cairn?host=%2Frun%2Fpostgres&port=5432",
            values.Database("cairn", "cairn", "", "/run/postgres", "5432", {}),
        ),
        ("postgres://u@my_db/cairn", values.Database("cairn", "u", "", "my_db", "", {})),
    ],
)
def test_sound_database_addresses_are_taken_apart(given, found):
    assert env.read({"DATABASE_URL": given}).database == found


def test_hosts_with_numbers_stand_as_browsers_send_them():
    assert env.read({"ALLOWED_HOSTS": "::1, [2001:db8::1], .example.org"}).allowed_hosts == (
        "[::1]",
        "[2001:db8::1]",
        ".example.org",
    )


@pytest.mark.parametrize(
    "process",
    [
        "manage.py check",
        "manage.py up",
        "-m granian --interface wsgi --port {port} config.wsgi:application",
        "-m celery -A config worker",
        "-m celery -A config beat --schedule {folder}/beat",
    ],
    ids=["command", "up", "web", "worker", "beat"],
)
def test_every_process_says_what_is_wrong_in_a_sentence_and_ends(process, tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    argv = [sys.executable, "-W", "ignore", *shlex.split(process.format(port=port, folder=tmp_path))]

    done = subprocess.run(
        argv,
        cwd=settings.BASE_DIR,
        env=os.environ | {"EMAIL_URL": "smtp://h:0"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode != 0
    assert "EMAIL_URL: expected smtp://user:password@host:port" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("command", "given", "note", "words"),
    [
        (
            "set_network rivages",
            {"DATABASE_URL": "postgresql://cairn@127.0.0.1:1/cairn"},
            "",
            "DATABASE_URL: expected",
        ),
        (
            "showmigrations",
            {
                "DATABASE_URL": "postgresql://cairn@127.0.0.1:1/cairn",
                "DATABASE_OWNER_URL": "postgresql://owner@127.0.0.1:1/cairn",
            },
            "",
            "DATABASE_OWNER_URL: expected",
        ),
        ("set_network rivages", {}, "", "Start the site with `make run`"),
        # What a site left that was killed is no variable that somebody set.
        (
            "set_network rivages",
            {},
            "DATABASE_URL=postgresql://cairn@127.0.0.1:1/cairn\n",
            "Start the site with `make run`",
        ),
    ],
)
def test_a_command_without_a_database_says_so_in_a_sentence(command, given, note, words, tmp_path):
    # A folder of its own: where the code lies, a site that runs just now would lend its database.
    (tmp_path / "manage.py").write_text((settings.BASE_DIR / "manage.py").read_text())
    (tmp_path / ".cairn").mkdir()
    (tmp_path / ".cairn" / "environment").write_text(note)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    environment = kept | {"PYTHONPATH": str(settings.BASE_DIR)} | given

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *command.split()],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_before_the_first_migration_asks_for_it(db):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError) as raised:
        cursor.execute("SELECT 1 FROM a_table_of_the_next_version")

    said = sentence(raised.value, {})
    assert "run `manage.py migrate` and `manage.py createcachetable` first" in said
    assert 'relation "a_table_of_the_next_version" does not exist' in said


def test_an_error_in_a_statement_is_no_missing_database(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        with pytest.raises(OperationalError) as raised:
            cursor.execute("SELECT pg_sleep(5)")

    assert sentence(raised.value, {}) == ""


def test_a_connection_that_breaks_in_the_midst_of_the_work_is_no_missing_database(db):
    parameters = connection.get_connection_params()
    for name in ("context", "prepare_threshold", "cursor_factory"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters) as other:
        other.execute("SET ROLE NONE")
        with pytest.raises(psycopg.OperationalError):
            other.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(psycopg.OperationalError) as raised:
            other.execute("SELECT 1")
        other.close()
    problem = OperationalError(str(raised.value))
    problem.__cause__ = raised.value

    assert sentence(problem, {}) == ""


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(PUBLIC["SECRET_KEY"] + "\n")
    values = {name: value for name, value in PUBLIC.items() if name != "SECRET_KEY"}

    found = env.read(values | {"SECRET_KEY_FILE": str(tmp_path / "key")})

    assert found.secret_key == PUBLIC["SECRET_KEY"]


def test_a_secret_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(
        env.BadEnvironment, match="SECRET_KEY_FILE: expected the path of a readable text file"
    ):
        env.read({"SECRET_KEY_FILE": str(tmp_path / "none")})


def test_secrets_do_not_appear_when_the_environment_is_printed():
    printed = repr(env.read(PUBLIC))

    assert not [secret for secret in (PUBLIC["SECRET_KEY"], KEY, "p@ss", "secret") if secret in printed]


def test_a_second_terminal_finds_the_running_site_unless_it_names_a_database(tmp_path):
    note = tmp_path / "environment"
    note.write_text("DATABASE_URL=postgresql://a@/b?host=/c\nBASE_URL=http://127.0.0.1:8001\n")

    with_note = env.with_local({"BASE_URL": "http://localhost:1"}, note)
    without = env.with_local({"DATABASE_URL": "postgresql://x@y/z"}, note)

    assert with_note == {"DATABASE_URL": "postgresql://a@/b?host=/c", "BASE_URL": "http://localhost:1"}
    assert without == {"DATABASE_URL": "postgresql://x@y/z"}


def test_every_variable_is_explained_to_operators_and_no_other():
    rows = re.findall(r"^\| `([A-Z_]+)`", (settings.BASE_DIR / "docs/operate.md").read_text(), re.MULTILINE)

    assert sorted(rows) == sorted(read_variables())


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Key (email)=(anne.b@example.org) exists", "Key (email)=([address]) exists"),
        ("Not Found: /mail/pause/" + "aB3_" * 11 + "/", "Not Found: /mail/pause/[token]/"),
        ("agencies.views.invitation took 12 ms", "agencies.views.invitation took 12 ms"),
    ],
)
def test_logs_hide_addresses_and_tokens(line, shown):
    assert discreet(line) == shown
