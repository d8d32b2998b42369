//! Effects of units over the times, of which a share is left later: estimated, with a free residual covariance of a
//! student over the times, by maximum likelihood.

use super::mixed::normal;
use crate::stats::distribution::Normal;
use crate::stats::interval;
use crate::value_added::error::ValueAddedError;
use crate::value_added::mixed::{Persistence, PersistenceFit, PersistenceModel, YearColumns};
use crate::value_added::study::declared::{OCCASION, STUDENT};
use crate::value_added::study::findings::figures;
use crate::value_added::study::{Estimate, Findings, Sample, Share, Unit, Units, Variance};

/// Fits it to rows that are times, with the one unit of each row in the column of the membership.
pub(super) fn persisting(sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
    let declaration = sample.declaration;
    let unit = declaration.membership.as_deref().ok_or(ValueAddedError::NoRandomTerm)?;
    let columns = YearColumns { student: STUDENT, year: OCCASION, unit };
    let model = PersistenceModel::new(&declaration.formula, sample.data, &columns, Persistence::Variable)?;
    let fit = model.fit()?;
    let coefficients = normal(&fit.fixed).into_iter();
    Ok(Findings {
        counts: Some(model.counts.clone()),
        notes: model.notes.clone(),
        coefficients: coefficients.map(|one| Estimate::of(one, declaration.level)).collect(),
        summary: figures([
            ("ml", Some(fit.value)),
            ("aic", Some(fit.aic())),
            ("n_parameters", Some(fit.n_parameters as f64)),
        ]),
        shares: shares(&fit),
        components: components(&fit, unit),
        units: units(&fit, unit, declaration.level),
        convergence: Some(fit.convergence),
        ..Findings::default()
    })
}

fn shares(fit: &PersistenceFit) -> Vec<Share> {
    let later = (0..fit.years.len()).flat_map(|to| (0..to).map(move |from| (from, to)));
    let share = |(from, to): (usize, usize)| Share {
        from: fit.years[from].clone(),
        to: fit.years[to].clone(),
        share: fit.shares[(to, from)],
    };
    later.map(share).collect()
}

/// The variance of the units at each time, then variances and covariances of a student's residuals.
fn components(fit: &PersistenceFit, unit: &str) -> Vec<Variance> {
    let one = |factor: Option<&str>, effect: &str, with: Option<&str>, estimate: f64| Variance {
        factor: factor.map(str::to_owned),
        effect: effect.to_owned(),
        with: with.map(str::to_owned),
        estimate,
        standard_error: None,
        interval: None,
    };
    let years = || fit.years.iter().enumerate();
    let between = years().map(|(at, year)| one(Some(unit), year, None, fit.variances[at]));
    let within = years().flat_map(|(i, year)| {
        let with = move |(j, other): (usize, &String)| {
            one(None, year, (i != j).then_some(other.as_str()), fit.residual[(i, j)])
        };
        fit.years.iter().enumerate().take(i + 1).map(with).collect::<Vec<_>>()
    });
    between.chain(within).collect()
}

/// The effects of the units by time.
fn units(fit: &PersistenceFit, unit: &str, level: f64) -> Vec<Units> {
    let of_year = |(at, year): (usize, &String)| {
        let variance = fit.variances[at];
        let own = fit.effects.iter().filter(|one| one.year == *year).map(|one| {
            let error = one.standard_error;
            Unit {
                unit: one.unit.clone(),
                n: one.n,
                effect: one.effect,
                standard_error: Some(error),
                interval: interval::normal(one.effect, error, level),
                probability_above_average: (error > 0.0)
                    .then(|| Normal::STANDARD.cdf(one.effect / error))
                    .flatten(),
                reliability: (variance > 0.0).then(|| (1.0 - error * error / variance).max(0.0)),
                ..Unit::default()
            }
        });
        Units { factor: unit.to_owned(), effect: year.clone(), units: own.collect() }
    };
    fit.years.iter().enumerate().map(of_year).collect()
}
