#!/usr/bin/env python3
"""Renders report files to PNG, page by page, to look at.

Usage: contact_sheet.py OUT FILE...   (FILE: .html, .docx, .xlsx or .pdf)

Files of extreme data (one objective, twelve, three students, 400, all equal, all missing, names of 60 characters) are
written by `ATTAIN_REPORT_FILES=FOLDER cargo test --lib a_course_of_any_size`; with `--features pdf` also as PDF. The
charts come from `attain chart gallery WORKSPACE --out FOLDER`, a page per size and language.

HTML goes through headless Chromium (printed to PDF), DOCX and XLSX through LibreOffice; pages become PNG by
pdftoppm. The pages of each file are also pasted into one sheet where ImageMagick's `montage` is installed.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile


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
            print(source, len(pages), "pages")


if __name__ == "__main__":
    main()
