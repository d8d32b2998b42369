//! Grouping factors with all the effects that vary over their levels.

use crate::value_added::design::{Design, Membership, RandomColumn, RandomDesign};
use crate::value_added::error::ValueAddedError;

/// A grouping factor. Random terms with the same levels become one factor whose covariance has a block per term.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    pub(super) name: String,
    pub(super) levels: Vec<String>,
    pub(super) sizes: Vec<usize>,
    /// The level of each row; empty where rows belong to several levels.
    pub(super) codes: Vec<u32>,
    /// Levels and shares of each row of a multiple membership, by rising level.
    pub(super) shares: Option<Vec<Vec<(u32, f64)>>>,
    pub(super) effects: Vec<Effect>,
    /// First effect and size of each block of correlated effects.
    pub(super) blocks: Vec<(usize, usize)>,
}

/// An effect that varies over the levels.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    pub(super) name: String,
    /// The column over `scale`, so that its mean square is one; `None` is the constant one.
    pub(super) values: Option<Vec<f64>>,
    pub(super) scale: f64,
}

impl Factor {
    pub(super) fn q(&self) -> usize {
        self.effects.len()
    }

    pub(super) fn n_effects(&self) -> usize {
        self.levels.len() * self.q()
    }

    /// Calls with each level of a row and its share.
    #[inline]
    pub(super) fn for_each_member(&self, row: usize, mut call: impl FnMut(usize, f64)) {
        match &self.shares {
            None => call(self.codes[row] as usize, 1.0),
            Some(shares) => shares[row].iter().for_each(|(code, share)| call(*code as usize, *share)),
        }
    }

    /// The scaled values of the effects in one row, times the root of its weight.
    #[inline]
    pub(super) fn row(&self, row: usize, root_weight: f64, into: &mut [f64]) {
        for (value, effect) in into.iter_mut().zip(&self.effects) {
            *value = root_weight * effect.values.as_ref().map_or(1.0, |values| values[row]);
        }
    }
}

/// Joins the random terms of a design into factors, the one with most levels first.
pub(super) fn factors(design: &Design) -> Result<Vec<Factor>, ValueAddedError> {
    let mut factors: Vec<Factor> = Vec::new();
    for random in &design.random {
        let same = |f: &Factor| f.name == random.grouping.name || f.codes == random.grouping.codes;
        let index = match factors.iter().position(same) {
            Some(index) => index,
            None => {
                factors.push(empty(random));
                factors.len() - 1
            }
        };
        join(&mut factors[index], random)?;
    }
    factors.extend(design.memberships.iter().map(multiple));
    if factors.is_empty() {
        return Err(ValueAddedError::NoRandomTerm);
    }
    let rows = design.response.len();
    for factor in &factors {
        if factor.n_effects() >= rows {
            let (factor, effects) = (factor.name.clone(), factor.n_effects());
            return Err(ValueAddedError::AsManyEffectsAsRows { factor, effects, rows });
        }
    }
    // Only a factor with one level per row can be eliminated first.
    factors.sort_by_key(|factor| (factor.shares.is_some(), std::cmp::Reverse(factor.levels.len())));
    Ok(factors)
}

fn empty(random: &RandomDesign) -> Factor {
    Factor {
        name: random.grouping.name.clone(),
        levels: random.grouping.levels.clone(),
        sizes: random.grouping.sizes(),
        codes: random.grouping.codes.clone(),
        shares: None,
        effects: Vec::new(),
        blocks: Vec::new(),
    }
}

fn multiple(membership: &Membership) -> Factor {
    let mut sizes = vec![0; membership.levels().len()];
    let members = membership.rows().iter().flatten();
    members.for_each(|(code, _)| sizes[*code as usize] += 1);
    Factor {
        name: membership.name().to_owned(),
        levels: membership.levels().to_vec(),
        sizes,
        codes: Vec::new(),
        shares: Some(membership.rows().to_vec()),
        effects: vec![Effect { name: "(Intercept)".to_owned(), values: None, scale: 1.0 }],
        blocks: vec![(0, 1)],
    }
}

fn join(factor: &mut Factor, random: &RandomDesign) -> Result<(), ValueAddedError> {
    factor.blocks.push((factor.effects.len(), random.columns.len()));
    for column in &random.columns {
        if factor.effects.iter().any(|effect| effect.name == column.name) {
            let (effect, factor) = (column.name.clone(), factor.name.clone());
            return Err(ValueAddedError::RepeatedRandomEffect { effect, factor });
        }
        factor.effects.push(scaled(column));
    }
    Ok(())
}

fn scaled(column: &RandomColumn) -> Effect {
    let Some(values) = &column.values else {
        return Effect { name: column.name.clone(), values: None, scale: 1.0 };
    };
    let mean_square = values.iter().map(|x| x * x).sum::<f64>() / values.len() as f64;
    let scale = if mean_square > 0.0 { mean_square.sqrt() } else { 1.0 };
    let values = Some(values.iter().map(|x| x / scale).collect());
    Effect { name: column.name.clone(), values, scale }
}
