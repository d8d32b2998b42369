//! Tables of value added for the tests of charts: one unit to hundreds, short and long names.

use super::figure::Size;
use super::test_data::noise;
use crate::message::Lang;
use crate::results::schema::{
    GROWTH_PERCENTILES, MODEL_SUMMARY, UNIT_DIAGNOSTICS, UNIT_EFFECTS, VALUE_ADDED_DIAGNOSTICS,
    VALUE_ADDED_STUDENTS,
};
use crate::results::table::{Table, Value};

/// One data set.
#[derive(Clone, Copy)]
pub(super) struct UnitCase {
    pub(super) name: &'static str,
    units: u32,
    cohorts: u32,
    students: u32,
    long: bool,
    /// Language and size that it is drawn in where these are not all: a thousand long names take a minute.
    pub(super) only: Option<(Lang, Size)>,
}

/// Where the names of units have the least room.
const TIGHTEST: Option<(Lang, Size)> = Some((Lang::En, Size::Slide));

pub(super) const UNIT_CASES: [UnitCase; 6] = [
    UnitCase { name: "normal", units: 8, cohorts: 4, students: 30, long: false, only: None },
    UnitCase { name: "one", units: 1, cohorts: 2, students: 12, long: false, only: None },
    UnitCase { name: "three", units: 3, cohorts: 2, students: 20, long: true, only: None },
    UnitCase { name: "sixty", units: 60, cohorts: 2, students: 20, long: true, only: None },
    UnitCase { name: "crowd", units: 700, cohorts: 2, students: 1, long: false, only: None },
    UnitCase { name: "thousand", units: 1000, cohorts: 2, students: 1, long: true, only: TIGHTEST },
];

fn name(case: UnitCase, lang: Lang, unit: u32) -> String {
    match (lang, case.long) {
        (Lang::Zh, false) => format!("示例第{}中学", unit + 1),
        (Lang::En, false) => format!("School {}", unit + 1),
        (Lang::Zh, true) => {
            format!(
                "示例省示例市示例区人民政府与示例师范大学联合举办之第{}实验外国语高级中学（东校区）及其附属国际部与艺术分校",
                unit + 1
            )
        }
        (Lang::En, true) => {
            format!("The Demonstration Provincial Secondary School No. {} for Science", unit + 1)
        }
    }
}

struct Fit<'a> {
    model: &'a str,
    kind: &'a str,
    cohort: Option<&'a str>,
    effect: &'a str,
}

/// Every table that charts of value added read.
pub(super) fn units(case: UnitCase, lang: Lang) -> Vec<Table> {
    let mut tables =
        [&UNIT_EFFECTS, &MODEL_SUMMARY, &VALUE_ADDED_STUDENTS, &GROWTH_PERCENTILES].map(Table::new);
    for cohort in 0..case.cohorts {
        let year = (2019 + cohort).to_string();
        let fit = Fit { model: "schools", kind: "mixed", cohort: Some(&year), effect: "(Intercept)" };
        add(&mut tables, (case, lang, cohort), &fit, "exit ~ entry + (1 | school)");
    }
    for (seed, model, kind, effect, formula) in [
        (11, "plain", "mean-residual", "mean_residual", "exit ~ middle + entry"),
        (12, "growth1", "growth", "median_percentile", "middle ~ entry"),
        (13, "growth2", "growth", "median_percentile", "exit ~ middle + entry"),
    ] {
        add(&mut tables, (case, lang, seed), &Fit { model, kind, cohort: None, effect }, formula);
    }
    let quantiles = quantiles(case, lang);
    tables.into_iter().chain(quantiles).collect()
}

/// Residuals and unit effects beside normal quantiles: about normal, with heavy tails and one far away.
fn quantiles(case: UnitCase, lang: Lang) -> [Table; 2] {
    let mut tables = [&VALUE_ADDED_DIAGNOSTICS, &UNIT_DIAGNOSTICS].map(Table::new);
    let counts = [case.units * case.students, case.units];
    for (table, n) in tables.iter_mut().zip(counts) {
        for at in 0..n {
            let share = (f64::from(at) + 0.625) / (f64::from(n) + 0.25);
            // Tukey's lambda distribution is near the normal one.
            let normal = (share.powf(0.135) - (1.0 - share).powf(0.135)) / 0.1975;
            let far = if at + 1 == n { 1.5 } else { 0.0 };
            let value = normal + 0.02 * normal.powi(3) + far;
            let of = |name: &str| table.schema().iter().any(|column| column.name == name);
            let unit = name(case, lang, at);
            let student = format!("S{at:04}");
            let mut cells = vec![
                ("model", "schools".into()),
                ("cohort", "2020".into()),
                ("standardised", value.into()),
                ("normal", normal.into()),
            ];
            if of("unit") {
                cells.extend([("factor", "school".into()), ("effect", "(Intercept)".into())]);
                cells.push(("unit", unit.as_str().into()));
            } else {
                cells.extend([("kind", "mixed".into()), ("student", student.as_str().into())]);
            }
            table.push_named(&cells);
        }
    }
    tables
}

fn add(tables: &mut [Table; 4], (case, lang, seed): (UnitCase, Lang, u32), fit: &Fit<'_>, formula: &str) {
    let [effects, summary, students, percentiles] = tables;
    let total = (case.units * case.students) as usize;
    let cells = [
        ("model", fit.model.into()),
        ("kind", fit.kind.into()),
        ("formula", formula.into()),
        ("cohort", fit.cohort.into()),
        ("part", "coefficient".into()),
        ("name", "entry".into()),
        ("n_given", (total + 3).into()),
        ("n_used", total.into()),
    ];
    summary.push_named(&cells);
    for unit in 0..case.units {
        let name = name(case, lang, unit);
        let effect = 6.0 * (noise(unit * 31 + seed * 7) - 0.5);
        effect_row(effects, fit, (&name, effect), if unit == 2 { 4 } else { case.students + unit % 9 });
        for student in 0..case.students {
            student_rows((students, percentiles), fit, (&name, effect), unit * case.students + student);
        }
    }
}

fn effect_row(table: &mut Table, fit: &Fit<'_>, (unit, effect): (&str, f64), n: u32) {
    let mixed = fit.kind == "mixed";
    let (value, wide) = if fit.kind == "growth" { (50.0 + 8.0 * effect, 12.0) } else { (effect, 1.7) };
    let when = |there: bool, value: f64| Value::from(there.then_some(value));
    let cells = [
        ("model", fit.model.into()),
        ("kind", fit.kind.into()),
        ("cohort", fit.cohort.into()),
        ("factor", "school".into()),
        ("effect", fit.effect.into()),
        ("unit", unit.into()),
        ("n", (n as usize).into()),
        ("value", value.into()),
        ("se", (5.0 / f64::from(n).sqrt()).into()),
        ("low", (value - wide).into()),
        ("high", (value + wide).into()),
        ("level", 0.95.into()),
        ("comparison_low", when(mixed, value - 0.7 * wide)),
        ("comparison_high", when(mixed, value + 0.7 * wide)),
        ("reliability", when(mixed, 0.7)),
        ("rank", when(mixed && n >= 10, 3.0)),
    ];
    table.push_named(&cells);
}

fn student_rows(
    (students, percentiles): (&mut Table, &mut Table),
    fit: &Fit<'_>,
    (unit, effect): (&str, f64),
    number: u32,
) {
    let (id, entry) = (format!("S{number:04}"), 400.0 + 300.0 * noise(number * 3));
    let fixed = 30.0 + 0.08 * entry;
    // The second input of the model of mean residuals puts its expectations off the line over the first one.
    let fixed = fixed + if fit.kind == "mean-residual" { 4.0 * noise(number * 13) } else { 0.0 };
    let fitted = fixed + if fit.kind == "mixed" { effect } else { 0.0 };
    let observed = fitted + 12.0 * (noise(number * 5 + 1) - 0.5);
    let expected = |value: f64| Value::from((fit.kind != "growth").then_some(value));
    let cells = [
        ("model", fit.model.into()),
        ("kind", fit.kind.into()),
        ("cohort", fit.cohort.into()),
        ("student", (&id).into()),
        ("factor", "school".into()),
        ("unit", unit.into()),
        ("prior_name", "entry".into()),
        ("prior", entry.into()),
        ("observed", observed.into()),
        ("fixed", expected(fixed)),
        ("fitted", expected(fitted)),
        ("residual", expected(observed - fitted)),
    ];
    students.push_named(&cells);
    if fit.kind == "growth" {
        let percentile = 1 + (98.0 * noise(number * 7 + 3)) as usize;
        let cells = [
            ("model", fit.model.into()),
            ("cohort", fit.cohort.into()),
            ("student", (&id).into()),
            ("percentile", percentile.into()),
        ];
        percentiles.push_named(&cells);
    }
}
