//! Linear mixed models: y = Xβ + Zb + e, b ~ N(0, σ²Σ), e ~ N(0, σ²W⁻¹), by REML or ML.
//!
//! Formulas: D. Bates, M. Mächler, B. Bolker and S. Walker, "Fitting linear mixed-effects models using lme4", Journal
//! of Statistical Software 67 (2015); gradients and information as told in the private module `system`.

mod bootstrap;
mod compare;
mod crossed;
mod dense;
mod diagnostics;
mod factor;
mod fit;
mod fitted;
mod inference;
mod minimise;
mod nested;
mod optimise;
mod parameters;
mod persistence;
mod profile;
mod small;
mod structure;
mod sufficient;
mod system;
mod units;

pub use bootstrap::Replicate;
pub use compare::{Explained, LikelihoodRatio, explained, likelihood_ratio};
pub use diagnostics::{Residuals, UnitInfluence, Without};
pub use fit::{Component, FixedEffect, MixedFit, MixedModel, Modes};
pub use fitted::Fitted;
pub use inference::{CovarianceParameter, Inference};
pub use optimise::{Convergence, TOLERANCE};
pub use persistence::{Persistence, PersistenceFit, PersistenceModel, YearColumns, YearEffect};
pub use profile::{ProfileInterval, Profiled};
pub use system::Criterion;
pub use units::{UnitEffect, UnitOptions, unit_effects};
