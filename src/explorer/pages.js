// ---- pages -----------------------------------------------------------------------------------------------------
/** Of several evaluations of one thing the combined one, else the direct one. */
function headline(list, id) {
  const best = new Map();
  for (const row of list.filter((one) => one.get("evaluation") !== "indirect")) {
    const key = [row.get("programme"), row.get("cohort"), row.get("framework"), row.get(id)].join("\u001f");
    if (!best.has(key) || row.get("evaluation") === "combined") best.set(key, row);
  }
  return [...best.values()];
}

function cohorts(programme) {
  const found = new Map();
  for (const row of headline(rows("requirements", programme && { programme }), "requirement")) {
    const id = [row.get("programme"), row.get("cohort"), row.get("framework")].join("\u001f");
    if (!found.has(id)) found.set(id, { row, reached: 0, not_reached: 0, none: 0 });
    found.get(id)[row.get("verdict") ?? "none"] += 1;
  }
  return [...found.values()];
}

function cohortTable(list, title) {
  const heads = ["programme", "cohort", "plan", "framework", "n_enrolled", "reached", "not_reached", "none"];
  const line = ({ row, ...counts }) => {
    const of = row.pick("programme", "cohort");
    const filtered = (verdict) => link(address(["list", "requirements"], { ...of, framework: row.get("framework"), verdict }), String(counts[verdict]));
    return h("tr", {}, h("th", { scope: "row", class: "text" }, link(address(["programme", of.programme]), names(programmeName(of.programme)))),
      h("td", {}, link(address(["cohort", of.programme, of.cohort]), names(of.cohort))), h("td", { class: "short" }, names(row.get("plan"))), h("td", { class: "short" }, names(row.get("framework") ?? "")),
      h("td", { class: "num" }, whole(row.get("n_enrolled"))), ...["reached", "not_reached", "none"].map((verdict) => h("td", { class: "num" }, filtered(verdict))));
  };
  const head = h("tr", {}, ...heads.map((name, i) => h("th", { scope: "col", class: i > 3 ? "num" : null }, t("column." + name))));
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": title },
    sortable(h("table", {}, h("caption", {}, h("span", {}, join(title, t("cohort_note")))), h("thead", {}, head), h("tbody", {}, ...list.map(line)))));
}

const HOME = () => ({ name: institution(), href: address([]) });
const atProgramme = (id) => ({ name: programmeName(id), href: address(["programme", id]) });
const atCohort = (programme, cohort) => ({ name: t("cohort", { cohort }), href: address(["cohort", programme, cohort]) });

function homePage() {
  const list = about.programmes.map((one) => h("li", {}, link(address(["programme", one.id]), names(join(one.name ?? one.id, one.college)))));
  const facts = [["column.policy", about.policy + (about.policy_status === "draft" ? t("draft_mark") : "")], ["fact.seed", String(about.seed)], ["fact.version", "attain " + about.version]];
  const cohortList = cohorts();
  return {
    path: [], title: institution(), says: t("home.says"),
    body: [
      about.policy_status === "draft" && h("p", { class: "note warn" }, t("draft", { policy: about.policy })),
      h("p", { class: "note" }, t(about.public ? "public" : "no_students", { least: about.least })),
      about.left_out.length > 0 && h("p", { class: "note warn" }, t("left_out", { tables: about.left_out.map((key) => t("many." + key)).join(t("comma")) })),
      list.length > 0 && list.length <= 20 && [h("h2", {}, t("many.programmes")), h("ul", {}, ...list)],
      cohortList.length > 0 ? [h("h2", {}, t("many.cohorts")), cohortTable(cohortList, t("many.cohorts"))] : grid(rows("offerings", { section: "" }), t("many.offerings")),
      fits().length > 0 && [h("h2", {}, t("value_added")), fitTable(fits())],
      h("h2", {}, t("fact.run")),
      h("dl", { class: "facts" }, ...facts.map(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, names(value))])),
    ],
  };
}

function programmePage([programme]) {
  const of = rows("requirements", { programme });
  const frameworks = [...new Set(of.map((row) => row.get("framework")))];
  const matrices = frameworks.map((framework) => {
    const list = headline(of.filter((row) => row.get("framework") === framework), "requirement");
    const years = [...new Set(list.map((row) => row.get("cohort")))];
    const ids = [...new Set(list.map((row) => row.get("requirement")))];
    const title = `${t("many.requirements")} × ${t("many.cohorts")}${framework ? t("colon") + framework : ""}`;
    const cell = (row) => h("td", { class: "num" }, row ? h("a", { href: rowAddress(row), "aria-label": sentence(row) }, h("span", { class: "verdict " + (row.get("verdict") ?? "") }, `${valueOf(row)} ${MARKS[row.get("verdict")] ?? ""}`)) : "", row && h("div", {}, range(row)), row && h("div", {}, `n = ${whole(row.get("n_assessed"))}`), row && FORMATS.reason(row));
    const lines = ids.map((id) => {
      const own = list.filter((row) => row.get("requirement") === id);
      return h("tr", {}, h("th", { scope: "row", class: "text" }, names(nameOf(own[0]))), ...years.map((year) => cell(own.find((row) => row.get("cohort") === year))));
    });
    return [h("h2", {}, names(title)), h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": title }, sortable(h("table", {},
      h("caption", {}, h("span", {}, join(t("matrix_note"), ...new Set(list.map(FORMATS.interval)), ...new Set(list.map(FORMATS.method))))),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("one.requirements")), ...years.map((year) => h("th", { scope: "col", class: "num" }, link(address(["cohort", programme, year]), names(year)))))),
      h("tbody", {}, ...lines))))];
  });
  return {
    path: [HOME()], title: programmeName(programme), says: programmeOf(programme).college,
    body: [h("h2", {}, t("many.cohorts")), cohortTable(cohorts(programme), t("many.cohorts")), ...matrices],
  };
}

/** The courses of a cohort as a whole; those that indicators use by objective only, by objective. */
function coursesOf(cohort) {
  const whole = new Set(rows("cohort_courses", { ...cohort, objective: "" }).map((row) => row.get("course")));
  return rows("cohort_courses", cohort).filter((row) => !row.get("objective") || !whole.has(row.get("course")));
}

function cohortPage([programme, cohort]) {
  const of = { programme, cohort };
  const requirements = rows("requirements", of), aims = rows("training_objectives", of);
  const frameworks = [...new Set(requirements.map((row) => row.get("framework")))];
  return {
    path: [HOME(), atProgramme(programme)], title: `${programmeName(programme)} · ${t("cohort", { cohort })}`,
    body: [
      ...frameworks.map((framework) => {
        const own = requirements.filter((row) => row.get("framework") === framework);
        return section(join(t("many.requirements"), framework), headline(own, "requirement"), { note: t("headline_note") });
      }),
      section(t("many.training_objectives"), headline(aims, "training_objective"), { note: t("headline_note") }),
      section(t("many.courses"), coursesOf(of)),
      section(t("many.surveys"), rows("surveys", of)),
    ],
  };
}

const COHORT = ["programme", "plan", "cohort"];
const surveysOf = (row, level, id) => section(t("surveys_of"), rows("surveys", { ...row.pick("programme", "cohort"), level, target: row.get(id) }));
const otherCohorts = (row, id) => {
  const list = rows(row.table.key, row.pick("programme", "framework", id, "evaluation"));
  return list.length > 1 ? section(t("other_cohorts"), list, { label: (one) => t("cohort", { cohort: one.get("cohort") }) }) : null;
};
const inTerms = (row, key, more) => {
  const terms = (row.get("terms") ?? "").split(" ");
  return rows(key, { ...row.pick("course"), section: "", ...more }).filter((one) => terms.includes(one.get("term")));
};
const withPlace = (row) => join(row.get("course_name"), row.get("term"), row.get("section"));

/** What the figure of a row is made of, and what it goes into, by table. */
const MADE_OF = {
  requirements: (row) => [
    row.get("evaluation") !== "indirect" && section(t("made_of.requirement"), rows("indicators", { ...row.pick(...COHORT, "framework", "requirement"), evaluation: "direct" }), { note: FORMATS.method(row) }),
    surveysOf(row, "requirement", "requirement"), otherCohorts(row, "requirement"),
    section(t("goes_into"), programmeOf(row.get("programme")).serves.filter(([plan, id]) => plan === row.get("plan") && id === row.get("requirement"))
      .flatMap(([, , aim]) => rows("training_objectives", { ...row.pick(...COHORT), training_objective: aim, evaluation: "direct" }))),
  ],
  indicators: (row) => [
    row.get("evaluation") !== "indirect" && section(t("made_of.indicator"), rows("contributions", row.pick(...COHORT, "framework", "indicator")), { chart: bars, note: t("sum_note", { value: valueOf(row) }) }),
    surveysOf(row, "indicator", "indicator"), otherCohorts(row, "indicator"),
    row.get("evaluation") === "direct" && section(t("goes_into"), rows("requirements", { ...row.pick(...COHORT, "framework", "requirement"), evaluation: "direct" })),
  ],
  training_objectives: (row) => [
    row.get("evaluation") !== "indirect" && section(t("made_of.training_objective"), programmeOf(row.get("programme")).serves
      .filter(([plan, , aim]) => plan === row.get("plan") && aim === row.get("training_objective"))
      .flatMap(([, id]) => rows("requirements", { ...row.pick(...COHORT, "framework"), requirement: id, evaluation: "direct" })), { note: FORMATS.method(row) }),
    surveysOf(row, "training_objective", "training_objective"), otherCohorts(row, "training_objective"),
  ],
  cohort_courses: (row) => {
    const objective = row.get("objective") ?? "";
    const own = rows("cohort_courses", row.pick(...COHORT, "framework", "course"));
    return [
      objective === "" && section(t("made_of.course"), own.filter((one) => one.get("objective"))),
      objective === "" && section(t("objectives_of"), inTerms(row, "objectives", {}), { note: t("offerings_note"), label: (one) => join(one.get("term"), nameOf(one)) }),
      objective === "" ? section(t("offerings_of"), inTerms(row, "offerings", {}), { note: t("offerings_note") })
        : section(t("offerings_of"), inTerms(row, "objectives", { objective }), { note: t("offerings_note"), label: withPlace }),
      section(t("goes_into"), rows("contributions", { ...row.pick(...COHORT, "course"), ...(objective ? { objective } : {}) }), { chart: null }),
      section(t("over_terms"), rows("course_terms", { ...row.pick("course"), objective }), { label: (one) => one.get("term") }),
    ];
  },
  course_terms: (row) => {
    const of = { ...row.pick("course", "term"), section: "" }, objective = row.get("objective");
    return [
      objective ? section(t("offerings_of"), rows("objectives", { ...of, objective }), { label: withPlace }) : section(t("offerings_of"), rows("offerings", of)),
      section(t("over_terms"), rows("course_terms", row.pick("course", "objective")), { label: (one) => one.get("term") }),
    ];
  },
  offerings: (row) => [
    section(t("made_of.course"), rows("objectives", row.pick("offering", "section"))),
    !row.get("section") && section(t("sections_of"), rows("offerings", row.pick("offering")).filter((one) => one.get("section")), { label: (one) => one.get("section") }),
    section(t("many.items"), rows("items", row.pick("offering")), { note: t("items_note") }),
  ],
  objectives: (row) => [
    section(t("made_of.objective"), rows("items", row.pick("offering")).filter((one) => (one.get("objectives") ?? "").split(" ").includes(row.get("objective"))), { note: `${FORMATS.method(row)}${t("stop")}${t("items_note")}` }),
    !row.get("section") && section(t("sections_of"), rows("objectives", row.pick("offering", "objective")).filter((one) => one.get("section")), { label: (one) => one.get("section") }),
    section(t("missing_of"), rows("missing", row.pick("offering", "objective")), { note: t("missing_note") }),
    section(t("over_terms"), rows("course_terms", row.pick("course", "objective")), { label: (one) => one.get("term") }),
  ],
  items: (row) => [
    section(t("goes_into"), rows("objectives", { ...row.pick("offering"), section: "" }).filter((one) => (row.get("objectives") ?? "").split(" ").includes(one.get("objective")))),
  ],
  surveys: (row) => [
    section(t("goes_into"), rows(row.get("level") + "s", { ...row.pick("programme", "cohort"), [row.get("level")]: row.get("target") }).filter((one) => one.get("evaluation") !== "direct")),
  ],
};

/** Where a row stands in the chain: its path from the institution. */
function pathOf(row) {
  const key = row.table.key, path = [HOME()];
  const to = (found) => found && path.push({ name: nameOf(found), href: rowAddress(found) });
  if (row.table.columns.programme) path.push(atProgramme(row.get("programme")), atCohort(row.get("programme"), row.get("cohort")));
  if (key === "indicators") to(rows("requirements", { ...row.pick(...COHORT, "framework", "requirement"), evaluation: "direct" })[0]);
  if (key === "cohort_courses" && row.get("objective")) to(rows(key, { ...row.pick(...COHORT, "framework", "course"), objective: "" })[0]);
  if (["offerings", "objectives", "items"].includes(key)) {
    if (!row.table.columns.programme) path.push({ name: t("many.offerings"), href: address(["list", "offerings"]) });
    const whole = rows("offerings", { ...row.pick("offering"), section: "" })[0];
    if (key !== "offerings" || row.get("section")) to(whole);
    if (key === "objectives" && row.get("section")) to(rows("offerings", row.pick("offering", "section"))[0]);
  }
  if (key === "course_terms") path.push({ name: t("many.course_terms"), href: address(["list", key]) });
  return path;
}

/** A figure with everything that travels with it. */
function figure(row, current, level) {
  const key = row.table.key, value = row.get(key === "items" ? "ratio" : "value");
  const shown = key === "items" ? FORMATS.ratio(row) : valueOf(row);
  const skip = ["value", "verdict", "programme", "cohort", "course_name", "evaluation", ...(key === "items" ? ["ratio"] : [])];
  const facts = COLUMNS[key].filter((name) => !skip.includes(name)).map((name) => [name, cellText(row, name)]).filter(([, text]) => text !== "" && text !== NONE);
  const heading = row.get("evaluation") ? FORMATS.evaluation(row) : t(key === "items" ? "column.ratio" : "column.value");
  return h("section", { class: "figure" + (current ? " current" : "") }, h(level, {}, heading),
    h("p", { class: "value" }, `${value === null ? NONE : shown} `, row.get("verdict") && h("span", { class: "verdict " + row.get("verdict") }, verdictWords(row.get("verdict")))),
    h("dl", {}, ...facts.map(([name, text]) => [h("dt", {}, t("column." + name)), h("dd", {}, names(text))])));
}

function rowPage([key, ...texts]) {
  if (!tables[key] || !MADE_OF[key]) return missingPage();
  const wanted = Object.fromEntries(schemas[key].keys.map((name, i) => [name, texts[i] ?? ""]));
  const row = rows(key, wanted)[0];
  if (!row) return missingPage();
  const { evaluation, ...same } = wanted;
  const figures = evaluation === undefined ? [row] : rows(key, same);
  const says = { requirements: "requirement_text", indicators: "indicator_text", training_objectives: "training_objective_text", objectives: "objective_text" }[key];
  const id = { requirements: "requirement", indicators: "indicator", training_objectives: "training_objective", objectives: "objective" }[key];
  return {
    path: pathOf(row), title: id ? `${t("one." + key)} ${row.get(id)}` : nameOf(row), says: says ? row.get(says) : t("one." + key),
    body: [h("div", { class: "figures" }, ...figures.map((one) => figure(one, one.i === row.i && figures.length > 1, "h2"))), ...MADE_OF[key](row)],
  };
}

const missingPage = () => ({ path: [HOME()], title: t("not_found"), body: [h("p", {}, link(address([]), t("to_home")))] });

// ---- lists with filters, search --------------------------------------------------------------------------------
// ---- value added: models, units --------------------------------------------------------------------------------
/** The first row of every fit: a model on a cohort, or on all students together. */
function fits() {
  const found = new Map();
  for (const row of rows("model_summary")) {
    const id = [row.get("model"), row.get("cohort")].join("\u001f");
    if (!found.has(id)) found.set(id, row);
  }
  return [...found.values()];
}
const fitName = (row) => join(row.get("model"), FORMATS.cohort(row));
const atFit = (row) => address(["model", row.get("model"), row.get("cohort") ?? ""]);
const kindWords = (row) => word(["value_added.model."], row.get("kind") ?? "");
const effectsOf = (row) => rows("unit_effects", row.pick("model", "cohort"));

function fitTable(list) {
  const heads = ["model", "cohort", "formula", "kind", "n_used", "units"], title = t("value_added");
  const units = (row) => [...new Set(effectsOf(row).map((one) => one.get("factor")))].map((factor) =>
    `${factorWords(factor)} ${new Set(effectsOf(row).filter((one) => one.get("factor") === factor).map((one) => one.get("unit"))).size}`).join(t("comma"));
  const line = (row) => h("tr", {}, h("th", { scope: "row", class: "text" }, link(atFit(row), names(row.get("model")))), h("td", { class: "short" }, names(FORMATS.cohort(row))),
    h("td", { class: "text" }, names(row.get("formula") ?? "")), h("td", { class: "text" }, kindWords(row)), h("td", { class: "num" }, used(row)), h("td", { class: "short" }, row.get("part") === "failed" ? failure(row) : units(row)));
  const head = h("tr", {}, ...heads.map((name) => h("th", { scope: "col", class: name === "n_used" ? "num" : null }, t("column." + name))));
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": title },
    sortable(h("table", {}, h("caption", {}, h("span", {}, join(title, t("fit_note")))), h("thead", {}, head), h("tbody", {}, ...list.map(line)))));
}
const used = (row) => (row.get("n_used") === null ? NONE : `${row.get("n_used")} / ${whole(row.get("n_given"))}`);
const failure = (row) => t("failed", { reason: row.get("reason") ?? "" });
const HIDDEN = () => about.public && h("p", { class: "note" }, t("value_added.public", { least: about.least }));
const atModels = () => ({ name: t("value_added"), href: address(["models"]) });

function modelsPage() {
  if (!fits().length) return missingPage();
  return { path: [HOME()], title: t("value_added"), says: t("value_added.says"), body: [HIDDEN(), fitTable(fits())] };
}

/** The effects of each factor of a list of rows, each with its picture. */
function effectSections(list, options = {}) {
  const groups = new Map();
  for (const row of list) {
    const id = [row.get("factor"), row.get("effect"), outcomeOf(row)].join("\u001f");
    groups.set(id, [...(groups.get(id) ?? []), row]);
  }
  return [...groups.values()].map((own) => {
    const notes = [fill(unitWords("note.interval", endingOf(own[0])), { level: FORMATS.level(own[0]) })];
    if (own.some((row) => row.get("comparison_low") !== null)) notes.push(fill(unitWords("note.comparison"), { level: FORMATS.level(own[0]) }));
    return section(join(options.title ?? FORMATS.factor(own[0]), FORMATS.effect(own[0])), own, { chart: caterpillar, note: notes.join(" "), ...options });
  });
}

const PARTS = ["coefficient", "likelihood_ratio", "anova", "figure", "missing_information"];
function modelPage([model, cohort = ""]) {
  const of = { model, cohort }, summary = rows("model_summary", of), fit = summary[0];
  if (!fit) return missingPage();
  const others = fits().filter((row) => row.get("model") === model && row.i !== fit.i);
  const agreement = [...rows("unit_agreement", { over: "cohorts", model }), ...rows("unit_agreement", { over: "models", cohort }).filter((row) => [row.get("first"), row.get("second")].includes(model))];
  const facts = [["column.formula", fit.get("formula")], ["column.kind", kindWords(fit)], ["column.n_used", used(fit)]];
  return {
    path: [HOME(), atModels()], title: fitName(fit), says: fill(unitWords("note.model"), { kind: kindWords(fit) }),
    body: [
      h("dl", { class: "facts" }, ...facts.map(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, names(value ?? ""))])),
      fit.get("part") === "failed" && h("p", { class: "note warn" }, failure(fit)), HIDDEN(),
      ...effectSections(effectsOf(fit)),
      ...PARTS.map((part) => section(t("part." + part), summary.filter((row) => row.get("part") === part), { chart: null, charted: [] })),
      section(t("many.variance_components"), rows("variance_components", of), { charted: [], chart: null, note: t("variance_note") }),
      section(t("many.unit_agreement"), agreement, { chart: null, note: t("agreement_note") }),
      others.length > 0 && [h("h2", {}, t("other_cohorts")), h("ul", {}, ...others.map((row) => h("li", {}, link(atFit(row), names(fitName(row))))))],
    ],
  };
}

function unitPage([factor, unit]) {
  const list = rows("unit_effects", { factor, unit });
  if (!list.length) return missingPage();
  const spread = rows("unit_sensitivity", { factor, unit }).filter((row) => row.get("n_models") > 1);
  const ranks = (row) => t("sensitivity", { cohort: row.get("cohort") ?? t("together"), n: row.get("n_models"), best: digits(row.get("rank_best"), 1), model_best: row.get("model_best"), worst: digits(row.get("rank_worst"), 1), model_worst: row.get("model_worst") });
  return {
    path: [HOME(), atModels()], title: unit, says: factorWords(factor),
    body: [HIDDEN(), ...spread.map((row) => h("p", {}, names(ranks(row)))), ...effectSections(list, { title: "", label: fitName, href: atFit })],
  };
}
const LISTS = ["requirements", "indicators", "training_objectives", "cohort_courses", "course_terms", "offerings", "objectives", "items", "surveys", "unit_effects"];
const FILTERS = ["model", "factor", "programme", "cohort", "framework", "evaluation", "term", "audience", "component"];
const VERDICTS = ["reached", "not_reached", "none"];

const plain = (text) => text.normalize("NFKC").toLowerCase();
/** Rows with all words of a query in their texts; each text of a column is looked at once. */
function matching(key, list, query) {
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  const columns = Object.values(tables[key].columns).filter((column) => column.t || typeof column.k === "string");
  const hits = wanted.map((text) => columns.map((column) => (column.t ? column.t.map((one) => plain(one).includes(text)) : plain(column.k).includes(text))));
  return list.filter((row) => hits.every((hit) => columns.some((column, i) => (column.t ? hit[i][column.c[row.i]] : hit[i]))));
}

function listPage([key], query) {
  if (!LISTS.includes(key) || !tables[key]) return missingPage();
  const columns = tables[key].columns, all = rows(key);
  const choose = (name, value) => (location.hash = address(["list", key], { ...query, [name]: value }));
  const select = (name, options) => h("label", {}, t("column." + name), h("select", { name, onchange: (event) => choose(name, event.target.value) },
    h("option", { value: "" }, t("all")), ...options.map(([value, text]) => h("option", { value, selected: query[name] === value ? "" : false }, text))));
  const selects = FILTERS.filter((name) => columns[name] && columns[name].t).map((name) =>
    select(name, [...columns[name].t].sort(collator.compare).map((value) => [value, name === "programme" ? programmeName(value) : name === "evaluation" ? t("evaluation." + value) : name === "audience" ? word(["chart.audience."], value) : name === "factor" ? factorWords(value) : value])));
  if (columns.verdict) selects.push(select("verdict", VERDICTS.map((value) => [value, value === "none" ? t("column.none") : verdictWords(value)])));
  if (columns.section) selects.push(select("sections", [["yes", t("with_sections")]]));
  const input = h("input", { type: "search", name: "q", value: query.q ?? "" });
  const onsubmit = (event) => (event.preventDefault(), choose("q", input.value));
  const form = h("form", { class: "filters", role: "search", "aria-label": t("filters"), onsubmit }, ...selects, h("label", {}, t("contains"), input), h("button", { type: "submit" }, t("apply")),
    Object.keys(query).length > 0 && link(address(["list", key]), t("clear")));
  let list = FILTERS.reduce((rest, name) => (query[name] ? rest.filter((row) => row.get(name) === query[name]) : rest), all);
  if (query.verdict) list = list.filter((row) => (row.get("verdict") ?? "none") === query.verdict);
  if (columns.section && query.sections !== "yes") list = list.filter((row) => !row.get("section"));
  if (query.q) list = matching(key, list, query.q);
  const title = t("many." + key);
  return { path: [HOME()], title, says: schemas[key].doc[side()], body: [form, list.length ? grid(list, title) : h("p", {}, t("nothing"))], keep: true };
}

const MOST_FOUND = 20;
function searchPage(_, { q = "" }) {
  const found = [];
  if (q.trim()) {
    const programmes = about.programmes.filter((one) => plain(join(one.id, one.name, one.college)).includes(plain(q.trim())));
    if (programmes.length) found.push([h("h2", {}, t("many.programmes")), h("ul", {}, ...programmes.map((one) => h("li", {}, link(address(["programme", one.id]), names(one.name ?? one.id)))))]);
    for (const key of LISTS.filter((one) => tables[one])) {
      const list = matching(key, rows(key), q).filter((row) => !row.get("section"));
      if (!list.length) continue;
      found.push([h("h2", {}, t("found", { what: t("many." + key), n: list.length })), grid(list.slice(0, MOST_FOUND), t("many." + key)),
        list.length > MOST_FOUND && h("p", {}, link(address(["list", key], { q }), t("found_all", { n: list.length })))]);
    }
  }
  return { path: [HOME()], title: t("search_for", { q }), body: found.length ? found : [h("p", {}, t("nothing"))] };
}

// ---- the frame -------------------------------------------------------------------------------------------------
const PAGES = { models: modelsPage, model: modelPage, unit: unitPage, programme: programmePage, cohort: cohortPage, row: rowPage, list: listPage, search: searchPage };
const root = h("div");
let last = null;

function show(focus) {
  const { parts, query, spoken } = place();
  // The address says in which language the page is read, so that reloading or passing it on keeps the language.
  if ((spoken ?? about.lang) !== lang) history.replaceState(null, "", address(parts, query));
  const page = parts.length === 0 ? homePage() : PAGES[parts[0]] ? PAGES[parts[0]](parts.slice(1), query) : missingPage();
  untip();
  document.documentElement.lang = lang;
  document.title = page.title + (page.title === institution() ? "" : " · " + institution());
  const input = h("input", { type: "search", name: "search", "aria-label": t("search"), placeholder: t("search"), value: parts[0] === "search" ? query.q ?? "" : "" });
  const search = h("form", { role: "search", onsubmit: (event) => (event.preventDefault(), (location.hash = address(["search"], { q: input.value }))) }, input, h("button", { type: "submit" }, t("search_button")));
  const toggle = h("div", { class: "switch", role: "group", "aria-label": "语言 / Language" }, ...[["zh-CN", "中文"], ["en", "English"]].map(([tag, name]) =>
    h("button", { type: "button", lang: tag, "aria-pressed": String(lang === tag), onclick: () => ((lang = tag), show(false), root.querySelector(`button[lang="${tag}"]`).focus()) }, name)));
  const lists = LISTS.filter((key) => tables[key] && tables[key].n > 0).map((key) =>
    h("li", {}, h("a", { href: address(["list", key]), "aria-current": parts[0] === "list" && parts[1] === key ? "page" : false }, t("many." + key))));
  if (fits().length) lists.push(h("li", {}, h("a", { href: address(["models"]), "aria-current": parts[0] === "models" ? "page" : false }, t("value_added"))));
  const path = page.path.map((one) => h("li", {}, link(one.href, names(one.name))));
  const heading = h("h1", { tabindex: "-1" }, names(page.title));
  root.replaceChildren(
    h("a", { class: "skip", href: location.hash || address([]), onclick: (event) => (event.preventDefault(), heading.focus()) }, t("skip")),
    h("header", {}, h("div", { class: "top" }, h("a", { class: "home", href: address([]) }, names(join(institution(), t("title")))), search, toggle),
      h("div", {}, h("nav", { "data-kind": "lists", "aria-label": t("lists") }, h("ul", {}, ...lists)))),
    h("main", {}, path.length > 0 && h("nav", { class: "path", "aria-label": t("path") }, h("ul", {}, ...path)), heading,
      page.says && h("p", { class: "says" }, names(page.says)), ...page.body),
    h("footer", {}, h("p", {}, t("footer", { version: about.version, policy: about.policy }))));
  // Filters keep the place; another page starts at its top, heard from its heading.
  const here = parts.slice(0, page.keep ? 2 : 99).join("/") + (page.keep ? "" : JSON.stringify(query));
  if (focus && here !== last) {
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  last = here;
}

document.body.append(root, tipBox);
addEventListener("hashchange", () => show(true));
addEventListener("keydown", (event) => event.key === "Escape" && untip());
if (["zh-CN", "en"].includes(place().spoken)) lang = place().spoken;
show(false);
