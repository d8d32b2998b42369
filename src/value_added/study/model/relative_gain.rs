//! Gains on a common scale, `after ~ before`: of percentile ranks and of standard scores 标准分.
//!
//! Both scales are those of the students of the fit, so their mean gain is zero: what is read is the gain of the units.

use super::Model;
use super::gains::pairs;
use crate::stats::moments;
use crate::value_added::effect_size::{percentile_rank_gains, standard_score_gains};
use crate::value_added::error::ValueAddedError;
use crate::value_added::study::findings::figures;
use crate::value_added::study::{Findings, Sample};

/// A gain on a scale that is relative to the students of the fit.
pub(super) struct RelativeGain {
    key: &'static str,
    source: &'static str,
    effect: &'static str,
    gains: fn(&[f64], &[f64]) -> Option<Vec<f64>>,
}

/// Percentile ranks: share below plus half of the ties, times 100.
pub(super) static PERCENTILE_RANKS: RelativeGain = RelativeGain {
    key: "percentile-rank-gain",
    source: "W. Angoff, Scales, norms, and equivalent scores, in Educational Measurement (1971)",
    effect: "mean_percentile_rank_gain",
    gains: percentile_rank_gains,
};

/// Standard scores: (score − mean) / standard deviation.
pub(super) static STANDARD_SCORES: RelativeGain = RelativeGain {
    key: "standard-score-gain",
    source: "W. Angoff, Scales, norms, and equivalent scores, in Educational Measurement (1971)",
    effect: "mean_standard_score_gain",
    gains: standard_score_gains,
};

impl Model for RelativeGain {
    fn key(&self) -> &'static str {
        self.key
    }

    fn source(&self) -> &'static str {
        self.source
    }

    fn needs_unit(&self) -> bool {
        true
    }

    fn scale(&self) -> &'static str {
        self.effect
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let pairs = pairs(sample)?;
        let found = pairs.before.len();
        let too_few = ValueAddedError::TooFewValues { statistic: "a relative gain", needed: 2, found };
        let gains = (self.gains)(&pairs.before, pairs.after()).ok_or(too_few)?;
        let summary = figures([
            ("sd_of_gains", moments::sd(&gains)),
            ("correlation", moments::correlation(&pairs.before, pairs.after())),
        ]);
        let gains: Vec<Option<f64>> = gains.into_iter().map(Some).collect();
        Ok(Findings {
            summary,
            units: pairs.unit_means(&gains, self.effect, sample.declaration.level),
            ..pairs.findings(sample)
        })
    }
}
