"""What one does on a page before looking at it: follow, fill, send, unfold; as in pages.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
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
        """most => { const form = document.querySelector('main form');
        for (let n = 0; n <= most; n++) form.append(Object.assign(document.createElement('input'),
          {type: 'hidden', name: 'n' + n, value: n})) }""",
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
    )
    send()(page)


def without(name: str, selector: str = "main form.form, main form") -> Act:
    """Send the form as if nothing had been chosen."""

    def act(page: Page) -> None:
        page.evaluate(
            "name => document.querySelectorAll(`[name=${name}]`).forEach(each => each.remove())", name
        )
        send(selector)(page)

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


def remark(page: Page) -> None:
    """A remark beside the first sentence of a practice."""
    page.select_option("[name=passage]", index=1)
    page.fill("[name=remark]", "Ici, on y est.")
    click("[value=remark]")(page)


def unfold_and_send(page: Page) -> None:
    """The first folded form of the page, sent as it stands."""
    open_details(page)
    send("main details form")(page)


def send_off_and_read(page: Page) -> None:
    """From a draft of a coach's message: sent off, then read in the list of what is to leave."""
    click("main form a.btn--ghost")(page)
    click("main button[value=send]")(page)
    page.goto(page.url.rsplit("/", 2)[0] + "/")
    click("main a[href*='/letter/']")(page)


def recall(page: Page) -> None:
    """The last message of the list, before it leaves."""
    click("section[aria-labelledby=written] a")(page)
    click("main button[value=recall]")(page)


def own_draft(page: Page) -> None:
    """From the library to the draft of one's own programme."""
    click("[aria-labelledby=own] h3 a")(page)
    click("a.btn--accent")(page)


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
