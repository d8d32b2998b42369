//! Tables of value added.

mod projections;

use super::super::schema;
use super::super::table::{Table, Value};
use crate::model::Dataset;
use crate::value_added::study::{Findings, Fit, Interval, agreed, sensitivity};
use crate::value_added::words::{error_words, note_words};

/// The tables of value added, in the order of their schemas.
pub fn value_added_tables(dataset: &Dataset, fits: &[Fit<'_>]) -> Vec<Table> {
    vec![
        unit_effects(fits),
        model_summary(fits),
        variance_components(fits),
        growth_percentiles(dataset, fits),
        projections::growth_projections(dataset, fits),
        projections::growth_targets(dataset, fits),
        value_added_students(dataset, fits),
        value_added_missing(fits),
        unit_agreement(fits),
        unit_sensitivity(fits),
        unit_diagnostics(fits),
        value_added_diagnostics(dataset, fits),
    ]
}

/// Every fit that came to a result.
fn found<'f>(fits: &'f [Fit<'_>]) -> impl Iterator<Item = (&'f Fit<'f>, &'f Findings)> {
    fits.iter().filter_map(|fit| Some((fit, fit.outcome.as_ref().ok()?)))
}

fn ends(interval: Option<Interval>) -> [Value<'static>; 2] {
    [interval.map(|ends| ends.low).into(), interval.map(|ends| ends.high).into()]
}

fn unit_effects(fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::UNIT_EFFECTS);
    for (fit, findings) in found(fits) {
        for units in &findings.units {
            for one in &units.units {
                let mut row: Vec<Value<'_>> = vec![
                    fit.declaration.key.as_str().into(),
                    fit.declaration.model.key().into(),
                    fit.cohort.as_deref().into(),
                    units.factor.as_str().into(),
                    units.effect.as_str().into(),
                    one.unit.as_str().into(),
                    one.n.into(),
                    one.effect.into(),
                    one.standard_error.into(),
                ];
                row.extend(ends(one.interval));
                row.push(fit.declaration.level.into());
                row.extend(ends(one.comparison));
                row.push(one.probability_above_average.into());
                row.push(one.reliability.into());
                row.push(one.rank.into());
                row.extend(ends(one.rank_interval));
                table.push(&row);
            }
        }
    }
    table
}

fn model_summary(fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::MODEL_SUMMARY);
    for fit in fits {
        let head: [Value<'_>; 4] = [
            fit.declaration.key.as_str().into(),
            fit.declaration.model.key().into(),
            fit.declaration.written.as_str().into(),
            fit.cohort.as_deref().into(),
        ];
        let findings = match &fit.outcome {
            Ok(findings) => findings,
            Err(error) => {
                let mut row = head.to_vec();
                let (code, values) = error_words(error);
                let about = about(&values);
                row.extend([Value::from("failed"), about.as_str().into()]);
                row.extend([Value::Number(None); 7]);
                row.extend([Value::Integer(None), Value::Integer(None), code.into()]);
                table.push(&row);
                continue;
            }
        };
        let counts = findings.counts.as_ref();
        let tail: [Value<'_>; 3] = [
            counts.map(|counts| counts.given).into(),
            counts.map(|counts| counts.used).into(),
            None::<&str>.into(),
        ];
        for row in estimates(findings) {
            table.push(&[&head, row.as_slice(), &tail].concat());
        }
        for one in &findings.shares {
            let name = format!("{}→{}", one.from, one.to);
            let mut row = head.to_vec();
            row.extend([Value::from("persistence"), name.as_str().into(), one.share.into()]);
            row.extend([Value::Number(None); 6]);
            table.push(&[row.as_slice(), &tail].concat());
        }
        let optimiser =
            findings.convergence.iter().map(|end| ("figure", "optimiser".to_owned(), end.optimiser));
        let known = |at: usize| findings.notes[..at].contains(&findings.notes[at]);
        let notes = findings.notes.iter().enumerate().filter(|(at, _)| !known(*at)).map(|(_, note)| {
            let (code, values) = note_words(note);
            ("note", format!("{code}: {}", about(&values)), code)
        });
        for (part, name, reason) in optimiser.chain(notes) {
            let mut row = head.to_vec();
            row.extend([Value::from(part), name.as_str().into()]);
            row.extend([Value::Number(None); 7]);
            row.extend([tail[0], tail[1], reason.into()]);
            table.push(&row);
        }
    }
    table
}

/// What a note or an error is about: `name=value; name=value`.
fn about(values: &[(&'static str, String)]) -> String {
    values.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// Coefficients, tests, shares, then figures of the whole fit: part, name and numbers.
fn estimates(findings: &Findings) -> Vec<Vec<Value<'_>>> {
    let mut rows = Vec::new();
    let parts = [("coefficient", &findings.coefficients), ("likelihood_ratio", &findings.ratios)];
    for (part, one) in parts.into_iter().flat_map(|(part, all)| all.iter().map(move |one| (part, one))) {
        let mut row: Vec<Value<'_>> =
            vec![part.into(), one.name.as_str().into(), one.value.into(), one.standard_error.into()];
        row.extend(ends(one.interval));
        row.extend([Value::from(one.statistic), one.df.into(), one.p_value.into()]);
        rows.push(row);
    }
    for one in &findings.anova {
        let mut row: Vec<Value<'_>> =
            vec!["anova".into(), one.term.as_str().into(), one.sum_of_squares.into()];
        row.extend([Value::Number(None); 3]);
        row.extend([Value::from(one.f), (one.df as f64).into(), one.p_value.into()]);
        rows.push(row);
    }
    let fractions =
        findings.fractions.iter().map(|(name, value)| ("missing_information", name.as_str(), *value));
    let summary = findings.summary.iter().map(|(key, value)| ("figure", key.as_str(), *value));
    let convergence = findings.convergence.iter().flat_map(|end| {
        [
            ("evaluations", end.evaluations as f64),
            ("gradient", end.gradient),
            ("remaining", end.remaining),
            ("tolerance", end.tolerance),
            ("restarts", end.restarts as f64),
        ]
    });
    let convergence = convergence.map(|(key, value)| ("figure", key, value));
    for (part, name, value) in fractions.chain(summary).chain(convergence) {
        let mut row: Vec<Value<'_>> = vec![part.into(), name.into(), value.into()];
        row.extend([Value::Number(None); 6]);
        rows.push(row);
    }
    rows
}

fn variance_components(fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::VARIANCE_COMPONENTS);
    for (fit, findings) in found(fits) {
        let variances = || findings.components.iter().filter(|one| one.with.is_none());
        let residuals = variances().filter(|one| one.factor.is_none()).count();
        let total: f64 = if residuals > 1 { 0.0 } else { variances().map(|one| one.estimate).sum() };
        for one in &findings.components {
            let share = (one.with.is_none() && total > 0.0).then(|| one.estimate / total);
            let mut row: Vec<Value<'_>> = vec![
                fit.declaration.key.as_str().into(),
                fit.cohort.as_deref().into(),
                one.factor.as_deref().into(),
                one.effect.as_str().into(),
                one.with.as_deref().into(),
                one.estimate.into(),
                one.standard_error.into(),
            ];
            row.extend(ends(one.interval));
            row.push(share.into());
            table.push(&row);
        }
    }
    table
}

fn growth_percentiles(dataset: &Dataset, fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::GROWTH_PERCENTILES);
    for (fit, findings) in found(fits) {
        for (student, percentile) in &findings.percentiles {
            table.push(&[
                fit.declaration.key.as_str().into(),
                fit.cohort.as_deref().into(),
                dataset.students[*student as usize].id.as_str().into(),
                usize::from(*percentile).into(),
            ]);
        }
    }
    table
}

fn value_added_students(dataset: &Dataset, fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::VALUE_ADDED_STUDENTS);
    for (fit, findings) in found(fits) {
        let students = &findings.students;
        for one in &students.rows {
            let fitted = one.fitted.as_ref();
            table.push(&[
                fit.declaration.key.as_str().into(),
                fit.declaration.model.key().into(),
                fit.cohort.as_deref().into(),
                dataset.students[one.student as usize].id.as_str().into(),
                students.factor.as_deref().into(),
                one.unit.map(|unit| students.units[unit as usize].as_str()).into(),
                students.prior.as_deref().into(),
                one.prior.into(),
                one.observed.into(),
                fitted.map(|fitted| fitted.fixed).into(),
                fitted.map(|fitted| fitted.conditional).into(),
                fitted.map(|fitted| one.observed - fitted.conditional).into(),
            ]);
        }
    }
    table
}

fn value_added_missing(fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::VALUE_ADDED_MISSING);
    for (fit, findings) in found(fits) {
        for one in &findings.compared {
            table.push(&[
                fit.declaration.key.as_str().into(),
                fit.declaration.model.key().into(),
                fit.cohort.as_deref().into(),
                fit.declaration.missing.key().into(),
                one.column.as_str().into(),
                one.level.as_deref().into(),
                one.missing.into(),
                one.complete.n.into(),
                one.complete.mean.into(),
                one.incomplete.n.into(),
                one.incomplete.mean.into(),
                one.difference.into(),
                one.standardised.into(),
            ]);
        }
    }
    table
}

fn unit_agreement(fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::UNIT_AGREEMENT);
    for one in agreed(fits) {
        let found = &one.agreement;
        table.push(&[
            one.over.key().into(),
            one.model.as_deref().into(),
            one.cohort.as_deref().into(),
            one.factor.as_str().into(),
            one.outcome.as_str().into(),
            one.scale.as_str().into(),
            found.first.as_str().into(),
            found.second.as_str().into(),
            found.units.into(),
            found.correlation.into(),
            found.rank_correlation.into(),
            found.same_order.into(),
            found.same_third.into(),
            found.mean_difference.into(),
        ]);
    }
    table
}

fn unit_sensitivity(fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::UNIT_SENSITIVITY);
    for one in sensitivity(fits) {
        table.push(&[
            one.cohort.as_deref().into(),
            one.factor.as_str().into(),
            one.outcome.as_str().into(),
            one.scale.as_str().into(),
            one.unit.as_str().into(),
            one.models.into(),
            one.best.0.into(),
            one.best.1.as_str().into(),
            one.worst.0.into(),
            one.worst.1.as_str().into(),
            one.same_third.into(),
        ]);
    }
    table
}

fn value_added_diagnostics(dataset: &Dataset, fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::VALUE_ADDED_DIAGNOSTICS);
    for (fit, findings) in found(fits) {
        for one in &findings.students.rows {
            let Some(own) = &one.diagnosis else { continue };
            table.push(&[
                fit.declaration.key.as_str().into(),
                fit.declaration.model.key().into(),
                fit.cohort.as_deref().into(),
                dataset.students[one.student as usize].id.as_str().into(),
                one.fitted.map(|fitted| fitted.conditional).into(),
                own.standardised.into(),
                own.normal.into(),
                own.leverage.into(),
                own.cooks_distance.into(),
            ]);
        }
    }
    table
}

fn unit_diagnostics(fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::UNIT_DIAGNOSTICS);
    for (fit, findings) in found(fits) {
        for one in &findings.unusual {
            let own = one.influence.as_ref();
            table.push(&[
                fit.declaration.key.as_str().into(),
                fit.cohort.as_deref().into(),
                one.factor.as_str().into(),
                one.effect.as_str().into(),
                one.unit.as_str().into(),
                one.n.into(),
                one.standardised.into(),
                one.normal.into(),
                own.map(|own| own.cooks_distance).into(),
                own.map(|own| own.dfbetas).into(),
                own.map(|own| own.most_changed.as_str()).into(),
                own.map(|own| own.residual_variance).into(),
                own.map(|own| own.unit_variance).into(),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests;
