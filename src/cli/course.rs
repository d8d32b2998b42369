//! `attain course`: one workbook in, its table on the terminal, results and charts beside it.

use std::path::{Path, PathBuf};

use super::findings::{Tally, print_issues};
use super::grid::Grid;
use super::session::Session;
use super::source::load;
use super::summary::{mark, mention_draft};
use super::written::{Beside, all_tables, shown, write};
use crate::attainment::{Attained, Attainment, attain};
use crate::error::{Error, exit};
use crate::ingest::Loaded;
use crate::model::Severity;
use crate::report::shortened;
use crate::results::{FixedDate, OutputFormat, Results, Target};

/// Which workbook, and where its results go.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "FILE.xlsx")]
    file: PathBuf,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "KEY|FILE")]
    policy: Option<String>,
    #[arg(long)]
    no_charts: bool,
    #[arg(long)]
    no_reports: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    if args.file.is_dir() {
        let shown = args.file.display().to_string();
        return Err(Error::usage("error.not_a_workbook", &[("path", &shown)]));
    }
    let loaded = load(&args.file, args.policy.as_deref(), session)?;
    let attained = attain(&loaded.dataset, &loaded.policy, &|| ())?;
    if attained.offerings.is_empty() {
        print_issues(&loaded.issues, session)?;
        session.say("cli.course.nothing", &[("path", &args.file.display().to_string())])?;
        return Ok(exit::DATA);
    }
    print(&loaded, &attained, session)?;
    mention_draft(&loaded, session)?;
    session.out.flush()?;
    let target = Target {
        folder: args.out.clone().unwrap_or_else(|| beside(&args.file)),
        formats: vec![OutputFormat::Csv, OutputFormat::Xlsx],
        language: session.lang,
        created: FixedDate::default(),
    };
    let all = all_tables(&loaded, &attained, session);
    // A single course fills no table about programmes.
    let tables = all.tables.iter().filter(|table| !table.is_empty()).cloned().collect();
    let reports: &[&str] = if args.no_reports { &[] } else { &["html", "docx"] };
    let beside = Beside { tables: &all, charts: !args.no_charts, reports, explorer: false };
    let written = write(&Results { tables }, &beside, &target, &loaded, session)?;
    session.say("cli.course.written", &[("path", &written.folder.display().to_string())])?;
    Ok(exit::FINE)
}

/// The folder beside the file: its stem and `-attain`.
fn beside(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-attain"))
}

/// One table per offering of the workbook, usually one.
fn print(loaded: &Loaded, attained: &Attained, session: &mut Session) -> Result<(), Error> {
    for result in &attained.offerings {
        let offering = &loaded.dataset.offerings[result.offering];
        let Some(group) = result.groups.first() else { continue };
        let name = offering.name.as_deref().unwrap_or(&offering.id);
        let values = [
            ("course", name),
            ("term", offering.term.as_deref().unwrap_or("")),
            ("policy", loaded.policy.key.as_str()),
        ];
        session.say("cli.course.heading", &values)?;
        let header = ["objective", "value", "interval", "expected", "verdict", "n"];
        let header =
            header.map(|name| session.text(&format!("cli.course.{name}"), &[("level", &level(loaded))]));
        let mut grid = [1, 3, 5].into_iter().fold(Grid::new(header), Grid::right);
        for (objective, figure) in offering.objectives.iter().zip(&group.objectives) {
            let text = shortened(objective.text.as_deref().unwrap_or_default(), 48);
            grid.row(cells(format!("{} {text}", objective.id), figure, loaded, session));
        }
        grid.row(cells(session.text("cli.course.whole", &[]), &group.course, loaded, session));
        grid.show(session)?;
    }
    tell_issues(loaded, session)
}

/// The confidence level in per cent.
fn level(loaded: &Loaded) -> String {
    format!("{}", (loaded.policy.uncertainty.confidence * 1000.0).round() / 10.0)
}

/// A figure as a row: value, interval, expected value, verdict, students; or why there is none.
fn cells(name: String, figure: &Attainment, loaded: &Loaded, session: &Session) -> [String; 6] {
    let rounded = |value: f64| shown(&loaded.policy.rounding, value);
    let reason = || {
        figure
            .reason
            .map_or_else(String::new, |reason| session.text(&format!("reason.{}", reason.key()), &[]))
    };
    let interval =
        figure.uncertainty.map(|known| format!("{} – {}", rounded(known.low), rounded(known.high)));
    let count = |count: Option<usize>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
    let verdict = figure.verdict.map_or_else(String::new, |verdict| {
        format!("{} {}", mark(figure.verdict), session.text(&format!("verdict.{}", verdict.key()), &[]))
    });
    [
        name.trim_end().to_owned(),
        figure.shown.map_or_else(|| "—".to_owned(), |shown| shown.to_string()),
        interval.unwrap_or_else(reason),
        figure.expected.map_or_else(String::new, rounded),
        verdict,
        format!("{}/{}", count(figure.counts.assessed), count(figure.counts.enrolled)),
    ]
}

/// Errors in full, everything else as a number: the whole list is a command away.
fn tell_issues(loaded: &Loaded, session: &mut Session) -> Result<(), Error> {
    let errors: Vec<_> =
        loaded.issues.iter().filter(|issue| issue.severity == Severity::Error).cloned().collect();
    print_issues(&errors, session)?;
    let tally = Tally::of(&loaded.issues);
    if tally != Tally::default() {
        let line = tally.line(session);
        session.say("cli.course.issues", &[("tally", &line)])?;
    }
    Ok(())
}
