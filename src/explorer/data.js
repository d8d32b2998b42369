"use strict";
// The explorer: shows, filters and sorts the result tables embedded in the page. It computes no statistic: every figure
// stands in a table, and only its digits are cut for display. All texts enter the page as text, never as markup.

// ---- data ----------------------------------------------------------------------------------------------------
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const about = read("about"), words = read("words"), schemas = read("schemas");

/** A table by columns: {k: value of all rows}, {t: texts, c: codes} or {v: values}. */
class Table {
  constructor(key, data) {
    this.key = key;
    this.n = data.n;
    this.columns = data.columns;
    this.indexes = new Map();
  }
  get(row, name) {
    const column = this.columns[name];
    if (!column) return null;
    if ("k" in column) return column.k;
    if (column.v) return column.v[row];
    const code = column.c[row];
    return code < 0 ? null : column.t[code];
  }
  all() {
    return Array.from({ length: this.n }, (_, i) => new Row(this, i));
  }
  /** The rows that hold these texts; an empty cell is "". */
  where(wanted) {
    const names = Object.keys(wanted), id = names.join();
    const keyOf = (texts) => texts.map((text) => text ?? "").join("\u001f");
    if (!this.indexes.has(id)) {
      const index = new Map();
      for (let i = 0; i < this.n; i++) {
        const key = keyOf(names.map((name) => this.get(i, name)));
        if (!index.has(key)) index.set(key, []);
        index.get(key).push(i);
      }
      this.indexes.set(id, index);
    }
    return (this.indexes.get(id).get(keyOf(Object.values(wanted))) || []).map((i) => new Row(this, i));
  }
}

class Row {
  constructor(table, i) {
    this.table = table;
    this.i = i;
  }
  get(name) {
    return this.table.get(this.i, name);
  }
  pick(...names) {
    return Object.fromEntries(names.map((name) => [name, this.get(name) ?? ""]));
  }
}

const tables = Object.fromEntries(Object.entries(read("tables")).map(([key, data]) => [key, new Table(key, data)]));
const rows = (key, wanted) => (tables[key] ? (wanted ? tables[key].where(wanted) : tables[key].all()) : []);

// ---- words and numbers -----------------------------------------------------------------------------------------
let lang = about.lang;
const side = () => (lang === "en" ? 1 : 0);
const has = (key) => key in words;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
const t = (key, values = {}) => (has("explorer." + key) ? fill(words["explorer." + key][side()], values) : key);
/** A key of the tables in words; the key itself where the catalogue has none. */
const word = (groups, key) => {
  const found = groups.map((group) => group + key).find(has);
  return found ? words[found][side()] : key;
};
const percent = (text) => (isNaN(text) ? text : +(text * 100).toFixed(1) + "%");
const part = (key) => word(["method.", "rule.", "chart.word."], key);

function methodWords(key) {
  const path = (text) => text.split("/").map(part).join(" → ");
  const combined = key.match(/^(.*)\*([\d.]+)\+survey-(.*)\*([\d.]+)$/);
  if (!combined) return path(key);
  const [, direct, directShare, survey, surveyShare] = combined;
  return fill(words["chart.word.combined"][side()], {
    direct: path(direct), direct_share: percent(directShare),
    survey: part("survey-" + survey), survey_share: percent(surveyShare),
  });
}
function intervalWords(key) {
  const [kind, level] = key.split(" ");
  if (level === undefined) return key;
  return fill(words["chart.word.interval"][side()], { level: percent(level), kind: part("interval-" + kind) });
}

const NONE = "—";
const MARKS = { reached: "✓", not_reached: "✗" };
const digits = (value, n) => (value === null ? NONE : value.toFixed(n));
const fraction = (value) => digits(value, about.digits);
const whole = (value) => (value === null ? NONE : String(value));
/** Figures of models are of all sizes: counts stay whole, what would round to nothing is written with its power of ten. */
const ofAnySize = (value) => (Number.isInteger(value) ? String(value) : value !== null && Math.abs(value) < 0.0005 ? value.toExponential(1) : fraction(value));
const valueOf = (row) => row.get("shown") ?? (row.table.key === "model_summary" ? ofAnySize : fraction)(row.get("value"));
const ends = (low, high, show) => (low === null ? NONE : `[${show(low)}, ${show(high)}]`);
const range = (row) => ends(row.get("low"), row.get("high"), fraction);
const pair = (row, name, show = fraction) => ends(row.get(name + "_low"), row.get(name + "_high"), show);
const probability = (p) => {
  if (p === null) return NONE;
  return p < 0.001 ? "< 0.001" : p > 0.999 ? "> 0.999" : p.toFixed(3);
};
/** The kind of a unit in words; several are crossed. */
const factorWords = (key) => (key ?? "").split(":").map((one) => word(["chart.factor."], one)).join(" × ");
/** What the effects of a row are, with the outcome in whose units they stand. */
function effectWords(row) {
  const key = row.get("effect"), own = "chart.axis.effect." + key;
  const text = key === "(Intercept)" ? "chart.axis.unit-effect" : has(own) ? own : "chart.axis.unit-slope";
  return fill(words[text][side()], { effect: key, outcome: outcomeOf(row) });
}
const fitOf = (row) => rows("model_summary", row.pick("model", "cohort"))[0];
const outcomeOf = (row) => (fitOf(row)?.get("formula") ?? "").split("~")[0].trim().replaceAll("`", "");
const verdictWords = (key) => (key ? `${MARKS[key] ?? ""} ${word(["verdict."], key)}` : NONE);
const join = (...parts) => parts.filter((one) => one !== null && one !== undefined && one !== "").join(" · ");

/** How a cell reads, by column; a column not named here is text. */
const FORMATS = {
  programme: (row) => programmeName(row.get("programme")),
  value: valueOf, range, verdict: (row) => verdictWords(row.get("verdict")),
  p_below: (row) => probability(row.get("p_below")),
  method: (row) => (row.table.key === "surveys" ? part("survey-" + row.get("method")) : methodWords(row.get("method") ?? NONE)),
  interval: (row) => intervalWords(row.get("interval") ?? NONE),
  reason: (row) => (row.get("reason") ? word(["reason.", "explorer.reason."], row.get("reason")) : ""),
  policy: (row) => `${row.get("policy")}${row.get("policy_status") === "draft" ? t("draft_mark") : ""}`,
  evaluation: (row) => t("evaluation." + row.get("evaluation")), audience: (row) => word(["chart.audience."], row.get("audience")),
  purpose: (row) => word(["explorer.purpose."], row.get("purpose") ?? ""), treatment: (row) => t("treatment." + row.get("treatment")),
  basis: (row) => t("basis." + row.get("basis")), response_rate: (row) => (row.get("response_rate") === null ? NONE : percent(row.get("response_rate"))),
  n: (row) => (row.table.columns.n ? whole(row.get("n")) : `${whole(row.get("n_assessed"))} / ${whole(row.get("n_enrolled"))}`),
  cohort: (row) => row.get("cohort") ?? (OF_MODELS.includes(row.table.key) ? t("together") : ""),
  factor: (row) => factorWords(row.get("factor")), effect: effectWords,
  comparison: (row) => pair(row, "comparison"), rank_range: (row) => pair(row, "rank", whole),
  rank: (row) => digits(row.get("rank"), 1), level: (row) => percent(row.get("level")),
  p_above: (row) => probability(row.get("p_above")), p: (row) => probability(row.get("p")),
};
/** The tables of value added that a reader can look at. */
const OF_MODELS = ["unit_effects", "model_summary", "variance_components", "unit_agreement"];
const NUMBERS = { expected: null, share: null, contribution: null, ratio: null, weight: 2, mean: 2, sd: 2, full: 1, se: null, reliability: 2, statistic: 2, df: 1,
  correlation: 2, rank_correlation: 2, same_order: 2, same_third: 2, mean_difference: null };
const COUNTS = ["n_units", "n_assessed", "n_enrolled", "n_excluded", "n_answers", "n_invited", "n_scored", "n_missing"];
for (const [name, n] of Object.entries(NUMBERS)) FORMATS[name] = (row) => digits(row.get(name), n ?? about.digits);
for (const name of COUNTS) FORMATS[name] = (row) => whole(row.get(name));
const cellText = (row, name) => (FORMATS[name] ? FORMATS[name](row) : row.get(name) ?? "");
