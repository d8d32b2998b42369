//! `attain run`: a workspace from its files to attained objectives at every level.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::findings::Tally;
use super::progress::Progress;
use super::session::Session;
use super::source::load;
use super::written::{Beside, tables_where, write, write_public};
use super::{summary, value_added_tables};
use crate::attainment::{attain_wanted, n_steps};
use crate::error::{Error, exit};
use crate::explorer::EXPLORER_FILE;
use crate::ingest::Loaded;
use crate::results::schema::SCHEMAS;
use crate::results::{FixedDate, OutputFormat, Results, Target, Written, parts_for};

/// What to compute, and what to write.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "WORKSPACE", default_value = ".")]
    workspace: PathBuf,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "KEY|FILE")]
    policy: Option<String>,
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "parquet,csv,xlsx,json")]
    formats: Vec<Format>,
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    tables: Vec<String>,
    #[arg(long)]
    no_charts: bool,
    #[arg(long)]
    no_reports: bool,
    #[arg(long)]
    no_explorer: bool,
    #[arg(long, conflicts_with_all = ["no_explorer", "formats", "tables"])]
    public: bool,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[arg(long, short)]
    quiet: bool,
}

/// A form in which results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Parquet,
    Csv,
    Xlsx,
    Json,
}

impl From<Format> for OutputFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Parquet => Self::Parquet,
            Format::Csv => Self::Csv,
            Format::Xlsx => Self::Xlsx,
            Format::Json => Self::Json,
        }
    }
}

/// The forms asked for, each once, in the order of all.
pub(super) fn outputs(wanted: &[Format]) -> Vec<OutputFormat> {
    let asked = |format: &OutputFormat| wanted.iter().any(|&one| OutputFormat::from(one) == *format);
    OutputFormat::ALL.into_iter().filter(asked).collect()
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    check_tables(&args.tables)?;
    use_threads(args.threads);
    let loaded = load(&args.workspace, args.policy.as_deref(), session)?;
    if !args.quiet {
        mention_issues(&loaded, &args.workspace, session);
    }
    let progress = Progress::new(n_steps(&loaded.dataset), "cli.run.progress", args.quiet, session);
    // Charts may read any table; reports and the explorer are written of whole runs.
    let all = args.tables.is_empty() || !args.no_charts;
    let wanted = |key: &str| all || args.tables.iter().any(|table| table == key);
    let parts = parts_for(&wanted);
    let attained = attain_wanted(&loaded.dataset, &loaded.policy, parts, &|| progress.step())?;
    drop(progress);
    let mut tables = tables_where(&loaded, &attained, session, &wanted);
    let own = |key: &str| wanted(key);
    value_added_tables::add_declared(&mut tables, (&loaded, &attained), &args.workspace, (session, &own));
    let written = write_results(args, &tables, &loaded, session)?;
    if !args.quiet {
        summary::print(&loaded, &attained, session)?;
        summary::mention_draft(&loaded, session)?;
        whereto(args, &written, session)?;
    }
    // The process ends here: giving back millions of small pieces of memory one by one takes a tenth of a run.
    std::mem::forget((loaded, attained, tables));
    Ok(exit::FINE)
}

/// Every table asked for exists.
fn check_tables(wanted: &[String]) -> Result<(), Error> {
    let known = |key: &str| SCHEMAS.iter().any(|schema| schema.key == key);
    let Some(unknown) = wanted.iter().find(|key| !known(key)) else { return Ok(()) };
    let keys: Vec<&str> = SCHEMAS.iter().map(|schema| schema.key).collect();
    Err(Error::usage("error.unknown_table", &[("key", unknown), ("known", &keys.join(", "))]))
}

/// The number of threads changes nothing but the time.
pub(super) fn use_threads(threads: Option<u16>) {
    if let Some(threads) = threads {
        // It fails only where the pool exists already, and then the result is the same.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
    }
}

/// Findings do not stop a run; they are counted, and where to read them is said.
fn mention_issues(loaded: &Loaded, source: &Path, session: &Session) {
    let tally = Tally::of(&loaded.issues);
    if tally == Tally::default() {
        return;
    }
    let values = [("tally", tally.line(session)), ("path", source.display().to_string())];
    let values = [("tally", values[0].1.as_str()), ("path", values[1].1.as_str())];
    session.note(&session.text("cli.run.issues", &values));
}

fn write_results(
    args: &Args,
    tables: &Results,
    loaded: &Loaded,
    session: &Session,
) -> Result<Written, Error> {
    let target = Target {
        folder: args.out.clone().unwrap_or_else(|| args.workspace.join("out")),
        formats: outputs(&args.formats),
        language: session.lang,
        created: FixedDate::default(),
    };
    if args.public {
        return write_public(tables, &target, loaded, session);
    }
    let whole = args.tables.is_empty();
    let reports: &[&str] = if whole && !args.no_reports { &["html"] } else { &[] };
    let explorer = whole && !args.no_explorer;
    let beside = Beside { tables, charts: !args.no_charts, reports, explorer };
    if whole {
        return write(tables, &beside, &target, loaded, session);
    }
    let chosen = |key: &str| args.tables.iter().any(|wanted| wanted == key);
    let tables = tables.tables.iter().filter(|table| chosen(table.schema().key)).cloned().collect();
    write(&Results { tables }, &beside, &target, loaded, session)
}

/// What was written where, and what to look at next.
fn whereto(args: &Args, written: &Written, session: &mut Session) -> Result<(), Error> {
    let folder = written.folder.display().to_string();
    let page = written.folder.join(EXPLORER_FILE).display().to_string();
    if args.public {
        return session.say("cli.run.public", &[("page", &page)]);
    }
    let below = |folder: &str| {
        let files = written.manifest.files.iter().filter(|file| file.path.starts_with(folder));
        files.count().to_string()
    };
    let values = [
        ("path", folder.as_str()),
        ("tables", &written.manifest.tables.len().to_string()),
        ("charts", &below("charts/")),
        ("reports", &below("reports/")),
    ];
    session.say("cli.run.written", &values)?;
    if args.tables.is_empty() && !args.no_explorer {
        session.say("cli.run.explorer", &[("page", &page)])?;
    }
    session.say("cli.run.next", &[("path", &args.workspace.display().to_string())])
}
