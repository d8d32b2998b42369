//! `attain check`: every problem of all files at once.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use super::findings::{FailOn, Tally, print_issues};
use super::records::records;
use super::session::{Paint, Session};
use super::source::look;
use crate::error::{Error, exit};
use crate::ingest::Loaded;
use crate::results::{issue_table, write_csv};

/// What to check, and when to fail.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "WORKSPACE|FILE.xlsx", default_value = ".")]
    source: PathBuf,
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,
    #[arg(long, value_name = "KEY|FILE")]
    policy: Option<String>,
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
}

/// What became of the rows: rows = used + listed.
#[derive(Debug, Serialize)]
struct Rows {
    read: usize,
    used: usize,
    listed: usize,
}

/// The findings for programs.
#[derive(Debug, Serialize)]
struct Document {
    #[serde(flatten)]
    tally: Tally,
    files: usize,
    rows: Rows,
    issues: Vec<serde_json::Map<String, serde_json::Value>>,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    let loaded = look(&args.source, args.policy.as_deref(), session)?;
    match args.format {
        Format::Text => print(&loaded, session)?,
        Format::Csv => {
            let mut text = Vec::new();
            write_csv(&issue_table(&loaded.issues, session.lang), &mut text)
                .map_err(|error| Error::write(&args.source, error))?;
            session.out.bytes(&text)?;
        }
        Format::Json => {
            let document = Document {
                tally: Tally::of(&loaded.issues),
                files: loaded.inputs.len(),
                rows: rows(&loaded),
                issues: records(&issue_table(&loaded.issues, session.lang)),
            };
            session.out.json(&document)?;
        }
    }
    Ok(if args.fail_on.met(&loaded.issues) { exit::FINDINGS } else { exit::FINE })
}

fn rows(loaded: &Loaded) -> Rows {
    Rows {
        read: loaded.rows.iter().map(|count| count.rows).sum(),
        used: loaded.rows.iter().map(|count| count.used).sum(),
        listed: loaded.rows.iter().map(|count| count.listed).sum(),
    }
}

fn print(loaded: &Loaded, session: &mut Session) -> Result<(), Error> {
    print_issues(&loaded.issues, session)?;
    let Rows { read, used, listed } = rows(loaded);
    session.say(
        "cli.check.rows",
        &[
            ("files", &loaded.inputs.len().to_string()),
            ("read", &read.to_string()),
            ("used", &used.to_string()),
            ("listed", &listed.to_string()),
        ],
    )?;
    let tally = Tally::of(&loaded.issues);
    let paint = match tally {
        Tally { errors: 1.., .. } => Paint::Bad,
        Tally { warnings: 1.., .. } => Paint::Odd,
        _ => Paint::Good,
    };
    let line = session.paint(paint, &tally.line(session));
    session.out.line(line)
}
