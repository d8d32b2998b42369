//! Plain gains of the same students, `after ~ before`: over all, and per unit where one is named.

use super::Model;
use super::gains::pairs;
use crate::value_added::effect_size::paired_gain;
use crate::value_added::error::ValueAddedError;
use crate::value_added::study::findings::figures;
use crate::value_added::study::{Estimate, Findings, Sample};

/// The model.
pub(super) struct Gain;

impl Model for Gain {
    fn key(&self) -> &'static str {
        "gain"
    }

    fn source(&self) -> &'static str {
        "B. Becker, British Journal of Mathematical and Statistical Psychology 41 (1988); L. Hedges, JES 6 (1981)"
    }

    fn scale(&self) -> &'static str {
        "gain"
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let (pairs, level) = (pairs(sample)?, sample.declaration.level);
        let gain = paired_gain(&pairs.before, pairs.after(), level)?;
        let gains: Vec<Option<f64>> =
            pairs.after().iter().zip(&pairs.before).map(|(after, before)| Some(after - before)).collect();
        let n = gain.n as f64;
        Ok(Findings {
            coefficients: vec![Estimate::new(
                "mean_gain",
                gain.mean,
                gain.sd / n.sqrt(),
                Some(n - 1.0),
                level,
            )],
            summary: figures([
                ("sd_of_gains", Some(gain.sd)),
                ("correlation", Some(gain.correlation)),
                ("d_z", Some(gain.d_z)),
                ("d_rm", Some(gain.d_rm)),
                ("d_av", Some(gain.d_av)),
                ("standardised_change", Some(gain.standardised_change)),
            ]),
            units: pairs.unit_means(&gains, "mean_gain", level),
            ..pairs.findings(sample)
        })
    }
}
