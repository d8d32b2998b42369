//! Values of surveys with their intervals and response rates, by audience.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Size, Symbol};
use super::objective::value_axis;
use super::read::{self, Heading, natural, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, words};
use crate::results::Table;

/// The names of the table and the columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "surveys";
    pub(super) const PROGRAMME: &str = "programme";
    pub(super) const COHORT: &str = "cohort";
    pub(super) const AUDIENCE: &str = "audience";
    pub(super) const LEVEL: &str = "level";
    pub(super) const TARGET: &str = "target";
    pub(super) const VALUE: &str = "value";
    pub(super) const LOW: &str = "low";
    pub(super) const HIGH: &str = "high";
    pub(super) const INTERVAL: &str = "interval";
    pub(super) const N_ANSWERS: &str = "n_answers";
    pub(super) const N_INVITED: &str = "n_invited";
    pub(super) const RESPONSE_RATE: &str = "response_rate";
    pub(super) const METHOD: &str = "method";
    pub(super) const REASON: &str = "reason";
    pub(super) const ALL: &[&str] = &[
        PROGRAMME,
        COHORT,
        AUDIENCE,
        LEVEL,
        TARGET,
        VALUE,
        LOW,
        HIGH,
        INTERVAL,
        N_ANSWERS,
        N_INVITED,
        RESPONSE_RATE,
        METHOD,
        REASON,
    ];
}

/// One question of a survey.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SurveyRow {
    /// Level of what was asked about: `requirement`, `training_objective`, `indicator`, `objective`.
    pub level: String,
    /// What was asked about.
    pub target: String,
    /// Who was asked.
    pub audience: String,
    /// Value with its interval.
    pub value: Option<f64>,
    /// Lower end of the interval.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// Answers, people asked, and the one over the other as the table gives it.
    pub answers: (Option<usize>, Option<usize>, Option<f64>),
    /// Whether the answers are fewer than the policy asks for.
    pub few: bool,
}

/// The chart `survey-values`.
#[derive(Debug)]
pub struct SurveyValues;

impl Chart for SurveyValues {
    fn key(&self) -> &'static str {
        "survey-values"
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
            let heading = Heading {
                id: format!("{programme}-{cohort}"),
                name: match &**cohort {
                    "" => name,
                    cohort => context.text("chart.cohort", &[("name", &name), ("cohort", cohort)]),
                },
                method: table
                    .text(rows[0], column::METHOD)
                    .map_or_else(String::new, |m| format!("survey-{m}")),
                intervals: rows
                    .iter()
                    .filter_map(|&row| table.text(row, column::INTERVAL))
                    .map(str::to_owned)
                    .collect(),
                ..Heading::default()
            };
            let mut asked: Vec<SurveyRow> = rows.iter().map(|&row| survey(table, row)).collect();
            asked.sort_by_cached_key(|row| (row.level.clone(), natural(&row.target), row.audience.clone()));
            figures.extend(self.figures(&heading, &asked, context));
        }
        Ok(figures)
    }
}

fn survey(table: &Table, row: usize) -> SurveyRow {
    let text = |name: &str| table.text(row, name).unwrap_or_default().to_owned();
    let count = |name: &str| table.number(row, name).filter(|n| *n >= 0.0).map(|n| n as usize);
    SurveyRow {
        level: text(column::LEVEL),
        target: text(column::TARGET),
        audience: text(column::AUDIENCE),
        value: table.number(row, column::VALUE),
        low: table.number(row, column::LOW),
        high: table.number(row, column::HIGH),
        answers: (
            count(column::N_ANSWERS),
            count(column::N_INVITED),
            table.number(row, column::RESPONSE_RATE),
        ),
        few: table.text(row, column::REASON).is_some(),
    }
}

impl SurveyValues {
    /// The figures of one programme and cohort: one where it is readable so, else as many as it takes.
    pub fn figures(&self, heading: &Heading, rows: &[SurveyRow], context: &ChartContext<'_>) -> Vec<Figure> {
        let most = if context.size == Size::Slide { 5 } else { 18 };
        let cut = parts(rows.len(), most);
        let what = context.text("chart.survey-values.title", &[("total", &rows.len().to_string())]);
        let part = |part: std::ops::Range<usize>| self.figure(heading, &rows[part], (&what, context));
        read::numbered(cut.into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        rows: &[SurveyRow],
        (what, context): (&str, &ChartContext<'_>),
    ) -> Figure {
        let name = heading.line(context);
        let x = value_axis(rows.iter().flat_map(|row| [row.value, row.high]), true, context);
        let bands: Vec<Band> = rows.iter().map(|row| band(row, context)).collect();
        let parts: Vec<String> = bands.iter().map(in_words).collect();
        let few = rows.iter().any(|row| row.few);
        let drawn = rows.iter().any(SurveyRow::has_interval);
        let heading = if drawn { heading.clone() } else { heading.without_intervals() };
        let notes = [
            if drawn { context.text("chart.survey-values.note", &[]) } else { String::new() },
            if few { context.text("chart.survey-values.note.few", &[]) } else { String::new() },
            heading.method_note(context),
        ];
        Figure {
            id: identifier(&format!("{}-{}", self.key(), heading.id)),
            title: context.text("chart.title", &[("name", &name), ("what", what)]),
            subtitle: vec![context.text("chart.survey-values.subtitle", &[])],
            legend: legend(rows, &heading.level(context), context),
            panel: Panel {
                x: Axis { name: context.text("chart.axis.survey", &[]), ..x },
                y: Axis {
                    name: context.text("chart.axis.asked", &[]),
                    scale: Scale::Bands { bands, row: 20.0, lines: 2 },
                },
                aside: heading.with_level("chart.survey-values.aside", context),
                marks: marks(rows),
            },
            notes: notes.into_iter().filter(|note| !note.is_empty()).collect(),
            alt: context
                .text("chart.survey-values.alt", &[("name", &name), ("parts", &context.join(&parts))]),
            ..context.blank(column::TABLE)
        }
    }
}

impl SurveyRow {
    fn has_interval(&self) -> bool {
        self.value.is_some() && self.low.is_some() && self.high.is_some()
    }
}

fn in_words(band: &Band) -> String {
    let aside: Vec<&str> = band.aside.iter().map(|(text, _)| text.as_str()).collect();
    format!("{} {} {}", band.label, band.detail, aside.join(" "))
}

fn band(row: &SurveyRow, context: &ChartContext<'_>) -> Band {
    let show = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| (context.show)(value));
    let interval = match (row.low, row.high) {
        (Some(_), Some(_)) => format!(" [{}, {}]", show(row.low), show(row.high)),
        _ => String::new(),
    };
    let (answers, invited, rate) = row.answers;
    let count = |count: Option<usize>| super::objective::known(count);
    let answered = match (invited, rate) {
        (Some(_), Some(rate)) => format!("{} / {} ({:.0}%)", count(answers), count(invited), rate * 100.0),
        _ => format!("n = {}", count(answers)),
    };
    Band {
        label: format!("{} {}", words::level_name(&row.level, context), row.target),
        detail: words::capital(&words::audience(&row.audience, context)),
        group: String::new(),
        aside: vec![(format!("{}{interval}", show(row.value)), Ink::Black), (answered, Ink::Grey)],
    }
}

fn fill(few: bool) -> (Ink, Pattern) {
    if few { (Ink::Grey, Pattern::Hatched) } else { (Ink::Blue, Pattern::Solid) }
}

fn legend(rows: &[SurveyRow], level: &str, context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |(ink, pattern), key: &str| LegendEntry {
        symbol: Symbol::Box(ink, pattern),
        text: context.text(key, &[]),
    };
    let mut entries = Vec::new();
    if rows.iter().any(|row| !row.few) {
        entries.push(entry(fill(false), "chart.survey-values.legend"));
    }
    if rows.iter().any(|row| row.few) {
        entries.push(entry(fill(true), "chart.survey-values.legend.few"));
    }
    if rows.iter().any(SurveyRow::has_interval) {
        let text = context.text("chart.legend.interval", &[("level", level)]);
        entries.push(LegendEntry { symbol: Symbol::Whisker(Ink::Black), text });
    }
    entries
}

fn marks(rows: &[SurveyRow]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (index, row) in (0_u32..).zip(rows) {
        let at = f64::from(index);
        let (fill, pattern) = fill(row.few);
        if let Some(value) = row.value {
            marks.push(Mark::Bar { x: (0.0, value), y: (at - 0.27, at + 0.27), fill, pattern });
        }
        if let (Some(_), Some(low), Some(high)) = (row.value, row.low, row.high) {
            marks.push(Mark::Interval { from: (low, at), to: (high, at), ink: Ink::Black });
        }
    }
    marks
}
