//! The findings of several imputed data sets as one, by Rubin's rules.

use super::findings::{Estimate, Findings, Unit, Variance};
use super::students::{StudentFit, Students};
use crate::stats::distribution::{Normal, StudentT};
use crate::stats::{Interval, interval, moments};
use crate::value_added::mixed::Fitted;
use crate::value_added::pooling::pool;

/// Pools coefficients, variances and unit effects; other figures are means over the data sets. The analysis of variance
/// is left out: sums of squares cannot be pooled.
pub(super) fn pooled(fits: Vec<Findings>, level: f64) -> Findings {
    let Some(first) = fits.first().cloned() else { return Findings::default() };
    let mut findings =
        Findings { coefficients: Vec::new(), anova: Vec::new(), unusual: Vec::new(), ..first.clone() };
    for one in &first.coefficients {
        let own: Option<Vec<&Estimate>> =
            fits.iter().map(|fit| fit.coefficients.iter().find(|other| other.name == one.name)).collect();
        let Some((estimate, fraction)) = own.and_then(|own| coefficient(&own, level)) else { continue };
        findings.fractions.push((one.name.clone(), fraction));
        findings.coefficients.push(estimate);
    }
    for (at, (_, value)) in findings.summary.iter_mut().enumerate() {
        *value = mean(fits.iter().filter_map(|fit| fit.summary.get(at)).map(|(_, value)| *value), *value);
    }
    for (at, one) in findings.components.iter_mut().enumerate() {
        component((one, level), fits.iter().filter_map(|fit| fit.components.get(at)).collect());
    }
    for (factor, units) in findings.units.iter_mut().enumerate() {
        for (at, unit) in units.units.iter_mut().enumerate() {
            let of = |fit| -> Option<&Unit> {
                let fit: &Findings = fit;
                fit.units.get(factor)?.units.get(at)
            };
            *unit = pooled_unit(&fits.iter().filter_map(of).collect::<Vec<_>>(), level);
        }
    }
    findings.students = students(&fits);
    findings.notes.retain(|note| fits.iter().all(|fit| fit.notes.contains(note)));
    findings
}

fn mean(values: impl Iterator<Item = f64>, otherwise: f64) -> f64 {
    moments::mean(&values.collect::<Vec<_>>()).unwrap_or(otherwise)
}

fn coefficient(own: &[&Estimate], level: f64) -> Option<(Estimate, f64)> {
    let values: Vec<f64> = own.iter().map(|one| one.value).collect();
    let variances: Option<Vec<f64>> = own.iter().map(|one| one.standard_error.map(|se| se * se)).collect();
    let df: Option<Vec<f64>> = own.iter().map(|one| one.df).collect();
    let pooled = pool(&values, &variances?, df.and_then(|df| moments::mean(&df)))?;
    let name = own.first()?.name.clone();
    let estimate = Estimate::new(name, pooled.estimate, pooled.standard_error, pooled.df, level);
    Some((estimate, pooled.fraction_missing))
}

fn component((one, level): (&mut Variance, f64), own: Vec<&Variance>) {
    let values: Vec<f64> = own.iter().map(|other| other.estimate).collect();
    let variances: Option<Vec<f64>> =
        own.iter().map(|other| other.standard_error.map(|se| se * se)).collect();
    one.estimate = moments::mean(&values).unwrap_or(one.estimate);
    one.standard_error =
        variances.and_then(|variances| pool(&values, &variances, None)).map(|pooled| pooled.standard_error);
    *one = one.clone().with_interval(level);
}

/// Effect, error and interval by the rules; comparison intervals keep their proportion to the error; ranks and
/// reliability are means over the data sets.
fn pooled_unit(own: &[&Unit], level: f64) -> Unit {
    let Some(first) = own.first() else { return Unit::default() };
    let mean_of = |of: &dyn Fn(&Unit) -> Option<f64>| -> Option<f64> {
        let values: Option<Vec<f64>> = own.iter().map(|unit| of(unit)).collect();
        moments::mean(&values?)
    };
    let effects: Vec<f64> = own.iter().map(|unit| unit.effect).collect();
    let variances: Option<Vec<f64>> =
        own.iter().map(|unit| unit.standard_error.map(|error| error * error)).collect();
    let pooled = variances.and_then(|variances| pool(&effects, &variances, None));
    let effect = mean_of(&|unit| Some(unit.effect)).unwrap_or(first.effect);
    let error = pooled.map(|pooled| pooled.standard_error);
    let df = pooled.and_then(|pooled| pooled.df);
    let ends = |of: &dyn Fn(&Unit) -> Option<Interval>| {
        Interval::new(mean_of(&|unit| Some(of(unit)?.low))?, mean_of(&|unit| Some(of(unit)?.high))?)
    };
    let half = mean_of(&|unit| Some(0.5 * unit.comparison?.width() / unit.standard_error?));
    let above = |error: f64| match df {
        Some(df) => StudentT::new(df)?.cdf(effect / error),
        None => Normal::STANDARD.cdf(effect / error),
    };
    Unit {
        unit: first.unit.clone(),
        n: first.n,
        effect,
        standard_error: error,
        interval: error.and_then(|error| match df {
            Some(df) => interval::student(effect, error, df, level),
            None => interval::normal(effect, error, level),
        }),
        comparison: half
            .zip(error)
            .and_then(|(half, error)| Interval::new(effect - half * error, effect + half * error)),
        probability_above_average: first.probability_above_average.and(error.and_then(above)),
        reliability: mean_of(&|unit| unit.reliability),
        rank: mean_of(&|unit| unit.rank),
        rank_interval: ends(&|unit| unit.rank_interval),
    }
}

/// Priors and fits as means over the data sets.
fn students(fits: &[Findings]) -> Students {
    let Some(first) = fits.first() else { return Students::default() };
    let row = |(at, one): (usize, &StudentFit)| {
        let own = || fits.iter().filter_map(move |fit| fit.students.rows.get(at));
        let of = |value: &dyn Fn(&StudentFit) -> Option<f64>| {
            moments::mean(&own().filter_map(value).collect::<Vec<_>>())
        };
        let fixed = of(&|one| one.fitted.map(|fitted| fitted.fixed));
        let conditional = of(&|one| one.fitted.map(|fitted| fitted.conditional));
        StudentFit {
            prior: of(&|one| one.prior),
            fitted: fixed.zip(conditional).map(|(fixed, conditional)| Fitted { fixed, conditional }),
            diagnosis: None,
            ..one.clone()
        }
    };
    Students { rows: first.students.rows.iter().enumerate().map(row).collect(), ..first.students.clone() }
}
