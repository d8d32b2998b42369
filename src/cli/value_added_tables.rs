//! The tables of value added beside those of attainment, for charts, reports and runs.

use std::path::Path;

use super::session::Session;
use super::value_added::{DECLARED, declared};
use crate::attainment::Attained;
use crate::error::Error;
use crate::ingest::Loaded;
use crate::results::{Results, Table, value_added_tables};
use crate::value_added::study::{Own, fit_all, tasks};

/// Whether one of these tables is made by the declared models.
pub(super) fn among(tables: &[&str], loaded: &Loaded) -> bool {
    value_added_tables(&loaded.dataset, &[]).iter().any(|table| tables.contains(&table.schema().key))
}

/// The tables of the declared models; the workspace has to declare some.
pub(super) fn needed(
    (loaded, attained): (&Loaded, &Attained),
    workspace: &Path,
    session: &Session,
) -> Result<Vec<Table>, Error> {
    let declared = declared(&workspace.join(DECLARED), session)?;
    let own = Own::new(&loaded.dataset, attained);
    let fits = fit_all(&loaded.dataset, &own, &tasks(&loaded.dataset, &declared), &|| ());
    Ok(value_added_tables(&loaded.dataset, &fits))
}

/// Adds the wanted tables of the declared models where the workspace declares some. A declaration that cannot be used
/// is said and stops nothing else.
pub(super) fn add_declared(
    results: &mut Results,
    (loaded, attained): (&Loaded, &Attained),
    workspace: &Path,
    (session, wanted): (&Session, &dyn Fn(&str) -> bool),
) {
    let any = value_added_tables(&loaded.dataset, &[]).iter().any(|table| wanted(table.schema().key));
    if !any || !workspace.join(DECLARED).exists() {
        return;
    }
    match needed((loaded, attained), workspace, session) {
        Ok(tables) => results.tables.extend(tables.into_iter().filter(|table| wanted(table.schema().key))),
        Err(error) => session
            .note(&session.text("cli.value_added.left_out", &[("reason", &error.message(session.lang))])),
    }
}
