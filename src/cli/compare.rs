//! `attain compare`: the method card. The same data under every method and rule, and where the verdict depends
//! on the choice.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::grid::Grid;
use super::progress::Progress;
use super::records::records;
use super::session::{Paint, Session};
use super::source::load;
use super::summary::with_mark;
use crate::attainment::method::METHODS;
use crate::attainment::rule::RULES;
use crate::attainment::{Compared, compare, n_choices};
use crate::error::{Error, exit};
use crate::ingest::Loaded;
use crate::results::{compare_table, write_csv, write_file};

use super::compare_course;

/// What to compare, and in which form.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "WORKSPACE|FILE.xlsx", default_value = ".")]
    source: PathBuf,
    #[arg(long, value_name = "KEY|FILE")]
    policy: Option<String>,
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The forms of the method card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Csv,
    Json,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    let loaded = load(&args.source, args.policy.as_deref(), session)?;
    let progress = Progress::new(n_choices(), "cli.compare.progress", args.out.is_some(), session);
    let compared = compare(&loaded.dataset, &loaded.policy, &|| progress.step())?;
    drop(progress);
    let card = if compared.is_empty() {
        compare_course::card(&loaded, args.format, session)?
    } else {
        requirements(&loaded, &compared, args.format, session)?
    };
    deliver(&card, args.out.as_deref(), session)?;
    Ok(exit::FINE)
}

/// Into a file where one is named, otherwise on the standard output.
fn deliver(card: &str, out: Option<&Path>, session: &mut Session) -> Result<(), Error> {
    match out {
        Some(path) => {
            write_file(path, card.as_bytes())?;
            session.say("cli.compare.written", &[("path", &path.display().to_string())])
        }
        None => session.out.bytes(card.as_bytes()),
    }
}

/// The card of every requirement of every cohort.
fn requirements(
    loaded: &Loaded,
    compared: &[Compared],
    format: Format,
    session: &Session,
) -> Result<String, Error> {
    match format {
        Format::Text => Ok(text(loaded, compared, session)),
        Format::Csv => csv(&compare_table(&loaded.dataset, compared)),
        Format::Json => json(&records(&compare_table(&loaded.dataset, compared))),
    }
}

fn csv(table: &crate::results::Table) -> Result<String, Error> {
    let mut bytes = Vec::new();
    write_csv(table, &mut bytes).map_err(|error| Error::write(Path::new("csv"), error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Records as indented JSON.
pub(super) fn json(records: &impl serde::Serialize) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(records);
    text.map(|text| text + "\n").map_err(|error| Error::write(Path::new("json"), error.into()))
}

fn text(loaded: &Loaded, compared: &[Compared], session: &Session) -> String {
    let same = |one: &Compared, other: &Compared| {
        (one.programme, one.cohort, one.requirement) == (other.programme, other.cohort, other.requirement)
    };
    let mut card = session.text("cli.compare.legend", &[]) + "\n";
    let (mut all, mut depending) = (0, 0);
    for matrix in compared.chunk_by(same) {
        card += "\n";
        card += &one_matrix(loaded, matrix, session);
        all += 1;
        depending += usize::from(matrix[0].depends);
    }
    let counts = [("n", depending.to_string()), ("all", all.to_string())];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    card + "\n" + &session.text("cli.compare.total", &counts) + "\n"
}

/// One requirement: methods downwards, rules across, the declared choice in brackets.
fn one_matrix(loaded: &Loaded, matrix: &[Compared], session: &Session) -> String {
    let first = &matrix[0];
    let programme = &loaded.dataset.programmes[first.programme];
    let cohort = &programme.cohorts[first.cohort];
    let requirement = &programme.plans[cohort.plan].requirements[first.requirement];
    let values = [
        ("programme", programme.name.as_deref().unwrap_or(&programme.id)),
        ("cohort", cohort.id.as_str()),
        ("requirement", requirement.id.as_str()),
        ("text", requirement.text.as_deref().unwrap_or("")),
    ];
    let heading = session.paint(Paint::Strong, session.text("cli.compare.heading", &values).trim_end());
    let mut grid = Grid::new(std::iter::once("").chain(RULES.iter().map(|rule| rule.key())));
    for method in METHODS {
        let cell = |rule: &str| {
            let found = matrix.iter().find(|one| one.method == method.key() && one.rule == rule);
            found.map_or_else(String::new, |one| bracketed(with_mark(&one.figure), one.declared))
        };
        let cells = RULES.iter().map(|rule| cell(rule.key()));
        grid.row(std::iter::once(method.key().to_owned()).chain(cells));
    }
    format!("{heading}\n{}{}\n", grid.text(session), depends(first.depends, session))
}

/// The line that says whether the verdict hangs on the choice.
pub(super) fn depends(depends: bool, session: &Session) -> String {
    let (key, paint) =
        if depends { ("cli.compare.yes", Paint::Odd) } else { ("cli.compare.no", Paint::Quiet) };
    session.paint(paint, &session.text(key, &[]))
}

/// A cell, in brackets where the policy declares it.
pub(super) fn bracketed(cell: String, declared: bool) -> String {
    if declared { format!("[{cell}]") } else { cell }
}
