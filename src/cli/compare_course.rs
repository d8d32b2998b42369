//! The method card where there are no cohorts: course objectives under every method.

use serde::Serialize;

use super::compare::{Format, bracketed, by_measure, depends, json};
use super::grid::Grid;
use super::session::{Paint, Session};
use super::summary::with_mark;
use crate::attainment::method::Measure;
use crate::attainment::{Attainment, Verdict, Wanted, attain_wanted};
use crate::error::Error;
use crate::ingest::Loaded;
use crate::results::guarded;

/// One objective under one method.
#[derive(Debug, Serialize)]
struct Choice {
    offering: String,
    objective: String,
    method: &'static str,
    measure: &'static str,
    value: Option<f64>,
    shown: Option<String>,
    expected: Option<f64>,
    verdict: Option<&'static str>,
    declared: bool,
    depends: bool,
}

/// All objectives under one method.
struct Column {
    method: &'static str,
    measure: Measure,
    declared: bool,
    /// Per offering, per objective.
    figures: Vec<Vec<Attainment>>,
}

/// The card of every objective of every offering.
pub(super) fn card(loaded: &Loaded, format: Format, session: &Session) -> Result<String, Error> {
    let columns = columns(loaded)?;
    match format {
        Format::Text => Ok(text(loaded, &columns, session)),
        Format::Json => json(&choices(loaded, &columns)),
        Format::Csv => csv(&choices(loaded, &columns)),
    }
}

fn columns(loaded: &Loaded) -> Result<Vec<Column>, Error> {
    let only = Wanted { items: false, missing: false, terms: false, cohorts: false, students: false };
    let mut columns = Vec::new();
    for method in by_measure(&loaded.policy) {
        let mut policy = loaded.policy.clone();
        policy.objective.method = method.key().to_owned();
        let attained = attain_wanted(&loaded.dataset, &policy, only, &|| ())?;
        let whole = |mut groups: Vec<crate::attainment::GroupFigures>| {
            if groups.is_empty() { Vec::new() } else { groups.swap_remove(0).objectives }
        };
        columns.push(Column {
            method: method.key(),
            measure: method.scheme(&policy.objective).measure(),
            declared: loaded.policy.objective.method == method.key(),
            figures: attained.offerings.into_iter().map(|one| whole(one.groups)).collect(),
        });
    }
    Ok(columns)
}

/// The verdicts on an objective under the methods of one measure.
fn verdicts(columns: &[Column], measure: Measure, offering: usize, objective: usize) -> Vec<Verdict> {
    let of = columns.iter().filter(|column| column.measure == measure);
    of.filter_map(|column| column.figures[offering].get(objective)?.verdict).collect()
}

/// Whether the verdict on an objective depends on the method, among those of one measure.
fn hangs(columns: &[Column], measure: Measure, offering: usize, objective: usize) -> bool {
    let verdicts = verdicts(columns, measure, offering, objective);
    verdicts.windows(2).any(|pair| pair[0] != pair[1])
}

fn text(loaded: &Loaded, columns: &[Column], session: &Session) -> String {
    let mut card = session.text("cli.compare.legend", &[]) + "\n";
    let own = columns.iter().find(|column| column.declared).map_or(Measure::Points, |column| column.measure);
    for (at, offering) in loaded.dataset.offerings.iter().enumerate() {
        let heading = session.paint(Paint::Strong, offering.name.as_deref().unwrap_or(&offering.id));
        let names = offering.objectives.iter().map(|objective| objective.id.as_str());
        let measure = session.text("cli.compare.measure", &[]);
        let mut grid = Grid::new(std::iter::once("").chain(names).chain([measure.as_str()]));
        for column in columns {
            let cells = column.figures[at].iter().map(|figure| bracketed(with_mark(figure), column.declared));
            let measure = session.text(&format!("measure.{}", column.measure.key()), &[]);
            grid.row(std::iter::once(column.method.to_owned()).chain(cells).chain([measure]));
        }
        card += &format!("\n{heading}\n{}", grid.text(session));
        for (number, objective) in offering.objectives.iter().enumerate() {
            let seen = |measure| verdicts(columns, measure, at, number);
            let lines = depends(own, seen, session).replace('\n', "\n  ");
            card += &format!("{}: {}\n", objective.id, lines.trim_end());
        }
    }
    card
}

fn choices(loaded: &Loaded, columns: &[Column]) -> Vec<Choice> {
    let mut choices = Vec::new();
    for (at, offering) in loaded.dataset.offerings.iter().enumerate() {
        for (number, objective) in offering.objectives.iter().enumerate() {
            for column in columns {
                let Some(figure) = column.figures[at].get(number) else { continue };
                choices.push(Choice {
                    offering: offering.id.clone(),
                    objective: objective.id.clone(),
                    method: column.method,
                    measure: column.measure.key(),
                    value: figure.value,
                    shown: figure.shown.map(|shown| shown.to_string()),
                    expected: figure.expected,
                    verdict: figure.verdict.map(Verdict::key),
                    declared: column.declared,
                    depends: hangs(columns, column.measure, at, number),
                });
            }
        }
    }
    choices
}

/// As CSV, texts guarded against being read as formulas.
fn csv(choices: &[Choice]) -> Result<String, Error> {
    let failed = |error: csv::Error| Error::write(std::path::Path::new("csv"), error.into());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for choice in choices {
        let safe = Choice {
            offering: guarded(&choice.offering).into_owned(),
            objective: guarded(&choice.objective).into_owned(),
            shown: choice.shown.clone(),
            ..*choice
        };
        writer.serialize(safe).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(error.into_error().into()))?;
    Ok(format!("\u{feff}{}", String::from_utf8_lossy(&bytes)))
}
