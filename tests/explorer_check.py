#!/usr/bin/env python3
"""Clicks through the explorer of a run in headless Chromium, as a reader with mouse or keyboard would.

    python3 tests/explorer_check.py target/debug/attain [FOLDER FOR PICTURES]

Needs `pip install playwright` and a Chromium (its own, or the one of the system). It runs the demonstration, a copy of
it with hostile names, and the public edition, and checks: the path from institution to item, back and forward, both
languages, filters, search, sorting, focus and tooltips; no message on the console, no request, no markup from data, a
name for every control, headings and landmarks, no sideways scrolling at 400 pixels, printing. Exit code 0 = all held.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = {
    "高等数学": "<img src=x onerror=alert(1)>高数",
    "线性代数": "</script><script>alert(2)</script>",
    "大学物理": "\u202e物理\u05d0\u05d1",
    "数据结构": "长" * 60,
    "示例一中": "<img src=y onerror=alert(3)>一中",
}
failures = []


def expect(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def page_of(program, workspace, out, *more):
    command = [program, "run", str(workspace), "--out", str(out), *more]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return out / "index.html"


def hostile_copy(folder):
    copy = folder / "hostile"
    shutil.copytree(ROOT / "datasets/demo", copy)
    courses = copy / "courses.csv"
    text = courses.read_text(encoding="utf-8-sig")
    for plain, hostile in HOSTILE.items():
        text = text.replace(plain, hostile)
    courses.write_text(text, encoding="utf-8")
    students = copy / "students.csv"
    unit = "示例一中"
    students.write_text(students.read_text(encoding="utf-8-sig").replace(unit, HOSTILE[unit]), encoding="utf-8")
    return copy


def opened(browser, file, width=1280):
    """A page, and what it said and asked for."""
    heard = []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda message: heard.append("console: " + message.text))
    page.on("pageerror", lambda error: heard.append("error: " + str(error)))
    page.on("dialog", lambda dialog: (heard.append("dialog"), dialog.dismiss()))
    page.on("request", lambda request: request.url.startswith(("file://" + str(file), "data:")) or heard.append("request: " + request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("h1")
    return page, heard


def heading(page):
    return page.inner_text("h1")


def click_first(page, selector, what):
    found = page.locator(selector)
    expect(found.count() > 0, f"{what}: there is a link")
    before = page.url
    found.first.click()
    page.wait_for_function("before => location.href !== before", arg=before)
    return page.url


def check_path(page):
    """Institution, programme, cohort, requirement, indicator, course, objective, item; then back all the way."""
    way = [page.url]
    way.append(click_first(page, "main tbody th a", "programme"))
    way.append(click_first(page, "main tbody td a[href^='#/cohort']", "cohort"))
    way.append(click_first(page, "main a[href^='#/row/requirements']", "requirement"))
    way.append(click_first(page, "main .dots a[href^='#/row/indicators']", "indicator"))
    way.append(click_first(page, "main .dots a[href^='#/row/cohort_courses']", "course"))
    way.append(click_first(page, "main .dots a[href^='#/row/offerings']", "offering"))
    way.append(click_first(page, "main .dots a[href^='#/row/objectives']", "course objective"))
    way.append(click_first(page, "main tbody a[href^='#/row/items']", "item"))
    expect(page.locator(".figure .value").count() == 1, "an item shows its figure")
    for url in reversed(way[:-1]):
        page.go_back()
        expect(page.url == url, f"back leads to {url}")
    page.go_forward()
    expect(page.url == way[1], "forward leads on")
    return way


ACCESSIBLE = """() => {
  const wrong = [];
  const name = (e) => (e.getAttribute("aria-label") || (e.labels && e.labels.length && e.labels[0].textContent) || e.textContent || "").trim();
  for (const e of document.querySelectorAll("a[href], button, input, select, [role=region], nav, form")) if (!name(e)) wrong.push("no name: " + e.outerHTML.slice(0, 90));
  for (const e of document.querySelectorAll("table")) if (!e.caption || !e.caption.textContent.trim()) wrong.push("table without caption");
  for (const e of document.querySelectorAll("th")) if (!e.scope) wrong.push("th without scope");
  for (const landmark of ["header", "main", "footer", "nav"]) if (!document.querySelector(landmark)) wrong.push("no " + landmark);
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  let level = 0;
  for (const e of document.querySelectorAll("h1, h2, h3, h4")) { if (+e.tagName[1] > level + 1) wrong.push("heading skips to " + e.tagName); level = +e.tagName[1]; }
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push("scrolls sideways: " + document.documentElement.scrollWidth);
  if (/undefined|NaN|\\[object|explorer\\.|column\\.|many\\.|one\\.[a-z]/.test(document.body.innerText)) wrong.push("a text is missing: " + document.body.innerText.match(/.{0,30}(undefined|NaN|\\[object|explorer\\.|column\\.|many\\.|one\\.[a-z]).{0,30}/)[0]);
  return wrong;
}"""


def visit(page, url, language):
    page.goto(url)
    page.wait_for_selector("h1")
    page.get_by_role("button", name=language).click()


def check_pages(page, urls, place, language="中文"):
    for url in urls:
        visit(page, url, language)
        for fault in page.evaluate(ACCESSIBLE):
            expect(False, f"{place} {url}: {fault}")


def check_tools(page, base):
    """Sorting, filters, search, languages, tooltips on hover and focus."""
    page.goto(base + "#/list/requirements")
    page.get_by_role("button", name="达成度", exact=True).first.click()
    values = [float(text) for text in page.locator("tbody td a.value").all_inner_texts()]
    expect(values == sorted(values), "a click on a heading sorts")
    expect(page.locator("th[aria-sort=ascending]").count() == 1, "the heading says so")
    rows = page.locator("tbody tr").count()
    page.select_option("select[name=cohort]", "2022")
    page.wait_for_function("location.hash.includes('cohort=2022')")
    expect(0 < page.locator("tbody tr").count() < rows, "a filter leaves fewer rows")
    page.go_back()
    page.wait_for_function("!location.hash.includes('cohort=2022')")
    expect(page.locator("tbody tr").count() == rows, "back undoes a filter")
    page.fill("input[name=search]", "线性")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2")
    expect("线性" in page.inner_text("main"), "the search finds Chinese words")
    page.get_by_role("button", name="English").click()
    expect(page.evaluate("document.documentElement.lang") == "en", "the language changes")
    expect("Requirements" in page.inner_text("nav"), "and the texts with it")
    page.reload()
    page.wait_for_selector("h1")
    expect(page.evaluate("document.documentElement.lang") == "en", "a reload keeps the language")
    page.goto(base + "#/programme/0801")
    expect("Cohorts" in page.inner_text("main") and "lang=en" in page.url, "and so does every other page")
    own = page.locator("main table").first
    own.get_by_role("button", name="Cohort", exact=True).click()
    own.get_by_role("button", name="Cohort", exact=True).click()
    years = own.locator("tbody tr td:nth-child(2)").all_inner_texts()
    expect(len(years) > 2 and years == sorted(years, reverse=True), "a small table sorts, up and down")
    matrix = page.locator("main table").nth(1)
    matrix.get_by_role("button", name=re.compile("sort by")).first.click()
    values = [float(text.split()[0]) for text in matrix.locator("tbody tr td:nth-child(2) .verdict").all_inner_texts()]
    expect(len(values) > 3 and values == sorted(values), "a matrix sorts by the numbers of a column")
    page.get_by_role("button", name="中文").click()
    expect("lang" not in page.url, "the page's own language needs no word in the address")
    page.goto(base + "#/cohort/0801/2022")
    dot = page.locator(".dots a").nth(2)
    dot.hover()
    expect(page.locator("#tip").is_visible(), "hovering shows a tooltip")
    said = page.locator("#tip").inner_text()
    page.mouse.move(0, 0)
    dot.focus()
    expect(page.locator("#tip").inner_text() == said == dot.get_attribute("aria-label"), "focus shows the same, and so does the name")
    expect("n = " in said and "[" in said, "with n and interval")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('row/requirements')")
    expect(page.evaluate("document.activeElement.tagName") == "H1", "the focus goes to the new heading")


def check_value_added(page, base):
    """First page, models, a fit, a unit, back to a fit; the picture answers to pointer and keyboard as the others do."""
    page.goto(base)
    page.wait_for_selector("h1")
    click_first(page, "nav a[href^='#/models']", "value added")
    click_first(page, "main tbody th a[href^='#/model/class-year2']", "a fitted model")
    fit = page.url
    order = [float(text.split()[0]) for text in page.locator(".dots").first.locator(".number").all_inner_texts() if text]
    expect(len(order) > 3 and order == sorted(order, reverse=True), "effects stand in their order")
    for words in ("两两比较区间", "信度", "名次区间", "方差分量", "系数", "残差（学生之间）"):
        expect(words in page.inner_text("main"), f"a fit shows {words}")
    page.get_by_role("button", name="效应", exact=True).first.click()
    values = [float(text) for text in page.locator("table").first.locator("tbody td a.value").all_inner_texts()]
    expect(len(values) > 3 and values == sorted(values), "a click on a heading sorts effects")
    dot = page.locator(".dots a").first
    dot.hover()
    said = page.locator("#tip").inner_text()
    page.mouse.move(0, 0)
    dot.focus()
    expect(page.locator("#tip").inner_text() == said == dot.get_attribute("aria-label"), "effects answer to the keyboard")
    for words in ("n = ", "95% 区间 [", "两两比较区间 [", "信度", "平均名次"):
        expect(words in said, f"the sentence of a unit says {words}: {said}")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('/unit/')")
    unit = page.url
    click_first(page, ".dots a[href^='#/model/']", "a fit of the unit")
    page.go_back()
    expect(page.url == unit, "back leads to the unit")
    growth = base + "#/model/growth-year1/"
    page.goto(growth)
    page.wait_for_selector("h2")
    expect("成长百分位中位数" in page.inner_text("main") and "第 50 百分位" in page.inner_text("main"), "growth percentiles of units")
    return [base + "#/models", fit, unit, growth, base + "#/list/unit_effects", base + "#/model/no/such", base + "#/unit/x/y"]


def pictures(browser, file, urls, folder):
    for width in (1280, 400):
        for language in ("中文", "English"):
            page, _ = opened(browser, file, width)
            for number, url in enumerate(urls):
                visit(page, url, language)
                tag = "en" if language == "English" else "zh"
                page.screenshot(path=str(folder / f"{number:02}_{tag}_{width}.png"), full_page=True)
            page.close()


def main():
    program = str(Path(sys.argv[1]).resolve())
    folder = Path(tempfile.mkdtemp())
    with sync_playwright() as play:
        system = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = play.chromium.launch(executable_path=system, args=["--no-sandbox"])
        file = page_of(program, ROOT / "datasets/demo", folder / "demo", "--no-charts")
        base = file.as_uri()
        page, heard = opened(browser, file)
        way = check_path(page)
        lists = [f"{base}#/list/{key}" for key in re.findall(r"#/list/(\w+)", page.content())]
        others = [base + tail for tail in ("#/search?q=%E6%95%B0%E6%8D%AE", "#/row/no/such", "#/%E0%A4%A", "#/row/surveys/x")]
        aims = page.evaluate("[...document.querySelectorAll('a')].length") and [base + "#/row/training_objectives/0801/2021/2022/1/direct"]
        check_pages(page, way + lists + others + aims, "1280")
        check_tools(page, base)
        models = check_value_added(page, base)
        check_pages(page, models, "1280 value added")
        check_pages(page, models, "1280 value added en", "English")
        page.goto(models[1])
        page.pdf(path=str(folder / "model.pdf"))
        expect((folder / "model.pdf").stat().st_size > 20_000, "a fit prints")
        page.goto(way[3])
        page.pdf(path=str(folder / "requirement.pdf"))
        expect((folder / "requirement.pdf").stat().st_size > 20_000, "a page prints")
        expect(not heard, f"nothing is said or asked for: {heard[:3]}")
        narrow, heard = opened(browser, file, 400)
        check_pages(narrow, way + lists + models, "400")
        check_pages(narrow, way + lists + models, "400 en", "English")
        expect(not heard, f"nothing is said or asked for: {heard[:3]}")

        hostile = page_of(program, hostile_copy(folder), folder / "hostile_out", "--no-charts")
        page, heard = opened(browser, hostile, 400)
        for tail in ("#/list/cohort_courses", "#/list/offerings", "#/search?q=%3Cimg", "#/row/indicators/0801/2019/2019/ceeaa-2022/1.1/direct"):
            check_pages(page, [hostile.as_uri() + tail], "hostile")
        for tail in ("#/models", "#/unit/school/" + quote(HOSTILE["示例一中"]), "#/list/unit_effects"):
            check_pages(page, [hostile.as_uri() + tail], "hostile units")
            expect(page.locator("main img, main script").count() == 0, "names of units are never markup")
        page.goto(hostile.as_uri() + "#/unit/school/" + quote(HOSTILE["示例一中"]))
        page.wait_for_selector("h1")
        expect(heading(page) == HOSTILE["示例一中"], "a hostile unit is read as it is written")
        page.goto(hostile.as_uri() + "#/search?q=%3Cimg")
        page.wait_for_selector("h2")
        expect(page.locator("main img, main script").count() == 0, "names are never markup")
        expect("<img src=x onerror=alert(1)>" in page.inner_text("main"), "a hostile name is read as it is written")
        expect(not heard, f"hostile names do nothing: {heard[:3]}")

        open_page = page_of(program, ROOT / "datasets/demo", folder / "public", "--public")
        page, heard = opened(browser, open_page)
        check_pages(page, [open_page.as_uri() + tail for tail in ("", "#/cohort/0801/2022", "#/row/indicators/0801/2021/2022/ceeaa-2024/1.1/direct", "#/list/cohort_courses", "#/list/surveys", "#/models", "#/list/unit_effects")], "public")
        page.goto(open_page.as_uri() + "#/list/unit_effects")
        page.wait_for_selector("tbody td")
        heads = page.locator("thead th").all_inner_texts()
        at = next(i for i, text in enumerate(heads) if text.startswith("学生数")) + 1
        students = [int(text) for text in page.locator(f"tbody tr > :nth-child({at})").all_inner_texts()]
        expect(len(students) > 5 and min(students) >= 10, f"no small unit is public: {students[:5]}")
        expect(not heard, f"public: {heard[:3]}")
        if len(sys.argv) > 2:
            target = Path(sys.argv[2])
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "requirement.pdf", target)
            pictures(browser, file, way + lists[:1] + others[:1] + aims, target)
            pictures(browser, hostile, [hostile.as_uri() + "#/row/indicators/0801/2019/2019/ceeaa-2022/1.1/direct"], target / "hostile")
        browser.close()
    shutil.rmtree(folder)
    print("explorer: all held" if not failures else f"explorer: {len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
