"""A page of the editor as a browser has it: the forms in it, what they would send, what they say."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class _Forms(HTMLParser):
    """The fields of every form, by the form's id or else its place."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[dict[str, list[str]]] = []
        self.names: list[str] = []
        self.actions: list[str] = []
        self._area = self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append({})
            self.names.append(given.get("id", str(len(self.forms))))
            self.actions.append(given.get("action", ""))
        name = given.get("name", "")
        if tag == "input" and name and self._is_sent(given):
            self._add(name, given.get("value", ""))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self._add(self._select, given.get("value", ""))

    @staticmethod
    def _is_sent(given: dict[str, str]) -> bool:
        return given.get("type") not in ("checkbox", "radio", "submit") or "checked" in given

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            text = self._text.removeprefix("\n")  # as a browser does
            self._add(self._area, text.replace("\n", "\r\n"))
            self._area = ""
        elif tag == "select":
            self._select = ""

    def _add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].setdefault(name, []).append(value)


def editor_form(response: HttpResponse) -> tuple[str, dict[str, Any]]:
    """Where the open form of a page goes, and what it would send unchanged."""
    parser = _Forms()
    parser.feed(response.content.decode())
    at = parser.names.index("editor")
    return parser.actions[at], dict(parser.forms[at])
