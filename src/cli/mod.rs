//! One file per subcommand; the only module that prints and reads the clock, the environment and the locale.
//!
//! Results go to the standard output, issues and progress to the standard error. The exit codes are those of
//! [`crate::error::exit`].

mod args;
mod bug;
mod chart;
mod check;
mod compare;
mod compare_course;
mod course;
mod findings;
mod folder;
mod fonts;
mod gallery;
mod grid;
mod help;
mod import;
mod init;
mod language;
mod list;
mod output;
mod policy;
mod progress;
mod records;
mod report;
mod run;
mod selftest;
mod session;
mod simulate;
mod source;
mod summary;
mod usage;
mod value_added;
mod value_added_tables;
mod written;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::error::{Error, exit};
use crate::message::Lang;
use args::{Cli, Command};
use session::Session;

pub use help::command;

/// What pictures name as their source.
const SOURCE: &str = concat!("attain ", env!("CARGO_PKG_VERSION"));

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let lang = language::before_parsing(&arguments);
    crate::chart::system_fonts(fonts::FILES);
    ExitCode::from(bug::watched(lang, || parse_and_run(arguments, lang)))
}

fn parse_and_run(arguments: Vec<OsString>, lang: Lang) -> u8 {
    let command = help::command(lang);
    let parsed = command.try_get_matches_from(&arguments).and_then(|found| Cli::from_arg_matches(&found));
    match parsed {
        Ok(cli) => end(&cli, Session::new(&cli.global, lang, &arguments)),
        Err(error) => usage::refuse(&error, lang),
    }
}

fn end(cli: &Cli, mut session: Session) -> u8 {
    let ended = dispatch(&cli.command, &mut session).and_then(|code| session.out.flush().map(|()| code));
    match ended {
        Ok(code) => code,
        Err(Error::ClosedPipe) => exit::FINE,
        Err(error) => {
            session.say_error(&error);
            error.exit_code()
        }
    }
}

fn dispatch(command: &Command, session: &mut Session) -> Result<u8, Error> {
    match command {
        Command::Init(args) => init::run(args, session),
        Command::Check(args) => check::run(args, session),
        Command::Run(args) => run::run(args, session),
        Command::Course(args) => course::run(args, session),
        Command::Compare(args) => compare::run(args, session),
        Command::Chart(args) => chart::run(args, session),
        Command::Report(args) => report::run(args, session),
        Command::ValueAdded(args) => value_added::run(args, session),
        Command::Simulate(args) => simulate::run(args, session),
        Command::Import(args) => import::run(args, session),
        Command::List(args) => list::run(args, session),
        Command::Policy(args) => policy::run(args, session),
        Command::Selftest(args) => selftest::run(args, session),
    }
}
