//! Box plots of students' attainment, per course objective and section.

use std::ops::Range;

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Shape, Size, Symbol};
use super::objective::{self, ObjectiveBar, bar, expected_entry, expected_marks, heading, known, value_axis};
use super::read::{self, Heading, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, Selection, words};
use crate::results::Table;

/// The names of the table and the columns of quantiles.
pub(super) mod column {
    pub(in crate::chart) const TABLE: &str = "section_spread";
    pub(in crate::chart) const OFFERING: &str = "offering";
    pub(super) const SECTION: &str = "section";
    pub(super) const OBJECTIVE: &str = "objective";
    pub(super) const N: &str = "n";
    pub(super) const QUANTILES: [&str; 5] = ["q05", "q25", "median", "q75", "q95"];
    pub(in crate::chart) const ALL: &[&str] =
        &[OFFERING, SECTION, OBJECTIVE, N, "q05", "q25", "median", "q75", "q95"];
}

/// Fewest students whose quartiles are drawn: below, quartiles are nearly the students themselves.
const FEWEST: usize = 5;

/// One objective in one section.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpreadRow {
    /// Section; empty for the whole offering.
    pub section: String,
    /// The objective with the value of the section.
    pub objective: ObjectiveBar,
    /// Students with a value.
    pub n: usize,
    /// Quantiles 5, 25, 50, 75 and 95 %.
    pub quantiles: Option<[f64; 5]>,
}

impl SpreadRow {
    fn drawn(&self) -> Option<[f64; 5]> {
        self.quantiles.filter(|_| self.n >= FEWEST)
    }
}

/// The chart `section-box`.
#[derive(Debug)]
pub struct SectionBox;

impl Chart for SectionBox {
    fn key(&self) -> &'static str {
        "section-box"
    }

    fn source(&self) -> Option<&'static str> {
        Some(
            "R. McGill, J. Tukey, W. Larsen, \"Variations of box plots\", The American Statistician 32 (1978) 12–16",
        )
    }

    fn tables(&self) -> &'static [&'static str] {
        &[objective::column::TABLE, column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let level = read::table(tables, objective::column::TABLE, objective::column::ALL)?;
        let spread = read::table(tables, column::TABLE, column::ALL)?;
        let index = spread.rows_by(column::OFFERING);
        let mut figures = Vec::new();
        for (offering, rows) in offerings(level, selection) {
            let own = index.get(offering).map_or(&[][..], Vec::as_slice);
            let rows_of = level_rows(level, &rows, selection);
            let found: Vec<SpreadRow> =
                rows_of.iter().map(|&row| spread_row((level, row), (spread, own))).collect();
            let heading = Heading { section: String::new(), ..heading(level, &rows) };
            figures.extend(self.figures(&heading, &found, context));
        }
        Ok(figures)
    }
}

/// The rows of each selected offering, in the order of the table.
pub(super) fn offerings<'a>(level: &'a Table, selection: &Selection) -> Vec<(&'a str, Vec<usize>)> {
    let mut found: Vec<(&str, Vec<usize>)> = Vec::new();
    for row in 0..level.len() {
        let offering = level.text(row, objective::column::OFFERING).unwrap_or_default();
        if selection.of.as_deref().is_some_and(|of| of != offering) {
            continue;
        }
        match found.last_mut().filter(|(known, _)| *known == offering) {
            Some((_, rows)) => rows.push(row),
            None => found.push((offering, vec![row])),
        }
    }
    found
}

/// Objective by objective the whole and its sections; only the whole where there is one section.
pub(super) fn level_rows(level: &Table, rows: &[usize], selection: &Selection) -> Vec<usize> {
    let text = |row: usize, name: &str| level.text(row, name).unwrap_or_default();
    let mut sections: Vec<&str> = rows.iter().map(|&row| text(row, objective::column::SECTION)).collect();
    sections.sort_unstable();
    sections.dedup();
    let whole = sections.first() == Some(&"");
    let single = whole && sections.len() == 2;
    let mut objectives: Vec<&str> = Vec::new();
    for &row in rows {
        let name = text(row, objective::column::OBJECTIVE);
        if !objectives.contains(&name) {
            objectives.push(name);
        }
    }
    let wanted = |row: usize| match (&selection.part, text(row, objective::column::SECTION)) {
        (Some(part), section) => part == section,
        (None, section) => !single || section.is_empty(),
    };
    let of = |name: &&str| -> Vec<usize> {
        let name = *name;
        let mut own: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|&row| text(row, objective::column::OBJECTIVE) == name && wanted(row))
            .collect();
        own.sort_by_cached_key(|&row| read::natural(text(row, objective::column::SECTION)));
        own
    };
    objectives.iter().flat_map(of).collect()
}

pub(super) fn spread_row((level, row): (&Table, usize), (spread, own): (&Table, &[usize])) -> SpreadRow {
    let section = level.text(row, objective::column::SECTION);
    let objective = bar(level, row);
    let found = own.iter().copied().find(|&at| {
        spread.text(at, column::SECTION) == section
            && spread.text(at, column::OBJECTIVE) == Some(objective.label.as_str())
    });
    let mut quantiles = [0.0; 5];
    let known = found.is_some_and(|at| {
        quantiles
            .iter_mut()
            .zip(column::QUANTILES)
            .all(|(place, name)| spread.number(at, name).inspect(|value| *place = *value).is_some())
    });
    SpreadRow {
        section: section.unwrap_or_default().to_owned(),
        n: found.and_then(|at| spread.number(at, column::N)).map_or(0, |n| n.max(0.0) as usize),
        quantiles: known.then_some(quantiles),
        objective,
    }
}

impl SectionBox {
    /// The figures of one offering: one where it is readable so, else as many as it takes.
    pub fn figures(&self, heading: &Heading, rows: &[SpreadRow], context: &ChartContext<'_>) -> Vec<Figure> {
        let cut = by_objective(rows, if context.size == Size::Slide { 5 } else { 18 });
        let count = |mut names: Vec<&str>| {
            names.sort_unstable();
            names.dedup();
            names.len().to_string()
        };
        let objectives = count(rows.iter().map(|row| row.objective.label.as_str()).collect());
        let sections = rows.iter().filter(|row| !row.section.is_empty()).map(|row| row.section.as_str());
        let sections = count(sections.collect());
        let key = if sections == "0" { "chart.section-box.title.whole" } else { "chart.section-box.title" };
        let what = context.text(key, &[("objectives", &*objectives), ("sections", &*sections)]);
        let part = |part: Range<usize>| self.figure(heading, &rows[part], (&what, context));
        read::numbered(cut.into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        rows: &[SpreadRow],
        (what, context): (&str, &ChartContext<'_>),
    ) -> Figure {
        let name = heading.line(context);
        let bands: Vec<Band> = rows.iter().map(|row| band(row, context)).collect();
        let parts: Vec<String> = rows.iter().map(|row| in_words(row, context)).collect();
        let values = rows.iter().flat_map(|row| {
            let ends = row.drawn().map_or([None; 2], |q| [Some(q[0]), Some(q[4])]);
            ends.into_iter().chain([row.objective.value, row.objective.expected])
        });
        let bars: Vec<ObjectiveBar> = rows.iter().map(|row| row.objective.clone()).collect();
        let mut notes = vec![context.text("chart.section-box.note", &[])];
        if rows.iter().any(|row| row.n < FEWEST) {
            let fewest = FEWEST.to_string();
            notes.push(context.text("chart.section-box.note.few", &[("fewest", &fewest)]));
        }
        notes.extend(Some(heading.without_intervals().method_note(context)).filter(|note| !note.is_empty()));
        Figure {
            id: identifier(&format!("{}-{}", self.key(), heading.id)),
            title: context.text("chart.title", &[("name", &name), ("what", what)]),
            subtitle: vec![context.text("chart.section-box.subtitle", &[])],
            legend: legend(rows, &bars, context),
            panel: Panel {
                x: value_axis(values, false, context),
                y: Axis {
                    name: context.text("chart.axis.objective-section", &[]),
                    scale: Scale::Bands { bands, row: 20.0, lines: 2 },
                },
                aside: context.text("chart.section-box.aside", &[]),
                marks: marks(rows, &bars),
            },
            notes,
            alt: context.text("chart.section-box.alt", &[("name", &name), ("parts", &context.join(&parts))]),
            ..context.blank(column::TABLE)
        }
    }
}

/// Rows cut into parts of at most `most`, an objective with all its sections in one part where it fits.
fn by_objective(rows: &[SpreadRow], most: usize) -> Vec<Range<usize>> {
    let mut cut: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for objective in rows.chunk_by(|a, b| a.objective.label == b.objective.label) {
        match cut.last_mut() {
            Some(last) if last.len() + objective.len() <= most => last.end += objective.len(),
            _ => cut
                .extend(parts(objective.len(), most).into_iter().map(|part| at + part.start..at + part.end)),
        }
        at += objective.len();
    }
    cut
}

/// The section as a text: its name, or that it is the whole offering.
pub(super) fn section(row: &SpreadRow, context: &ChartContext<'_>) -> String {
    match &*row.section {
        "" => context.text("chart.section-box.whole", &[]),
        section => read::section(section, context),
    }
}

fn band(row: &SpreadRow, context: &ChartContext<'_>) -> Band {
    let median = row.drawn().map_or_else(|| "—".to_owned(), |quantiles| (context.show)(quantiles[2]));
    Band {
        label: row.objective.label.clone(),
        detail: words::capital(&section(row, context)),
        group: String::new(),
        aside: vec![
            (format!("{median} / {}", row.objective.shown(context)), Ink::Black),
            (format!("n = {}", row.n), Ink::Grey),
        ],
    }
}

fn in_words(row: &SpreadRow, context: &ChartContext<'_>) -> String {
    let show = |value: f64| (context.show)(value);
    let label = format!("{} {}", objective::named(&row.objective.label, context), section(row, context));
    let n = known(Some(row.n));
    let value = row.objective.shown(context);
    match row.drawn() {
        None => context.text("chart.section-box.alt.few", &[("label", &label), ("n", &n), ("value", &value)]),
        Some([low, q25, median, q75, high]) => context.text(
            "chart.section-box.alt.row",
            &[
                ("label", &label),
                ("n", &n),
                ("value", &value),
                ("median", &show(median)),
                ("lower", &show(q25)),
                ("upper", &show(q75)),
                ("low", &show(low)),
                ("high", &show(high)),
            ],
        ),
    }
}

fn legend(rows: &[SpreadRow], bars: &[ObjectiveBar], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |symbol, key: &str| LegendEntry { symbol, text: context.text(key, &[]) };
    let mut entries = Vec::new();
    if rows.iter().any(|row| row.drawn().is_some()) {
        entries.push(entry(Symbol::Box(Ink::Tint(1), Pattern::Solid), "chart.section-box.legend.box"));
        entries.push(entry(Symbol::Whisker(Ink::Grey), "chart.section-box.legend.whisker"));
        entries.push(entry(Symbol::Tick(Ink::Blue), "chart.section-box.legend.median"));
    }
    if rows.iter().any(|row| row.objective.value.is_some()) {
        entries.push(entry(Symbol::Point(Ink::Black, Shape::Diamond), "chart.section-box.legend.value"));
    }
    entries.extend(expected_entry(bars, context));
    entries
}

fn marks(rows: &[SpreadRow], bars: &[ObjectiveBar]) -> Vec<Mark> {
    let stroke = |x: f64, (from, to): (f64, f64), ink, width| Mark::Line {
        points: vec![(x, from), (x, to)],
        ink,
        width,
        dashed: false,
    };
    let mut marks = Vec::new();
    for (index, row) in (0_u32..).zip(rows) {
        let at = f64::from(index);
        if let Some([low, q25, median, q75, high]) = row.drawn() {
            marks.push(Mark::Interval { from: (low, at), to: (high, at), ink: Ink::Grey });
            let (x, y) = ((q25, q75), (at - 0.26, at + 0.26));
            marks.push(Mark::Bar { x, y, fill: Ink::Tint(1), pattern: Pattern::Solid });
            marks.push(Mark::Bar { x, y, fill: Ink::Blue, pattern: Pattern::Outline });
            marks.push(stroke(median, (at - 0.26, at + 0.26), Ink::Blue, 2.0));
        }
    }
    marks.extend(expected_marks(bars));
    for (index, bar) in (0_u32..).zip(bars) {
        if let Some(value) = bar.value {
            let at = vec![(value, f64::from(index))];
            marks.push(Mark::Points { at, shape: Shape::Diamond, ink: Ink::Black, radius: 2.0 });
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objective_is_not_divided_between_two_parts_where_one_can_hold_it() {
        let rows = |counts: &[(&str, usize)]| -> Vec<SpreadRow> {
            let row = |label: &str| SpreadRow {
                objective: ObjectiveBar { label: label.to_owned(), ..ObjectiveBar::default() },
                ..SpreadRow::default()
            };
            counts.iter().flat_map(|(label, count)| vec![row(label); *count]).collect()
        };
        assert_eq!(by_objective(&rows(&[("1", 3), ("2", 3), ("3", 1)]), 5), [0..3, 3..7]);
        assert_eq!(by_objective(&rows(&[("1", 2), ("2", 7)]), 5), [0..2, 2..5, 5..9]);
        assert!(by_objective(&[], 5).is_empty());
    }

    #[test]
    fn fewer_than_five_students_have_no_box() {
        let row = |n| SpreadRow { n, quantiles: Some([0.1, 0.2, 0.3, 0.4, 0.5]), ..SpreadRow::default() };
        let boxes = |n| marks(&[row(n)], &[]).iter().filter(|mark| matches!(mark, Mark::Bar { .. })).count();
        assert_eq!([boxes(4), boxes(5)], [0, 2]);
    }
}
