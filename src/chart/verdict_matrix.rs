//! Matrix of verdicts: the same data under every method, marking where the verdict hangs on the rule.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Place, Scale, Size, Symbol};
use super::objective::column::{NOT_REACHED, REACHED};
use super::read::{self, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, words};
use crate::results::Table;

/// The names of the table and the columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "compare";
    pub(super) const PROGRAMME: &str = "programme";
    pub(super) const COHORT: &str = "cohort";
    pub(super) const REQUIREMENT: &str = "requirement";
    pub(super) const OBJECTIVE_METHOD: &str = "objective_method";
    pub(super) const REQUIREMENT_RULE: &str = "requirement_rule";
    pub(super) const MEASURE: &str = "measure";
    pub(super) const VALUE: &str = "value";
    pub(super) const SHOWN: &str = "shown";
    pub(super) const VERDICT: &str = "verdict";
    pub(super) const DECLARED: &str = "declared";
    pub(super) const DEPENDS: &str = "depends";
    pub(super) const ALL: &[&str] = &[
        PROGRAMME,
        COHORT,
        REQUIREMENT,
        OBJECTIVE_METHOD,
        REQUIREMENT_RULE,
        MEASURE,
        VALUE,
        SHOWN,
        VERDICT,
        DECLARED,
        DEPENDS,
    ];
}

/// One cell: what a choice of method and rule says of a requirement.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgement {
    /// Value as the policy rounds it; `None` where it cannot be known.
    pub shown: Option<String>,
    /// Whether it is reached, decided exactly elsewhere.
    pub reached: Option<bool>,
}

/// One requirement with its judgements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VerdictRow {
    /// Its name or number.
    pub label: String,
    /// Its text; may be empty.
    pub detail: String,
    /// Whether its verdict depends on the choice, over all methods and rules of the policy's own measure.
    pub depends: bool,
    /// One judgement per choice.
    pub cells: Vec<Judgement>,
}

/// What differs between the columns of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Varied {
    /// The rule of the requirements, under the declared method.
    Rules,
    /// The method of the course objectives, under the declared rule.
    Methods,
}

/// Requirements × choices of one cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct VerdictTable {
    /// Programme and cohort, for names of files.
    pub id: String,
    /// Programme and cohort in words.
    pub name: String,
    /// What differs between the columns.
    pub varied: Varied,
    /// Key of what is the same in all columns: the declared method or rule.
    pub fixed: String,
    /// Key of the declared choice among the columns.
    pub declared: String,
    /// How many combinations of method and rule of the policy's own measure the table compares.
    pub combinations: usize,
    /// Keys of the choices, in the order of the table.
    pub choices: Vec<String>,
    /// The requirements.
    pub rows: Vec<VerdictRow>,
}

/// The chart `verdict-matrix`.
#[derive(Debug)]
pub struct VerdictMatrix;

impl Chart for VerdictMatrix {
    fn key(&self) -> &'static str {
        "verdict-matrix"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let table = read::table(tables, column::TABLE, column::ALL)?;
        let groups = read::groups(table, (column::PROGRAMME, column::COHORT), selection);
        let mut figures = Vec::new();
        for ((programme, cohort), rows) in &groups {
            let name = read::programme_name(tables, programme);
            for varied in [Varied::Rules, Varied::Methods] {
                let mut judged = judgements(table, rows, varied);
                judged.id = format!("{programme}-{cohort}");
                judged.name = context.text("chart.cohort", &[("name", &name), ("cohort", cohort)]);
                for row in &mut judged.rows {
                    row.detail = read::requirement_text(tables, (programme, cohort, &row.label));
                }
                figures.extend(self.figures(&judged, context));
            }
        }
        Ok(figures)
    }
}

/// The judgements of one cohort where only methods or only rules differ from the declared choice.
fn judgements(table: &Table, rows: &[usize], varied: Varied) -> VerdictTable {
    let (varying, fixed) = match varied {
        Varied::Rules => (column::REQUIREMENT_RULE, column::OBJECTIVE_METHOD),
        Varied::Methods => (column::OBJECTIVE_METHOD, column::REQUIREMENT_RULE),
    };
    let text = |row: usize, name: &str| table.text(row, name).unwrap_or_default().to_owned();
    let of_policy = rows.iter().find(|&&row| table.flag(row, column::DECLARED) == Some(true));
    let declared = of_policy.or(rows.first()).copied().unwrap_or(0);
    let same =
        |row: usize, other: usize| table.text(row, column::MEASURE) == table.text(other, column::MEASURE);
    let own: Vec<usize> = rows.iter().copied().filter(|&row| same(row, declared)).collect();
    let mut found = VerdictTable {
        id: String::new(),
        name: String::new(),
        varied,
        fixed: text(declared, fixed),
        declared: of_policy.map_or_else(String::new, |&row| text(row, varying)),
        combinations: combinations(table, &own),
        choices: Vec::new(),
        rows: Vec::new(),
    };
    for &row in rows.iter().filter(|&&row| table.text(row, fixed) == table.text(declared, fixed)) {
        let (label, choice) = (text(row, column::REQUIREMENT), text(row, varying));
        let column = place(&mut found.choices, |known| *known == choice, || choice.clone());
        let new = || VerdictRow { label: label.clone(), ..VerdictRow::default() };
        let at = place(&mut found.rows, |known| known.label == label, new);
        let requirement = &mut found.rows[at];
        requirement.depends |= same(row, declared) && table.flag(row, column::DEPENDS) == Some(true);
        requirement.cells.resize(requirement.cells.len().max(column + 1), Judgement::default());
        requirement.cells[column] = judgement(table, row);
    }
    for row in &mut found.rows {
        row.cells.resize(found.choices.len(), Judgement::default());
    }
    found.rows.sort_by_cached_key(|row| read::natural(&row.label));
    found
}

/// The place of the element that `is` the wanted one, added where there is none.
fn place<T>(known: &mut Vec<T>, is: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> usize {
    known.iter().position(is).unwrap_or_else(|| {
        known.push(new());
        known.len() - 1
    })
}

fn combinations(table: &Table, rows: &[usize]) -> usize {
    let pair =
        |row: usize| (table.text(row, column::OBJECTIVE_METHOD), table.text(row, column::REQUIREMENT_RULE));
    rows.iter().map(|&row| pair(row)).collect::<std::collections::BTreeSet<_>>().len()
}

fn judgement(table: &Table, row: usize) -> Judgement {
    let value = table.number(row, column::VALUE);
    Judgement {
        shown: value
            .map(|value| table.text(row, column::SHOWN).map_or_else(|| value.to_string(), str::to_owned)),
        reached: match table.text(row, column::VERDICT) {
            Some(REACHED) => Some(true),
            Some(NOT_REACHED) => Some(false),
            _ => None,
        },
    }
}

impl Varied {
    fn key(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Methods => "methods",
        }
    }
}

impl VerdictMatrix {
    /// The figures of one table: one where it is readable so, else as many as it takes.
    pub fn figures(&self, table: &VerdictTable, context: &ChartContext<'_>) -> Vec<Figure> {
        let (rows, columns) = match context.size {
            Size::Column => (30, 4),
            Size::Page => (30, 9),
            Size::Slide => (8, 10),
        };
        let blocks: Vec<_> = parts(table.rows.len(), rows)
            .into_iter()
            .flat_map(|rows| parts(table.choices.len(), columns).into_iter().map(move |c| (rows.clone(), c)))
            .collect();
        let part = |(rows, columns): (std::ops::Range<usize>, std::ops::Range<usize>)| {
            self.figure(table, (rows, columns), context)
        };
        read::numbered(blocks.into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        table: &VerdictTable,
        (rows, columns): (std::ops::Range<usize>, std::ops::Range<usize>),
        context: &ChartContext<'_>,
    ) -> Figure {
        let open = table.rows.iter().filter(|row| row.depends).count().to_string();
        let counts = [
            ("total", &*table.rows.len().to_string()),
            ("open", &*open),
            ("combinations", &*table.combinations.to_string()),
        ];
        let what = context.text("chart.verdict-matrix.title", &counts);
        let heading = |choice: &String| {
            let mark = if *choice == table.declared { "★ " } else { "" };
            Band::named(format!("{mark}{}", words::capital(&words::short(choice, context))))
        };
        let words: Vec<String> =
            table.rows[rows.clone()].iter().map(|row| words(row, &table.choices, context)).collect();
        let (axis, subtitle) = match table.varied {
            Varied::Rules => ("chart.axis.rule", "chart.verdict-matrix.subtitle.rules"),
            Varied::Methods => ("chart.axis.method", "chart.verdict-matrix.subtitle.methods"),
        };
        Figure {
            id: identifier(&format!("{}-{}-{}", self.key(), table.id, table.varied.key())),
            title: context.text("chart.title", &[("name", &table.name), ("what", &what)]),
            subtitle: vec![context.text(subtitle, &[("fixed", &words::short(&table.fixed, context))])],
            legend: legend((&table.rows[rows.clone()], columns.clone()), context),
            panel: Panel {
                x: Axis {
                    name: context.text(axis, &[]),
                    scale: Scale::Bands {
                        bands: table.choices[columns.clone()].iter().map(heading).collect(),
                        row: 0.0,
                        lines: 3,
                    },
                },
                y: Axis {
                    name: context.text("chart.axis.requirement", &[]),
                    scale: Scale::Bands {
                        bands: bands(&table.rows[rows.clone()], context),
                        row: 16.0,
                        lines: 3,
                    },
                },
                aside: String::new(),
                marks: marks(&table.rows[rows.clone()], columns.clone()),
            },
            notes: vec![note(table, (rows, columns), context)],
            alt: context
                .text("chart.verdict-matrix.alt", &[("name", &table.name), ("parts", &context.join(&words))]),
            ..context.blank(column::TABLE)
        }
    }
}

fn bands(rows: &[VerdictRow], context: &ChartContext<'_>) -> Vec<Band> {
    let dependent = format!("◆ {}", context.text("chart.verdict-matrix.depends", &[]));
    let band = |row: &VerdictRow| Band {
        label: row.label.clone(),
        detail: row.detail.clone(),
        aside: row.depends.then(|| (dependent.clone(), Ink::Black)).into_iter().collect(),
        ..Band::default()
    };
    rows.iter().map(band).collect()
}

/// Colour and pattern of a judgement: reached is a light fill, not reached an even strong one with its own sign.
fn fill(cell: &Judgement) -> Option<Ink> {
    cell.reached.map(|reached| if reached { Ink::Tint(1) } else { Ink::Vermillion })
}

fn label(cell: &Judgement) -> String {
    let sign = match cell.reached {
        Some(true) => " ✓",
        Some(false) => " ×",
        None => "",
    };
    cell.shown.as_ref().map_or_else(|| "—".to_owned(), |shown| format!("{shown}{sign}"))
}

fn marks(rows: &[VerdictRow], columns: std::ops::Range<usize>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (y, row) in (0_u32..).zip(rows) {
        for (x, cell) in (0_u32..).zip(&row.cells[columns.clone()]) {
            let (x, y) = (f64::from(x), f64::from(y));
            let fill = fill(cell);
            if let Some(fill) = fill {
                let (x, y) = ((x - 0.48, x + 0.48), (y - 0.46, y + 0.46));
                marks.push(Mark::Bar { x, y, fill, pattern: Pattern::Solid });
            }
            let ink = fill.map_or(Ink::Black, Ink::readable_on);
            marks.push(Mark::Text { at: (x, y), text: label(cell), ink, place: Place::Centre });
        }
    }
    marks
}

/// What the signs say that are drawn, and what the verdict on a requirement depends on.
fn note(
    table: &VerdictTable,
    (rows, columns): (std::ops::Range<usize>, std::ops::Range<usize>),
    context: &ChartContext<'_>,
) -> String {
    let rows = &table.rows[rows];
    let without = |row: &VerdictRow| row.cells[columns.clone()].iter().any(|cell| cell.shown.is_none());
    let scope = context.text("chart.verdict-matrix.note.scope", &[]);
    let parts = [
        table.choices[columns.clone()]
            .contains(&table.declared)
            .then(|| context.text("chart.verdict-matrix.note.declared", &[])),
        rows.iter().any(without).then(|| context.text("chart.verdict-matrix.note.none", &[])),
        Some(if rows.iter().any(|row| row.depends) { format!("◆ {scope}") } else { scope }),
    ];
    words::capital(&context.join(&parts.into_iter().flatten().collect::<Vec<_>>()))
}

fn legend(
    (rows, columns): (&[VerdictRow], std::ops::Range<usize>),
    context: &ChartContext<'_>,
) -> Vec<LegendEntry> {
    let drawn = |wanted| {
        rows.iter().flat_map(|row| &row.cells[columns.clone()]).any(|cell| cell.reached == Some(wanted))
    };
    let entry = |symbol, key: &str, sign: &str| LegendEntry {
        symbol,
        text: words::capital(&format!("{} {sign}", context.text(key, &[]))),
    };
    let solid = |ink| Symbol::Box(ink, Pattern::Solid);
    let reached = drawn(true).then(|| entry(solid(Ink::Tint(1)), "chart.verdict.reached", "✓"));
    let missed = drawn(false).then(|| entry(solid(Ink::Vermillion), "chart.verdict.not_reached", "×"));
    reached.into_iter().chain(missed).collect()
}

fn words(row: &VerdictRow, choices: &[String], context: &ChartContext<'_>) -> String {
    let cells: Vec<String> = choices
        .iter()
        .zip(&row.cells)
        .map(|(choice, cell)| format!("{} {}", words::short(choice, context), label(cell)))
        .collect();
    format!("{}: {}", row.label, cells.join(", "))
}
