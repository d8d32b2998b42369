//! Heat map of the support matrix: courses or course objectives × indicators, grouped by requirement.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Place, Scale, Size, Symbol};
use super::read::{self, natural, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request};
use crate::results::Table;

/// The names of the table and the columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "support";
    pub(super) const PROGRAMME: &str = "programme";
    pub(super) const PLAN: &str = "plan";
    pub(super) const COURSE: &str = "course";
    pub(super) const COURSE_NAME: &str = "course_name";
    pub(super) const OBJECTIVE: &str = "objective";
    pub(super) const INDICATOR: &str = "indicator";
    pub(super) const REQUIREMENT: &str = "requirement";
    pub(super) const WEIGHT: &str = "weight";
    pub(super) const CODE: &str = "code";
    pub(super) const ALL: &[&str] =
        &[PROGRAMME, PLAN, COURSE, COURSE_NAME, OBJECTIVE, INDICATOR, REQUIREMENT, WEIGHT, CODE];
}

/// Upper limits of the classes of weight; the last class has none. Round figures: weights of courses for an
/// indicator add to 1, and 5 to 10 courses support one.
const CLASSES: [f64; 4] = [0.1, 0.2, 0.3, 0.5];

/// One link of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct SupportCell {
    /// Row.
    pub row: usize,
    /// Column.
    pub column: usize,
    /// Weight, where the plan states one.
    pub weight: Option<f64>,
    /// `H`, `M` or `L`, where the plan states one.
    pub code: Option<String>,
}

/// The matrix that the chart shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SupportMatrix {
    /// Identifier of the programme.
    pub programme: String,
    /// Name of the programme.
    pub name: String,
    /// Plan version; may be empty.
    pub plan: String,
    /// Courses or course objectives, by name.
    pub rows: Vec<String>,
    /// Whether the rows are course objectives rather than courses.
    pub by_objective: bool,
    /// Indicators with their requirements.
    pub columns: Vec<(String, String)>,
    /// The links; a pair without one is empty, not zero.
    pub cells: Vec<SupportCell>,
}

/// The chart `support-heatmap`.
#[derive(Debug)]
pub struct SupportHeatmap;

impl Chart for SupportHeatmap {
    fn key(&self) -> &'static str {
        "support-heatmap"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let table = read::table(tables, column::TABLE, column::ALL)?;
        let groups = read::groups(table, (column::PROGRAMME, column::PLAN), selection);
        let named = |((programme, _), rows): &((String, String), Vec<usize>)| SupportMatrix {
            name: read::programme_name(tables, programme),
            ..matrix(table, rows)
        };
        Ok(groups.iter().flat_map(|group| self.figures(&named(group), context)).collect())
    }
}

/// The matrix of some rows of the table: rows in the order of the table, columns in natural order.
fn matrix(table: &Table, rows: &[usize]) -> SupportMatrix {
    let text = |row: usize, name: &str| table.text(row, name).unwrap_or_default();
    let pair = |row: usize| (text(row, column::INDICATOR), text(row, column::REQUIREMENT));
    let pairs: BTreeSet<(&str, &str)> = rows.iter().map(|&row| pair(row)).collect();
    let mut columns: Vec<(&str, &str)> = pairs.into_iter().collect();
    columns.sort_by_cached_key(|(indicator, requirement)| (natural(requirement), natural(indicator)));
    let at: BTreeMap<(&str, &str), usize> = columns.iter().copied().zip(0..).collect();
    let mut names: Vec<String> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut cells = Vec::with_capacity(rows.len());
    for &row in rows {
        let (course, objective) = (text(row, column::COURSE), text(row, column::OBJECTIVE));
        let index = *known.entry((course, objective)).or_insert_with(|| {
            let name = table.text(row, column::COURSE_NAME).unwrap_or(course);
            names.push(format!("{name} {objective}").trim_end().to_owned());
            names.len() - 1
        });
        cells.push(SupportCell {
            row: index,
            column: at[&pair(row)],
            weight: table.number(row, column::WEIGHT),
            code: table.text(row, column::CODE).map(str::to_owned),
        });
    }
    let first = rows.first().copied().unwrap_or(0);
    SupportMatrix {
        programme: text(first, column::PROGRAMME).to_owned(),
        name: text(first, column::PROGRAMME).to_owned(),
        plan: text(first, column::PLAN).to_owned(),
        rows: names,
        by_objective: known.keys().any(|(_, objective)| !objective.is_empty()),
        columns: columns.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect(),
        cells,
    }
}

/// Rows and columns that stay readable in one picture.
fn most(size: Size) -> (usize, usize) {
    match size {
        Size::Column => (45, 13),
        Size::Page => (56, 37),
        Size::Slide => (13, 44),
    }
}

impl SupportHeatmap {
    /// The figures of one matrix: one where it is readable so, else as many as it takes.
    pub fn figures(&self, matrix: &SupportMatrix, context: &ChartContext<'_>) -> Vec<Figure> {
        let (rows, columns) = most(context.size);
        // Indicators first: a part shows only the rows that have a link to its indicators.
        let linked = |columns: &Range<usize>| -> Vec<usize> {
            let has = |row: &usize| {
                matrix.cells.iter().any(|cell| cell.row == *row && columns.contains(&cell.column))
            };
            (0..matrix.rows.len()).filter(has).collect()
        };
        let mut blocks: Vec<(Vec<usize>, Range<usize>)> = Vec::new();
        let mut partial = false;
        for columns in parts(matrix.columns.len(), columns) {
            let own = linked(&columns);
            partial |= own.len() < matrix.rows.len();
            let cut = parts(own.len(), rows).into_iter().filter(|rows| !rows.is_empty());
            blocks.extend(cut.map(|rows| (own[rows].to_vec(), columns.clone())));
        }
        let total = blocks.len();
        let left_out = partial.then(|| context.text("chart.support-heatmap.note.parts", &[]));
        let cut = |(index, (rows, columns)): (usize, (Vec<usize>, Range<usize>))| {
            let mut figure = self.part(matrix, (&rows, columns), (index + 1, total), context);
            figure.notes.extend(left_out.clone());
            figure
        };
        blocks.into_iter().enumerate().map(cut).collect()
    }

    fn part(
        &self,
        matrix: &SupportMatrix,
        (rows, columns): (&[usize], Range<usize>),
        (number, total): (usize, usize),
        context: &ChartContext<'_>,
    ) -> Figure {
        let place = |cell: &SupportCell| {
            let row = rows.iter().position(|row| *row == cell.row)?;
            let column = cell.column.checked_sub(columns.start).filter(|_| columns.contains(&cell.column))?;
            Some(SupportCell { row, column, ..cell.clone() })
        };
        let cells: Vec<SupportCell> = matrix.cells.iter().filter_map(place).collect();
        let names: Vec<String> = rows.iter().map(|&row| matrix.rows[row].clone()).collect();
        let heads = &matrix.columns[columns];
        let narrow = heads.len() > roomy(context.size);
        let suffix = if total > 1 { format!("-{number}") } else { String::new() };
        Figure {
            id: identifier(&format!("{}-{}-{}{suffix}", self.key(), matrix.programme, matrix.plan)),
            title: title(matrix, (number, total), context),
            subtitle: vec![context.text("chart.support-heatmap.subtitle", &[])],
            legend: legend(&cells, context),
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.indicator", &[]),
                    scale: Scale::Bands { bands: heads.iter().map(head).collect(), row: 0.0, lines: 1 },
                },
                y: Axis {
                    name: context.text(
                        if matrix.by_objective { "chart.axis.course-objective" } else { "chart.axis.course" },
                        &[],
                    ),
                    scale: Scale::Bands {
                        bands: names.iter().map(Band::named).collect(),
                        row: 9.6,
                        lines: 1,
                    },
                },
                aside: String::new(),
                marks: marks(&cells, (names.len(), heads), narrow),
            },
            notes: notes(&cells, narrow, context),
            alt: alt(matrix, (&cells, &names, heads), context),
            ..context.blank(column::TABLE)
        }
    }
}

fn head((indicator, requirement): &(String, String)) -> Band {
    Band { label: indicator.clone(), group: requirement.clone(), ..Band::default() }
}

fn title(matrix: &SupportMatrix, (number, total): (usize, usize), context: &ChartContext<'_>) -> String {
    let counts = [("rows", &*matrix.rows.len().to_string()), ("columns", &*matrix.columns.len().to_string())];
    let key = if matrix.by_objective {
        "chart.support-heatmap.title.objectives"
    } else {
        "chart.support-heatmap.title"
    };
    let mut what = context.text(key, &counts);
    what.push_str(&read::part_of((number, total), context));
    context.text("chart.title", &[("name", &name(matrix, context)), ("what", &what)])
}

/// The programme and its plan.
fn name(matrix: &SupportMatrix, context: &ChartContext<'_>) -> String {
    match &*matrix.plan {
        "" => matrix.name.clone(),
        plan => context.text("chart.plan", &[("name", &matrix.name), ("plan", plan)]),
    }
}

/// How a plan states the strength of its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    Weights,
    Letters,
    /// A link is there or not.
    Plain,
}

fn strength(cells: &[SupportCell]) -> Strength {
    if cells.iter().any(|cell| cell.weight.is_some()) {
        Strength::Weights
    } else if cells.iter().any(|cell| cell.code.is_some()) {
        Strength::Letters
    } else {
        Strength::Plain
    }
}

fn class(weight: f64) -> u8 {
    CLASSES.iter().take_while(|&&limit| weight > limit + 1e-12).count() as u8
}

/// The step of a letter, or of the numbers 3, 2, 1 that some plans use in its place.
fn letter(code: &str) -> u8 {
    match code {
        "H" | "3" => 4,
        "M" | "2" => 2,
        _ => 0,
    }
}

fn tint(cell: &SupportCell) -> Ink {
    match (cell.weight, cell.code.as_deref()) {
        (Some(weight), _) => Ink::Tint(class(weight)),
        (None, Some(code)) => Ink::Tint(letter(code)),
        (None, None) => Ink::Tint(1),
    }
}

/// Columns beyond which a cell has room for two digits only.
fn roomy(size: Size) -> usize {
    match size {
        Size::Column => 8,
        Size::Page => 24,
        Size::Slide => 30,
    }
}

/// The weight with two decimals, in narrow cells its decimals alone (`15` for 0.15, `1` for 1.00); a letter as it is.
fn label(cell: &SupportCell, narrow: bool) -> String {
    match (cell.weight, &cell.code) {
        (Some(weight), _) => {
            let text = format!("{weight:.2}");
            let text = text.strip_suffix(".00").unwrap_or(&text);
            let short = text.strip_prefix("0.").filter(|_| narrow).unwrap_or(text);
            short.to_owned()
        }
        (None, Some(code)) => code.chars().take(2).collect(),
        (None, None) => "✓".to_owned(),
    }
}

fn legend(cells: &[SupportCell], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry =
        |step: u8, text: String| LegendEntry { symbol: Symbol::Box(Ink::Tint(step), Pattern::Solid), text };
    match strength(cells) {
        Strength::Weights => {}
        Strength::Plain => return vec![entry(1, context.text("chart.support.plain", &[]))],
        Strength::Letters => {
            let mut codes: Vec<&str> = cells.iter().filter_map(|cell| cell.code.as_deref()).collect();
            codes.sort_by_key(|code| (std::cmp::Reverse(letter(code)), *code));
            codes.dedup();
            let named = |code: &str| match code {
                "H" | "M" | "L" => context.text(&format!("chart.support.{code}"), &[]),
                other => other.to_owned(),
            };
            return codes.into_iter().map(|code| entry(letter(code), named(code))).collect();
        }
    }
    let bound = |at: usize| format!("{:.1}", CLASSES[at]);
    let mut entries = vec![entry(0, format!("≤ {}", bound(0)))];
    for step in 1..CLASSES.len() {
        entries.push(entry(step as u8, format!("{}–{}", bound(step - 1), bound(step))));
    }
    entries.push(entry(CLASSES.len() as u8, format!("> {}", bound(CLASSES.len() - 1))));
    entries
}

fn notes(cells: &[SupportCell], narrow: bool, context: &ChartContext<'_>) -> Vec<String> {
    let count = cells.len().to_string();
    let mut notes = vec![context.text("chart.support-heatmap.note", &[("count", &count)])];
    if strength(cells) != Strength::Weights {
        return notes;
    }
    let two = |weight: f64| (weight * 100.0 - (weight * 100.0).round()).abs() < 1e-6;
    if narrow {
        notes.push(context.text("chart.support-heatmap.note.digits", &[]));
    }
    if !cells.iter().filter_map(|cell| cell.weight).all(two) {
        notes.push(context.text("chart.support-heatmap.note.rounded", &[]));
    }
    notes
}

fn marks(cells: &[SupportCell], (n_rows, heads): (usize, &[(String, String)]), narrow: bool) -> Vec<Mark> {
    let (right, bottom) = (heads.len() as f64 - 0.5, n_rows as f64 - 0.5);
    let across = |y: f64| vec![(-0.5, y), (right, y)];
    let down = |x: f64| vec![(x, -0.5), (x, bottom)];
    let line = |points, ink| Mark::Line { points, ink, width: 0.5, dashed: false };
    let mut marks = Vec::new();
    for cell in cells {
        let (x, y) = (cell.column as f64, cell.row as f64);
        let fill = tint(cell);
        marks.push(Mark::Bar { x: (x - 0.5, x + 0.5), y: (y - 0.5, y + 0.5), fill, pattern: Pattern::Solid });
    }
    marks.extend((0..=n_rows).map(|row| line(across(row as f64 - 0.5), Ink::Faint)));
    marks.extend((0..=heads.len()).map(|column| line(down(column as f64 - 0.5), Ink::Faint)));
    for column in 0..=heads.len() {
        if column == 0 || column == heads.len() || heads[column - 1].1 != heads[column].1 {
            marks.push(line(down(column as f64 - 0.5), Ink::Grey));
        }
    }
    for cell in cells {
        let ink = tint(cell).readable_on();
        let at = (cell.column as f64, cell.row as f64);
        marks.push(Mark::Text { at, text: label(cell, narrow), ink, place: Place::Centre });
    }
    marks
}

fn alt(
    matrix: &SupportMatrix,
    (cells, names, heads): (&[SupportCell], &[String], &[(String, String)]),
    context: &ChartContext<'_>,
) -> String {
    let mut by_column: Vec<Vec<String>> = vec![Vec::new(); heads.len()];
    for cell in cells {
        let strength =
            cell.weight.map_or_else(|| cell.code.clone().unwrap_or_default(), |weight| format!("{weight}"));
        by_column[cell.column].push(format!("{} {strength}", names[cell.row]).trim_end().to_owned());
    }
    let parts: Vec<String> = heads
        .iter()
        .zip(by_column)
        .map(|((indicator, _), links)| {
            format!("{indicator}: {}", if links.is_empty() { "—".to_owned() } else { links.join(", ") })
        })
        .collect();
    let values = [("name", &*name(matrix, context)), ("parts", &*context.join(&parts))];
    context.text("chart.support-heatmap.alt", &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_written_so_that_it_fits_its_cell() {
        let cell = |weight| label(&SupportCell { row: 0, column: 0, weight: Some(weight), code: None }, true);
        assert_eq!([cell(0.15), cell(0.05), cell(0.3), cell(1.0), cell(0.0)], ["15", "05", "30", "1", "0"]);
        let cell = SupportCell { row: 0, column: 0, weight: Some(0.05), code: None };
        assert_eq!(label(&cell, false), "0.05");
    }

    #[test]
    fn a_weight_on_the_limit_belongs_to_the_lower_class() {
        assert_eq!([0.1, 0.100_001, 0.3, 0.5, 0.9].map(class), [0, 1, 2, 3, 4]);
    }
}
