//! The one integration binary.

mod architecture;
mod cli;
mod coverage;
mod examples;
mod reference;
mod shared;
mod small;
mod ties;
