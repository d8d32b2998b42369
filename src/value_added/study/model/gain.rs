//! Plain gains of the same students, `after ~ before`: over all, and per unit where one is named.

use super::Model;
use crate::stats::interval;
use crate::stats::moments::Moments;
use crate::value_added::data::Data;
use crate::value_added::design::Design;
use crate::value_added::effect_size::paired_gain;
use crate::value_added::error::ValueAddedError;
use crate::value_added::ols::Coefficient;
use crate::value_added::study::{Declaration, Findings, Students, Unit, Units};

/// The model.
pub(super) struct Gain;

impl Model for Gain {
    fn key(&self) -> &'static str {
        "gain"
    }

    fn source(&self) -> &'static str {
        "B. Becker, British Journal of Mathematical and Statistical Psychology 41 (1988); L. Hedges, JES 6 (1981)"
    }

    fn fit(
        &self,
        declaration: &Declaration,
        data: &Data,
        students: &[u32],
    ) -> Result<Findings, ValueAddedError> {
        let design = Design::new(&declaration.grouped()?, data)?;
        let [before] = declaration.formula.terms.as_slice() else {
            return Err(ValueAddedError::NotComparable { reason: "a gain has one measurement before" });
        };
        let name = &before.variables[0].name;
        let column = design.names.iter().position(|known| known == name);
        let before = column.map(|at| &design.columns[at]);
        let before = before.ok_or_else(|| ValueAddedError::NotNumeric { column: name.clone() })?;
        let gain = paired_gain(before, &design.response, declaration.level)?;
        let gains: Vec<f64> =
            design.response.iter().zip(before).map(|(after, before)| after - before).collect();
        let mut units = Vec::new();
        for grouping in design.random.iter().map(|random| &random.grouping) {
            let mut members: Vec<Vec<f64>> = vec![Vec::new(); grouping.levels.len()];
            grouping.codes.iter().zip(&gains).for_each(|(code, gain)| members[*code as usize].push(*gain));
            let unit = |(unit, gains): (&String, &Vec<f64>)| {
                let moments = Moments::of(gains)?;
                let sd = crate::stats::moments::sd(gains);
                Some(Unit {
                    unit: unit.clone(),
                    n: gains.len(),
                    effect: moments.mean,
                    standard_error: sd.map(|sd| sd / (gains.len() as f64).sqrt()),
                    interval: interval::student_mean(&moments, declaration.level),
                    ..Unit::default()
                })
            };
            let effects = grouping.levels.iter().zip(&members).filter_map(unit).collect();
            units.push(Units {
                factor: grouping.name.clone(),
                effect: "mean_gain".to_owned(),
                units: effects,
            });
        }
        Ok(Findings {
            counts: Some(design.counts.clone()),
            notes: design.notes.clone(),
            coefficients: vec![Coefficient {
                name: "mean_gain".to_owned(),
                estimate: gain.mean,
                standard_error: gain.sd / (gain.n as f64).sqrt(),
                statistic: gain.t,
                df: Some(gain.n as f64 - 1.0),
                p_value: gain.p_value,
            }],
            summary: vec![
                ("sd_of_gains", gain.sd),
                ("correlation", gain.correlation),
                ("d_z", gain.d_z),
                ("d_rm", gain.d_rm),
                ("d_av", gain.d_av),
                ("standardised_change", gain.standardised_change),
            ],
            units,
            students: Students::new(&declaration.formula, data, &design, students),
            ..Findings::default()
        })
    }
}
