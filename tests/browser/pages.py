"""Every page of the product, in every state worth looking at: who opens it, where, and after doing what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "samples" / "reseau-exemple.csv"
REFUSED = (
    "code;agence;ville;code postal;nom;adresse e-mail\n"
    "44-VER;Vertou;Vertou;44120;Leïla Ferhat;leila.ferhat@toits.example\n"
    "44-NEU;Neuville;Neuville;44000;Alix Renard;alix.renard@toits\n"
    ";Sans code;Ici;4400;;camille.petit@toits.example\n"
)
Act = Callable[[Page], object]


@dataclass(frozen=True)
class Visit:
    """One look. `path` takes {names} from the scene; without a path one stays where the last look ended."""

    name: str
    route: str
    path: str = ""
    act: Act | None = None
    status: int = 200


def send(selector: str = "main form.form, main form") -> Act:
    """Send the first such form as it stands."""

    def act(page: Page) -> None:
        form = page.locator(selector).first
        form.evaluate("form => { form.noValidate = true }")
        with page.expect_navigation():
            form.locator("button:not([type=button])").last.click()

    return act


def click(selector: str) -> Act:
    """Follow a link or a button to the next page."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return act


def fill(values: dict[str, str], selector: str = "main form.form, main form") -> Act:
    """Fill fields by name and send."""

    def act(page: Page) -> None:
        for name, value in values.items():
            page.fill(f"main [name={name}]", value)
        send(selector)(page)

    return act


def upload(name: str, content: str) -> Act:
    def act(page: Page) -> None:
        file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
        page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
        send()(page)

    return act


def without_token(page: Page) -> None:
    """A form sent without its proof of origin."""
    page.evaluate("document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(each => each.remove())")
    send()(page)


def too_many_fields(page: Page) -> None:
    page.evaluate(
        """() => { const form = document.querySelector('main form');
        for (let n = 0; n < 1100; n++) form.append(Object.assign(document.createElement('input'),
          {type: 'hidden', name: 'n' + n, value: n})) }"""
    )
    send()(page)


def without(name: str) -> Act:
    """Send the form as if nothing had been chosen."""

    def act(page: Page) -> None:
        page.evaluate(
            "name => document.querySelectorAll(`[name=${name}]`).forEach(each => each.remove())", name
        )
        send()(page)

    return act


def too_long_a_line(page: Page) -> None:
    """As from a browser that does not heed `maxlength`; typing would stop at it."""
    page.locator("main [name=lead]").evaluate("field => { field.value = 'x'.repeat(161) }")
    send()(page)


def answer_recall(page: Page) -> None:
    """Whatever its type; there is none once two were answered on one day, in another language say."""
    card = page.locator("#recall form")
    if not card.count():
        return
    for place, select in enumerate(card.locator("select").all(), 1):
        select.select_option(index=place)
    if card.locator("input[name=answer]").count():
        card.locator("input[name=answer]").first.check(force=True)
    card.locator("button").last.click()
    expect(page.locator("#recall .fb").first).to_be_visible()


def open_details(page: Page) -> None:
    """Everything that unfolds, unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


def unfold_and_send(page: Page) -> None:
    """The first folded form of the page, sent as it stands."""
    open_details(page)
    send("main details form")(page)


def rate_all(page: Page) -> None:
    """The list view: twelve cards very important, so that two have to go."""
    for number, group in enumerate(page.locator("fieldset:has(input[type=radio])").all()):
        group.locator("input[type=radio]").nth(0 if number < 12 else 1 + number % 2).check(force=True)
    send("form:has(fieldset)")(page)


def let_two_go(page: Page) -> None:
    """The script moves on by itself, to the next page after the second card."""
    title = page.locator("[data-title]").inner_text()
    page.locator("button[name=let_go]").click()
    expect(page.locator("[data-title]")).not_to_have_text(title)
    with page.expect_navigation():
        page.locator("button[name=let_go]").click()
    page.wait_for_load_state()


def choose_five(page: Page) -> None:
    while page.locator("button[name=choose]").count() and not page.locator("button[name=finish]").count():
        click("button[name=choose]")(page)


LEARN = "/n/rivages/learn/"
L01 = LEARN + "communiquer-c-est-relier/"
V1 = LEARN + "v1-mes-valeurs/"
V2 = LEARN + "v2-ce-que-je-defends/"
V3 = LEARN + "v3-ma-marque-et-moi/"
W0 = LEARN + "w0-accueil/"
COHORT = "/n/rivages/cohorts/{cohort}/"
DRAFT = "/n/rivages/cohorts/{draft}/"

STRANGER = [
    Visit("demonstration", "accounts:root", "/"),
    Visit("sign-in", "account_login", "/accounts/login/"),
    Visit("sign-in by password", "account_login", "/accounts/login/?with=password"),
    Visit(
        "sign-in refused",
        "account_login",
        "/accounts/login/?with=password",
        fill({"login": "personne@rivages.test", "password": "faux"}),
        422,
    ),
    Visit("sign-in code", "account_request_login_code", "/accounts/login/code/"),
    Visit("sign-in code, no address", "account_request_login_code", "", send(), 422),
    Visit("sign-in code sent", "account_confirm_login_code", "", fill({"email": "personne@rivages.test"})),
    Visit("sign-in code wrong", "account_confirm_login_code", "", fill({"code": "AAA-BBB"}), 422),
    Visit("password reset", "account_reset_password", "/accounts/password/reset/"),
    Visit("password reset, no address", "account_reset_password", "", send(), 422),
    Visit("password reset sent", "account_reset_password_done", "/accounts/password/reset/done/"),
    Visit("password reset, old link", "account_reset_password_from_key", "/accounts/password/reset/key/x-y/"),
    Visit("password reset, link", "account_reset_password_from_key", "{reset}"),
    Visit("password set anew", "account_reset_password_from_key_done", "/accounts/password/reset/key/done/"),
    Visit("no sign-up", "account_signup", "/accounts/signup/"),
    Visit("account closed", "account_inactive", "/accounts/inactive/"),
    Visit("invitation", "agencies:invitation", "{invitation}"),
    Visit("invitation, notice unfolded", "agencies:invitation", "", open_details),
    Visit("invitation with mistakes", "agencies:invitation", "{invitation}", send(), 422),
    Visit("invitation that is none", "agencies:invitation", "/invitation/abc/", status=410),
    Visit("who sees what", "agencies:who_sees_what", "/who-sees-what/"),
    Visit("accessibility", "accounts:accessibility", "/accessibility/"),
    Visit("legal", "accounts:legal", "/legal/"),
    Visit("without network", "accounts:away", "/away/"),
    Visit("notice", "agencies:notice", "/notice/"),
    Visit("style guide", "accounts:styleguide", "/styleguide/"),
    Visit("dialog", "accounts:styleguide", "", lambda page: page.click("[data-dialog]")),
    Visit("API", "api:docs", "/api/docs/"),
    Visit("unsubscribe", "reminders:unsubscribe", "{unsubscribe}"),
    Visit("pause from a mail", "reminders:pause", "{pause}"),
    Visit("pause from a mail, no length", "reminders:pause", "", send(), 422),
    Visit("inbox", "inbox:list", "/inbox/"),
    Visit("message", "inbox:detail", "{message}"),
    Visit("400", "", "/accounts/login/?with=password", too_many_fields, 400),
    Visit("403 without token", "", "/accounts/login/?with=password", without_token, 403),
    Visit("404", "", "/nowhere/", status=404),
]

HEAD = [
    Visit("home", "learning:home", LEARN),
    Visit("home, pause unfolded", "learning:home", "", open_details),
    Visit(
        "home, on pause",
        "learning:home",
        LEARN,
        lambda page: (open_details(page), click("[name=weeks]")(page)),
    ),
    Visit("home, back", "learning:home", "", click("[name=resume]")),
    Visit(
        "recall, answered",
        "learning:home",
        LEARN,
        answer_recall,
    ),
    Visit("help", "learning:help", LEARN + "help/"),
    Visit("help, asked", "learning:help", "", send()),
    Visit("help, no longer needed", "learning:help", "", click("[name=withdraw]")),
    Visit("attestation, not yet", "learning:certificate", LEARN + "certificate/"),
    Visit("booster still to come", "learning:module", LEARN + "le-brouillon-retrouve/"),
    Visit("path", "learning:path", LEARN + "path/"),
    Visit("values", "learning:values", LEARN + "values/"),
    Visit("circle page", "learning:circle", LEARN + "values/circle/"),
    Visit("thread of values", "learning:thread", LEARN + "values/thread/"),
    Visit("brand and me", "learning:step", V3 + "valeurs-de-la-marque/"),
    Visit("brand value", "learning:step", V3 + "valeurs-de-la-marque/?p=1"),
    Visit(
        "brand value without an act",
        "learning:step",
        "",
        lambda page: (
            page.locator("input[name=tag]").first.check(force=True),
            page.fill("[name=text]", ""),
            click(".stepbar button[form]")(page),
        ),
        422,
    ),
    Visit("three lists", "learning:step", V3 + "trois-listes/"),
    Visit("charter from answers", "learning:charter", LEARN + "charter/"),
    Visit("charter, its lines", "learning:edit_charter", LEARN + "charter/edit/"),
    Visit("charter, a line too long", "learning:edit_charter", "", too_long_a_line, 422),
    Visit(
        "charter",
        "learning:charter",
        "",
        fill({"lead": "Vrai, bref, et avec un sourire.", "refusal_1": "Répondre à chaud."}),
    ),
    Visit("charter, who reads it", "learning:share_charter", LEARN + "charter/share/"),
    Visit("charter given", "learning:charter", "", send()),
    Visit("what I share", "learning:shared", LEARN + "shared/"),
    Visit("module under way", "learning:module", LEARN + "montrer-sans-nommer/"),
    Visit("module done", "learning:module", V1),
    Visit("practice module", "learning:module", LEARN + "p2-post-valeur/"),
    Visit("module thank-you", "learning:module_done", L01 + "done/"),
    Visit("module, word said", "learning:module_done", "", send("#vote")),
    Visit("module not at its end", "learning:module_done", LEARN + "montrer-sans-nommer/done/"),
    Visit("practice", "learning:step", LEARN + "p2-post-valeur/ecrire-un-post/"),
    Visit("practice, all unfolded", "learning:step", "", open_details),
    Visit(
        "practice, frame not gone through",
        "learning:step",
        "",
        lambda page: (page.fill("[name=text]", "Ce matin…"), click(".stepbar button[form]")(page)),
        422,
    ),
    Visit("practice handed in", "learning:step", LEARN + "p1-profil/reecrire-mon-profil/"),
    Visit("practice handed in, unfolded", "learning:step", "", open_details),
    Visit("room", "learning:room", LEARN + "room/"),
    Visit("draft of the room", "learning:room_draft", "", click("ul.list a.item")),
    Visit("draft of the room, unfolded", "learning:room_draft", "", open_details),
    Visit("ask for a reading", "learning:room_share", "", click("button[value=share]")),
    Visit("ask for a reading of nothing", "learning:room_share", "", fill({"copy": ""}), 422),
    Visit("blank page of the room", "learning:room_draft", LEARN + "room/", click("button[name=platform]")),
    Visit("reading", "learning:step", L01 + "affiche-comptoir-mot/"),
    Visit("reading of one's card", "learning:step", V1 + "lire-ma-carte/"),
    Visit("scenario, end of a path", "learning:step", L01 + "une-question-en-public/"),
    Visit("scenario, second fork", "learning:step", "", click("button[name=back]")),
    Visit("scenario, first fork", "learning:step", "", click("button[name=back]")),
    Visit("scenario, first choice", "learning:step", "", click("button[name=choice]")),
    Visit("scenario, second choice", "learning:step", "", click("button[name=choice]")),
    Visit("quiz summary", "learning:step", L01 + "diffuser-ou-relier/"),
    Visit("quiz, one answer", "learning:step", L01 + "diffuser-ou-relier/?q=1&again=1"),
    Visit("quiz, nothing chosen", "learning:step", "", click(".stepbar button[form]"), 422),
    Visit(
        "quiz, feedback",
        "learning:step",
        L01 + "diffuser-ou-relier/?q=1&again=1",
        lambda page: (
            page.locator("input[name=answer]").first.check(force=True),
            click(".stepbar button[form]")(page),
        ),
    ),
    Visit("quiz, several answers", "learning:step", L01 + "diffuser-ou-relier/?q=2&again=1"),
    Visit("quiz, feedback on several", "learning:step", L01 + "diffuser-ou-relier/?q=2"),
    Visit("quiz, pairs", "learning:step", L01 + "diffuser-ou-relier/?q=3&again=1"),
    Visit("quiz, feedback on pairs", "learning:step", L01 + "diffuser-ou-relier/?q=3"),
    Visit("quiz, order", "learning:step", LEARN + "lieux-et-ambiances/se-tenir-quelque-part/?q=2&again=1"),
    Visit(
        "quiz, feedback on order", "learning:step", LEARN + "lieux-et-ambiances/se-tenir-quelque-part/?q=2"
    ),
    Visit("reflection", "learning:step", L01 + "une-conversation-qui-compte/"),
    Visit(
        "reflection, nothing written",
        "learning:step",
        LEARN + "montrer-sans-nommer/ma-scene/",
        click(".stepbar button[form]"),
        422,
    ),
    Visit("reflection on values", "learning:step", V1 + "trois-moments/"),
    Visit("share a copy", "learning:share", L01 + "une-conversation-qui-compte/share/un-echange/"),
    Visit("share nothing", "learning:share", "", fill({"copy": ""}), 422),
    Visit(
        "reflection, copy shared",
        "learning:step",
        L01 + "une-conversation-qui-compte/share/un-echange/",
        fill({"copy": "Une phrase pour ma coach."}),
    ),
    Visit("survey as sent", "learning:step", W0 + "point-de-depart/"),
    Visit("survey", "learning:step", W0 + "point-de-depart/?p=1"),
    Visit("survey, scales", "learning:step", W0 + "point-de-depart/?p=4"),
    Visit("survey, words", "learning:step", W0 + "point-de-depart/?p=5"),
    Visit("if and then", "learning:step", W0 + "si-alors/"),
    Visit(
        "if without then",
        "learning:step",
        "",
        lambda page: (page.fill("[name=then]", ""), click(".stepbar button[form]")(page)),
        422,
    ),
    Visit("bull’s-eye, to read", "learning:step", V2 + "quatre-phrases/"),
    Visit("bull’s-eye, sentences", "learning:step", V2 + "quatre-phrases/?part=1"),
    Visit("bull’s-eye, distances", "learning:step", V2 + "quatre-phrases/?part=2"),
    Visit("bull’s-eye, act", "learning:step", V2 + "quatre-phrases/?part=3"),
    Visit(
        "bull’s-eye, no act",
        "learning:step",
        "",
        lambda page: (page.fill("[name=act]", ""), click(".stepbar button[form]")(page)),
        422,
    ),
    Visit("editorial table", "learning:step", LEARN + "mes-sujets-mon-ton/six-lignes/?part=1"),
    Visit("editorial table, nothing written", "learning:step", "", click(".stepbar button[form]"), 422),
    Visit("circle", "learning:step", V1 + "tri-des-cartes/"),
    Visit("circle unfolded", "learning:step", "", open_details),
    Visit("sort the cards anew?", "learning:step", "", click("a[href$='view=redo']")),
    Visit("cards", "learning:step", "", click("button[name=redo]")),
    Visit("last circle", "learning:step", V1 + "tri-des-cartes/?view=circle"),
    Visit("cards again", "learning:step", V1 + "tri-des-cartes/"),
    Visit(
        "own card without a name",
        "learning:step",
        "",
        lambda page: (open_details(page), click("button[name=add_own]")(page)),
        422,
    ),
    Visit("cards as a list", "learning:step", V1 + "tri-des-cartes/?view=list"),
    Visit("cards, which to let go", "learning:step", "", rate_all),
    Visit("cards, ranking", "learning:step", V1 + "tri-des-cartes/", let_two_go),
    Visit("cards, ranked", "learning:step", "", choose_five),
    Visit("circle anew", "learning:step", "", click("button[name=finish]")),
    Visit("pair", "learning:pair", LEARN + "pair/"),
    Visit("pair, reading without a card", "learning:pair", "", send("form:has([name=card])"), 422),
    Visit("wall", "learning:wall", LEARN + "wall/"),
    Visit("dialogue", "learning:step", LEARN + "v2-ce-que-je-defends/a-mon-binome/"),
    Visit("messages", "reminders:preferences", "/n/rivages/messages/"),
    Visit("profile", "accounts:profile", "/profile/"),
    Visit("profile without a name", "accounts:profile", "", fill({"name": ""}), 422),
    Visit("who sees what, inside", "agencies:who_sees_what", "/who-sees-what/"),
    Visit("addresses", "account_email", "/accounts/email/"),
    Visit(
        "address refused", "account_email", "", fill({"email": "karim@"}, "form:has([name=action_add])"), 422
    ),
    Visit("first password", "account_set_password", "/accounts/password/set/"),
    Visit("first password refused", "account_set_password", "", send(), 422),
    Visit("security", "mfa_index", "/accounts/2fa/"),
    Visit("codes by application", "mfa_activate_totp", "/accounts/2fa/totp/activate/"),
    Visit("codes by application, wrong", "mfa_activate_totp", "", fill({"code": "123456"}), 422),
    Visit("passkeys", "mfa_list_webauthn", "/accounts/2fa/webauthn/"),
    Visit("new passkey", "mfa_add_webauthn", "/accounts/2fa/webauthn/add/"),
    Visit("devices", "usersessions_list", "/accounts/sessions/"),
    Visit("sign out", "account_logout", "/accounts/logout/"),
    Visit("403", "", "/n/rivages/overview/", status=403),
]

MANAGER = [
    Visit("overview", "adoption:overview", "/n/rivages/overview/"),
    Visit("overview, to support", "adoption:overview", "/n/rivages/overview/?show=support"),
    Visit("agency", "adoption:agency", "/n/rivages/agencies/{agency}/"),
    Visit("agency, explained", "adoption:agency", "", open_details),
    Visit("agency to support", "adoption:agency", "/n/rivages/agencies/{support}/"),
    Visit("given to the manager", "adoption:given", "/n/rivages/given/"),
    Visit("brand values", "learning:brand_values", "/n/rivages/brand-values/"),
    Visit("brand value of the network", "learning:brand_value", "", click("main a.linkbtn")),
    Visit("brand value refused", "learning:brand_value", "", fill({"label_fr": ""}), 422),
    Visit("one more brand value", "learning:new_brand_value", "/n/rivages/brand-values/new/"),
    Visit("no programme", "learning:home", LEARN),
    Visit("import", "agencies:import", "/n/rivages/import/"),
    Visit("import without a file", "agencies:import", "", send(), 422),
    Visit(
        "import with refusals", "agencies:import_review", "/n/rivages/import/", upload("agences.csv", REFUSED)
    ),
    Visit(
        "import, rehearsal",
        "agencies:import_review",
        "/n/rivages/import/",
        upload("a.csv", SAMPLE.read_text()),
    ),
]

COACH = [
    Visit("coach", "adoption:coach_home", "/coach/"),
    Visit("cohorts", "cohorts:list", "/n/rivages/cohorts/"),
    Visit("cohort", "adoption:cohort_detail", COHORT),
    Visit("cohort about to start", "adoption:cohort_detail", "/n/toits/cohorts/{second}/"),
    Visit("wall of a cohort", "learning:coach_wall", COHORT + "wall/"),
    Visit("wall, off without a reason", "learning:coach_wall", "", unfold_and_send, 422),
    Visit("participant", "adoption:participant", COHORT + "people/{person}/"),
    Visit("participant unfolded", "adoption:participant", "", open_details),
    Visit("talk", "cohorts:contact", COHORT + "people/{person}/contact/"),
    Visit("talk without a kind", "cohorts:contact", "", without("kind"), 422),
    Visit("messages of a cohort", "reminders:cohort_messages", COHORT + "messages/"),
    Visit("messages not sent", "reminders:cohort_messages", COHORT + "messages/?show=not_sent"),
    Visit("cohort, step 1", "cohorts:create", "/n/rivages/cohorts/new/"),
    Visit("cohort, step 1 refused", "cohorts:create", "", fill({"name": ""}), 422),
    Visit("cohort, step 1 again", "cohorts:programme", DRAFT + "programme/"),
    Visit("cohort, step 2", "cohorts:dates", DRAFT + "dates/"),
    Visit("cohort, step 2 refused", "cohorts:dates", "", fill({"session_time": ""}), 422),
    Visit("cohort, step 3", "cohorts:pauses", DRAFT + "pauses/?zone=B"),
    Visit(
        "cohort, step 3 refused",
        "cohorts:pauses",
        "",
        fill({"own-0-starts_on": "2027-03-10"}, "form.col"),
        422,
    ),
    Visit("cohort, step 4", "cohorts:members", DRAFT + "members/"),
    Visit("cohort, step 4 refused", "cohorts:members", "", without("people"), 422),
    Visit("cohort, preview", "cohorts:preview", DRAFT + "preview/"),
    Visit("cohort, not confirmed", "cohorts:launch", "", send("form:has([name=confirm])"), 422),
    Visit("cohort, delete", "cohorts:delete", DRAFT + "delete/"),
]

NEWCOMER = [
    Visit("networks", "agencies:home", "/home/"),
    Visit("welcome", "agencies:welcome", "/welcome/escales/"),
    Visit("welcome, notice not read", "agencies:welcome", "", send(), 422),
    Visit("import done", "agencies:import_review", "{imported}"),
    Visit("overview without a cohort", "adoption:overview", "/n/oree/overview/"),
    Visit("overview before the start", "adoption:overview", "/n/toits/overview/"),
]

NEW_COACH = [
    Visit("coach without a cohort", "adoption:coach_home", "/coach/"),
    Visit("no brand values", "learning:brand_values", "/n/escales/brand-values/"),
    Visit("no cohort", "cohorts:list", "/n/escales/cohorts/"),
    Visit("step 4 without people", "cohorts:members", "/n/escales/cohorts/{lonely}/members/"),
    Visit("preview without people", "cohorts:preview", "/n/escales/cohorts/{lonely}/preview/"),
    Visit("password changed", "account_change_password", "/accounts/password/change/"),
    Visit("password change refused", "account_change_password", "", send(), 422),
    Visit("password again", "account_reauthenticate", "/accounts/reauthenticate/"),
    Visit("password again, wrong", "account_reauthenticate", "", fill({"password": "faux"}), 422),
]

BEGINNER = [
    Visit("first lesson waits", "learning:home", LEARN),
    Visit("path begun", "learning:path", LEARN + "path/"),
    Visit("charter still blank", "learning:charter", LEARN + "charter/"),
    Visit("nothing shared", "learning:shared", LEARN + "shared/"),
    Visit("no values yet", "learning:values", LEARN + "values/"),
    Visit("no pair yet", "learning:pair", LEARN + "pair/"),
    Visit("module not begun", "learning:module", V1),
    Visit("scenario not begun", "learning:step", L01 + "une-question-en-public/"),
    Visit("quiz not begun", "learning:step", L01 + "diffuser-ou-relier/"),
    Visit("reflection not begun", "learning:step", L01 + "une-conversation-qui-compte/"),
    Visit("cards not begun", "learning:step", V1 + "tri-des-cartes/"),
    Visit("reflection before the cards", "learning:step", V1 + "trois-moments/"),
]

GONE = [
    Visit("no network", "agencies:home", "/home/"),
]

VISITS = {
    "stranger": STRANGER,
    "head": HEAD,
    "beginner": BEGINNER,
    "gone": GONE,
    "manager": MANAGER,
    "coach": COACH,
    "newcomer": NEWCOMER,
    "new coach": NEW_COACH,
}
# Addresses that are no page of their own: they answer a form, a program, or lead elsewhere.
NO_PAGE = {
    "accounts:favicon": "leads to a picture",
    "accounts:language": "a form only",
    "agencies:network_home": "leads to the home of one's role",
    "agencies:import_report": "a file",
    "cohorts:invite": "a form only",
    "cohorts:replace": "a form only",
    "account_email_verification_sent": "leads to the sign-in unless a sign-up waits, and there is none",
    "learning:pause": "a form only",
    "learning:download_charter": "a file",
    "learning:recall": "a form of the home",
    "learning:vote": "a form of the page that ends a lesson",
    "learning:autosave": "for the script",
    "learning:room_autosave": "for the script",
    "learning:practice_image": "a picture",
    "adoption:submitted_image": "a picture",
    "learning:offline": "for the service worker",
    "accounts:manifest": "JSON",
    "demo:enter": "a form only",
    "inbox:html": "a mail in its frame, under a policy of its own",
    "api:me": "JSON",
    "api:networks": "JSON",
    "api:agencies": "JSON",
    "api:cohorts": "JSON",
    "api:enrolments": "JSON",
    "api:schema": "JSON",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "JSON for the passkey",
    "mfa_authenticate": "see test_second_factor",
    "mfa_reauthenticate": "see test_second_factor",
    "mfa_deactivate_totp": "see test_second_factor",
    "mfa_view_recovery_codes": "see test_second_factor",
    "mfa_generate_recovery_codes": "see test_second_factor",
    "mfa_reauthenticate_webauthn": "JSON for the passkey",
    "mfa_remove_webauthn": "see test_second_factor",
    "mfa_edit_webauthn": "see test_second_factor",
}
