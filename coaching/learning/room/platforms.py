"""Where a post may be meant for: what each place leaves room for, and the page where one writes there.

Nothing is ever sent to these places: their address is a plain link that the person opens. Limits as the
platforms published them in 2026; where a text folds differs between devices, so it is the shorter one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platform:
    """`limit` and `fold` in characters: the most it takes, and what shows before « voir plus »."""

    key: str
    name: str
    limit: int
    fold: int
    compose_url: str


LINKEDIN = Platform("linkedin", "LinkedIn", 3000, 140, "https://www.linkedin.com/feed/?shareActive=true")
FACEBOOK_PAGE = Platform("facebook", "Facebook", 63_206, 400, "https://www.facebook.com/pages/")
INSTAGRAM = Platform("instagram", "Instagram", 2200, 125, "https://www.instagram.com/")
GOOGLE = Platform("google", "Google Business Profile", 1500, 250, "https://business.google.com/posts/")

PLATFORMS = {place.key: place for place in (LINKEDIN, FACEBOOK_PAGE, INSTAGRAM, GOOGLE)}


def platform(key: object) -> Platform:
    """The platform with this key; the first one for anything else."""
    return PLATFORMS.get(str(key), LINKEDIN)
