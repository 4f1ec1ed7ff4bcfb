"""Makes the fonts of static/fonts small enough for one journey on a slow line (14 KiB each).

    pip install fonttools brotli
    python docs/small_fonts.py bricolage-700.woff2 static/fonts/bricolage-700.woff2
    python docs/small_fonts.py figtree-fr.woff2 static/fonts/figtree-fr.woff2

The source is the font of @fontsource-variable with the Latin letters. Kept: every letter of Latin-1 but the
Icelandic ones, and what French and English typography needs. Pairs of letters that the designer moved by less
than 12 thousandths of an em are left where they stand: half a pixel in the largest title, 40 % of a file.
"""

from __future__ import annotations

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

LETTERS = {
    *range(0x20, 0x7F),
    *range(0xC0, 0x100),
    *map(ord, "ŒœŸ\xa0\u202f"),
}
SIGNS = set(map(ord, "«»·•–—‘’“”…€°²³§£−↑↓"))
ICELANDIC = set(map(ord, "ÐÞðþ"))
LEAST_MOVE = 0.012  # em


def shrink(source: str, target: str) -> None:
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features, options.hinting, options.name_IDs = ["*"], False, ["*"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=(LETTERS | SIGNS) - ICELANDIC)
    subsetter.subset(font)
    forget_small_moves(font)
    font.flavor = "woff2"
    font.save(target)


def forget_small_moves(font: TTFont) -> None:
    least = LEAST_MOVE * font["head"].unitsPerEm
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in (getattr(each, "ExtSubTable", each) for each in lookup.SubTable):
            if table.LookupType != 2:  # pairs
                continue
            if table.Format == 1:
                for pairs in table.PairSet:
                    kept = [each for each in pairs.PairValueRecord if abs(move(each)) >= least]
                    pairs.PairValueRecord, pairs.PairValueCount = kept, len(kept)
            else:
                for record in (second for first in table.Class1Record for second in first.Class2Record):
                    if 0 < abs(move(record)) < least:
                        record.Value1.XAdvance = 0


def move(record: object) -> int:
    return getattr(getattr(record, "Value1", None), "XAdvance", 0) or 0


if __name__ == "__main__":
    shrink(*sys.argv[1:])
