//! Histogram of students' attainment, one figure per course objective.

use super::figure::{Axis, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Shape, Symbol, ticks};
use super::objective::{ObjectiveBar, counts_note, in_words, named};
use super::read::Heading;
use super::student_dots::{self, ObjectiveDots};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, words};

/// Width of a class of attainment: 0.05, so that 0.60, 0.65, 0.70, the usual expected values, are class limits.
const CLASS: f64 = 0.05;

/// The chart `attainment-histogram`.
#[derive(Debug)]
pub struct AttainmentHistogram;

impl Chart for AttainmentHistogram {
    fn key(&self) -> &'static str {
        "attainment-histogram"
    }

    fn tables(&self) -> &'static [&'static str] {
        student_dots::TABLES
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let offerings = student_dots::read(tables, selection)?;
        Ok(offerings
            .iter()
            .flat_map(|(heading, dots)| dots.iter().map(move |dots| (heading, dots)))
            .map(|(heading, dots)| self.figure(heading, dots, context))
            .collect())
    }
}

/// Students per class from 0 to the last class that has any, and to 1 at least; a value on the limit of two
/// classes belongs to the upper one, and 1 to the last.
fn classes(values: &[f64]) -> Vec<usize> {
    let most = (1.0 / CLASS).round() as usize;
    let mut counts = vec![0; most];
    for value in values.iter().filter(|value| value.is_finite()) {
        // The tolerance puts 0.15000000000000002 and 0.15 into the same class.
        let class = ((value / CLASS + 1e-9).floor().max(0.0) as usize).min(most - 1);
        counts[class] += 1;
    }
    counts
}

impl AttainmentHistogram {
    /// The figure of one objective.
    pub fn figure(&self, heading: &Heading, dots: &ObjectiveDots, context: &ChartContext<'_>) -> Figure {
        let objective = &dots.objective;
        let counts = classes(&dots.values);
        let name = heading.line(context);
        let what =
            context.text("chart.attainment-histogram.title", &[("label", &named(&objective.label, context))]);
        let n = (objective.n_assessed, objective.n_enrolled, objective.n_excluded);
        let mut notes: Vec<String> = counts_note(n, context).into_iter().collect();
        notes.push(context.text("chart.attainment-histogram.note", &[]));
        if objective.value.is_none() {
            let values =
                [("label", &*named(&objective.label, context)), ("reason", &*objective.reason(context))];
            notes.push(words::capital(&context.text("chart.alt.unavailable", &values)));
        }
        // No interval is drawn here, so none is explained.
        let method = heading.without_intervals();
        notes.extend(Some(method.method_note(context)).filter(|note| !note.is_empty()));
        Figure {
            id: identifier(&format!("{}-{}-{}-{}", self.key(), heading.id, heading.section, objective.label)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: Some(objective.detail.clone())
                .filter(|detail| !detail.is_empty())
                .into_iter()
                .collect(),
            legend: legend(dots, context),
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.attainment", &[("max", "1")]),
                    scale: Scale::Linear { min: 0.0, max: 1.0, ticks: ticks(0.0, 1.0, 0.1, 1) },
                },
                y: count_axis(counts.iter().copied().max().unwrap_or(0), context),
                aside: String::new(),
                marks: marks(&counts, objective),
            },
            notes,
            alt: alt(&name, (dots, &counts), context),
            ..context.blank(student_dots::TABLES[1])
        }
    }
}

/// Whether the objective's own value is on the scale of the students' values, 0 to 1, and not a level.
fn same_scale(objective: &ObjectiveBar) -> bool {
    objective.scale.is_none_or(|scale| scale <= 1.0)
}

fn on_axis(objective: &ObjectiveBar) -> Option<f64> {
    objective.value.filter(|_| same_scale(objective))
}

fn expected(objective: &ObjectiveBar) -> Option<f64> {
    objective.expected.filter(|_| same_scale(objective))
}

fn count_axis(most: usize, context: &ChartContext<'_>) -> Axis {
    let most = most.max(1) as f64;
    let step = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0]
        .into_iter()
        .find(|step| most / step <= 6.0)
        .unwrap_or((most / 5.0).ceil());
    // Room above the highest bar for its number.
    let max = ((most * 1.08) / step).ceil() * step;
    Axis {
        name: context.text("chart.axis.students", &[]),
        scale: Scale::Linear { min: 0.0, max, ticks: ticks(0.0, max, step, 0) },
    }
}

fn legend(dots: &ObjectiveDots, context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let objective = &dots.objective;
    let mut entries = Vec::new();
    if !dots.values.is_empty() {
        let text = context.text("chart.attainment-histogram.legend", &[]);
        entries.push(LegendEntry { symbol: Symbol::Box(Ink::Blue, Pattern::Solid), text });
    }
    entries.extend(expected(objective).map(|expected| LegendEntry {
        symbol: Symbol::Line(Ink::Black, true),
        text: context.text("chart.legend.expected.same", &[("value", &(context.show)(expected))]),
    }));
    entries.extend(on_axis(objective).map(|_| LegendEntry {
        symbol: Symbol::Point(Ink::Black, Shape::Diamond),
        text: words::capital(
            &context.text("chart.student-dots.mean", &[("value", &objective.shown(context))]),
        ),
    }));
    entries
}

fn marks(counts: &[usize], objective: &ObjectiveBar) -> Vec<Mark> {
    let mut marks = Vec::new();
    let high = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    for (class, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let from = class as f64 * CLASS;
        let x = (from + 0.04 * CLASS, from + 0.96 * CLASS);
        marks.push(Mark::Bar { x, y: (0.0, count as f64), fill: Ink::Blue, pattern: Pattern::Solid });
    }
    let upright = |at: f64| vec![(at, 0.0), (at, high * 10.0)];
    marks.extend(expected(objective).map(|expected| Mark::Line {
        points: upright(expected),
        ink: Ink::Black,
        width: 1.2,
        dashed: true,
    }));
    marks.extend(on_axis(objective).map(|value| Mark::Points {
        at: vec![(value, 0.0)],
        shape: Shape::Diamond,
        ink: Ink::Black,
        radius: 3.0,
    }));
    marks
}

fn alt(name: &str, (dots, counts): (&ObjectiveDots, &[usize]), context: &ChartContext<'_>) -> String {
    let classes: Vec<String> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(class, count)| {
            format!("{:.2}–{:.2}: {count}", class as f64 * CLASS, (class as f64 + 1.0) * CLASS)
        })
        .collect();
    let parts = context.join(&[vec![in_words(&dots.objective, context)], classes].concat());
    context.text("chart.attainment-histogram.alt", &[("name", name), ("parts", &parts)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_student_is_in_one_class_and_limits_belong_to_the_upper_one() {
        let values = [0.0, 0.05, 0.1 + 0.05, 0.6, 0.649_999, 0.65, 0.999, 1.0];
        let counts = classes(&values);
        assert_eq!(counts.iter().sum::<usize>(), values.len());
        assert_eq!((counts[0], counts[1], counts[3], counts[12], counts[13], counts[19]), (1, 1, 1, 2, 1, 2));
    }
}
