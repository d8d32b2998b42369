//! `attain value-added`: the declared models of a workspace, fitted over its cohorts.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::grid::Grid;
use super::progress::Progress;
use super::records::records;
use super::run::{Format, outputs, use_threads};
use super::session::{Paint, Session};
use super::source::load;
use super::written::{manifest, shown};
use crate::attainment::{Wanted, attain_wanted};
use crate::error::{Error, exit};
use crate::ingest::Loaded;
use crate::results::{FixedDate, Results, Target, stage, value_added_tables};
use crate::value_added::study::{
    Compared, DeclarationError, Declarations, Findings, Fit, Growth, Interval, Own, Projections, Side, Units,
    agreed, fit_all, tasks,
};
use crate::value_added::words::{declared_text, error_text, note_text};

/// Which models of which workspace.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "WORKSPACE", default_value = ".")]
    workspace: PathBuf,
    #[arg(long, value_name = "FILE")]
    declared: Option<PathBuf>,
    #[arg(long, value_name = "FORMULA", conflicts_with = "declared")]
    formula: Option<String>,
    #[arg(long, value_name = "MODEL", default_value = "mixed", requires = "formula")]
    model: String,
    #[arg(long, value_name = "COHORTS", requires = "formula")]
    cohorts: Option<String>,
    #[arg(long, value_name = "UNIT", requires = "formula")]
    unit: Option<String>,
    #[arg(long, value_name = "OPTION=VALUE", requires = "formula")]
    set: Vec<String>,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "KEY|FILE")]
    policy: Option<String>,
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "parquet,csv,xlsx,json")]
    formats: Vec<Format>,
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: super::args::TextOrJson,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[arg(long, short)]
    quiet: bool,
}

/// The file that declares the models of a workspace.
pub(super) const DECLARED: &str = "value_added.toml";
/// What stands for the file where a model is given by flags.
const FLAGS: &str = "--formula";
/// What of the attainment a formula can name: own values of courses and requirements.
const INPUTS: Wanted = Wanted { items: false, missing: false, terms: false, cohorts: true, students: false };
/// Units that the terminal shows at most; the tables hold all.
const MOST_UNITS: usize = 20;

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    use_threads(args.threads);
    let loaded = load(&args.workspace, args.policy.as_deref(), session)?;
    let declarations = declarations(args, session)?;
    let attained = attain_wanted(&loaded.dataset, &loaded.policy, INPUTS, &|| ())?;
    let own = Own::new(&loaded.dataset, &attained);
    drop(attained);
    let tasks = tasks(&loaded.dataset, &declarations);
    let progress = Progress::new(tasks.len(), "cli.value_added.progress", args.quiet, session);
    let fits = fit_all(&loaded.dataset, &own, &tasks, &|| progress.step());
    drop(progress);
    let tables = Results { tables: value_added_tables(&loaded.dataset, &fits) };
    let target = Target {
        folder: args.out.clone().unwrap_or_else(|| args.workspace.join("value-added")),
        formats: outputs(&args.formats),
        language: session.lang,
        created: FixedDate::default(),
    };
    let written = stage(&tables, &target, manifest(&loaded, session)?)?.finish()?;
    match args.format {
        super::args::TextOrJson::Json => {
            let all: serde_json::Map<String, serde_json::Value> = (tables.tables.iter())
                .map(|table| (table.schema().key.to_owned(), records(table).into()))
                .collect();
            session.out.line(super::compare::json(&all)?.trim_end())?;
        }
        super::args::TextOrJson::Text if !args.quiet => {
            for fit in &fits {
                show(fit, &loaded, session)?;
            }
            show_agreed(&fits, &loaded, session)?;
            let folder = written.folder.display().to_string();
            session.out.line("")?;
            let line = session.text("cli.value_added.written", &[("path", &folder)]);
            session.out.line(line)?;
        }
        super::args::TextOrJson::Text => {}
    }
    let nothing = !fits.is_empty() && fits.iter().all(|fit| fit.outcome.is_err());
    Ok(if nothing { exit::CANNOT } else { exit::FINE })
}

/// The models of the flags or of the file that declares some.
fn declarations(args: &Args, session: &Session) -> Result<Declarations, Error> {
    match &args.formula {
        Some(formula) => parsed((FLAGS, &one_model(args, formula)?), session),
        None => declared(&args.declared.clone().unwrap_or_else(|| args.workspace.join(DECLARED)), session),
    }
}

/// The models that a file declares.
pub(super) fn declared(path: &Path, session: &Session) -> Result<Declarations, Error> {
    let shown = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => parsed((&shown, &text), session),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(Error::usage("error.no_value_added", &[("path", &shown)]))
        }
        Err(cause) => Err(Error::read(path, cause)),
    }
}

fn parsed((shown, text): (&str, &str), session: &Session) -> Result<Declarations, Error> {
    let read = Declarations::parse(text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| line(shown, problem, session)).collect();
        Error::usage("error.value_added", &[("path", shown), ("problems", &lines.join("\n"))])
    })?;
    if read.models.is_empty() {
        return Err(Error::usage("error.no_value_added", &[("path", shown)]));
    }
    Ok(read)
}

/// The entry that the flags of one model stand for.
fn one_model(args: &Args, formula: &str) -> Result<String, Error> {
    let mut entry = toml::Table::new();
    let mut set = |name: &str, value: toml::Value| entry.insert(name.to_owned(), value);
    set("key", args.model.as_str().into());
    set("model", args.model.as_str().into());
    set("formula", formula.into());
    for (name, value) in [("cohorts", &args.cohorts), ("unit", &args.unit)] {
        if let Some(value) = value {
            set(name, value.as_str().into());
        }
    }
    for option in &args.set {
        let Some((name, value)) = option.split_once('=') else {
            return Err(Error::usage("error.option", &[("option", option)]));
        };
        // A number or a list as in the file; everything else is a word.
        let read: Option<toml::Table> = toml::from_str(&format!("value = {value}")).ok();
        let read = read.and_then(|mut table| table.remove("value"));
        set(name.trim(), read.unwrap_or_else(|| value.trim().into()));
    }
    let models = toml::Value::Array(vec![entry.into()]);
    let file = toml::Table::from_iter([("model".to_owned(), models)]);
    Ok(file.to_string())
}

/// One problem: file, line and entry, what stands there and what is wrong with it, then what to do.
fn line(shown: &str, problem: &DeclarationError, session: &Session) -> String {
    let entry = if problem.entry.is_empty() { String::new() } else { format!(" [{}]", problem.entry) };
    let place = match problem.line {
        _ if shown == FLAGS => shown.to_owned(),
        0 => shown.to_owned(),
        line => format!("{shown}:{line}"),
    };
    let (what, hint) = declared_text(session.lang, problem);
    format!("  {place}{entry} {what}\n    {}", session.text("cli.hint", &[("hint", &hint)]))
}

fn show(fit: &Fit<'_>, loaded: &Loaded, session: &mut Session) -> Result<(), Error> {
    let model = session.text(&format!("value_added.model.{}", fit.declaration.model.key()), &[]);
    let cohort = fit.cohort.as_deref().map(|cohort| format!(" · {cohort}")).unwrap_or_default();
    let heading = format!("{}{cohort} · {}", fit.declaration.key, fit.declaration.written);
    let heading = session.paint(Paint::Strong, &heading);
    session.out.line("")?;
    session.out.line(heading)?;
    session.out.line(format!("  {model}"))?;
    match &fit.outcome {
        Err(error) => {
            let reason = error_text(session.lang, error);
            let line =
                session.paint(Paint::Odd, &session.text("cli.value_added.failed", &[("reason", &reason)]));
            session.out.line(format!("  {line}"))
        }
        Ok(findings) => {
            show_findings(findings, loaded, session)?;
            let of = &findings.projections;
            let any = !of.students.is_empty() || of.without_curves > 0;
            if any { show_projections(fit, of, session) } else { Ok(()) }
        }
    }
}

fn show_findings(findings: &Findings, loaded: &Loaded, session: &mut Session) -> Result<(), Error> {
    let number = |value: f64| shown(&loaded.policy.rounding, value);
    let some = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), number);
    let ends = |ends| interval(ends, loaded);
    if let Some(counts) = &findings.counts {
        let values = [("used", counts.used.to_string()), ("given", counts.given.to_string())];
        let values = [("used", values[0].1.as_str()), ("given", values[1].1.as_str())];
        let line = session.text("cli.value_added.students", &values);
        session.out.line(format!("  {line}"))?;
    }
    for note in &findings.notes {
        let line = note_text(session.lang, note);
        session.out.line(format!("  {line}"))?;
    }
    if !findings.compared.is_empty() {
        show_compared(&findings.compared, loaded, session)?;
    }
    if !findings.coefficients.is_empty() {
        let heads = ["term", "estimate", "se", "interval", "df", "p"];
        let heads = heads.map(|head| session.text(&format!("cli.value_added.column.{head}"), &[]));
        let mut grid = Grid::new(heads).right(1).right(2).right(4).right(5);
        for one in &findings.coefficients {
            let p = one
                .p_value
                .map_or_else(|| "—".to_owned(), |p| if p < 0.001 { "<0.001".into() } else { number(p) });
            let df = one.df.map_or_else(|| "—".to_owned(), |df| format!("{df:.1}"));
            let error = some(one.standard_error);
            grid.row([one.name.clone(), number(one.value), error, ends(one.interval), df, p]);
        }
        grid.show(session)?;
    }
    if !findings.components.is_empty() {
        let heads = ["factor", "effect", "variance", "se", "interval"];
        let heads = heads.map(|head| session.text(&format!("cli.value_added.column.{head}"), &[]));
        let mut grid = Grid::new(heads).right(2).right(3);
        for one in &findings.components {
            let factor = one.factor.clone().unwrap_or_else(|| "—".to_owned());
            let effect = match &one.with {
                Some(with) => format!("{} × {with}", one.effect),
                None => one.effect.clone(),
            };
            let error = some(one.standard_error);
            grid.row([factor, effect, number(one.estimate), error, ends(one.interval)]);
        }
        grid.show(session)?;
    }
    for one in &findings.shares {
        let share = number(one.share);
        let values = [("from", &*one.from), ("to", &*one.to), ("share", &*share)];
        let line = session.text("cli.value_added.share", &values);
        session.out.line(format!("  {line}"))?;
    }
    findings.units.iter().try_for_each(|units| show_units(units, loaded, session))
}

/// How many students are led on, and what the targets ask of them.
fn show_projections(fit: &Fit<'_>, of: &Projections, session: &mut Session) -> Result<(), Error> {
    let response = fit.declaration.formula.response.as_str();
    let n = of.students.len().to_string();
    let line = session.text("cli.value_added.projected", &[("n", &n), ("outcome", response)]);
    session.out.line(format!("  {line}"))?;
    if of.without_curves > 0 {
        let n = of.without_curves.to_string();
        let line = session.text("cli.value_added.without_curves", &[("n", &n), ("outcome", response)]);
        session.out.line(format!("  {line}"))?;
    }
    for target in &fit.declaration.targets {
        let target = target.to_string();
        let own = || of.students.iter().flat_map(|one| &one.needed).filter(|needed| needed.target == target);
        let growth = |wanted: Growth| own().filter(|needed| needed.growth() == wanted).count().to_string();
        let counts = [Growth::Low, Growth::Typical, Growth::High, Growth::Beyond].map(growth);
        let values = [
            ("target", &*target),
            ("n", &*own().count().to_string()),
            ("low", &*counts[0]),
            ("typical", &*counts[1]),
            ("high", &*counts[2]),
            ("beyond", &*counts[3]),
        ];
        let line = session.text("cli.value_added.target", &values);
        session.out.line(format!("  {line}"))?;
    }
    Ok(())
}

/// How far cohorts, and models, agree on the order of the units.
fn show_agreed(fits: &[Fit<'_>], loaded: &Loaded, session: &mut Session) -> Result<(), Error> {
    let agreed = agreed(fits);
    if agreed.is_empty() {
        return Ok(());
    }
    let some = |value: Option<f64>| {
        value.map_or_else(|| "—".to_owned(), |value| shown(&loaded.policy.rounding, value))
    };
    let heading = session.paint(Paint::Strong, &session.text("cli.value_added.agreed", &[]));
    session.out.line("")?;
    session.out.line(heading)?;
    let heads = ["compared", "factor", "units", "ranks", "same_order", "same_third"];
    let heads = heads.map(|head| session.text(&format!("cli.value_added.column.{head}"), &[]));
    let mut grid = Grid::new(heads).right(2).right(3).right(4).right(5);
    for one in agreed.iter().take(MOST_UNITS) {
        let of = one.model.as_ref().or(one.cohort.as_ref()).map(|of| format!("{of}: ")).unwrap_or_default();
        let found = &one.agreement;
        grid.row([
            format!("{of}{} – {}", found.first, found.second),
            one.factor.clone(),
            found.units.to_string(),
            some(found.rank_correlation),
            some(found.same_order),
            some(found.same_third),
        ]);
    }
    grid.show(session)
}

/// Students with missing cells beside the others.
fn show_compared(compared: &[Compared], loaded: &Loaded, session: &mut Session) -> Result<(), Error> {
    let number = |value: f64| shown(&loaded.policy.rounding, value);
    let heads = ["column", "complete", "incomplete", "standardised"];
    let heads = heads.map(|head| session.text(&format!("cli.value_added.column.{head}"), &[]));
    let mut grid = Grid::new(heads).right(1).right(2).right(3);
    for one in compared {
        let level = one.level.as_ref().map(|level| format!(" = {level}")).unwrap_or_default();
        let standardised = one.standardised.map_or_else(|| "—".to_owned(), number);
        let side = |side: Side| format!("{} ({})", number(side.mean), side.n);
        grid.row([format!("{}{level}", one.column), side(one.complete), side(one.incomplete), standardised]);
    }
    grid.show(session)
}

/// An interval as the policy rounds its ends.
fn interval(ends: Option<Interval>, loaded: &Loaded) -> String {
    let number = |value: f64| shown(&loaded.policy.rounding, value);
    ends.map_or_else(|| "—".to_owned(), |ends| format!("[{}, {}]", number(ends.low), number(ends.high)))
}

fn show_units(units: &Units, loaded: &Loaded, session: &mut Session) -> Result<(), Error> {
    let number = |value: f64| shown(&loaded.policy.rounding, value);
    let some = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), number);
    let heads = ["n", "effect", "interval", "above", "rank"];
    let heads = heads.map(|head| session.text(&format!("cli.value_added.column.{head}"), &[]));
    let heads = std::iter::once(format!("{} · {}", units.factor, units.effect)).chain(heads);
    let mut grid = Grid::new(heads).right(1).right(2).right(4).right(5);
    let mut order: Vec<_> = units.units.iter().collect();
    order.sort_by(|a, b| b.effect.total_cmp(&a.effect).then_with(|| a.unit.cmp(&b.unit)));
    for one in order.iter().take(MOST_UNITS) {
        let interval = interval(one.interval, loaded);
        let rank = one.rank.map_or_else(|| "—".to_owned(), |rank| format!("{rank:.1}"));
        let above = some(one.probability_above_average);
        grid.row([one.unit.clone(), one.n.to_string(), number(one.effect), interval, above, rank]);
    }
    grid.show(session)?;
    if order.len() > MOST_UNITS {
        let line = session.text("cli.value_added.more", &[("n", &(order.len() - MOST_UNITS).to_string())]);
        session.out.line(format!("  {line}"))?;
    }
    Ok(())
}
