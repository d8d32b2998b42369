//! Heat map of components × course objectives: where the marks for an objective come from and how they turned out.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Place, Scale, Size, Symbol};
use super::read::{self, Heading, Tables, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Selection};
use crate::results::Table;

/// The names of the table and the columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "component_objective";
    pub(super) const OFFERING: &str = "offering";
    pub(super) const COURSE_NAME: &str = "course_name";
    pub(super) const TERM: &str = "term";
    pub(super) const SECTION: &str = "section";
    pub(super) const COMPONENT: &str = "component";
    pub(super) const OBJECTIVE: &str = "objective";
    pub(super) const VALUE: &str = "value";
    pub(super) const WEIGHT: &str = "weight";
    pub(super) const ALL: &[&str] =
        &[OFFERING, COURSE_NAME, TERM, SECTION, COMPONENT, OBJECTIVE, VALUE, WEIGHT];
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
    /// Attainment of the objective on this component; `None` where it cannot be known.
    pub value: Option<f64>,
    /// Weight of the component in the objective.
    pub weight: Option<f64>,
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
}

/// The chart `component-heatmap`.
#[derive(Debug)]
pub struct ComponentHeatmap;

impl Chart for ComponentHeatmap {
    fn key(&self) -> &'static str {
        "component-heatmap"
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
        let groups = read::groups(table, (column::OFFERING, column::SECTION), selection);
        if groups.is_empty() {
            return Err(read::nothing(self.key(), selection));
        }
        Ok(groups.iter().flat_map(|(_, rows)| self.figures(&matrix(table, rows), context)).collect())
    }
}

fn matrix(table: &Table, rows: &[usize]) -> ComponentMatrix {
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
            section: text(first, column::SECTION),
            ..Heading::default()
        },
        ..ComponentMatrix::default()
    };
    for &row in rows {
        let cell = ComponentCell {
            row: place(&mut matrix.components, text(row, column::COMPONENT)),
            column: place(&mut matrix.objectives, text(row, column::OBJECTIVE)),
            value: table.number(row, column::VALUE),
            weight: table.number(row, column::WEIGHT),
        };
        matrix.cells.push(cell);
    }
    matrix
}

impl ComponentHeatmap {
    /// The figures of one offering: one where it is readable so, else as many as it takes.
    pub fn figures(&self, matrix: &ComponentMatrix, context: &ChartContext<'_>) -> Vec<Figure> {
        let (rows, columns) = match context.size {
            Size::Column => (22, 4),
            Size::Page => (22, 10),
            Size::Slide => (6, 10),
        };
        let blocks: Vec<_> = parts(matrix.components.len(), rows)
            .into_iter()
            .flat_map(|rows| {
                parts(matrix.objectives.len(), columns).into_iter().map(move |c| (rows.clone(), c))
            })
            .collect();
        let total = blocks.len();
        let part = |(index, (rows, columns)): (usize, (std::ops::Range<usize>, std::ops::Range<usize>))| {
            let inside = |cell: &&ComponentCell| rows.contains(&cell.row) && columns.contains(&cell.column);
            let shifted = |cell: &ComponentCell| ComponentCell {
                row: cell.row - rows.start,
                column: cell.column - columns.start,
                ..*cell
            };
            let block = ComponentMatrix {
                heading: matrix.heading.clone(),
                components: matrix.components[rows.clone()].to_vec(),
                objectives: matrix.objectives[columns.clone()].to_vec(),
                cells: matrix.cells.iter().filter(inside).map(shifted).collect(),
            };
            let mut figure = self.figure(&block, context);
            figure.title.push_str(&read::part_of((index + 1, total), context));
            if total > 1 {
                figure.id = format!("{}-{}", figure.id, index + 1);
            }
            figure
        };
        blocks.into_iter().enumerate().map(part).collect()
    }

    fn figure(&self, matrix: &ComponentMatrix, context: &ChartContext<'_>) -> Figure {
        let name = matrix.heading.line(context);
        let counts = [
            ("rows", &*matrix.components.len().to_string()),
            ("columns", &*matrix.objectives.len().to_string()),
        ];
        let what = context.text("chart.component-heatmap.title", &counts);
        let bands = |names: &[String]| names.iter().map(Band::named).collect();
        let words: Vec<String> = matrix.cells.iter().map(|cell| words(matrix, cell, context)).collect();
        Figure {
            id: identifier(&format!("{}-{}-{}", self.key(), matrix.heading.id, matrix.heading.section)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: vec![context.text("chart.component-heatmap.subtitle", &[])],
            legend: legend(context),
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.objective", &[]),
                    scale: Scale::Bands { bands: bands(&matrix.objectives), row: 0.0, lines: 3 },
                },
                y: Axis {
                    name: context.text("chart.axis.component", &[]),
                    scale: Scale::Bands { bands: bands(&matrix.components), row: 24.0, lines: 2 },
                },
                aside: String::new(),
                marks: marks(&matrix.cells, context),
            },
            notes: vec![context.text("chart.component-heatmap.note", &[])],
            alt: context
                .text("chart.component-heatmap.alt", &[("name", &name), ("parts", &context.join(&words))]),
            ..context.blank(column::TABLE)
        }
    }
}

fn tint(value: f64) -> Ink {
    Ink::Tint(CLASSES.iter().take_while(|&&limit| value >= limit).count() as u8)
}

fn legend(context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |step: usize, text: String| LegendEntry {
        symbol: Symbol::Box(Ink::Tint(step as u8), Pattern::Solid),
        text,
    };
    let mut entries =
        vec![entry(0, context.text("chart.class.below", &[("limit", &CLASSES[0].to_string())]))];
    for step in 1..CLASSES.len() {
        entries.push(entry(step, format!("{}–{}", CLASSES[step - 1], CLASSES[step])));
    }
    let last = CLASSES[CLASSES.len() - 1].to_string();
    entries.push(entry(CLASSES.len(), format!("≥ {last}")));
    entries
}

/// A weight as a share, whole per cent where it is one.
fn share(weight: f64) -> String {
    let percent = weight * 100.0;
    if (percent - percent.round()).abs() < 1e-6 { format!("{percent:.0}%") } else { format!("{percent:.1}%") }
}

fn marks(cells: &[ComponentCell], context: &ChartContext<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for cell in cells {
        let (x, y) = (cell.column as f64, cell.row as f64);
        let fill = cell.value.map(tint);
        let pattern = if fill.is_some() { Pattern::Solid } else { Pattern::Outline };
        marks.push(Mark::Bar {
            x: (x - 0.48, x + 0.48),
            y: (y - 0.46, y + 0.46),
            fill: fill.unwrap_or(Ink::Faint),
            pattern,
        });
        let ink = fill.map_or(Ink::Black, Ink::readable_on);
        let value = cell.value.map_or_else(|| "—".to_owned(), |value| (context.show)(value));
        let above = cell.weight.map_or(Place::Centre, |_| Place::Above);
        let y_of = |offset: f64| if cell.weight.is_some() { y + offset } else { y };
        marks.push(Mark::Text { at: (x, y_of(0.06)), text: value, ink, place: above });
        if let Some(weight) = cell.weight {
            let text = share(weight);
            marks.push(Mark::Text { at: (x, y - 0.06), text, ink, place: Place::Below });
        }
    }
    marks
}

fn words(matrix: &ComponentMatrix, cell: &ComponentCell, context: &ChartContext<'_>) -> String {
    let value = cell.value.map_or_else(|| "—".to_owned(), |value| (context.show)(value));
    let weight = cell.weight.map_or_else(String::new, |weight| format!(" ({})", share(weight)));
    format!("{} × {}: {value}{weight}", matrix.objectives[cell.column], matrix.components[cell.row])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_the_limit_belongs_to_the_upper_class() {
        assert_eq!([0.49, 0.5, 0.6, 0.79, 0.8, 1.0].map(tint), [0, 1, 2, 3, 4, 4].map(Ink::Tint));
    }

    #[test]
    fn a_weight_is_written_as_a_share_without_needless_decimals() {
        assert_eq!([share(0.3), share(0.125), share(1.0)], ["30%", "12.5%", "100%"]);
    }
}
