//! `attain report`: one kind of report, about one thing or about all of them.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rayon::prelude::*;

use super::list;
use super::progress::Progress;
use super::session::Session;
use super::source::load;
use super::value_added_tables;
use super::written::{Beside, tables_where};
use crate::attainment::attain_wanted;
use crate::chart::{MOST_OFFERINGS, font};
use crate::error::{Error, exit};
use crate::ingest::Loaded;
use crate::report::{Material, Numbers, REPORTS, Report, ReportContext, ReportError, find, writer};
use crate::results::{Results, Staged, parts_for, safe_file_name, write_file};

/// Which report, about what, in which forms.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "KEY|list")]
    key: String,
    #[arg(value_name = "WORKSPACE|FILE.xlsx", default_value = ".")]
    source: PathBuf,
    #[arg(long, value_name = "ID", conflicts_with = "all")]
    of: Option<String>,
    #[arg(long)]
    all: bool,
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "html,docx")]
    format: Vec<Form>,
    #[arg(long, value_name = "KEY|FILE")]
    policy: Option<String>,
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// A form in which reports are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Html,
    Docx,
    Xlsx,
    Pdf,
}

/// Subjects that a message names at most.
const MOST_NAMED: usize = 12;

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    if args.key == "list" {
        return list::reports(session);
    }
    let report = find(&args.key).ok_or_else(|| {
        let known: Vec<&str> = REPORTS.iter().map(|report| report.key()).collect();
        Error::usage("error.unknown_report", &[("key", &args.key), ("known", &known.join(", "))])
    })?;
    let formats = formats(&args.format)?;
    if formats.contains(&"docx") {
        // Unpacked while the data are read; a font that cannot be is said where it is drawn with.
        rayon::spawn(|| drop(font()));
    }
    let mut loaded = load(&args.source, args.policy.as_deref(), session)?;
    // One subject needs no other's results.
    if let Some(keep) = args.of.as_ref().and_then(|of| report.offerings(&loaded.dataset, of)) {
        let mut at = 0..;
        loaded.dataset.offerings.retain(|_| at.next().is_some_and(|at| keep.contains(&at)));
    }
    let tables = tables(report, &loaded, (&args.source, session))?;
    let material = Material::new(&tables.tables, &loaded.dataset, &loaded.policy);
    let subjects = subjects(report, &material, args)?;
    let context = context(&loaded, session);
    let progress = Progress::new(subjects.len(), "cli.report.progress", false, session);
    let written: Vec<Vec<PathBuf>> = subjects
        .par_iter()
        .map(|subject| {
            let paths = write(report, (&material, subject), &context, (&formats, &args.out));
            progress.step();
            paths
        })
        .collect::<Result<_, Error>>()?;
    drop(progress);
    for path in written.iter().flatten() {
        session.out.line(path.display())?;
    }
    Ok(exit::FINE)
}

/// The keys of the forms wanted, each once; a form that this build cannot write is refused.
fn formats(wanted: &[Form]) -> Result<Vec<&'static str>, Error> {
    let mut formats = Vec::new();
    for form in wanted {
        let key = match form {
            Form::Html => "html",
            Form::Docx => "docx",
            Form::Xlsx => "xlsx",
            Form::Pdf => "pdf",
        };
        if writer(key).is_none() {
            return Err(Error::usage("error.no_pdf", &[]));
        }
        if !formats.contains(&key) {
            formats.push(key);
        }
    }
    Ok(formats)
}

/// The tables the report reads.
fn tables(
    report: &dyn Report,
    loaded: &Loaded,
    (source, session): (&Path, &Session),
) -> Result<Results, Error> {
    let wanted = |key: &str| report.tables().contains(&key);
    let declared = value_added_tables::among(report.tables(), loaded);
    let mut parts = parts_for(&wanted);
    // A formula may name what students attained themselves.
    parts.cohorts |= declared;
    let attained = attain_wanted(&loaded.dataset, &loaded.policy, parts, &|| ())?;
    let mut tables = tables_where(loaded, &attained, session, &wanted);
    if declared {
        tables.tables.extend(value_added_tables::needed((loaded, &attained), source, session)?);
    }
    Ok(tables)
}

/// How reports about a workspace are made.
pub(super) fn context<'a>(loaded: &Loaded, session: &Session) -> ReportContext<'a> {
    let numbers = Numbers { rounding: loaded.policy.rounding };
    ReportContext { lang: session.lang, numbers, source: super::SOURCE }
}

/// What is asked for: all, one, or all that belong to one (the cohorts of a programme).
fn subjects(report: &dyn Report, material: &Material<'_>, args: &Args) -> Result<Vec<String>, Error> {
    let all = report.subjects(material);
    let chosen: Vec<String> = match &args.of {
        Some(of) => {
            let below = format!("{of}/");
            all.iter().filter(|one| *one == of || one.starts_with(&below)).cloned().collect()
        }
        None if args.all || all.len() == 1 => all.clone(),
        None => Vec::new(),
    };
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let mut named: Vec<&str> = all.iter().take(MOST_NAMED).map(String::as_str).collect();
    if all.len() > MOST_NAMED {
        named.push("…");
    }
    let key = match (&args.of, all.is_empty()) {
        (_, true) => "error.report_nothing",
        (Some(_), _) => "error.report_unknown",
        (None, _) => "error.report_which",
    };
    let of = args.of.as_deref().unwrap_or_default();
    Err(Error::usage(key, &[("report", report.key()), ("of", of), ("known", &named.join(", "))]))
}

/// Writes one report in all forms; returns the files.
fn write(
    report: &dyn Report,
    (material, subject): (&Material<'_>, &str),
    context: &ReportContext<'_>,
    (formats, folder): (&[&str], &Path),
) -> Result<Vec<PathBuf>, Error> {
    let document = report.build(material, subject, context)?;
    let name = safe_file_name(&document.id);
    let written = formats.par_iter().map(|format| {
        let writer = writer(format).ok_or_else(|| ReportError::Format((*format).to_owned()))?;
        let path = folder.join(format!("{name}.{format}"));
        write_file(&path, &writer.write(&document)?)?;
        Ok(path)
    });
    written.collect()
}

/// The reports that a run writes without being asked: on every offering and on every cohort, as many of each as
/// offerings get pictures. A report that cannot be made is said and left out.
pub(super) fn add_standard(
    staged: &mut Staged,
    beside: &Beside<'_>,
    loaded: &Loaded,
    session: &Session,
) -> Result<(), Error> {
    let material = Material::new(&beside.tables.tables, &loaded.dataset, &loaded.policy);
    let context = context(loaded, session);
    let mut jobs: Vec<(&dyn Report, String)> = Vec::new();
    for report in ["course", "requirement", "value-added"].into_iter().filter_map(find) {
        let subjects = report.subjects(&material);
        if report.key() == "course" && subjects.len() > MOST_OFFERINGS {
            session.note(&session.text("cli.report.too_many", &[("n", &MOST_OFFERINGS.to_string())]));
        }
        jobs.extend(subjects.into_iter().take(MOST_OFFERINGS).map(|subject| (report, subject)));
    }
    type Made = Result<Vec<(String, Vec<u8>)>, ReportError>;
    let made: Vec<(String, Made)> = jobs
        .into_par_iter()
        .map(|(report, subject)| {
            (subject.clone(), standard(report, (&material, &subject), &context, beside.reports))
        })
        .collect();
    for (subject, files) in made {
        match files {
            Ok(files) => files.iter().try_for_each(|(name, bytes)| staged.add(name, bytes))?,
            Err(error) => {
                let values = [("report", subject.as_str()), ("reason", &error.to_string())];
                session.note(&session.text("cli.report.left_out", &values));
            }
        }
    }
    Ok(())
}

/// One report in all forms, each with its name in the output folder.
fn standard(
    report: &dyn Report,
    (material, subject): (&Material<'_>, &str),
    context: &ReportContext<'_>,
    formats: &[&str],
) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let document = report.build(material, subject, context)?;
    let name = safe_file_name(&document.id);
    formats
        .iter()
        .filter_map(|format| Some((format, writer(format)?)))
        .map(|(format, writer)| Ok((format!("reports/{name}.{format}"), writer.write(&document)?)))
        .collect()
}
