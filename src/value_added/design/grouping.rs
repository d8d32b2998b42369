//! Grouping factors of random terms.

use crate::value_added::data::{Column, Data};
use crate::value_added::error::ValueAddedError;

/// The levels of a factor or of a combination of factors, as they occur in the rows used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// The factor, `a:b` for a combination.
    pub name: String,
    /// The levels that occur, in the order of the columns' levels (numbers in rising order).
    pub levels: Vec<String>,
    /// The level of each row.
    pub codes: Vec<u32>,
}

impl Grouping {
    pub(super) fn new(data: &Data, rows: &[usize], names: &[String]) -> Result<Self, ValueAddedError> {
        let mut parts = names.iter().map(|name| single(data, rows, name));
        let mut grouping = parts.next().unwrap_or_else(|| {
            Err(ValueAddedError::NoSuchColumn { column: String::new(), known: Vec::new() })
        })?;
        for part in parts {
            grouping = combine(&grouping, &part?);
        }
        if grouping.levels.len() < 2 {
            return Err(ValueAddedError::OneLevel { factor: grouping.name });
        }
        Ok(grouping)
    }

    /// The grouping with these of its codes, without the levels that no longer occur; `None` when one is left.
    pub(super) fn kept(&self, codes: &[u32]) -> Option<Self> {
        let wide: Vec<u64> = codes.iter().map(|code| u64::from(*code)).collect();
        let (codes, used) = renumbered(&wide);
        let levels: Vec<String> = used.iter().map(|code| self.levels[*code as usize].clone()).collect();
        (levels.len() > 1).then(|| Self { name: self.name.clone(), levels, codes })
    }

    /// How many rows each level has.
    #[must_use]
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.levels.len()];
        self.codes.iter().for_each(|&code| sizes[code as usize] += 1);
        sizes
    }
}

fn single(data: &Data, rows: &[usize], name: &str) -> Result<Grouping, ValueAddedError> {
    let (codes, levels): (Vec<u64>, Vec<String>) = match data.column(name)? {
        Column::Category(category) => {
            let codes = rows.iter().filter_map(|&row| category.codes()[row].map(u64::from));
            (codes.collect(), category.levels().to_vec())
        }
        Column::Number(values) => {
            let values: Vec<f64> = rows.iter().filter_map(|&row| values[row]).collect();
            let mut distinct = values.clone();
            distinct.sort_by(f64::total_cmp);
            distinct.dedup_by(|a, b| a.to_bits() == b.to_bits());
            let code = |x: &f64| distinct.partition_point(|d| d.total_cmp(x).is_lt()) as u64;
            (values.iter().map(code).collect(), distinct.iter().map(ToString::to_string).collect())
        }
    };
    let (codes, used) = renumbered(&codes);
    let levels = used.iter().map(|&code| levels[usize::try_from(code).unwrap_or(0)].clone()).collect();
    Ok(Grouping { name: name.to_owned(), levels, codes })
}

/// The pairs of levels that occur, the first factor's levels outermost.
fn combine(left: &Grouping, right: &Grouping) -> Grouping {
    let width = right.levels.len() as u64;
    let pair = |(l, r): (&u32, &u32)| u64::from(*l) * width + u64::from(*r);
    let codes: Vec<u64> = left.codes.iter().zip(&right.codes).map(pair).collect();
    let (codes, used) = renumbered(&codes);
    let name = |&code: &u64| {
        let (l, r) = ((code / width) as usize, (code % width) as usize);
        format!("{}:{}", left.levels[l], right.levels[r])
    };
    let levels = used.iter().map(name).collect();
    Grouping { name: format!("{}:{}", left.name, right.name), levels, codes }
}

/// New codes 0, 1, … for the codes that occur, in rising order, and the codes they stand for.
fn renumbered(codes: &[u64]) -> (Vec<u32>, Vec<u64>) {
    let largest = codes.iter().max().copied().unwrap_or(0);
    if largest < 16 * codes.len() as u64 {
        let mut new = vec![u32::MAX; largest as usize + 1];
        codes.iter().for_each(|&code| new[code as usize] = 0);
        let used: Vec<u64> = (0..=largest).filter(|&code| new[code as usize] == 0).collect();
        (0_u32..).zip(&used).for_each(|(index, &code)| new[code as usize] = index);
        return (codes.iter().map(|&code| new[code as usize]).collect(), used);
    }
    let mut used = codes.to_vec();
    used.sort_unstable();
    used.dedup();
    let index = |code: &u64| used.partition_point(|u| u < code) as u32;
    (codes.iter().map(index).collect(), used)
}
