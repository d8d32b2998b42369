//! A run's output: tables, charts and manifest, in the place of the old output or not at all.

use rayon::prelude::*;

use super::report;
use super::session::Session;
use crate::attainment::Attained;
use crate::chart::figure::Size;
use crate::chart::{ChartContext, ChartError, MOST_OFFERINGS, standard, svg};
use crate::error::Error;
use crate::explorer::{EXPLORER_FILE, Explorer};
use crate::ingest::Loaded;
use crate::message::Lang;
use crate::policy::{Rounding, framework_text};
use crate::results::{
    self, Fingerprint, Input, Manifest, Results, RowAccount, RuleFile, Staged, Target, Written,
};

/// All tables of a run: the chain, and what was found in the files.
pub(super) fn all_tables(loaded: &Loaded, attained: &Attained, session: &Session) -> Results {
    tables_where(loaded, attained, session, &|_| true)
}

/// The wanted tables of the chain, and what was found in the files.
pub(super) fn tables_where(
    loaded: &Loaded,
    attained: &Attained,
    session: &Session,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Results {
    let mut tables = results::tables_where(&loaded.dataset, &loaded.policy, attained, wanted);
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

/// What is written beside the tables.
pub(super) struct Beside<'a> {
    /// The tables that charts, reports and the explorer read, which may be more than those written.
    pub(super) tables: &'a Results,
    /// Whether the standard set of charts is drawn.
    pub(super) charts: bool,
    /// The forms in which the standard set of reports is written; none where it is not.
    pub(super) reports: &'a [&'a str],
    /// Whether the page to click through is written.
    pub(super) explorer: bool,
}

/// Writes everything.
pub(super) fn write(
    written: &Results,
    beside: &Beside<'_>,
    target: &Target,
    loaded: &Loaded,
    session: &Session,
) -> Result<Written, Error> {
    let mut staged = results::stage(written, target, manifest(loaded, session)?)?;
    if beside.charts {
        add_charts(&mut staged, beside.tables, loaded, session)?;
    }
    if !beside.reports.is_empty() {
        report::add_standard(&mut staged, beside, loaded, session)?;
    }
    if beside.explorer {
        add_explorer(&mut staged, beside.tables, loaded, session.lang, false)?;
    }
    Ok(staged.finish()?)
}

/// Writes what everybody may read and nothing else: the public explorer, and a manifest that names no person and no
/// input file, since names of files may be those of teachers and classes.
pub(super) fn write_public(
    tables: &Results,
    target: &Target,
    loaded: &Loaded,
    session: &Session,
) -> Result<Written, Error> {
    let mut manifest = manifest(loaded, session)?;
    manifest.inputs.clear();
    manifest.policies.iter_mut().for_each(|policy| policy.checked_by = None);
    manifest.command = vec!["attain".to_owned(), "run".to_owned(), "--public".to_owned()];
    let mut staged =
        results::stage(&Results::default(), &Target { formats: Vec::new(), ..target.clone() }, manifest)?;
    add_explorer(&mut staged, tables, loaded, session.lang, true)?;
    Ok(staged.finish()?)
}

/// Adds the page that shows the whole run.
fn add_explorer(
    staged: &mut Staged,
    tables: &Results,
    loaded: &Loaded,
    lang: Lang,
    public: bool,
) -> Result<(), Error> {
    let (dataset, policy) = (&loaded.dataset, &loaded.policy);
    let page = Explorer { tables: &tables.tables, dataset, policy, lang, public }.page();
    Ok(staged.add(EXPLORER_FILE, page.as_bytes())?)
}

/// What went in, under which rules.
pub(super) fn manifest(loaded: &Loaded, session: &Session) -> Result<Manifest, Error> {
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
        status: None,
        checked_by: None,
        checked_on: None,
    };
    let policy = &loaded.policy;
    manifest.policies = vec![RuleFile {
        status: Some(policy.status.key().to_owned()),
        checked_by: policy.checked_by.clone(),
        checked_on: policy.checked_on.clone(),
        ..rule(&policy.key, &loaded.policy_text)
    }];
    let plans = loaded.dataset.programmes.iter().flat_map(|programme| &programme.plans);
    let mut keys: Vec<&str> = plans.filter_map(|plan| plan.framework.as_deref()).collect();
    keys.sort_unstable();
    keys.dedup();
    manifest.frameworks = keys.iter().filter_map(|key| Some(rule(key, framework_text(key)?))).collect();
    Ok(manifest)
}

/// Adds the standard set of charts. A chart that cannot be drawn is said and left out: the figures stand in the
/// tables all the same.
fn add_charts(
    staged: &mut Staged,
    tables: &Results,
    loaded: &Loaded,
    session: &Session,
) -> Result<(), Error> {
    if loaded.dataset.offerings.len() > MOST_OFFERINGS {
        session.note(&session.text("cli.chart.too_many", &[("n", &MOST_OFFERINGS.to_string())]));
    }
    let rounding = loaded.policy.rounding;
    let show = move |value: f64| shown(&rounding, value);
    let context = ChartContext { lang: session.lang, size: Size::Page, show: &show, source: super::SOURCE };
    let figures = standard(&tables.tables, &context);
    let drawn: Vec<(String, Result<String, ChartError>)> =
        figures.into_par_iter().map(|(name, figure)| (format!("charts/{name}.svg"), svg(&figure))).collect();
    for (name, picture) in drawn {
        match picture {
            Ok(picture) => staged.add(&name, picture.as_bytes())?,
            Err(error) => {
                let values = [("chart", name.as_str()), ("reason", &error.message(session.lang))];
                session.note(&session.text("cli.chart.left_out", &values));
            }
        }
    }
    Ok(())
}

/// A value as the policy writes it.
pub(super) fn shown(rounding: &Rounding, value: f64) -> String {
    let exact = || num_rational::BigRational::from_float(value).unwrap_or_default();
    rounding.round_float(value, 0.0, &exact).to_string()
}
