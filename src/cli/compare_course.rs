//! The method card where there are no cohorts: course objectives under every method.

use serde::Serialize;

use super::compare::{Format, bracketed, depends, json};
use super::grid::Grid;
use super::session::{Paint, Session};
use super::summary::with_mark;
use crate::attainment::method::METHODS;
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
    for method in METHODS {
        let mut policy = loaded.policy.clone();
        policy.objective.method = method.key().to_owned();
        let attained = attain_wanted(&loaded.dataset, &policy, only, &|| ())?;
        let whole = |mut groups: Vec<crate::attainment::GroupFigures>| {
            if groups.is_empty() { Vec::new() } else { groups.swap_remove(0).objectives }
        };
        columns.push(Column {
            method: method.key(),
            declared: loaded.policy.objective.method == method.key(),
            figures: attained.offerings.into_iter().map(|one| whole(one.groups)).collect(),
        });
    }
    Ok(columns)
}

/// Whether the verdict on an objective depends on the method.
fn hangs(columns: &[Column], offering: usize, objective: usize) -> bool {
    let mut verdicts: Vec<Verdict> =
        columns.iter().filter_map(|column| column.figures[offering].get(objective)?.verdict).collect();
    verdicts.dedup();
    verdicts.len() > 1
}

fn text(loaded: &Loaded, columns: &[Column], session: &Session) -> String {
    let mut card = session.text("cli.compare.legend", &[]) + "\n";
    for (at, offering) in loaded.dataset.offerings.iter().enumerate() {
        let heading = session.paint(Paint::Strong, offering.name.as_deref().unwrap_or(&offering.id));
        let names = offering.objectives.iter().map(|objective| objective.id.as_str());
        let mut grid = Grid::new(std::iter::once("").chain(names));
        for column in columns {
            let cells = column.figures[at].iter().map(|figure| bracketed(with_mark(figure), column.declared));
            grid.row(std::iter::once(column.method.to_owned()).chain(cells));
        }
        card += &format!("\n{heading}\n{}", grid.text(session));
        let any = (0..offering.objectives.len()).any(|objective| hangs(columns, at, objective));
        card += &(depends(any, session) + "\n");
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
                    value: figure.value,
                    shown: figure.shown.map(|shown| shown.to_string()),
                    expected: figure.expected,
                    verdict: figure.verdict.map(Verdict::key),
                    declared: column.declared,
                    depends: hangs(columns, at, number),
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
