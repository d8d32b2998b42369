//! Rubin's rules: one result from several imputed data sets.
//!
//! With m estimates Q of variances U: Q̄ and Ū their means, B the variance of the Q, T = Ū + (1 + 1/m)B, λ = (1 + 1/m)B/T.
//! Degrees of freedom ν = (1/ν_old + 1/ν_obs)⁻¹ with ν_old = (m − 1)/λ² and ν_obs = ν_com(ν_com + 1)(1 − λ)/(ν_com + 3).
//! Sources: D. Rubin, "Multiple Imputation for Nonresponse in Surveys", 1987; J. Barnard and D. Rubin, Biometrika 86
//! (1999).

use crate::stats::moments;

/// What m imputed data sets say together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pooled {
    /// Q̄.
    pub estimate: f64,
    /// √T.
    pub standard_error: f64,
    /// ν; `None` where nothing limits it.
    pub df: Option<f64>,
    /// The fraction of missing information (r + 2/(ν + 3))/(r + 1), r = (1 + 1/m)B/Ū.
    pub fraction_missing: f64,
}

/// Pools estimates and their variances; `complete_df` are the degrees of freedom the complete data would have, `None`
/// for the normal distribution. `None` for fewer than two estimates, unequal lengths or variances of zero.
#[must_use]
pub fn pool(estimates: &[f64], variances: &[f64], complete_df: Option<f64>) -> Option<Pooled> {
    let m = estimates.len() as f64;
    let within =
        moments::mean(variances).filter(|within| *within > 0.0 && estimates.len() == variances.len())?;
    let between = (1.0 + 1.0 / m) * moments::variance(estimates)?;
    let total = within + between;
    let lambda = between / total;
    let old = (lambda > 0.0).then(|| (m - 1.0) / (lambda * lambda));
    let observed = complete_df.map(|df| df * (df + 1.0) * (1.0 - lambda) / (df + 3.0));
    let df = match (old, observed) {
        (Some(old), Some(observed)) => Some(old * observed / (old + observed)),
        (old, None) => old,
        (None, observed) => observed,
    };
    let ratio = between / within;
    let few = df.map_or(0.0, |df| 2.0 / (df + 3.0));
    Some(Pooled {
        estimate: moments::mean(estimates)?,
        standard_error: total.sqrt(),
        df,
        // Without a difference between the data sets nothing is missing, however few the degrees of freedom.
        fraction_missing: if between > 0.0 { (ratio + few) / (ratio + 1.0) } else { 0.0 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules written out in 40 digits (mpmath 1.3) for three estimates.
    #[test]
    fn three_estimates_are_pooled_by_the_rules() {
        let pooled = pool(&[2.1, 2.6, 1.9], &[0.25, 0.3, 0.28], Some(20.0)).unwrap();
        for (ours, theirs) in [
            (pooled.estimate, 2.2),
            (pooled.standard_error, 0.670_820_393_249_936_9),
            (pooled.df.unwrap(), 6.125_409_874_117_504),
            (pooled.fraction_missing, 0.519_933_064_633_015_9),
        ] {
            assert!((ours - theirs).abs() < 1e-13, "{ours} {theirs}");
        }
        let normal = pool(&[2.1, 2.6, 1.9], &[0.25, 0.3, 0.28], None).unwrap();
        assert!((normal.df.unwrap() - 13.480_029_585_798_817).abs() < 1e-12);
    }

    #[test]
    fn equal_estimates_lose_nothing() {
        let pooled = pool(&[1.5; 5], &[0.04; 5], None).unwrap();
        assert_eq!((pooled.df, pooled.fraction_missing), (None, 0.0));
        assert!((pooled.standard_error - 0.2).abs() < 1e-15);
        assert!(pool(&[1.0], &[1.0], None).is_none());
    }
}
