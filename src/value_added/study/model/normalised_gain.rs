//! Normalised gains, `after ~ before` with the full mark: of students and of classes.

use super::Model;
use super::gains::{OfUnit, pairs};
use crate::stats::moments::{self, Moments};
use crate::value_added::effect_size::{class_gain, normalised_changes, normalised_gains};
use crate::value_added::error::ValueAddedError;
use crate::value_added::study::findings::figures;
use crate::value_added::study::{Estimate, Findings, Sample, Unit};

/// The model.
pub(super) struct NormalisedGain;

impl Model for NormalisedGain {
    fn key(&self) -> &'static str {
        "normalised-gain"
    }

    fn source(&self) -> &'static str {
        "R. Hake, American Journal of Physics 66 (1998); J. Marx and K. Cummings, the same 75 (2007)"
    }

    fn options(&self) -> &'static [&'static str] {
        &["unit", "full"]
    }

    fn scale(&self) -> &'static str {
        "normalised_gain"
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let (pairs, level) = (pairs(sample)?, sample.declaration.level);
        let full = sample.declaration.full.unwrap_or(f64::NAN);
        let highest = pairs.before.iter().chain(pairs.after()).copied().fold(f64::MIN, f64::max);
        if highest > full {
            return Err(ValueAddedError::OutOfRange {
                what: "a score",
                value: highest,
                expected: "at most the full mark",
            });
        }
        let gains = normalised_gains(&pairs.before, pairs.after(), full);
        let known: Vec<f64> = gains.iter().flatten().copied().collect();
        let too_few = |found| ValueAddedError::TooFewValues { statistic: "a mean gain", needed: 2, found };
        let moments = Moments::of(&known).ok_or_else(|| too_few(0))?;
        let error = moments.standard_error().ok_or_else(|| too_few(known.len()))?;
        let changes: Vec<f64> =
            normalised_changes(&pairs.before, pairs.after(), full).into_iter().flatten().collect();
        let df = (known.len() - 1) as f64;
        let of_class = class_gain(&pairs.before, pairs.after(), full);
        let summary = figures([
            ("class_gain", of_class),
            ("normalised_change", moments::mean(&changes)),
            ("sd_of_gains", moments.sd()),
            ("n_at_full_mark", Some((gains.len() - known.len()) as f64)),
        ]);
        let mut units = pairs.unit_means(&gains, "mean_normalised_gain", level);
        let all = |values: &[f64]| pairs.by_unit(&values.iter().copied().map(Some).collect::<Vec<_>>());
        let classes = all(&pairs.before).into_iter().zip(all(pairs.after()));
        let class = |((unit, before), (_, after)): (OfUnit<'_>, OfUnit<'_>)| {
            let effect = class_gain(&before, &after, full)?;
            Some(Unit { unit: unit.to_owned(), n: before.len(), effect, ..Unit::default() })
        };
        units.extend(pairs.units("class_gain", classes.filter_map(class).collect()));
        Ok(Findings {
            coefficients: vec![Estimate::new("mean_normalised_gain", moments.mean, error, Some(df), level)],
            summary,
            units,
            ..pairs.findings(sample)
        })
    }
}
