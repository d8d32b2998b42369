//! `attain chart`: one kind of picture, drawn from a workspace.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::gallery;
use super::list;
use super::session::Session;
use super::source::load;
use super::value_added_tables;
use super::written::{all_tables, shown};
use crate::attainment::{attain, compare};
use crate::chart::figure::Size;
use crate::chart::{CHARTS, Chart, ChartContext, Figure, Selection, find, png, svg};
use crate::error::{Error, exit};
use crate::message::Lang;
use crate::results::{Results, compare_table, write_file};

/// Dots per inch of a PNG: print quality.
const DOTS_PER_INCH: f32 = 300.0;

/// Which chart, of what, for which place.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "KEY|list|gallery")]
    key: String,
    #[arg(value_name = "WORKSPACE|FILE.xlsx", default_value = ".")]
    source: PathBuf,
    #[arg(long, value_name = "ID")]
    of: Option<String>,
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
    #[arg(long, value_name = "SIZE", default_value = "page")]
    size: Place,
    #[arg(long, value_name = "KEY|FILE")]
    policy: Option<String>,
    #[arg(long, value_name = "FILE|DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Svg,
    Png,
}

/// The place a picture is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Place {
    Column,
    Page,
    Slide,
}

impl From<Place> for Size {
    fn from(place: Place) -> Self {
        match place {
            Place::Column => Self::Column,
            Place::Page => Self::Page,
            Place::Slide => Self::Slide,
        }
    }
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    if args.key == "list" {
        return list::charts(session);
    }
    if args.key == "gallery" {
        return all(args, session);
    }
    let chart = find(&args.key).ok_or_else(|| {
        let known: Vec<&str> = CHARTS.iter().map(|chart| chart.key()).collect();
        Error::usage("error.unknown_chart", &[("key", &args.key), ("known", &known.join(", "))])
    })?;
    let figures = figures(chart, args, session)?;
    match (&args.out, figures.as_slice()) {
        (None, [one]) if args.format == Format::Svg => session.out.bytes(&picture(one, args.format)?)?,
        (out, _) => {
            let out = out.clone().unwrap_or_else(|| PathBuf::from("."));
            write_all(&figures, &out, args, session)?;
        }
    }
    Ok(exit::FINE)
}

/// Every chart on one page.
fn all(args: &Args, session: &mut Session) -> Result<u8, Error> {
    let loaded = load(&args.source, args.policy.as_deref(), session)?;
    let attained = attain(&loaded.dataset, &loaded.policy, &|| ())?;
    let mut results: Results = all_tables(&loaded, &attained, session);
    let compared = compare(&loaded.dataset, &loaded.policy, &|| ())?;
    results.tables.push(compare_table(&loaded.dataset, &compared));
    let all = (&*session, &|_: &str| true);
    value_added_tables::add_declared(&mut results, (&loaded, &attained), &args.source, (all.0, all.1));
    let rounding = loaded.policy.rounding;
    let show = move |value: f64| shown(&rounding, value);
    let context =
        |lang| ChartContext { lang, size: Size::from(args.size), show: &show, source: super::SOURCE };
    let other = if session.lang == Lang::Zh { Lang::En } else { Lang::Zh };
    let contexts = [context(session.lang), context(other)];
    gallery::write(&results, args.out.as_deref(), &args.source, (&contexts, session))?;
    Ok(exit::FINE)
}

/// The tables the chart reads, and the figures in them.
fn figures(chart: &dyn Chart, args: &Args, session: &mut Session) -> Result<Vec<Figure>, Error> {
    let loaded = load(&args.source, args.policy.as_deref(), session)?;
    let attained = attain(&loaded.dataset, &loaded.policy, &|| ())?;
    let mut results: Results = all_tables(&loaded, &attained, session);
    if chart.tables().contains(&"compare") {
        let compared = compare(&loaded.dataset, &loaded.policy, &|| ())?;
        results.tables.push(compare_table(&loaded.dataset, &compared));
    }
    if value_added_tables::among(chart.tables(), &loaded) {
        results.tables.extend(value_added_tables::needed((&loaded, &attained), &args.source, session)?);
    }
    let rounding = loaded.policy.rounding;
    let show = move |value: f64| shown(&rounding, value);
    let size = Size::from(args.size);
    let context = ChartContext { lang: session.lang, size, show: &show, source: super::SOURCE };
    let selection = Selection { of: args.of.clone(), part: None };
    Ok(chart.build(&results.tables, &selection, &context)?)
}

fn picture(figure: &Figure, format: Format) -> Result<Vec<u8>, Error> {
    let text = svg(figure)?;
    Ok(match format {
        Format::Svg => text.into_bytes(),
        Format::Png => png(&text, DOTS_PER_INCH)?,
    })
}

/// One figure into the file that is named; several into a folder, each by its own name.
fn write_all(figures: &[Figure], out: &Path, args: &Args, session: &mut Session) -> Result<(), Error> {
    let extension = match args.format {
        Format::Svg => "svg",
        Format::Png => "png",
    };
    let single = figures.len() == 1 && out.extension().is_some() && !out.is_dir();
    for figure in figures {
        let path = if single { out.to_owned() } else { out.join(format!("{}.{extension}", figure.id)) };
        write_file(&path, &picture(figure, args.format)?)?;
        session.out.line(path.display())?;
    }
    Ok(())
}
