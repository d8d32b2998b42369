//! Heat map of components × course objectives: where the marks for an objective come from and how they turned out.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Place, Scale, Size, Symbol};
use super::read::{self, Heading, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request};
use crate::results::Table;

/// The names of the table and the columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "component_objectives";
    pub(super) const OFFERING: &str = "offering";
    pub(super) const COURSE_NAME: &str = "course_name";
    pub(super) const TERM: &str = "term";
    pub(super) const COMPONENT: &str = "component";
    pub(super) const OBJECTIVE: &str = "objective";
    pub(super) const RATIO: &str = "ratio";
    pub(super) const POINTS: &str = "points";
    pub(super) const POINT_SHARE: &str = "point_share";
    pub(super) const N_SCORED: &str = "n_scored";
    pub(super) const ALL: &[&str] =
        &[OFFERING, COURSE_NAME, TERM, COMPONENT, OBJECTIVE, RATIO, POINTS, POINT_SHARE, N_SCORED];
}

/// Upper limits of the classes of attainment; the last class has none.
const CLASSES: [f64; 4] = [0.5, 0.6, 0.7, 0.8];

/// One component of one objective.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComponentCell {
    /// Row: the component.
    pub row: usize,
    /// Column: the objective.
    pub column: usize,
    /// Mean marks over full marks of the component's items for the objective; `None` without marks.
    pub ratio: Option<f64>,
    /// Points of these items.
    pub points: Option<f64>,
    /// Their share of the points of the objective.
    pub share: Option<f64>,
}

/// Components × objectives of one offering.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComponentMatrix {
    /// The offering.
    pub heading: Heading,
    /// Components in order.
    pub components: Vec<String>,
    /// Objectives in order.
    pub objectives: Vec<String>,
    /// The pairs that occur.
    pub cells: Vec<ComponentCell>,
    /// Students with marks, the most of any cell.
    pub n: usize,
}

/// The chart `component-objectives`.
#[derive(Debug)]
pub struct ComponentObjectives;

impl Chart for ComponentObjectives {
    fn key(&self) -> &'static str {
        "component-objectives"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let table = read::table(tables, column::TABLE, column::ALL)?;
        let groups = read::groups(table, (column::OFFERING, column::OFFERING), selection);
        Ok(groups.iter().flat_map(|(_, rows)| self.figures(&matrix(table, rows, context), context)).collect())
    }
}

fn matrix(table: &Table, rows: &[usize], context: &ChartContext<'_>) -> ComponentMatrix {
    let text = |row: usize, name: &str| table.text(row, name).unwrap_or_default().to_owned();
    let place = |names: &mut Vec<String>, name: String| {
        names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        })
    };
    let first = rows.first().copied().unwrap_or(0);
    let mut matrix = ComponentMatrix {
        heading: Heading {
            id: text(first, column::OFFERING),
            name: text(first, column::COURSE_NAME),
            term: text(first, column::TERM),
            ..Heading::default()
        },
        ..ComponentMatrix::default()
    };
    let none = context.text("chart.component-objectives.none", &[]);
    for &row in rows {
        let component = Some(text(row, column::COMPONENT)).filter(|name| !name.is_empty());
        let n = table.number(row, column::N_SCORED).unwrap_or_default().max(0.0) as usize;
        matrix.n = matrix.n.max(n);
        let cell = ComponentCell {
            row: place(&mut matrix.components, component.unwrap_or_else(|| none.clone())),
            column: place(&mut matrix.objectives, text(row, column::OBJECTIVE)),
            ratio: table.number(row, column::RATIO),
            points: table.number(row, column::POINTS),
            share: table.number(row, column::POINT_SHARE),
        };
        matrix.cells.push(cell);
    }
    in_order(&mut matrix);
    matrix
}

/// Puts the objectives in the order in which people number them.
fn in_order(matrix: &mut ComponentMatrix) {
    let mut order: Vec<usize> = (0..matrix.objectives.len()).collect();
    order.sort_by_cached_key(|&at| read::natural(&matrix.objectives[at]));
    for cell in &mut matrix.cells {
        cell.column = order.iter().position(|&at| at == cell.column).unwrap_or(cell.column);
    }
    matrix.objectives = order.iter().map(|&at| matrix.objectives[at].clone()).collect();
}

impl ComponentObjectives {
    /// The figures of one offering: one where it is readable so, else as many as it takes.
    pub fn figures(&self, matrix: &ComponentMatrix, context: &ChartContext<'_>) -> Vec<Figure> {
        let (rows, columns) = match context.size {
            Size::Column => (15, 3),
            Size::Page => (16, 10),
            Size::Slide => (5, 10),
        };
        let blocks: Vec<_> = parts(matrix.components.len(), rows)
            .into_iter()
            .flat_map(|rows| {
                parts(matrix.objectives.len(), columns).into_iter().map(move |c| (rows.clone(), c))
            })
            .collect();
        let part = |(rows, columns): (std::ops::Range<usize>, std::ops::Range<usize>)| {
            let inside = |cell: &&ComponentCell| rows.contains(&cell.row) && columns.contains(&cell.column);
            let shifted = |cell: &ComponentCell| ComponentCell {
                row: cell.row - rows.start,
                column: cell.column - columns.start,
                ..*cell
            };
            let block = ComponentMatrix {
                heading: matrix.heading.clone(),
                n: matrix.n,
                components: matrix.components[rows.clone()].to_vec(),
                objectives: matrix.objectives[columns.clone()].to_vec(),
                cells: matrix.cells.iter().filter(inside).map(shifted).collect(),
            };
            self.figure(&block, (matrix.components.len(), matrix.objectives.len()), context)
        };
        read::numbered(blocks.into_iter().map(part).collect(), context)
    }

    /// One block of a matrix of so many components and objectives.
    fn figure(
        &self,
        matrix: &ComponentMatrix,
        (components, objectives): (usize, usize),
        context: &ChartContext<'_>,
    ) -> Figure {
        let name = matrix.heading.line(context);
        let counts = [("rows", &*components.to_string()), ("columns", &*objectives.to_string())];
        let what = context.text("chart.component-objectives.title", &counts);
        let bands = |names: &[String]| names.iter().map(Band::named).collect();
        let words: Vec<String> = matrix.cells.iter().map(|cell| words(matrix, cell, context)).collect();
        let n = matrix.n.to_string();
        Figure {
            id: identifier(&format!("{}-{}", self.key(), matrix.heading.id)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: vec![context.text("chart.component-objectives.subtitle", &[])],
            legend: legend(&matrix.cells, context),
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.objective", &[]),
                    scale: Scale::Bands { bands: bands(&matrix.objectives), row: 0.0, lines: 3 },
                },
                y: Axis {
                    name: context.text("chart.axis.component", &[]),
                    scale: Scale::Bands { bands: bands(&matrix.components), row: 28.0, lines: 2 },
                },
                aside: String::new(),
                marks: marks(&matrix.cells, context),
            },
            notes: vec![context.text("chart.component-objectives.note", &[("n", &n)])],
            alt: context
                .text("chart.component-objectives.alt", &[("name", &name), ("parts", &context.join(&words))]),
            ..context.blank(column::TABLE)
        }
    }
}

fn tint(value: f64) -> Ink {
    Ink::Tint(CLASSES.iter().take_while(|&&limit| value >= limit).count() as u8)
}

fn legend(cells: &[ComponentCell], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |ink: Ink, pattern, text| LegendEntry { symbol: Symbol::Box(ink, pattern), text };
    let step = |step: usize, text: String| entry(Ink::Tint(step as u8), Pattern::Solid, text);
    let mut entries = vec![step(0, format!("< {}", CLASSES[0]))];
    for at in 1..CLASSES.len() {
        entries.push(step(at, format!("{}–{}", CLASSES[at - 1], CLASSES[at])));
    }
    entries.push(step(CLASSES.len(), format!("≥ {}", CLASSES[CLASSES.len() - 1])));
    if cells.iter().any(|cell| cell.ratio.is_none()) {
        let none = context.text("chart.student-heatmap.none", &[]);
        entries.push(entry(Ink::Grey, Pattern::Outline, none));
    }
    entries
}

/// Points without needless decimals.
fn points(points: f64) -> String {
    if (points - points.round()).abs() < 0.05 { format!("{points:.0}") } else { format!("{points:.1}") }
}

/// Points and their share of the objective, as the second line of a cell.
fn weight(cell: &ComponentCell, context: &ChartContext<'_>) -> String {
    let points = cell.points.map_or_else(|| "—".to_owned(), points);
    let share = cell.share.map_or_else(|| "—".to_owned(), |share| format!("{:.0}%", share * 100.0));
    context.text("chart.component-objectives.cell", &[("points", &points), ("share", &share)])
}

fn ratio(cell: &ComponentCell, context: &ChartContext<'_>) -> String {
    cell.ratio.map_or_else(|| "—".to_owned(), |ratio| (context.show)(ratio))
}

fn marks(cells: &[ComponentCell], context: &ChartContext<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for cell in cells {
        let (x, y) = (cell.column as f64, cell.row as f64);
        let fill = cell.ratio.map(tint);
        marks.push(Mark::Bar {
            x: (x - 0.48, x + 0.48),
            y: (y - 0.47, y + 0.47),
            fill: fill.unwrap_or(Ink::Grey),
            pattern: if fill.is_some() { Pattern::Solid } else { Pattern::Outline },
        });
        let ink = fill.map_or(Ink::Black, Ink::readable_on);
        let text = |text, at, place| Mark::Text { at: (x, at), text, ink, place };
        marks.push(text(ratio(cell, context), y, Place::Above));
        marks.push(text(weight(cell, context), y, Place::Below));
    }
    marks
}

fn words(matrix: &ComponentMatrix, cell: &ComponentCell, context: &ChartContext<'_>) -> String {
    let objective = super::objective::named(&matrix.objectives[cell.column], context);
    let (ratio, weight) = (ratio(cell, context), weight(cell, context));
    format!("{} × {objective}: {ratio} ({weight})", matrix.components[cell.row])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_the_limit_belongs_to_the_upper_class() {
        assert_eq!([0.49, 0.5, 0.6, 0.79, 0.8, 1.0].map(tint), [0, 1, 2, 3, 4, 4].map(Ink::Tint));
    }

    #[test]
    fn points_are_written_without_needless_decimals() {
        assert_eq!([points(30.0), points(12.5), points(0.25)], ["30", "12.5", "0.2"]);
    }
}
