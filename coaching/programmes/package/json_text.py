"""Reads the one-document form of a package. No Django."""

import json
from typing import Any

from coaching.programmes.package.files import MAX_TOTAL_BYTES
from coaching.programmes.problems import Problem, Reason
from coaching.programmes.schema import Document


class _Refused(ValueError):
    def __init__(self, reason: Reason, key: str = "", **params: object) -> None:
        super().__init__(reason)
        self.reason, self.key, self.params = reason, key, params


def read_json(content: bytes, *, file: str, problems: list[Problem]) -> Document | None:
    """The object in this JSON text, or None after a problem was added."""
    if len(content) > MAX_TOTAL_BYTES:
        problems.append(
            Problem(file, 1, "", Reason.FILE_TOO_LARGE, {"megabytes": MAX_TOTAL_BYTES // 1_000_000})
        )
        return None
    try:
        data = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_without_doubles, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(Problem(file, line, "", Reason.NOT_UTF8))
    except json.JSONDecodeError as error:
        problems.append(Problem(file, error.lineno, "", Reason.NOT_JSON, column=error.colno))
    except RecursionError:
        problems.append(Problem(file, 1, "", Reason.TOO_DEEP))
    except _Refused as refused:
        problems.append(Problem(file, 1, refused.key, refused.reason, refused.params))
    except ValueError:  # Python's own bound on digits
        problems.append(Problem(file, 1, "", Reason.NUMBER_TOO_LONG))
    else:
        if isinstance(data, dict):
            return data
        problems.append(Problem(file, 1, "", Reason.NOT_AN_OBJECT))
    return None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Refused(Reason.KEY_TWICE, key=twice[:60])
    return data


def _refuse_constant(name: str) -> Any:
    raise _Refused(Reason.NOT_A_NUMBER, value=name)
