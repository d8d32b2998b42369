//! `attain list`: what there is, one line each with its source, read from the registries.

use clap::ValueEnum;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::args::TextOrJson;
use super::session::{Paint, Session};
use crate::attainment::method::METHODS;
use crate::attainment::rule::RULES;
use crate::chart::CHARTS;
use crate::error::{Error, exit};
use crate::ingest::logical::LOGICAL_TABLES;
use crate::ingest::raw::FORMATS;
use crate::message::{self, Lang};
use crate::policy::{builtin_frameworks, builtin_policies};
use crate::report::REPORTS;
use crate::results::OutputFormat;
use crate::results::schema::SCHEMAS;
use crate::value_added::study::MODELS;

/// What to list.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "WHAT")]
    what: Option<What>,
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Policies,
    Methods,
    Rules,
    Frameworks,
    Charts,
    Formats,
    Models,
    Tables,
    Reports,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Entry {
    list: What,
    key: String,
    summary: String,
    source: String,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    let wanted = args.what.map_or_else(|| What::value_variants().to_vec(), |what| vec![what]);
    let lists: Vec<(What, Vec<Entry>)> =
        wanted.into_iter().map(|what| (what, entries(what, session.lang))).collect();
    match args.format {
        TextOrJson::Json => {
            let all: Vec<&Entry> = lists.iter().flat_map(|(_, entries)| entries).collect();
            session.out.json(&all)?;
        }
        TextOrJson::Text => {
            for (what, entries) in &lists {
                print(*what, entries, session)?;
            }
        }
    }
    Ok(exit::FINE)
}

/// The list of charts alone.
pub(super) fn charts(session: &mut Session) -> Result<u8, Error> {
    print(What::Charts, &entries(What::Charts, session.lang), session)?;
    Ok(exit::FINE)
}

/// The list of reports alone.
pub(super) fn reports(session: &mut Session) -> Result<u8, Error> {
    print(What::Reports, &entries(What::Reports, session.lang), session)?;
    Ok(exit::FINE)
}

fn print(what: What, entries: &[Entry], session: &mut Session) -> Result<(), Error> {
    let heading = session.text(&format!("cli.list.{}", name(what)), &[]);
    let heading = session.paint(Paint::Strong, &heading);
    session.out.line(heading)?;
    if entries.is_empty() {
        return session.say("cli.list.none", &[]);
    }
    let width = entries.iter().map(|entry| entry.key.width()).max().unwrap_or(0);
    for entry in entries {
        let gap = " ".repeat(width - entry.key.width());
        session.out.line(format_args!("  {}{gap}  {}", entry.key, entry.summary))?;
        if !entry.source.is_empty() {
            let source = session.paint(Paint::Quiet, &entry.source);
            session.out.line(format_args!("  {}  {source}", " ".repeat(width)))?;
        }
    }
    Ok(())
}

fn name(what: What) -> String {
    what.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn entries(what: What, lang: Lang) -> Vec<Entry> {
    let entry = |key: &str, summary: String, source: &str| Entry {
        list: what,
        key: key.to_owned(),
        summary,
        source: source.to_owned(),
    };
    let text = |prefix: &str, key: &str| message::text(lang, &format!("{prefix}.{key}"), &[]);
    match what {
        What::Policies => builtin_policies()
            .map(|one| {
                entry(&one.key, one.title.get(lang).to_owned(), &dated(one.source.get(lang), &one.date))
            })
            .collect(),
        What::Methods => {
            METHODS.iter().map(|one| entry(one.key(), text("method", one.key()), one.source())).collect()
        }
        What::Rules => {
            RULES.iter().map(|one| entry(one.key(), text("rule", one.key()), one.source())).collect()
        }
        What::Frameworks => builtin_frameworks()
            .map(|one| entry(&one.key, one.title.get(lang).to_owned(), &dated(&one.source, &one.date)))
            .collect(),
        What::Formats => FORMATS
            .iter()
            .map(|one| entry(one.key(), text("format", one.key()), one.source()))
            .chain(OutputFormat::ALL.iter().map(|one| entry(one.key(), text("cli.output", one.key()), "")))
            .collect(),
        What::Models => MODELS
            .iter()
            .map(|one| entry(one.key(), text("value_added.model", one.key()), one.source()))
            .collect(),
        What::Charts => CHARTS
            .iter()
            .map(|one| entry(one.key(), one.summary(lang), one.source().unwrap_or_default()))
            .collect(),
        What::Tables => tables(lang).map(|(key, summary)| entry(key, summary, "")).collect(),
        What::Reports => REPORTS.iter().map(|one| entry(one.key(), one.summary(lang), "")).collect(),
    }
}

/// Tables that are read, then tables that are written.
fn tables(lang: Lang) -> impl Iterator<Item = (&'static str, String)> {
    let said = move |prefix: &str, doc: (&str, &str)| {
        let doc = if lang == Lang::Zh { doc.0 } else { doc.1 };
        message::text(lang, prefix, &[("doc", doc)])
    };
    let read = LOGICAL_TABLES.iter().map(move |one| (one.key, said("cli.table.read", one.doc)));
    let written = SCHEMAS.iter().map(move |one| (one.key, said("cli.table.written", one.doc)));
    read.chain(written)
}

fn dated(source: &str, date: &str) -> String {
    format!("{source} ({date})")
}
