#!/usr/bin/env python3
"""Renders report files and charts to PNG, to look at.

Usage: contact_sheet.py OUT FILE...            (FILE: .html, .docx, .xlsx or .pdf: its pages)
       contact_sheet.py OUT FOLDER [PATTERN]   (FOLDER of charts as .svg: sheets by chart, size and language)

Files of extreme data (one objective, twelve, three students, 400, all equal, all missing, names of 60 characters) are
written by `ATTAIN_REPORT_FILES=FOLDER cargo test --lib a_course_of_any_size`; with `--features pdf` also as PDF. The
charts over such data come from `ATTAIN_CHART_PICTURES=FOLDER cargo test --lib chart::`, those of a workspace from
`attain chart gallery WORKSPACE --out FOLDER`, a page per size and language.

Reports about the demonstration come from `attain report KEY datasets/demo --format html,docx,xlsx`, in both languages
(`--language`). Install Carlito and the Liberation fonts first: they have the widths of Calibri, Arial and Times New Roman.

HTML and SVG go through headless Chromium (a page is printed to PDF, a sheet of charts photographed), DOCX and XLSX
through LibreOffice; pages become PNG by pdftoppm, and are also pasted into one sheet where ImageMagick's `montage` is
installed.
"""

import collections
import html
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

#: Figures of one subject on a sheet, and the size of a sheet in pixels.
PARTS, WIDE, HIGH = 2, 1460, 1900


def browse(*arguments: str) -> None:
    browser = next(b for b in ("chromium", "google-chrome", "chrome") if shutil.which(b))
    command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def pdf(source: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """The file as a PDF in the folder."""
    if source.suffix == ".pdf":
        return source
    target = folder / (source.stem + ".pdf")
    if source.suffix == ".html":
        browse("--no-pdf-header-footer", f"--print-to-pdf={target}", source.resolve().as_uri())
    else:
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
                   "--outdir", str(folder), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return target


def lost(source: pathlib.Path, made: pathlib.Path) -> int:
    """Numbers in the tables of a DOCX that do not stand on its pages: a layout may drop lines without a word."""
    body = zipfile.ZipFile(source).read("word/document.xml").decode()
    cells = re.findall(r"<w:tc>.*?</w:tc>", body, re.S)
    texts = ("".join(re.findall(r"<w:t [^>]*>([^<]*)</w:t>", cell)) for cell in cells)
    said = collections.Counter(number for text in texts for number in re.findall(r"\d+\.\d{3}", text))
    pages = subprocess.run(["pdftotext", "-raw", str(made), "-"], check=True, capture_output=True).stdout
    found = collections.Counter(re.findall(r"\d+\.\d{3}", pages.decode(errors="replace")))
    return sum((said - found).values())


def pages(source: pathlib.Path, out: pathlib.Path) -> None:
    """The pages of a file, each a picture."""
    with tempfile.TemporaryDirectory() as folder:
        stem = out / f"{source.stem}{source.suffix.replace('.', '-')}"
        made = pdf(source, pathlib.Path(folder))
        subprocess.run(["pdftoppm", "-r", "70", "-png", str(made), str(stem)], check=True)
        found = sorted(out.glob(f"{stem.name}-*.png"))
        if shutil.which("montage"):
            sheet = f"{stem}.sheet.png"
            subprocess.run(["montage", *map(str, found), "-tile", "3x", "-geometry", "+6+6", sheet], check=True)
        dropped = f", {lost(source, made)} numbers of its tables lost" if source.suffix == ".docx" else ""
        print(f"{source}: {len(found)} pages{dropped}")


def columns(figures: list[tuple[pathlib.Path, float, float]], count: int) -> list[list[list]]:
    """Figures in sheets of some columns, each figure below the shortest column as long as it fits."""
    sheets = []
    for figure in figures:
        high = figure[2] + 24
        if not sheets or min(sheets[-1][1]) + high > HIGH and max(sheets[-1][1]) > 0:
            sheets.append(([[] for _ in range(count)], [0.0] * count))
        place, used = sheets[-1]
        at = used.index(min(used))
        place[at].append(figure)
        used[at] += high
    return [place for place, _ in sheets]


def sheets(source: pathlib.Path, out: pathlib.Path, pattern: str) -> None:
    """The charts of a folder: `KEY-CASE-SIZE-LANGUAGE-PART.svg`, one sheet (or several) per size and language."""
    groups: dict[str, list] = {}
    for path in sorted(source.glob("*.svg")):
        parts = re.fullmatch(r"(.+)-(\w+)-(column|page|slide)-(zh-CN|en)-(\d+)", path.stem)
        if not parts or int(parts[5]) >= PARTS or not re.search(pattern, path.stem):
            continue
        size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', path.read_text(encoding="utf-8")[:400])
        wide = {"column": WIDE / 4, "page": WIDE / 2, "slide": WIDE / 2}[parts[3]] - 14
        figure = (path, wide, wide * float(size[2]) / float(size[1]))
        groups.setdefault(f"{parts[1]}-{parts[3]}-{parts[4]}", []).append(figure)
    for name, figures in groups.items():
        for number, sheet in enumerate(columns(figures, 4 if "-column-" in name else 2), 1):
            def picture(figure):
                path, wide, high = figure
                return f'<p>{html.escape(path.stem)}</p><img src="{path.resolve().as_uri()}" width="{wide:.0f}" height="{high:.0f}">'
            body = "".join("<div>" + "".join(map(picture, column)) + "</div>" for column in sheet)
            with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as page:
                page.write("<style>body{margin:0;background:#ccc;display:flex;gap:6px;font:11px sans-serif}"
                           f"p{{margin:3px 0;height:14px}}img{{display:block;margin:0}}</style>{body}")
                page.flush()
                high = max(sum(figure[2] + 24 for figure in column) for column in sheet)
                browse(f"--screenshot={out / f'{name}-{number}.png'}", f"--window-size={WIDE},{high:.0f}",
                       pathlib.Path(page.name).as_uri())
        print(name, len(figures), "figures")


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    first = pathlib.Path(sys.argv[2])
    if first.is_dir():
        sheets(first, out, sys.argv[3] if len(sys.argv) > 3 else "")
        return
    for name in sys.argv[2:]:
        pages(pathlib.Path(name), out)


if __name__ == "__main__":
    main()
