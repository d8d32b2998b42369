// ---- markup ----------------------------------------------------------------------------------------------------
const SVG = "http://www.w3.org/2000/svg";
function build(element, properties, children) {
  for (const [name, value] of Object.entries(properties || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
const h = (tag, properties, ...children) => build(document.createElement(tag), properties, children);
const s = (tag, properties, ...children) => build(document.createElementNS(SVG, tag), properties, children);
const link = (href, ...children) => h("a", { href }, ...children);
const names = (text) => h("bdi", {}, text);

// ---- addresses: #/kind/part/part?filter=value; a language other than the page's own stands among the filters --------
const address = (parts, query = {}) => {
  const filters = Object.entries({ ...query, lang: lang === about.lang ? "" : lang }).filter(([, value]) => value);
  const tail = filters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return "#/" + parts.map((one) => encodeURIComponent(one ?? "")).join("/") + (tail ? "?" + tail : "");
};
const rowAddress = (row) => row.table.key === "unit_effects" ? address(["unit", row.get("factor"), row.get("unit")]) : address(["row", row.table.key, ...schemas[row.table.key].keys.map((name) => row.get(name))]);
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
function place() {
  const [path, tail = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const { lang: spoken, ...query } = Object.fromEntries(tail.split("&").filter(Boolean).map((one) => one.split("=").map(decoded)));
  return { parts: path === "" ? [] : path.split("/").map(decoded), query, spoken };
}

/** The row that a cell's figure is made by: its own, or that of the table it was taken from. */
function source(row) {
  const key = row.table.key;
  if (key === "contributions") return rows("cohort_courses", row.pick("programme", "plan", "cohort", "course", "objective"))[0];
  if (key === "missing") return rows("objectives", { ...row.pick("offering", "objective"), section: "" })[0];
  return ["support", "model_summary", "variance_components", "unit_agreement"].includes(key) ? undefined : row;
}

// ---- what rows are called --------------------------------------------------------------------------------------
const NAMES = {
  requirements: (row) => join(row.get("requirement"), row.get("requirement_text")),
  indicators: (row) => join(row.get("indicator"), row.get("indicator_text")),
  training_objectives: (row) => join(row.get("training_objective"), row.get("training_objective_text")),
  cohort_courses: courseName, contributions: courseName, support: courseName,
  course_terms: (row) => join(courseName(row), row.get("term")),
  offerings: (row) => join(row.get("course_name") ?? row.get("course"), row.get("term"), row.get("offering"), row.get("section")),
  objectives: (row) => join(row.get("objective"), row.get("objective_text")),
  items: (row) => join(row.get("item"), row.get("item_name")),
  missing: (row) => t("treatment." + row.get("treatment")),
  surveys: (row) => join(row.get("survey"), t("one." + row.get("level")), row.get("target")),
  unit_effects: (row) => row.get("unit"), model_summary: (row) => word(["explorer.figure."], row.get("name") ?? ""),
  variance_components: (row) => (row.get("factor") ? join(FORMATS.factor(row), [row.get("effect"), row.get("with")].filter(Boolean).join(" × ")) : t("figure.residual")),
  unit_agreement: (row) => `${row.get("first")} – ${row.get("second")}`,
};
function courseName(row) {
  const objective = row.get("objective");
  return join(row.get("course_name"), row.get("course"), objective && t("one.objective") + " " + objective);
}
const nameOf = (row) => NAMES[row.table.key](row);
const programmeOf = (id) => about.programmes.find((one) => one.id === id) ?? { id, serves: [] };
const programmeName = (id) => programmeOf(id).name ?? id;
const institution = () => about.institution ?? t("institution");

// ---- charts: one line per figure: name, dot with interval, numbers -----------------------------------------------
const INK = { reached: "#0072b2", not_reached: "#b34e00", none: "#5f5f5f" };
const y = 13;

const unitWords = (key, ending = "") => words["chart.unit." + key + (has("chart.unit." + key + ending) ? ending : "")][side()];
/** The line that effects are compared with, and the side of it on which the whole interval of one lies. */
const average = (row) => (row.get("effect") === "median_percentile" ? 50 : 0);
const endingOf = (row) => (row.get("effect") === "median_percentile" ? ".median" : ["mean_gain", "mean_normalised_gain", "class_gain"].includes(row.get("effect")) ? ".zero" : "");
const sideOf = (row) => {
  if (row.get("low") === null) return "open";
  return row.get("low") > average(row) ? "above" : row.get("high") < average(row) ? "below" : "open";
};
function effectSentence(row) {
  const facts = [row.get("unit"), row.get("model"), FORMATS.cohort(row), `${FORMATS.effect(row)} ${valueOf(row)}`];
  if (row.get("low") !== null) facts.push(`${fill(unitWords("legend.interval"), { level: FORMATS.level(row) })} ${range(row)}`, unitWords("legend." + sideOf(row), endingOf(row)));
  if (row.get("comparison_low") !== null) facts.push(`${unitWords("legend.comparison")} ${FORMATS.comparison(row)}`);
  for (const name of ["p_above", "reliability"]) if (row.get(name) !== null) facts.push(`${columnWords(row.table.key, name)} ${FORMATS[name](row)}`);
  if (row.get("rank") !== null) facts.push(`${columnWords(row.table.key, "rank")} ${FORMATS.rank(row)} ${FORMATS.rank_range(row)}`);
  else if (row.get("comparison_low") !== null) facts.push(unitWords("unranked"));
  return join(...facts, `n = ${row.get("n")}`);
}

function sentence(row) {
  if (row.table.key === "unit_effects") return effectSentence(row);
  const value = row.get("value");
  const facts = [nameOf(row), row.table.columns.cohort && row.get("cohort"), row.get("evaluation") && FORMATS.evaluation(row)];
  if (value === null) return join(...facts, t("no_value"), FORMATS.reason(row));
  facts.push(`${t("column.value")} ${valueOf(row)}`, row.get("low") !== null && `${t("column.range")} ${range(row)}`);
  if (row.get("interval")) facts.push(FORMATS.interval(row));
  if (row.get("n_assessed") !== null) facts.push(`n = ${row.get("n_assessed")}`);
  if (row.get("expected") !== null) facts.push(`${t("column.expected")} ${FORMATS.expected(row)}`);
  if (row.get("verdict")) facts.push(FORMATS.verdict(row));
  if (row.get("p_below") !== null) facts.push(`${t("column.p_below")} ${FORMATS.p_below(row)}`);
  if (row.get("method")) facts.push(`${t("column.method")} ${FORMATS.method(row)}`);
  return join(...facts.map((fact) => fact || null), FORMATS.reason(row));
}

/** Round ticks over a range. */
function ticks(low, high) {
  const span = Math.max(high - low, 1e-9), raw = span / 4, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw);
  const first = Math.floor(low / step + 1e-9), last = Math.ceil(high / step - 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step).map((at) => ({ at, text: at.toFixed(decimals) }));
}

const mark = (verdict, at) => {
  const ink = INK[verdict ?? "none"];
  if (verdict === "not_reached") return s("svg", { x: at, y: 0, overflow: "visible", height: 26, width: 1 }, s("path", { d: `M0 ${y - 6}L6 ${y}L0 ${y + 6}L-6 ${y}Z`, fill: "#fff", stroke: ink, "stroke-width": 2.5 }));
  return s("circle", { cx: at, cy: y, r: 5.5, fill: ink });
};
const line = (x1, x2, stroke, width, dash) => s("line", { x1, x2, y1: y, y2: y, stroke, "stroke-width": width, "stroke-dasharray": dash });
const upright = (at, stroke, width, dash) => s("line", { x1: at, x2: at, y1: 0, y2: 26, stroke, "stroke-width": width, "stroke-dasharray": dash });

function chartLine(row, label, drawing, numbers, href) {
  const target = source(row), text = sentence(row);
  const inside = [h("span", { class: "name" }, names(label)), s("svg", { "aria-hidden": "true" }, ...drawing), h("span", { class: "number" }, numbers)];
  const tips = { onpointerenter: (event) => tip(event.currentTarget, text), onpointerleave: untip, onfocus: (event) => tip(event.currentTarget, text), onblur: untip };
  const properties = { "aria-label": text, href: href ? href(row) : target ? rowAddress(target) : location.hash, ...tips };
  return h("li", {}, h("a", properties, ...inside));
}
const axis = (marks, x) =>
  h("li", { "aria-hidden": "true" }, h("span", { class: "axis" }, h("span", { class: "name" }), s("svg", {}, ...marks.map((tick) =>
    s("text", { x: x(tick.at), y: 14, "font-size": 12, "text-anchor": "middle", fill: "#404040" }, tick.text))), h("span", { class: "number" })));

/** Dots with intervals, the expected value of each as a dashed stroke. */
function dots(list, title, label = nameOf) {
  const seen = list.flatMap((row) => [row.get("low"), row.get("high"), row.get("value"), row.get("expected")]).filter((one) => one !== null);
  if (!seen.length) return null;
  const marks = ticks(Math.min(...seen), Math.max(...seen)), low = marks[0].at, high = marks[marks.length - 1].at;
  const x = (value) => (2 + (96 * (value - low)) / (high - low || 1)).toFixed(3) + "%";
  const drawn = list.map((row) => {
    const drawing = marks.map((tick) => upright(x(tick.at), "#e2e2e2", 1));
    const ink = INK[row.get("verdict") ?? "none"];
    if (row.get("expected") !== null) drawing.push(upright(x(row.get("expected")), "#000", 1.5, "4 3"));
    if (row.get("low") !== null) drawing.push(line(x(row.get("low")), x(row.get("high")), ink, 2.5));
    if (row.get("value") !== null) drawing.push(mark(row.get("verdict"), x(row.get("value"))));
    const numbers = row.get("value") === null ? `${NONE} ${FORMATS.reason(row)}` : `${valueOf(row)} ${MARKS[row.get("verdict")] ?? ""} ${range(row)}`;
    return chartLine(row, label(row), drawing, numbers);
  });
  const occurs = (verdict) => list.some((row) => row.get("value") !== null && (row.get("verdict") ?? "none") === verdict);
  const signs = Object.keys(INK).filter(occurs).map((verdict) => h("li", {}, sign(line(2, 32, INK[verdict], 2.5), mark(verdict, 17)), t("legend." + verdict)));
  if (list.some((row) => row.get("expected") !== null)) signs.push(h("li", {}, sign(upright(17, "#000", 1.5, "4 3")), t("legend.expected")));
  const legend = h("ul", { class: "legend" }, ...signs);
  return [legend, h("ul", { class: "dots", "aria-label": t("chart_of", { title }) }, ...drawn, axis(marks, x))];
}

const sign = (...inside) => s("svg", { "aria-hidden": "true", viewBox: "0 6 34 14" }, ...inside);
const SIDES = { above: INK.reached, below: INK.not_reached, open: INK.none };
const effectMark = (which, at) => which === "open" ? s("circle", { cx: at, cy: y, r: 5, fill: "#fff", stroke: INK.none, "stroke-width": 2 }) : mark(which === "above" ? "reached" : "not_reached", at);

/** Effects of units in order, the highest first, with intervals and, thicker, comparison intervals; of many the ends. */
function caterpillar(list, title, label = nameOf, href) {
  const sorted = list.filter((row) => row.get("value") !== null).sort((a, b) => b.get("value") - a.get("value"));
  if (!sorted.length) return null;
  const half = MOST_DOTS / 2, shown = sorted.length > MOST_DOTS ? [...sorted.slice(0, half), ...sorted.slice(-half)] : sorted;
  const first = shown[0], middle = average(first), ending = endingOf(first);
  const seen = shown.flatMap((row) => ["value", "low", "high", "comparison_low", "comparison_high"].map((name) => row.get(name))).filter((one) => one !== null);
  const marks = ticks(Math.min(middle, ...seen), Math.max(middle, ...seen)), low = marks[0].at, high = marks[marks.length - 1].at;
  const x = (value) => (2 + (96 * (value - low)) / (high - low || 1)).toFixed(3) + "%";
  const drawn = shown.map((row) => {
    const which = sideOf(row), ink = SIDES[which], drawing = marks.map((tick) => upright(x(tick.at), "#e2e2e2", 1));
    drawing.push(upright(x(middle), "#000", 1.5));
    if (row.get("low") !== null) drawing.push(line(x(row.get("low")), x(row.get("high")), ink, 1.5));
    if (row.get("comparison_low") !== null) drawing.push(line(x(row.get("comparison_low")), x(row.get("comparison_high")), ink, 4.5));
    drawing.push(effectMark(which, x(row.get("value"))));
    return chartLine(row, label(row), drawing, `${valueOf(row)} ${range(row)}`, href);
  });
  const signs = Object.keys(SIDES).filter((which) => shown.some((row) => sideOf(row) === which)).map((which) =>
    h("li", {}, sign(line(2, 32, SIDES[which], 1.5), effectMark(which, 17)), unitWords("legend." + which, ending)));
  if (shown.some((row) => row.get("comparison_low") !== null)) signs.push(h("li", {}, sign(line(6, 28, INK.none, 4.5)), unitWords("legend.comparison")));
  signs.push(h("li", {}, sign(upright(17, "#000", 1.5)), unitWords(middle ? "legend.fifty" : "legend.average", ending)));
  return [h("ul", { class: "legend" }, ...signs), sorted.length > MOST_DOTS && h("p", { class: "note" }, t("ends", { ends: half, left: sorted.length - shown.length })),
    h("ul", { class: "dots", "aria-label": t("chart_of", { title }) }, ...drawn, axis(marks, x))];
}

/** What a value is made of: a bar share × value within the outline of the share. */
function bars(list, title) {
  const most = Math.max(...list.map((row) => row.get("share") ?? 0));
  if (!(most > 0)) return null;
  const marks = ticks(0, most), x = (value) => ((98 * value) / marks[marks.length - 1].at).toFixed(3) + "%";
  const drawn = list.map((row) => {
    const share = row.get("share") ?? 0, made = row.get("contribution") ?? 0;
    const drawing = [...marks.map((tick) => upright(x(tick.at), "#e2e2e2", 1)),
      s("rect", { x: 0, y: 5, height: 16, width: x(share), fill: "#fff", stroke: "#5f5f5f" }),
      s("rect", { x: 0, y: 5, height: 16, width: x(made), fill: "#0072b2" })];
    const numbers = row.get("contribution") === null ? `${NONE} ${FORMATS.reason(row)}` : `${FORMATS.share(row)} × ${valueOf(row)} = ${FORMATS.contribution(row)}`;
    return chartLine(row, nameOf(row), drawing, numbers);
  });
  return [h("p", { class: "note" }, t("legend.bars")), h("ul", { class: "dots", "aria-label": t("chart_of", { title }) }, ...drawn, axis(marks, x))];
}

// Where a pointer or the focus is, the sentence that a screen reader hears as the link's name.
const tipBox = h("div", { id: "tip", role: "tooltip", hidden: "" });
function tip(at, text) {
  tipBox.textContent = text;
  tipBox.hidden = false;
  const box = at.getBoundingClientRect(), own = tipBox.getBoundingClientRect();
  const below = box.bottom + 6 + own.height < innerHeight;
  tipBox.style.left = Math.max(6, Math.min(innerWidth - own.width - 6, box.left + box.width * 0.3)) + "px";
  tipBox.style.top = Math.max(4, below ? box.bottom + 6 : box.top - own.height - 6) + "px";
}
const untip = () => (tipBox.hidden = true);

// ---- tables ----------------------------------------------------------------------------------------------------
const FIGURE = ["value", "range", "n", "n_excluded", "expected", "verdict", "p_below", "reason", "interval", "method", "policy"];
const COLUMNS = {
  requirements: ["programme", "cohort", "framework", "evaluation", ...FIGURE], indicators: ["programme", "cohort", "framework", "evaluation", ...FIGURE],
  training_objectives: ["programme", "cohort", "evaluation", ...FIGURE], cohort_courses: ["programme", "cohort", "terms", "basis", ...FIGURE],
  contributions: ["programme", "cohort", "requirement", "indicator", "weight", "share", "value", "contribution", "n_assessed", "reason"],
  support: ["indicator", "weight", "code"], course_terms: ["n_offerings", ...FIGURE], offerings: ["term", "section", ...FIGURE],
  objectives: ["course_name", "term", "offering", "section", "weight", ...FIGURE],
  items: ["component", "purpose", "objectives", "full", "weight", "mean", "sd", "ratio", "n_scored", "n_missing"],
  missing: ["value", "n_assessed", "expected", "verdict", "reason", "policy"],
  surveys: ["programme", "cohort", "audience", "value", "range", "n_answers", "n_invited", "response_rate", "method", "reason"],
  unit_effects: ["model", "cohort", "factor", "effect", "n", "value", "range", "comparison", "p_above", "reliability", "rank", "rank_range", "level"],
  model_summary: ["value", "se", "range", "statistic", "df", "p"], variance_components: ["value", "se", "range", "share"],
  unit_agreement: ["factor", "n_units", "correlation", "rank_correlation", "same_order", "same_third", "mean_difference"],
};
const TO_CAPTION = ["model", "factor", "effect", "level", "interval", "method", "policy", "programme", "cohort", "framework", "evaluation", "basis", "course_name", "term", "requirement", "indicator"];
const SHORT = ["model", "factor", "evaluation", "offering", "cohort", "framework", "term", "terms", "section", "purpose", "component", "audience"];
/** What a column is called, in the words of its own table where it has some. */
const columnWords = (key, name) => (has(`explorer.column.${key}.${name}`) ? t(`column.${key}.${name}`) : t("column." + name));
const NUMERIC = new Set(["comparison", "rank", "rank_range", "p_above", "p", "value", "range", "n", "p_below", "response_rate", "n_offerings", ...Object.keys(NUMBERS), ...COUNTS]);
const PAGE = 200;
const collator = new Intl.Collator(["zh-CN", "en"], { numeric: true });

const sortValue = (row, name) => {
  if (name === "name") return nameOf(row);
  if (name === "range") return row.get("low");
  if (name === "comparison" || name === "rank_range") return row.get(name.replace("_range", "") + "_low");
  if (name === "n") return row.get("n_assessed") ?? row.get("n");
  return NUMERIC.has(name) ? row.get(name) : cellText(row, name);
};
function compare(a, b) {
  if (a === null || b === null) return (a === null) - (b === null);
  return typeof a === "number" ? a - b : collator.compare(a, b);
}

/** A sortable table of rows of one result table; columns of one value only go into the caption. */
function grid(list, title) {
  if (!list.length) return null;
  const table = list[0].table, key = table.key;
  const texts = (name) => list.map((row) => cellText(row, name));
  const one = (name) => TO_CAPTION.includes(name) && new Set(texts(name)).size === 1;
  const columns = COLUMNS[key].filter((name) => !one(name) && texts(name).some((text) => text !== "" && text !== NONE));
  const shared = COLUMNS[key].filter((name) => one(name) && texts(name)[0] !== "" && texts(name)[0] !== NONE && !title.includes(texts(name)[0]));
  const notes = shared.map((name) => `${columnWords(key, name)}${t("colon")}${texts(name)[0]}`);
  const caption = h("caption", {}, h("span", {}, names(join(title, t("n_rows", { n: list.length }), ...notes))));
  // Long words that differ between rows stand once above the table, and their number in the row.
  const numbered = Object.fromEntries(["method", "interval", "effect"].filter((name) => columns.includes(name)).map((name) => [name, [...new Set(texts(name))]]));
  const keys = Object.entries(numbered).map(([name, found]) => h("p", { class: "note" }, t("column." + name) + t("colon"), ...found.map((text, i) => [i ? " · " : "", `(${i + 1}) ${text}`])));
  const body = h("tbody"), more = h("p", { class: "more" });
  let order = { name: null, down: false }, shown = PAGE, sorted = list;

  const draw = () => {
    body.replaceChildren(...sorted.slice(0, shown).map((row) => {
      const target = source(row), href = target && rowAddress(target);
      const first = h("th", { scope: "row", class: "text" }, href ? link(href, names(nameOf(row))) : names(nameOf(row)));
      const cells = columns.map((name) => {
        const text = cellText(row, name), css = NUMERIC.has(name) ? "num" : name === "reason" ? "text" : SHORT.includes(name) ? "short" : null;
        if (name === "value") return h("td", { class: "num" }, href ? h("a", { href, class: "value", "aria-label": sentence(row) }, text) : text);
        if (numbered[name]) return h("td", { class: "num", title: text }, `(${numbered[name].indexOf(text) + 1})`);
        if (name === "verdict") return h("td", {}, h("span", { class: "verdict " + (row.get("verdict") ?? "") }, text));
        if (name === "programme") return h("td", {}, link(address(["programme", row.get("programme")]), names(text)));
        return h("td", { class: css }, names(text));
      });
      return h("tr", {}, first, ...cells);
    }));
    const left = sorted.length - shown;
    more.replaceChildren(...(left > 0 ? [h("button", { type: "button", onclick: () => ((shown += PAGE), draw()) }, t("more", { n: Math.min(PAGE, left), left }))] : []));
  };
  const head = (name) => {
    const place = { range: "low", comparison: "comparison_low", rank_range: "rank_low", n: schemas[key].columns.n ? "n" : "n_assessed" }[name] ?? name;
    const meaning = schemas[key].columns[place];
    const cell = h("th", { scope: "col", "aria-sort": "none", class: NUMERIC.has(name) ? "num" : null });
    const sort = () => {
      order = { name, down: order.name === name && !order.down };
      const keyed = list.map((row) => [sortValue(row, name), row]);
      keyed.sort(([a], [b]) => (a === null || b === null || !order.down ? compare(a, b) : compare(b, a)));
      sorted = keyed.map(([, row]) => row);
      for (const other of cell.parentNode.children) other.setAttribute("aria-sort", "none");
      cell.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      draw();
    };
    const label = name === "name" ? t("one." + key) : columnWords(key, name);
    cell.append(h("button", { type: "button", onclick: sort, title: meaning ? meaning[side()] : null }, label));
    return cell;
  };
  draw();
  const scroll = h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": title },
    h("table", {}, caption, h("thead", {}, h("tr", {}, head("name"), ...columns.map(head))), body));
  return [keys, scroll, more];
}

/** Lets the headings of a small table sort its lines; a cell sorts by the number or text it begins with. */
function sortable(table) {
  const body = table.tBodies[0], lines = [...body.rows];
  const keyOf = (line, at, numeric) => {
    const text = line.cells[at].textContent.trim(), number = numeric ? parseFloat(text) : NaN;
    return text === "" || text.startsWith(NONE) ? null : numeric && !isNaN(number) ? number : text;
  };
  [...table.tHead.rows[0].cells].forEach((cell, at) => {
    const sort = () => {
      const down = cell.getAttribute("aria-sort") === "ascending", numeric = cell.classList.contains("num");
      const keyed = lines.map((line) => [keyOf(line, at, numeric), line]);
      keyed.sort(([a], [b]) => (a === null || b === null || !down ? compare(a, b) : compare(b, a)));
      for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.replaceChildren(...keyed.map(([, line]) => line));
    };
    const name = cell.textContent, linked = cell.querySelector("a");
    const button = h("button", { type: "button", onclick: sort, "aria-label": linked ? t("sort_by", { name }) : null }, linked ? "⇅" : name);
    linked ? cell.append(" ", button) : cell.replaceChildren(button);
    cell.setAttribute("aria-sort", "none");
  });
  return table;
}

const MOST_DOTS = 60;
/** A heading, a chart where the rows are few enough, and the table. */
function section(title, list, options = {}) {
  if (!list.length) return null;
  const draw = options.chart ?? (list[0].table.columns.low ? dots : null);
  const charted = options.charted ?? list;
  const chart = draw && (draw === caterpillar || charted.length <= MOST_DOTS) ? draw(charted, title, options.label, options.href) : null;
  return [h("h2", {}, names(title)), options.note && h("p", { class: "note" }, options.note), chart, grid(list, title)];
}
