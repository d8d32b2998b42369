//! A run's output: tables, charts and manifest, in the place of the old output or not at all.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::session::Session;
use crate::attainment::Attained;
use crate::chart::figure::Size;
use crate::chart::{CHARTS, Chart, ChartContext, ChartError, Figure, Selection, svg};
use crate::error::Error;
use crate::ingest::Loaded;
use crate::policy::{Rounding, framework_text};
use crate::results::{
    self, Fingerprint, Input, Manifest, Results, RowAccount, RuleFile, Staged, Target, Written,
};

/// With more offerings than this, charts of single offerings are left to `attain chart`.
const CHARTED_OFFERINGS: usize = 200;

/// All tables of a run: the chain, and what was found in the files.
pub(super) fn all_tables(loaded: &Loaded, attained: &Attained, session: &Session) -> Results {
    let mut tables = results::tables(&loaded.dataset, &loaded.policy, attained);
    tables.push(results::issue_table(&loaded.issues, session.lang));
    tables.push(results::row_table(loaded.rows.iter().map(|count| RowAccount {
        file: &count.file,
        sheet: count.sheet.as_deref(),
        table: count.table,
        rows: count.rows,
        used: count.used,
        listed: count.listed,
    })));
    Results { tables }
}

/// Writes everything; `charted` holds the tables the charts read, which may be more than those written.
pub(super) fn write(
    written: &Results,
    charted: Option<&Results>,
    target: &Target,
    loaded: &Loaded,
    session: &Session,
) -> Result<Written, Error> {
    let mut staged = results::stage(written, target, manifest(loaded, session)?)?;
    if let Some(charted) = charted {
        add_charts(&mut staged, charted, loaded, session)?;
    }
    Ok(staged.finish()?)
}

/// What went in, under which rules.
fn manifest(loaded: &Loaded, session: &Session) -> Result<Manifest, Error> {
    let mut manifest = Manifest::new(session.lang);
    manifest.command.clone_from(&session.command);
    manifest.seed = Some(loaded.policy.uncertainty.seed);
    manifest.inputs = (loaded.inputs.par_iter())
        .map(|input| {
            let print = Fingerprint::of_file(&input.path).map_err(|error| Error::read(&input.path, error))?;
            let rows = Some(input.rows as u64);
            Ok(Input { path: input.shown.clone(), sha256: print.sha256, bytes: print.bytes, rows })
        })
        .collect::<Result<_, Error>>()?;
    let rule = |key: &str, text: &str| RuleFile {
        key: key.to_owned(),
        sha256: Fingerprint::of_bytes(text.as_bytes()).sha256,
    };
    manifest.policies = vec![rule(&loaded.policy.key, &loaded.policy_text)];
    let plans = loaded.dataset.programmes.iter().flat_map(|programme| &programme.plans);
    let mut keys: Vec<&str> = plans.filter_map(|plan| plan.framework.as_deref()).collect();
    keys.sort_unstable();
    keys.dedup();
    manifest.frameworks = keys.iter().filter_map(|key| Some(rule(key, framework_text(key)?))).collect();
    Ok(manifest)
}

/// Adds every chart that the results have something for. A chart that cannot be drawn is said and left out: the
/// figures stand in the tables all the same.
fn add_charts(
    staged: &mut Staged,
    tables: &Results,
    loaded: &Loaded,
    session: &Session,
) -> Result<(), Error> {
    let figures = figures(tables, loaded, session);
    let drawn: Vec<(String, Result<String, ChartError>)> =
        names(&figures).into_par_iter().zip(&figures).map(|(name, figure)| (name, svg(figure))).collect();
    for (name, picture) in drawn {
        match picture {
            Ok(picture) => staged.add(&name, picture.as_bytes())?,
            Err(error) => {
                let values = [("chart", name.as_str()), ("reason", &error.to_string())];
                session.note(&session.text("cli.chart.left_out", &values));
            }
        }
    }
    Ok(())
}

fn figures(tables: &Results, loaded: &Loaded, session: &Session) -> Vec<Figure> {
    let many = loaded.dataset.offerings.len() > CHARTED_OFFERINGS;
    if many {
        session.note(&session.text("cli.chart.too_many", &[("n", &CHARTED_OFFERINGS.to_string())]));
    }
    // The comparison of methods repeats the whole run for every choice: `attain chart` makes it where asked for.
    let made = |chart: &&dyn Chart| !chart.tables().contains(&"compare");
    let wanted: Vec<_> =
        CHARTS.iter().filter(|chart| made(chart) && (!many || above_offerings(**chart))).collect();
    let rounding = loaded.policy.rounding;
    let show = move |value: f64| shown(&rounding, value);
    let context = ChartContext { lang: session.lang, size: Size::Page, show: &show, source: super::SOURCE };
    let mut figures = Vec::new();
    for chart in wanted {
        match chart.build(&tables.tables, &Selection::default(), &context) {
            Ok(built) => figures.extend(built),
            Err(ChartError::Nothing { .. }) => {}
            Err(error) => {
                let values = [("chart", chart.key()), ("reason", &error.to_string())];
                session.note(&session.text("cli.chart.left_out", &values));
            }
        }
    }
    figures
}

/// A file name for every figure; the second of a name is numbered.
fn names(figures: &[Figure]) -> Vec<String> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let name = |figure: &'_ Figure, n: usize| match n {
        1 => format!("charts/{}.svg", figure.id),
        _ => format!("charts/{}-{n}.svg", figure.id),
    };
    let mut names = Vec::with_capacity(figures.len());
    for figure in figures {
        let n = seen.entry(&figure.id).or_default();
        *n += 1;
        names.push(name(figure, *n));
    }
    names
}

/// Whether a chart shows programmes rather than single offerings.
fn above_offerings(chart: &dyn Chart) -> bool {
    chart.tables().iter().all(|table| {
        let schema = results::schema::SCHEMAS.iter().find(|schema| schema.key == *table);
        schema.is_some_and(|schema| !schema.keys.contains(&"offering"))
    })
}

/// A value as the policy writes it.
pub(super) fn shown(rounding: &Rounding, value: f64) -> String {
    let exact = || num_rational::BigRational::from_float(value).unwrap_or_default();
    rounding.round_float(value, 0.0, &exact).to_string()
}
