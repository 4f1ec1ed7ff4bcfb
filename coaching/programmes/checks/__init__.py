"""What the shape of a programme cannot say by itself: references, sums, paths, words. No Django."""

from coaching.programmes.checks.programme import check_programme

__all__ = ["check_programme"]
