//! The tables of value added in a page: units only, never a student; in a public page no small unit either.
//!
//! - A student who was measured several times is a unit of some models. No page holds such rows.
//! - In a public page a unit with fewer than `least` students in any model and cohort is left out of all of them, since
//!   cohorts add up to all students. Effects of a fit balance out, so a unit that is left out alone could be found from
//!   the others: the next smallest go with it until at least two units are left out that have `least` students together.
//! - Kinds of units may be nested (classes in schools), which the tables do not say: where there are several kinds, one
//!   with a unit to be left out is left out altogether.
//! - Units that are persons (teachers) and coefficients, which may be those of a few students, are left out; so are fits
//!   of fewer than `least` students, and the number of students given where fewer than `least` of them were not used.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::results::{Column, Table};

/// The tables of value added that everybody may read in part.
pub(super) const OF_UNITS: [&str; 4] =
    ["unit_effects", "model_summary", "variance_components", "unit_sensitivity"];

/// A model and a cohort.
type Fit = (String, String);

/// The table without rows whose units are students.
pub(super) fn without_students(table: &Table) -> Cow<'_, Table> {
    if (0..table.len()).any(|row| of_persons(table, row, &["student"])) {
        return Cow::Owned(kept(table, |row| !of_persons(table, row, &["student"])));
    }
    Cow::Borrowed(table)
}

/// What everybody may read of the tables of value added.
pub(super) fn public(tables: &[Table], least: f64) -> Vec<Table> {
    let find = |key: &str| tables.iter().find(|table| table.schema().key == key);
    let (Some(effects), Some(summary)) = (find("unit_effects"), find("model_summary")) else {
        return Vec::new();
    };
    let hidden = hidden(effects, least);
    let fits: BTreeSet<Fit> = (0..summary.len())
        .filter(|&row| summary.number(row, "n_used").is_some_and(|n| n >= least))
        .map(|row| fit(summary, row))
        .collect();
    let shown = |table: &Table, row: usize| {
        let (factor, unit) = (text(table, row, "factor"), text(table, row, "unit"));
        !of_persons(table, row, &["student", "teacher"]) && !hidden.contains(&(factor, unit))
    };
    let tables = OF_UNITS.iter().filter_map(|key| find(key)).map(|table| match table.schema().key {
        "unit_effects" => kept(table, |row| fits.contains(&fit(table, row)) && shown(table, row)),
        "unit_sensitivity" => kept(table, |row| shown(table, row)),
        "model_summary" => {
            let whole =
                |row: usize| fits.contains(&fit(table, row)) && table.text(row, "part") == Some("figure");
            few_unused(&kept(table, whole), least)
        }
        _ => kept(table, |row| fits.contains(&fit(table, row))),
    });
    tables.collect()
}

/// The units that are left out, by their kind.
fn hidden(effects: &Table, least: f64) -> BTreeSet<(String, String)> {
    let mut groups: BTreeMap<[String; 4], Vec<(u64, String)>> = BTreeMap::new();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut hidden: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in (0..effects.len()).filter(|&row| !of_persons(effects, row, &["student", "teacher"])) {
        let group = ["model", "cohort", "factor", "effect"].map(|name| text(effects, row, name));
        let (factor, unit) = (group[2].clone(), text(effects, row, "unit"));
        let n = effects.number(row, "n").unwrap_or(0.0).max(0.0);
        if n < least {
            hidden.entry(factor.clone()).or_default().insert(unit.clone());
        }
        all.entry(factor).or_default().insert(unit.clone());
        groups.entry(group).or_default().push((n as u64, unit));
    }
    groups.values_mut().for_each(|units| units.sort_unstable());
    if all.len() > 1 {
        let some = hidden.into_keys().filter_map(|factor| all.remove_entry(&factor));
        return some.flat_map(named).collect();
    }
    // A unit left out of one fit is left out of all, which may leave another fit with one alone: until nothing changes.
    while let Some((factor, unit)) = groups.iter().find_map(|(group, units)| {
        let out = hidden.get(&group[2])?;
        Some((group[2].clone(), next(units, out, least)?))
    }) {
        hidden.entry(factor).or_default().insert(unit);
    }
    hidden.into_iter().flat_map(named).collect()
}

fn named((factor, units): (String, BTreeSet<String>)) -> impl Iterator<Item = (String, String)> {
    units.into_iter().map(move |unit| (factor.clone(), unit))
}

/// The unit that has to go with those left out of a fit; none where they are enough, or no unit is left.
fn next(units: &[(u64, String)], out: &BTreeSet<String>, least: f64) -> Option<String> {
    let gone: Vec<u64> = units.iter().filter(|(_, unit)| out.contains(unit)).map(|(n, _)| *n).collect();
    let enough = gone.is_empty() || gone.len() >= 2 && gone.iter().sum::<u64>() as f64 >= least;
    let smallest = || units.iter().find(|(_, unit)| !out.contains(unit)).map(|(_, unit)| unit.clone());
    if enough { None } else { smallest() }
}

/// Whether the units of a row are persons of one of these kinds.
fn of_persons(table: &Table, row: usize, persons: &[&str]) -> bool {
    if table.schema().iter().all(|column| column.name != "unit") {
        return false;
    }
    let factor = table.text(row, "factor").unwrap_or_default();
    factor.split(':').any(|part| persons.contains(&part))
}

/// The table with the number of students given empty where few of them were not used.
fn few_unused(table: &Table, least: f64) -> Table {
    let few = |row: usize| {
        let given = table.number(row, "n_given").zip(table.number(row, "n_used"));
        given.is_none_or(|(given, used)| given > used && given - used < least)
    };
    let columns = table.columns().map(|(schema, column)| match column {
        Column::Integer(values) if schema.name == "n_given" => {
            let shown = |(row, n): (usize, &Option<i64>)| n.filter(|_| !few(row));
            Column::Integer(values.iter().enumerate().map(shown).collect())
        }
        other => other.clone(),
    });
    Table::from_columns(table.schema(), columns.collect())
}

fn fit(table: &Table, row: usize) -> Fit {
    (text(table, row, "model"), text(table, row, "cohort"))
}

fn text(table: &Table, row: usize, name: &str) -> String {
    table.text(row, name).unwrap_or_default().to_owned()
}

fn kept(table: &Table, keep: impl Fn(usize) -> bool) -> Table {
    let rows: Vec<usize> = (0..table.len()).filter(|&row| keep(row)).collect();
    table.take(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::schema::{MODEL_SUMMARY, UNIT_EFFECTS};

    /// Cohort, kind of unit, then units with their students.
    type Given<'a> = (&'a str, &'a str, &'a [(&'a str, usize)]);

    /// Fits of one model.
    fn tables(fits: &[Given<'_>]) -> Vec<Table> {
        let (mut effects, mut summary) = (Table::new(&UNIT_EFFECTS), Table::new(&MODEL_SUMMARY));
        for (cohort, factor, units) in fits {
            let n: usize = units.iter().map(|unit| unit.1).sum();
            for part in ["coefficient", "figure"] {
                let cells = [
                    ("model", "m".into()),
                    ("cohort", (*cohort).into()),
                    ("part", part.into()),
                    ("n_used", n.into()),
                    ("n_given", (n + 3).into()),
                ];
                summary.push_named(&cells);
            }
            for (unit, n) in *units {
                let cells = [
                    ("model", "m".into()),
                    ("cohort", (*cohort).into()),
                    ("factor", (*factor).into()),
                    ("effect", "mean_residual".into()),
                    ("unit", (*unit).into()),
                    ("n", (*n).into()),
                    ("value", 0.5.into()),
                ];
                effects.push_named(&cells);
            }
        }
        vec![effects, summary]
    }

    fn shown(fits: &[Given<'_>]) -> Vec<String> {
        let tables = public(&tables(fits), 10.0);
        (0..tables[0].len())
            .map(|row| format!("{}{}", text(&tables[0], row, "cohort"), text(&tables[0], row, "unit")))
            .collect()
    }

    #[test]
    fn a_small_unit_takes_the_next_smallest_with_it_in_every_fit() {
        let first: &[(&str, usize)] = &[("a", 4), ("b", 12), ("c", 30), ("d", 40)];
        assert_eq!(shown(&[("1", "school", first)]), ["1c", "1d"]);
        // In the second cohort everybody is large, but the cohorts add up to all students.
        let second: &[(&str, usize)] = &[("a", 40), ("b", 41), ("c", 42), ("d", 43)];
        assert_eq!(shown(&[("1", "school", first), ("2", "school", second)]), ["1c", "1d", "2c", "2d"]);
        // Two small units that have ten students together need no third.
        let two: &[(&str, usize)] = &[("a", 4), ("b", 6), ("c", 30)];
        assert_eq!(shown(&[("1", "school", two)]), ["1c"]);
        // A unit that is alone in another fit takes one there too.
        let other: &[(&str, usize)] = &[("a", 50), ("c", 11), ("d", 12)];
        assert_eq!(shown(&[("1", "school", two), ("2", "school", other)]), ["2d"]);
    }

    #[test]
    fn of_several_kinds_of_units_one_with_a_small_unit_is_left_out_and_persons_always_are() {
        let classes: &[(&str, usize)] = &[("x", 4), ("y", 36)];
        let schools: &[(&str, usize)] = &[("S", 40), ("T", 41)];
        assert_eq!(shown(&[("", "class", classes), ("", "school", schools)]), ["S", "T"]);
        assert!(
            shown(&[("", "teacher", schools)]).is_empty() && shown(&[("", "student", schools)]).is_empty()
        );
        let all = tables(&[("", "class:student", schools), ("", "class", schools)]);
        assert_eq!(without_students(&all[0]).len(), 2);
    }

    #[test]
    fn coefficients_and_how_few_were_not_used_stay_inside() {
        let schools: &[(&str, usize)] = &[("S", 40), ("T", 41)];
        let summary = &public(&tables(&[("", "school", schools)]), 10.0)[1];
        assert_eq!((summary.len(), summary.text(0, "part")), (1, Some("figure")));
        assert_eq!((summary.number(0, "n_used"), summary.number(0, "n_given")), (Some(81.0), None));
        let few: &[(&str, usize)] = &[("S", 5), ("T", 4)];
        assert!(public(&tables(&[("", "school", few)]), 10.0).iter().all(Table::is_empty));
    }
}
