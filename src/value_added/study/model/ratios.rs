//! Whether each random term is needed: likelihood-ratio tests against the model with one effect less.

use crate::stats::distribution::ChiSquared;
use crate::value_added::data::Data;
use crate::value_added::design::Design;
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::{Formula, RandomTerm};
use crate::value_added::mixed::{Criterion, MixedFit, MixedModel, likelihood_ratio};
use crate::value_added::ols::Ols;
use crate::value_added::study::{Estimate, Sample};

/// By maximum likelihood, each term without its last slope, or left out where it has none; p from the mixture that the
/// boundary asks for. A test that cannot be made is left out.
pub(super) fn ratios(
    sample: &Sample<'_>,
    formula: &Formula,
    data: &Data,
    model: &MixedModel,
) -> Vec<Estimate> {
    // The likelihood of weighted least squares is on another scale.
    if !sample.declaration.tests || sample.declaration.weights.is_some() {
        return Vec::new();
    }
    let Ok(larger) = model.fit(Criterion::Ml) else { return Vec::new() };
    let one = |at: usize| {
        let mut smaller = formula.clone();
        match reduced(&formula.random[at]) {
            Some(term) => smaller.random[at] = term,
            None => drop(smaller.random.remove(at)),
        }
        let (chi_squared, df, p_value) = against(sample, &smaller, data, &larger).ok()?;
        Some(Estimate {
            statistic: Some(chi_squared),
            df: Some(df as f64),
            p_value,
            ..Estimate::within(formula.random[at].to_string(), chi_squared, None)
        })
    };
    (0..formula.random.len()).filter_map(one).collect()
}

/// The term without its last slope; `None` where nothing would be left.
fn reduced(term: &RandomTerm) -> Option<RandomTerm> {
    let mut term = term.clone();
    term.terms.pop()?;
    (term.intercept || !term.terms.is_empty()).then_some(term)
}

/// χ², degrees of freedom and p of the larger fit against a smaller model.
fn against(
    sample: &Sample<'_>,
    smaller: &Formula,
    data: &Data,
    larger: &MixedFit,
) -> Result<(f64, usize, Option<f64>), ValueAddedError> {
    let design = Design::new(smaller, data)?;
    if !smaller.random.is_empty() || sample.shares.is_some() {
        let smaller = MixedModel::new(sample.with_memberships(design)?)?.fit(Criterion::Ml)?;
        let found = likelihood_ratio(&smaller, larger)?;
        return Ok((found.chi_squared, found.df, found.p_boundary));
    }
    let ols = Ols::new(&design)?;
    if ols.fit.residuals.len() != larger.n {
        return Err(ValueAddedError::NotComparable { reason: "they use different rows" });
    }
    let chi_squared = (-2.0 * ols.log_likelihood() - larger.value).max(0.0);
    let df = larger.n_parameters - ols.names.len() - 1;
    // One variance on the boundary: half of the mass stands at zero.
    let p_value = ChiSquared::new(df as f64).and_then(|own| own.sf(chi_squared)).map(|tail| 0.5 * tail);
    Ok((chi_squared, df, if chi_squared > 0.0 { p_value } else { Some(1.0) }))
}
