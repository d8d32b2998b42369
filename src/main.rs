//! The `attain` program: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    attain::cli::main()
}
