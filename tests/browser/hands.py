"""How a person works a page: with a finger or a mouse, or with the keyboard and nothing else."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 250  # of the longest page, a list of sixty cards
IS_FOCUSED = "element => element === document.activeElement"
# "" in the focus or in its group, else the key that leads there: one goes back to what one has passed.
WAY_TO = """(element, name) => {
  const at = document.activeElement;
  if (element === at || (name && at?.getAttribute('name') === name)) return '';
  const ahead = at.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
  return ahead ? 'Tab' : 'Shift+Tab';
}"""


class Hands(Protocol):
    """Whatever a page asks, done one way."""

    page: Page

    def press(self, target: Locator) -> None:
        """A button or a link."""

    def write(self, target: Locator, text: str) -> None:
        """Into an empty field."""

    def tick(self, target: Locator) -> None:
        """A checkbox, or one radio button of its group."""

    def select(self, target: Locator, index: int) -> None:
        """An entry of a list, from 0."""


class Pointer:
    """A finger; needs no script in the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def tick(self, target: Locator) -> None:
        target.check(force=True)  # tiles and piles draw over their native input

    def select(self, target: Locator, index: int) -> None:
        target.select_option(index=index)


class Keyboard:
    """Tab forwards and back, arrows, space and Enter: an element that Tab does not reach fails the test."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.insert_text(text)

    def tick(self, target: Locator) -> None:
        if target.is_checked():
            return
        if target.get_attribute("type") == "radio":
            self._choose(target)
        else:
            self._reach(target)
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def select(self, target: Locator, index: int) -> None:
        self._reach(target)
        for _step in range(index):
            self.page.keyboard.press("ArrowDown")

    def _choose(self, target: Locator) -> None:
        """Tab stops once for a group of radio buttons; arrows go from one to the next."""
        self._reach(target, group=target.get_attribute("name") or "")
        if target.evaluate(IS_FOCUSED):
            self.page.keyboard.press("Space")
        for _button in range(20):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def _reach(self, target: Locator, group: str = "") -> None:
        """The element itself, or any button of its group."""
        element = target.element_handle()
        for _stop in range(MOST_STOPS):
            way = element.evaluate(WAY_TO, group)
            if not way:
                return
            self.page.keyboard.press(way)
        raise AssertionError(f"Tab never reaches {target}")
