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
use crate::attainment::method::{METHODS, Measure, ObjectiveMethod, objective_method};
use crate::attainment::rule::RULES;
use crate::attainment::{Compared, Verdict, compare, n_choices};
use crate::error::{Error, exit};
use crate::ingest::Loaded;
use crate::policy::Policy;
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
        depending += usize::from(own(matrix).depends);
    }
    let measure = compared.first().map(|_| own(compared).measure);
    let measure = measure.map(|measure| session.text(&format!("measure.{}", measure.key()), &[]));
    let counts =
        [("n", depending.to_string()), ("all", all.to_string()), ("measure", measure.unwrap_or_default())];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    card += &unavailable(compared, session);
    card + "\n" + &session.text("cli.compare.total", &counts) + "\n"
}

/// The rules that give no value at all, with the reason.
fn unavailable(compared: &[Compared], session: &Session) -> String {
    let mut lines = String::new();
    for rule in RULES.iter().map(|rule| rule.key()) {
        let mut figures = compared.iter().filter(|one| one.rule == rule).map(|one| &one.figure);
        let reason = figures.clone().find_map(|figure| figure.reason);
        if let Some(reason) = reason.filter(|_| figures.all(|figure| figure.value.is_none())) {
            let reason = session.text(&format!("reason.{}", reason.key()), &[]);
            lines += &format!(
                "\n{}",
                session.text("cli.compare.unavailable", &[("rule", rule), ("reason", &reason)])
            );
        }
    }
    if lines.is_empty() { lines } else { lines + "\n" }
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
    let measure = session.text("cli.compare.measure", &[]);
    let rules = RULES.iter().map(|rule| rule.key());
    let mut grid = Grid::new(std::iter::once("").chain(rules).chain([measure.as_str()]));
    for method in by_measure(&loaded.policy) {
        let cell = |rule: &str| {
            let found = matrix.iter().find(|one| one.method == method.key() && one.rule == rule);
            found.map_or_else(String::new, |one| bracketed(with_mark(&one.figure), one.declared))
        };
        let cells = RULES.iter().map(|rule| cell(rule.key()));
        let measure = method.scheme(&loaded.policy.objective).measure();
        let measure = session.text(&format!("measure.{}", measure.key()), &[]);
        grid.row(std::iter::once(method.key().to_owned()).chain(cells).chain([measure]));
    }
    let seen = |measure: Measure| {
        let of = matrix.iter().filter(move |one| one.measure == measure);
        of.filter_map(|one| one.figure.verdict).collect()
    };
    format!("{heading}\n{}{}", grid.text(session), depends(own(matrix).measure, seen, session))
}

/// What the policy declares; the first choice where it declares none of them.
fn own(matrix: &[Compared]) -> &Compared {
    matrix.iter().find(|one| one.declared).unwrap_or(&matrix[0])
}

/// The methods, those with the measure of the policy's own first.
pub(super) fn by_measure(policy: &Policy) -> Vec<&'static dyn ObjectiveMethod> {
    let measure = |key: &str| objective_method(key).map(|method| method.scheme(&policy.objective).measure());
    let own = measure(&policy.objective.method);
    let mut methods = METHODS.to_vec();
    methods.sort_by_key(|method| {
        let measure = measure(method.key());
        (measure != own, measure)
    });
    methods
}

/// The lines that say whether the verdict hangs on the choice: within the policy's own measure, and what the
/// others say, for which its expected value was not made.
pub(super) fn depends(own: Measure, seen: impl Fn(Measure) -> Vec<Verdict>, session: &Session) -> String {
    let verdict = |measure: Measure| {
        let verdicts = seen(measure);
        let first = verdicts.first().copied()?;
        let mixed = verdicts.iter().any(|verdict| *verdict != first);
        Some(if mixed { None } else { Some(first) })
    };
    let name = |measure: Measure| session.text(&format!("measure.{}", measure.key()), &[]);
    let (key, paint) = match verdict(own) {
        Some(None) => ("cli.compare.yes", Paint::Odd),
        _ => ("cli.compare.no", Paint::Quiet),
    };
    let mut lines = session.paint(paint, &session.text(key, &[("measure", &name(own))])) + "\n";
    let others: Vec<String> = (Measure::ALL.into_iter().filter(|measure| *measure != own))
        .filter_map(|measure| {
            let word = match verdict(measure)? {
                None => "cli.compare.mixed",
                Some(Verdict::Reached) => "cli.compare.all_reached",
                Some(Verdict::NotReached) => "cli.compare.none_reached",
            };
            Some(session.text(word, &[("measure", &name(measure))]))
        })
        .collect();
    if !others.is_empty() {
        let others = others.join(&session.text("cli.compare.comma", &[]));
        lines += &session.paint(Paint::Quiet, &session.text("cli.compare.others", &[("others", &others)]));
        lines.push('\n');
    }
    lines
}

/// A cell, in brackets where the policy declares it.
pub(super) fn bracketed(cell: String, declared: bool) -> String {
    if declared { format!("[{cell}]") } else { cell }
}
