#!/usr/bin/env python3
"""Renders report files to PNG, page by page, to look at.

Usage: contact_sheet.py OUT FILE...   (FILE: .html, .docx, .xlsx or .pdf)

Files of extreme data (one objective, twelve, three students, 400, all equal, all missing, names of 60 characters) are
written by `ATTAIN_REPORT_FILES=FOLDER cargo test --lib a_course_of_any_size`; with `--features pdf` also as PDF. The
charts come from `attain chart gallery WORKSPACE --out FOLDER`, a page per size and language.

Reports about the demonstration come from `attain report KEY datasets/demo --format html,docx,xlsx`, in both languages
(`--language`). Install Carlito and the Liberation fonts first: they have the widths of Calibri, Arial and Times New Roman.

HTML goes through headless Chromium (printed to PDF), DOCX and XLSX through LibreOffice; pages become PNG by
pdftoppm. The pages of each file are also pasted into one sheet where ImageMagick's `montage` is installed.
"""

import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile


def pdf(source: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """The file as a PDF in the folder."""
    if source.suffix == ".pdf":
        return source
    target = folder / (source.stem + ".pdf")
    if source.suffix == ".html":
        browser = next(b for b in ("chromium", "google-chrome", "chrome") if shutil.which(b))
        command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                   f"--print-to-pdf={target}", source.resolve().as_uri()]
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


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:]:
        source = pathlib.Path(name)
        with tempfile.TemporaryDirectory() as folder:
            stem = out / f"{source.stem}{source.suffix.replace('.', '-')}"
            made = pdf(source, pathlib.Path(folder))
            subprocess.run(["pdftoppm", "-r", "70", "-png", str(made), str(stem)], check=True)
            pages = sorted(out.glob(f"{stem.name}-*.png"))
            if shutil.which("montage"):
                sheet = f"{stem}.sheet.png"
                subprocess.run(["montage", *map(str, pages), "-tile", "3x", "-geometry", "+6+6", sheet], check=True)
            dropped = f", {lost(source, made)} numbers of its tables lost" if source.suffix == ".docx" else ""
            print(f"{source}: {len(pages)} pages{dropped}")


if __name__ == "__main__":
    main()
