//! The one integration binary.

mod architecture;
mod coverage;
mod examples;
mod reference;
mod shared;
mod small;
mod ties;
