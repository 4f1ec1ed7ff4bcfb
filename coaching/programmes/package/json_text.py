"""Reads the one-document form of a package. No Django."""

import json
from typing import Any

from coaching.programmes.package.files import MAX_TOTAL_BYTES
from coaching.programmes.problems import Problem
from coaching.programmes.schema import Document


def read_json(content: bytes, *, file: str, problems: list[Problem]) -> Document | None:
    """The object in this JSON text, or None after a problem was added."""
    if len(content) > MAX_TOTAL_BYTES:
        problems.append(Problem(file, 1, "", f"this file is larger than {MAX_TOTAL_BYTES // 1_000_000} MB"))
        return None
    try:
        data = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_without_doubles, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(Problem(file, line, "", "this file is not UTF-8 text"))
    except json.JSONDecodeError as error:
        problems.append(
            Problem(file, error.lineno, f"column {error.colno}", f"this is not JSON: {error.msg}")
        )
    except RecursionError:
        problems.append(Problem(file, 1, "", "too many levels one inside the other"))
    except ValueError as error:
        problems.append(Problem(file, 1, "", f"this is not JSON we can use: {error}"))
    else:
        if isinstance(data, dict):
            return data
        problems.append(Problem(file, 1, "", "one JSON object is expected"))
    return None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key '{twice[:60]}' is written twice in the same block")
    return data


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number of this format")
