//! Diverging stacked bars of the answers to each question of a survey: below the middle to the left, above it to
//! the right.

use std::collections::BTreeMap;

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Size, Symbol, ticks};
use super::read::{self, Heading, natural, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, words};
use crate::results::Table;

/// The names of the table and the columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "survey_answers";
    pub(super) const PROGRAMME: &str = "programme";
    pub(super) const COHORT: &str = "cohort";
    pub(super) const AUDIENCE: &str = "audience";
    pub(super) const LEVEL: &str = "level";
    pub(super) const TARGET: &str = "target";
    pub(super) const SCORE: &str = "score";
    pub(super) const SCALE_MAX: &str = "scale_max";
    pub(super) const N_ANSWERS: &str = "n_answers";
    pub(super) const ALL: &[&str] =
        &[PROGRAMME, COHORT, AUDIENCE, LEVEL, TARGET, SCORE, SCALE_MAX, N_ANSWERS];
}

/// The lowest score of a scale of answers.
const LOWEST: f64 = 1.0;

/// The answers of one audience to one question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LikertRow {
    /// Level of what was asked about, and what was asked about.
    pub asked: (String, String),
    /// Who was asked.
    pub audience: String,
    /// Score and number of answers, the lowest score first.
    pub answers: Vec<(f64, usize)>,
}

impl LikertRow {
    fn n(&self) -> usize {
        self.answers.iter().map(|(_, count)| count).sum()
    }

    /// Shares of the answers below, on and above the middle of the scale.
    fn shares(&self, middle: f64) -> [f64; 3] {
        let n = self.n().max(1) as f64;
        let mut shares = [0.0; 3];
        for (score, count) in &self.answers {
            shares[side(*score, middle)] += *count as f64 / n;
        }
        shares
    }
}

/// 0 below the middle, 1 on it, 2 above it.
fn side(score: f64, middle: f64) -> usize {
    match (score - middle).abs() < 1e-9 {
        true => 1,
        false if score < middle => 0,
        false => 2,
    }
}

/// The chart `survey-likert`.
#[derive(Debug)]
pub struct SurveyLikert;

impl Chart for SurveyLikert {
    fn key(&self) -> &'static str {
        "survey-likert"
    }

    fn source(&self) -> Option<&'static str> {
        Some(
            "R. Heiberger, N. Robbins, \"Design of diverging stacked bar charts for Likert scales\", Journal of \
             Statistical Software 57 (2014) 5",
        )
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let table = read::table(tables, column::TABLE, column::ALL)?;
        let mut figures = Vec::new();
        for ((programme, cohort), rows) in read::groups(table, (column::PROGRAMME, column::COHORT), selection)
        {
            let name = read::programme_name(tables, &programme);
            let name = match &*cohort {
                "" => name,
                cohort => context.text("chart.cohort", &[("name", &name), ("cohort", cohort)]),
            };
            for (scale, asked) in questions(table, &rows) {
                let id = format!("{programme}-{cohort}-{scale}");
                let heading = Heading { id, name: name.clone(), ..Heading::default() };
                figures.extend(self.figures(&heading, (&asked, scale as f64 / 1000.0), context));
            }
        }
        Ok(figures)
    }
}

/// The questions by the highest score of their scale, in thousandths.
fn questions(table: &Table, rows: &[usize]) -> BTreeMap<u64, Vec<LikertRow>> {
    let mut found: BTreeMap<u64, Vec<LikertRow>> = BTreeMap::new();
    for &row in rows {
        let text = |name: &str| table.text(row, name).unwrap_or_default().to_owned();
        let (Some(score), Some(highest), Some(count)) = (
            table.number(row, column::SCORE),
            table.number(row, column::SCALE_MAX),
            table.number(row, column::N_ANSWERS),
        ) else {
            continue;
        };
        let own = found.entry((highest.max(0.0) * 1000.0).round() as u64).or_default();
        let (asked, audience) = ((text(column::LEVEL), text(column::TARGET)), text(column::AUDIENCE));
        let at = own.iter().position(|known| known.asked == asked && known.audience == audience);
        let at = at.unwrap_or_else(|| {
            own.push(LikertRow { asked, audience, answers: Vec::new() });
            own.len() - 1
        });
        match own[at].answers.iter_mut().find(|(known, _)| (known - score).abs() < 1e-9) {
            Some((_, known)) => *known += count.max(0.0) as usize,
            None => own[at].answers.push((score, count.max(0.0) as usize)),
        }
    }
    for questions in found.values_mut() {
        for question in questions.iter_mut() {
            question.answers.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        questions
            .sort_by_cached_key(|row| (row.asked.0.clone(), natural(&row.asked.1), row.audience.clone()));
    }
    found
}

impl SurveyLikert {
    /// The figures of one programme and cohort, all questions on one scale: one figure where it is readable so,
    /// else as many as it takes.
    pub fn figures(
        &self,
        heading: &Heading,
        (rows, highest): (&[LikertRow], f64),
        context: &ChartContext<'_>,
    ) -> Vec<Figure> {
        let cut = parts(rows.len(), if context.size == Size::Slide { 5 } else { 18 });
        let middle = (LOWEST + highest) / 2.0;
        let mostly = rows.iter().filter(|row| row.shares(middle)[2] > 0.5).count();
        let counts = [("total", &*rows.len().to_string()), ("mostly", &*mostly.to_string())];
        let what = context.text("chart.survey-likert.title", &counts);
        let part =
            |part: std::ops::Range<usize>| self.figure(heading, (&rows[part], highest), (&what, context));
        read::numbered(cut.into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        (rows, highest): (&[LikertRow], f64),
        (what, context): (&str, &ChartContext<'_>),
    ) -> Figure {
        let name = heading.line(context);
        let middle = (LOWEST + highest) / 2.0;
        let bands: Vec<Band> = rows.iter().map(|row| band(row, middle, context)).collect();
        let parts: Vec<String> = bands
            .iter()
            .map(|band| {
                let aside: Vec<&str> = band.aside.iter().map(|(text, _)| text.as_str()).collect();
                format!("{} {} {}", band.label, band.detail, aside.join(" "))
            })
            .collect();
        let (middle_text, highest_text) = (number(middle), number(highest));
        let scale = [("middle", &*middle_text), ("highest", &*highest_text)];
        Figure {
            id: identifier(&format!("{}-{}", self.key(), heading.id)),
            title: context.text("chart.title", &[("name", &name), ("what", what)]),
            subtitle: vec![context.text("chart.survey-likert.subtitle", &scale)],
            legend: legend(rows, highest, context),
            panel: Panel {
                x: axis(rows, middle, context),
                y: Axis {
                    name: context.text("chart.axis.asked", &[]),
                    scale: Scale::Bands { bands, row: 20.0, lines: 2 },
                },
                aside: context.text("chart.survey-likert.aside", &[]),
                marks: marks(rows, highest),
            },
            notes: vec![
                context.text("chart.survey-likert.note", &scale),
                context.text("chart.survey-likert.note.who", &[]),
            ],
            alt: context
                .text("chart.survey-likert.alt", &[("name", &name), ("parts", &context.join(&parts))]),
            ..context.blank(column::TABLE)
        }
    }
}

/// A score without needless decimals.
fn number(score: f64) -> String {
    if (score - score.round()).abs() < 1e-9 { format!("{score:.0}") } else { format!("{score}") }
}

fn band(row: &LikertRow, middle: f64, context: &ChartContext<'_>) -> Band {
    let [below, on, above] = row.shares(middle).map(|share| format!("{:.0}%", share * 100.0));
    let text = if row.n() == 0 {
        "—".to_owned()
    } else {
        context.text("chart.survey-likert.shares", &[("below", &below), ("on", &on), ("above", &above)])
    };
    Band {
        label: format!("{} {}", words::level_name(&row.asked.0, context), row.asked.1),
        detail: words::capital(&words::audience(&row.audience, context)),
        group: String::new(),
        aside: vec![(text, Ink::Black), (format!("n = {}", row.n()), Ink::Grey)],
    }
}

/// Colour and pattern of a score: the ends of the scale stand out.
fn fill(score: f64, highest: f64) -> (Ink, Pattern) {
    match side(score, (LOWEST + highest) / 2.0) {
        0 if score <= LOWEST + 1e-9 => (Ink::Vermillion, Pattern::Solid),
        0 => (Ink::Vermillion, Pattern::Hatched),
        1 => (Ink::Faint, Pattern::Solid),
        _ if score >= highest - 1e-9 => (Ink::Tint(4), Pattern::Solid),
        _ => (Ink::Tint(2), Pattern::Solid),
    }
}

fn legend(rows: &[LikertRow], highest: f64, context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let mut scores: Vec<f64> =
        rows.iter().flat_map(|row| row.answers.iter().map(|(score, _)| *score)).collect();
    scores.sort_by(f64::total_cmp);
    scores.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    scores
        .chunk_by(|a, b| fill(*a, highest) == fill(*b, highest))
        .map(|same| {
            let (ink, pattern) = fill(same[0], highest);
            let text = match same {
                [one] => number(*one),
                _ => format!("{}–{}", number(same[0]), number(same[same.len() - 1])),
            };
            let text = words::capital(&context.text("chart.survey-likert.score", &[("score", &text)]));
            LegendEntry { symbol: Symbol::Box(ink, pattern), text }
        })
        .collect()
}

/// Where each answer's segment lies, in per cent from the middle; the middle score straddles it.
fn segments(row: &LikertRow, middle: f64) -> Vec<(f64, (f64, f64))> {
    let n = row.n().max(1) as f64;
    let [below, on, _] = row.shares(middle);
    let mut at = -(below + on / 2.0) * 100.0;
    row.answers
        .iter()
        .map(|(score, count)| {
            let from = at;
            at += *count as f64 / n * 100.0;
            (*score, (from, at))
        })
        .collect()
}

fn axis(rows: &[LikertRow], middle: f64, context: &ChartContext<'_>) -> Axis {
    let (mut least, mut most) = (-20.0_f64, 20.0_f64);
    for (_, (from, to)) in rows.iter().flat_map(|row| segments(row, middle)) {
        (least, most) = (least.min(from), most.max(to));
    }
    let (min, max) = ((least / 20.0 - 1e-9).floor() * 20.0, (most / 20.0 + 1e-9).ceil() * 20.0);
    let (min, max) = (min.max(-100.0), max.min(100.0));
    let mut places = ticks(min, max, 20.0, 0);
    for tick in &mut places {
        tick.label = format!("{:.0}%", tick.at.abs());
    }
    Axis { name: context.text("chart.axis.answers", &[]), scale: Scale::Linear { min, max, ticks: places } }
}

fn marks(rows: &[LikertRow], highest: f64) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (index, row) in (0_u32..).zip(rows) {
        let at = f64::from(index);
        for (score, x) in segments(row, (LOWEST + highest) / 2.0).into_iter().filter(|(_, x)| x.1 > x.0) {
            let (fill, pattern) = fill(score, highest);
            marks.push(Mark::Bar { x, y: (at - 0.3, at + 0.3), fill, pattern });
            marks.push(Mark::Line {
                points: vec![(x.1, at - 0.3), (x.1, at + 0.3)],
                ink: Ink::White,
                width: 0.6,
                dashed: false,
            });
        }
    }
    let bottom = rows.len() as f64 - 0.5;
    marks.push(Mark::Line {
        points: vec![(0.0, -0.5), (0.0, bottom)],
        ink: Ink::Black,
        width: 0.8,
        dashed: false,
    });
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_answer_straddles_the_middle_and_all_answers_make_a_hundred_per_cent() {
        let answers = vec![(1.0, 1), (2.0, 2), (3.0, 4), (4.0, 2), (5.0, 1)];
        let row = LikertRow { answers, ..LikertRow::default() };
        let found = segments(&row, 3.0);
        let expected = [(-50.0, -40.0), (-40.0, -20.0), (-20.0, 20.0), (20.0, 40.0), (40.0, 50.0)];
        for ((_, (from, to)), (a, b)) in found.iter().zip(expected) {
            assert!((from - a).abs() < 1e-9 && (to - b).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn an_even_scale_has_no_middle_answer_and_the_ends_stand_out() {
        assert_eq!([1.0, 2.0, 3.0, 4.0].map(|score| side(score, 2.5)), [0, 0, 2, 2]);
        assert_eq!(fill(1.0, 5.0), (Ink::Vermillion, Pattern::Solid));
        assert_eq!(fill(2.0, 5.0), (Ink::Vermillion, Pattern::Hatched));
        assert_eq!([3.0, 4.0, 5.0].map(|score| fill(score, 5.0).0), [Ink::Faint, Ink::Tint(2), Ink::Tint(4)]);
    }
}
