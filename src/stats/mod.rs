//! Numerics on slices and arrays, which know nothing of education.
//!
//! Everything here is a pure function of its arguments: no clock, no file, no global generator. What cannot be
//! computed comes back as `None` or an error, never as `NaN`, and the same input gives the same bits for any
//! number of threads. [`selftest()`] measures the correct digits of the parts against published values.

#![cfg_attr(test, expect(clippy::float_cmp, reason = "the tests state values that must be met exactly"))]

pub mod ahp;
pub mod anova;
pub mod bootstrap;
pub mod distribution;
pub mod interval;
pub mod least_squares;
pub mod matrix;
pub mod moments;
pub mod multiple;
pub mod selftest;
pub mod sum;

pub use interval::Interval;
pub use selftest::{SelfTest, selftest};
