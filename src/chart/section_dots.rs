//! Dot plot of the students of each section, one figure per objective of an offering with several sections.

use super::figure::Figure;
use super::objective;
use super::read::{self, Heading};
use super::student_dots::{self, ObjectiveDots, StudentDots};
use super::svg::identifier;
use super::{Chart, ChartContext, ChartError, Request, Selection};
use crate::results::Table;

/// The chart `section-dots`.
#[derive(Debug)]
pub struct SectionDots;

impl Chart for SectionDots {
    fn key(&self) -> &'static str {
        "section-dots"
    }

    fn tables(&self) -> &'static [&'static str] {
        student_dots::TABLES
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let level = read::table(tables, objective::column::TABLE, objective::column::ALL)?;
        let groups = sections(level, selection);
        let mut figures = Vec::new();
        let read = student_dots::with_students(tables, level, &groups)?;
        for sections in read.chunk_by(|a, b| a.0.id == b.0.id).filter(|sections| sections.len() > 1) {
            figures.extend(self.figures(sections, context));
        }
        Ok(figures)
    }
}

/// The rows of each section, offering by offering.
fn sections(level: &Table, selection: &Selection) -> Vec<((String, String), Vec<usize>)> {
    use super::objective::column;
    let mut groups: Vec<((String, String), Vec<usize>)> = Vec::new();
    for row in 0..level.len() {
        let offering = level.text(row, column::OFFERING).unwrap_or_default();
        let Some(section) = level.text(row, column::SECTION) else { continue };
        let wanted = selection.of.as_deref().is_none_or(|of| of == offering)
            && selection.part.as_deref().is_none_or(|part| part == section);
        if !wanted {
            continue;
        }
        match groups.last_mut().filter(|((o, s), _)| o == offering && s == section) {
            Some((_, rows)) => rows.push(row),
            None => groups.push(((offering.to_owned(), section.to_owned()), vec![row])),
        }
    }
    groups
}

impl SectionDots {
    /// The figures of one offering from its sections, one per objective.
    pub fn figures(
        &self,
        sections: &[(Heading, Vec<ObjectiveDots>)],
        context: &ChartContext<'_>,
    ) -> Vec<Figure> {
        let Some((first, objectives)) = sections.first() else { return Vec::new() };
        let whole = Heading { section: String::new(), ..first.clone() };
        let of = |label: &str| -> Vec<ObjectiveDots> {
            let named = |(heading, dots): &(Heading, Vec<ObjectiveDots>)| {
                let found = dots.iter().find(|dots| dots.objective.label == label)?;
                let mut found = found.clone();
                found.objective.label = heading.section.clone();
                found.objective.detail = String::new();
                Some(found)
            };
            sections.iter().filter_map(named).collect()
        };
        let figure = |dots: &ObjectiveDots| {
            let (label, detail) = (&dots.objective.label, &dots.objective.detail);
            let rows = of(label);
            let counts =
                [("label", &*objective::named(label, context)), ("sections", &*rows.len().to_string())];
            let what = context.text("chart.section-dots.title", &counts);
            let mut figures = StudentDots.counted(&whole, (&rows, student_dots::together), context);
            let total = figures.len();
            for (at, figure) in figures.iter_mut().enumerate() {
                let what = format!("{what}{}", read::part_of((at + 1, total), context));
                figure.id = identifier(&format!("{}-{}-{label}-{}", self.key(), whole.id, at + 1));
                figure.title =
                    context.text("chart.title", &[("name", &whole.line(context)), ("what", &what)]);
                figure.subtitle = Some(detail.clone()).filter(|text| !text.is_empty()).into_iter().collect();
                figure.panel.y.name = context.text("chart.axis.section", &[]);
                figure.notes.push(context.text("chart.section-dots.note", &[]));
            }
            figures
        };
        objectives.iter().flat_map(figure).collect()
    }
}
