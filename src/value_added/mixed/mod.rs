//! Linear mixed models: y = Xβ + Zb + e, b ~ N(0, σ²Σ), e ~ N(0, σ²W⁻¹), by REML or ML.
//!
//! Formulas: D. Bates, M. Mächler, B. Bolker and S. Walker, "Fitting linear mixed-effects models using lme4", Journal
//! of Statistical Software 67 (2015); gradients and information as told in the private module `system`.

mod crossed;
mod dense;
mod factor;
mod fit;
mod nested;
mod optimise;
mod parameters;
mod small;
mod structure;
mod system;

pub use fit::{Component, FixedEffect, MixedFit, MixedModel, Modes};
pub use optimise::{Convergence, TOLERANCE};
pub use system::Criterion;
