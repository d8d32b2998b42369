"""Makes NotoSansSC-GBK.ttf.zst and advances.txt from Noto Sans SC Regular.

Source: npm package @expo-google-fonts/noto-sans-sc, version 0.4.3 (font: SIL Open Font License 1.1, text in OFL.txt):

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3 && tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz
    pip install fonttools==4.68.0 zstandard==0.25.0
    python make_subset.py package/400Regular/NotoSansSC_400Regular.ttf

The cut keeps GBK (names of people need more than GB2312), Latin with accents, Greek, Cyrillic, punctuation, signs of
mathematics, enclosed numbers, arrows, box and geometric shapes, as far as the font draws them. Hinting and all layout
features are dropped: without kerning the width of a text is exactly the sum of its advances, so `advances.txt` (one line
`first last advance` per run of characters, in hexadecimal code points and thousandths of the em) is all that layout
needs, and the font itself is unpacked only where pixels are made.
"""

import io
import sys
from pathlib import Path

import zstandard
from fontTools import subset
from fontTools.ttLib import TTFont

RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x01CD, 0x01DC), (0x0218, 0x021B), (0x02C6, 0x02DD), (0x0370, 0x03FF),
    (0x0400, 0x045F), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20BF),
    (0x2100, 0x214F), (0x2150, 0x218B), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x2460, 0x24FF),
    (0x2500, 0x257F), (0x2580, 0x259F), (0x25A0, 0x25FF), (0x2600, 0x266F), (0x2713, 0x2718), (0x2776, 0x2793),
    (0x3000, 0x303F), (0x3105, 0x312F), (0x31A0, 0x31BF), (0x3200, 0x33FF), (0xFE30, 0xFE4F), (0xFF01, 0xFFEE),
]


def wanted() -> set[int]:
    points = {p for first, last in RANGES for p in range(first, last + 1)}
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                points.update(map(ord, bytes([high, low]).decode("gbk")))
            except UnicodeDecodeError:
                pass
    return points


def cut(source: Path) -> bytes:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "meta", "STAT"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def advances(font: bytes) -> str:
    parsed = TTFont(io.BytesIO(font))
    em, widths = parsed["head"].unitsPerEm, parsed["hmtx"].metrics
    runs: list[list[int]] = []
    for point, glyph in sorted(parsed.getBestCmap().items()):
        advance = round(widths[glyph][0] * 1000 / em)
        if runs and runs[-1][1] == point - 1 and runs[-1][2] == advance:
            runs[-1][1] = point
        else:
            runs.append([point, point, advance])
    return "".join(f"{first:X} {last:X} {advance}\n" for first, last, advance in runs)


if __name__ == "__main__":
    here = Path(__file__).parent
    font = cut(Path(sys.argv[1]))
    table = advances(font)
    packed = zstandard.ZstdCompressor(level=22).compress(font)
    (here / "NotoSansSC-GBK.ttf.zst").write_bytes(packed)
    (here / "advances.txt").write_text(table)
    print(f"font {len(font)} bytes, packed {len(packed)}, {table.count(chr(10))} runs, table {len(table)} bytes")
