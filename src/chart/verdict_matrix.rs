//! Matrix of verdicts: the same data under every method, marking where the verdict hangs on the rule.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Place, Scale, Size, Symbol};
use super::objective::column::{NOT_REACHED, REACHED};
use super::read::{self, Tables, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Selection};
use crate::results::Table;

/// The names of the table and the columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "compare";
    pub(super) const OF: &str = "of";
    pub(super) const LEVEL: &str = "level";
    pub(super) const UNIT: &str = "unit";
    pub(super) const METHOD: &str = "method";
    pub(super) const VALUE: &str = "value";
    pub(super) const VERDICT: &str = "verdict";
    pub(super) const ALL: &[&str] = &[OF, LEVEL, UNIT, METHOD, VALUE, VERDICT];
}

/// One cell: what a method says of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Judgement {
    /// Value; `None` where it cannot be known.
    pub value: Option<f64>,
    /// Whether it is reached, decided exactly elsewhere.
    pub reached: Option<bool>,
}

/// Units × methods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VerdictTable {
    /// The offering or programme.
    pub of: String,
    /// Level of the units: course objective, requirement.
    pub level: String,
    /// The methods, in the order of the table.
    pub methods: Vec<String>,
    /// The units with one judgement per method.
    pub rows: Vec<(String, Vec<Judgement>)>,
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

    fn build(
        &self,
        tables: &dyn Tables,
        selection: &Selection,
        context: &ChartContext<'_>,
    ) -> Result<Vec<Figure>, ChartError> {
        let table = read::table(tables, column::TABLE, column::ALL)?;
        let groups = read::groups(table, (column::OF, column::LEVEL), selection);
        if groups.is_empty() {
            return Err(read::nothing(self.key(), selection));
        }
        Ok(groups
            .iter()
            .flat_map(|((of, level), rows)| {
                let (methods, rows) = judgements(table, rows);
                self.figures(&VerdictTable { of: of.clone(), level: level.clone(), methods, rows }, context)
            })
            .collect())
    }
}

fn judgements(table: &Table, rows: &[usize]) -> (Vec<String>, Vec<(String, Vec<Judgement>)>) {
    let mut methods: Vec<String> = Vec::new();
    let mut units: Vec<(String, Vec<Judgement>)> = Vec::new();
    for &row in rows {
        let (unit, method) = (table.text(row, column::UNIT), table.text(row, column::METHOD));
        let (Some(unit), Some(method)) = (unit, method) else { continue };
        let at = methods.iter().position(|known| known == method).unwrap_or_else(|| {
            methods.push(method.to_owned());
            methods.len() - 1
        });
        let of = units.iter().position(|(known, _)| known == unit).unwrap_or_else(|| {
            units.push((unit.to_owned(), Vec::new()));
            units.len() - 1
        });
        let cells = &mut units[of].1;
        cells.resize(cells.len().max(at + 1), Judgement::default());
        cells[at] = Judgement {
            value: table.number(row, column::VALUE),
            reached: match table.text(row, column::VERDICT) {
                Some(REACHED) => Some(true),
                Some(NOT_REACHED) => Some(false),
                _ => None,
            },
        };
    }
    for (_, cells) in &mut units {
        cells.resize(methods.len(), Judgement::default());
    }
    (methods, units)
}

/// Whether methods that give a verdict give different ones.
fn depends(cells: &[Judgement]) -> bool {
    let has = |wanted| cells.iter().any(|cell| cell.reached == Some(wanted));
    has(true) && has(false)
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
            .flat_map(|rows| parts(table.methods.len(), columns).into_iter().map(move |c| (rows.clone(), c)))
            .collect();
        let total = blocks.len();
        let part = |(index, (rows, columns)): (usize, (std::ops::Range<usize>, std::ops::Range<usize>))| {
            let mut figure = self.figure(table, (rows, columns), context);
            figure.title.push_str(&read::part_of((index + 1, total), context));
            if total > 1 {
                figure.id = format!("{}-{}", figure.id, index + 1);
            }
            figure
        };
        blocks.into_iter().enumerate().map(part).collect()
    }

    fn figure(
        &self,
        table: &VerdictTable,
        (rows, columns): (std::ops::Range<usize>, std::ops::Range<usize>),
        context: &ChartContext<'_>,
    ) -> Figure {
        let open = table.rows.iter().filter(|(_, cells)| depends(cells)).count();
        let counts = [("total", &*table.rows.len().to_string()), ("open", &*open.to_string())];
        let what = context.text("chart.verdict-matrix.title", &counts);
        let dependent = context.text("chart.verdict-matrix.depends", &[]);
        let bands = table.rows[rows.clone()].iter().map(|(unit, cells)| Band {
            label: unit.clone(),
            aside: if depends(cells) { vec![(format!("◆ {dependent}"), Ink::Black)] } else { Vec::new() },
            ..Band::default()
        });
        let words: Vec<String> =
            table.rows[rows.clone()].iter().map(|row| words(row, &table.methods, context)).collect();
        Figure {
            id: identifier(&format!("{}-{}-{}", self.key(), table.of, table.level)),
            title: context.text("chart.title", &[("name", &table.of), ("what", &what)]),
            subtitle: vec![context.text("chart.verdict-matrix.subtitle", &[])],
            legend: legend(context),
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.method", &[]),
                    scale: Scale::Bands {
                        bands: table.methods[columns.clone()].iter().map(Band::named).collect(),
                        row: 0.0,
                        lines: 3,
                    },
                },
                y: Axis {
                    name: context.text("chart.axis.unit", &[]),
                    scale: Scale::Bands { bands: bands.collect(), row: 16.0, lines: 2 },
                },
                aside: String::new(),
                marks: marks(&table.rows[rows], columns, context),
            },
            notes: vec![context.text("chart.verdict-matrix.note", &[])],
            alt: context
                .text("chart.verdict-matrix.alt", &[("name", &table.of), ("parts", &context.join(&words))]),
            ..context.blank(column::TABLE)
        }
    }
}

/// Colour and pattern of a judgement: reached is a light fill, not reached an even strong one with its own sign.
fn fill(cell: &Judgement) -> Option<Ink> {
    match (cell.value, cell.reached) {
        (_, Some(true)) => Some(Ink::Tint(1)),
        (_, Some(false)) => Some(Ink::Vermillion),
        _ => None,
    }
}

fn label(cell: &Judgement, context: &ChartContext<'_>) -> String {
    let sign = match cell.reached {
        Some(true) => " ✓",
        Some(false) => " ×",
        None => "",
    };
    cell.value.map_or_else(|| "—".to_owned(), |value| format!("{}{sign}", (context.show)(value)))
}

fn marks(
    rows: &[(String, Vec<Judgement>)],
    columns: std::ops::Range<usize>,
    context: &ChartContext<'_>,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (y, (_, cells)) in (0_u32..).zip(rows) {
        for (x, cell) in (0_u32..).zip(&cells[columns.clone()]) {
            let (x, y) = (f64::from(x), f64::from(y));
            let fill = fill(cell);
            if let Some(fill) = fill {
                let (x, y) = ((x - 0.48, x + 0.48), (y - 0.46, y + 0.46));
                marks.push(Mark::Bar { x, y, fill, pattern: Pattern::Solid });
            }
            let ink = fill.map_or(Ink::Black, Ink::readable_on);
            marks.push(Mark::Text { at: (x, y), text: label(cell, context), ink, place: Place::Centre });
        }
    }
    marks
}

fn legend(context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |symbol, key: &str, sign: &str| LegendEntry {
        symbol,
        text: format!("{} {sign}", context.text(key, &[])),
    };
    vec![
        entry(Symbol::Box(Ink::Tint(1), Pattern::Solid), "chart.verdict.reached", "✓"),
        entry(Symbol::Box(Ink::Vermillion, Pattern::Solid), "chart.verdict.not_reached", "×"),
    ]
}

fn words(row: &(String, Vec<Judgement>), methods: &[String], context: &ChartContext<'_>) -> String {
    let cells: Vec<String> = methods
        .iter()
        .zip(&row.1)
        .map(|(method, cell)| format!("{method} {}", label(cell, context)))
        .collect();
    format!("{}: {}", row.0, cells.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_depends_on_the_rule_only_where_two_methods_contradict_each_other() {
        let cell = |reached| Judgement { value: Some(0.5), reached };
        assert!(depends(&[cell(Some(true)), cell(Some(false))]));
        assert!(!depends(&[cell(Some(true)), cell(None), cell(Some(true))]));
        assert!(!depends(&[cell(None)]));
    }
}
