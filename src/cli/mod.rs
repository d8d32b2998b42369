//! One file per subcommand; the only module that prints and reads the clock, the environment and the locale.

use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
