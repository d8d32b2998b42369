//! The one integration binary.

mod architecture;
mod cli;
mod coverage;
mod exact;
mod examples;
mod laws;
mod reference;
mod shared;
mod small;
mod ties;
mod workspaces;
