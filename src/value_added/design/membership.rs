//! Multiple membership: students who were taught by several units.

use crate::value_added::error::ValueAddedError;

/// A factor to several of whose levels a row belongs, with shares: the effect of a row is Σ share · effect of the level
/// (W. J. Browne, H. Goldstein and J. Rasbash, Statistical Modelling 1, 2001). With all shares of past units one, their
/// effects persist completely (the layered form); with shares of past units zero they do not persist.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    name: String,
    levels: Vec<String>,
    rows: Vec<Vec<(u32, f64)>>,
}

impl Membership {
    /// Sorts the shares of each row by level and adds up those of the same level.
    ///
    /// # Errors
    /// Fewer than two levels, a code without a level, a share that is not finite.
    pub fn new(
        name: impl Into<String>,
        levels: Vec<String>,
        rows: Vec<Vec<(u32, f64)>>,
    ) -> Result<Self, ValueAddedError> {
        let (name, mut rows) = (name.into(), rows);
        if levels.len() < 2 {
            return Err(ValueAddedError::OneLevel { factor: name });
        }
        for (row, shares) in rows.iter_mut().enumerate() {
            if let Some(&(code, _)) = shares.iter().find(|(code, _)| *code as usize >= levels.len()) {
                return Err(ValueAddedError::CodeWithoutLevel { code, levels: levels.len() });
            }
            if shares.iter().any(|(_, share)| !share.is_finite()) {
                return Err(ValueAddedError::NotFinite { column: name, row });
            }
            shares.sort_by_key(|(code, _)| *code);
            shares.dedup_by(|later, kept| {
                let same = later.0 == kept.0;
                kept.1 += if same { later.1 } else { 0.0 };
                same
            });
        }
        Ok(Self { name, levels, rows })
    }

    /// The factor.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its levels.
    #[must_use]
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// Levels and shares of each row.
    #[must_use]
    pub fn rows(&self) -> &[Vec<(u32, f64)>] {
        &self.rows
    }
}
