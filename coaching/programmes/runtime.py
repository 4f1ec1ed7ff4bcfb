"""What pages use of a version: its outline and its HTML, parsed once per process.

A version never changes once published, so its checksum is the whole cache key and nothing ever
has to be invalidated.
"""

from __future__ import annotations

from functools import lru_cache

from coaching.programmes.models import ProgrammeVersion
from coaching.programmes.outline import ProgrammeOutline, outline_document
from coaching.programmes.render import Rendered

_KEPT_VERSIONS = 16


def outline_of(version: ProgrammeVersion) -> ProgrammeOutline:
    """The outline of this version; one query the first time in a process, none afterwards."""
    return _outline(version.checksum)


def rendered_of(version: ProgrammeVersion) -> Rendered:
    """The HTML of this version's long texts (`render.body_html` picks one)."""
    return _rendered(version.checksum)


def forget() -> None:
    """Empties the cache; only tests that count queries need it."""
    _outline.cache_clear()
    _rendered.cache_clear()


@lru_cache(maxsize=_KEPT_VERSIONS)
def _outline(checksum: str) -> ProgrammeOutline:
    return outline_document(
        ProgrammeVersion.objects.values_list("document", flat=True).get(checksum=checksum)
    )


@lru_cache(maxsize=_KEPT_VERSIONS)
def _rendered(checksum: str) -> Rendered:
    rendered: Rendered = ProgrammeVersion.objects.values_list("rendered", flat=True).get(checksum=checksum)
    return rendered
