//! Standardised gains, `after ~ before`: of all students as pairs, and of each unit against all others.

use super::Model;
use super::gains::{OfUnit, pairs};
use crate::stats::distribution::noncentrality;
use crate::stats::{Interval, interval};
use crate::value_added::effect_size::{difference, paired_gain, small_sample_factor};
use crate::value_added::error::ValueAddedError;
use crate::value_added::study::findings::figures;
use crate::value_added::study::{Estimate, Findings, Sample, Unit};

/// The model.
pub(super) struct StandardisedGain;

impl Model for StandardisedGain {
    fn key(&self) -> &'static str {
        "standardised-gain"
    }

    fn source(&self) -> &'static str {
        "J. Cohen, Statistical Power Analysis (1988); L. Hedges, JES 6 (1981); B. Becker, BJMSP 41 (1988)"
    }

    fn scale(&self) -> &'static str {
        "hedges_g"
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let (pairs, level) = (pairs(sample)?, sample.declaration.level);
        let gain = paired_gain(&pairs.before, pairs.after(), level)?;
        let n = gain.n as f64;
        let exact = exact_interval(gain.d_z, n, level);
        let factor = small_sample_factor(n - 1.0).unwrap_or(1.0);
        let unbiased = exact.and_then(|ends| Interval::new(factor * ends.low, factor * ends.high));
        let (change, error) = (gain.standardised_change, gain.standardised_change_variance.sqrt());
        let gains: Vec<Option<f64>> =
            pairs.after().iter().zip(&pairs.before).map(|(after, before)| Some(after - before)).collect();
        let units = pairs.by_unit(&gains);
        let effects = (0..units.len()).filter_map(|at| against_the_rest(&units, at, level)).collect();
        Ok(Findings {
            coefficients: vec![
                Estimate::within("cohens_d_z", gain.d_z, exact),
                Estimate::within("hedges_g_z", factor * gain.d_z, unbiased),
                Estimate {
                    standard_error: Some(error),
                    ..Estimate::within("standardised_change", change, interval::normal(change, error, level))
                },
            ],
            summary: figures([
                ("mean_gain", Some(gain.mean)),
                ("sd_of_gains", Some(gain.sd)),
                ("correlation", Some(gain.correlation)),
                ("d_rm", Some(gain.d_rm)),
                ("d_av", Some(gain.d_av)),
                ("d_before", Some(gain.d_before)),
                ("small_sample_factor", Some(factor)),
            ]),
            units: pairs.units("hedges_g", effects),
            ..pairs.findings(sample)
        })
    }
}

/// The interval of d_z from the non-central t distribution: t = d_z √n has the non-centrality δ√n.
fn exact_interval(d_z: f64, n: f64, level: f64) -> Option<Interval> {
    let tail = 0.5 * (1.0 - level);
    let bound = |p: f64| noncentrality(d_z * n.sqrt(), n - 1.0, p).map(|delta| delta / n.sqrt());
    Interval::new(bound(1.0 - tail)?, bound(tail)?)
}

/// Hedges' g of the gains of one unit against those of all others, with its exact interval; nothing for a unit of one.
fn against_the_rest(units: &[OfUnit<'_>], at: usize, level: f64) -> Option<Unit> {
    let (name, own) = &units[at];
    let others = units.iter().enumerate().filter(|(other, _)| *other != at);
    let rest: Vec<f64> = others.flat_map(|(_, (_, gains))| gains).copied().collect();
    let found = difference(own, &rest, level).ok()?;
    Some(Unit {
        unit: (*name).to_owned(),
        n: own.len(),
        effect: found.hedges_g,
        standard_error: Some(found.variance.sqrt()),
        interval: found.g_interval,
        ..Unit::default()
    })
}
