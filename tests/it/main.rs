//! The one integration binary.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests stop at the first surprise and say what they measured"
)]

mod architecture;
mod catalogue;
mod cli;
mod coverage;
mod exact;
mod examples;
mod explorer;
mod fonts;
mod fuzz;
mod laws;
mod reference;
mod second_opinion;
mod shared;
mod small;
mod ties;
mod value_added;
mod value_added_recovery;
mod workspaces;
