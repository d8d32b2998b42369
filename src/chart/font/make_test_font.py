#!/usr/bin/env python3
"""Makes `test.ttf`, a font of our own with four characters, for the tests of characters outside the embedded font.

Needs `pip install fonttools`. A full block of 600 units for U+0E01 (Thai), U+20BB7 (a Chinese character outside GBK),
U+10FFFD (private use, in no other font) and the letter A, which the embedded font has: it must never be taken from here.
"""
import pathlib

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def block(wide):
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (wide, 700), (wide, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


names = [".notdef", "A", "ko_kai", "u20BB7", "u10FFFD"]
font = FontBuilder(1000, isTTF=True)
font.setupGlyphOrder(names)
font.setupCharacterMap({0x41: "A", 0xE01: "ko_kai", 0x20BB7: "u20BB7", 0x10FFFD: "u10FFFD"})
font.setupGlyf({name: block(600) for name in names})
font.setupHorizontalMetrics({name: (650, 50) for name in names})
font.setupHorizontalHeader(ascent=800, descent=-200)
font.setupNameTable({"familyName": "Attain Test", "styleName": "Regular", "psName": "AttainTest-Regular"})
font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
font.setupPost()
font.font["head"].created = font.font["head"].modified = 0
font.font.recalcTimestamp = False
font.save(pathlib.Path(__file__).parent / "test.ttf")
