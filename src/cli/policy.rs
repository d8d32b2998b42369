//! `attain policy`: the text of a built-in policy to start one's own from, and the check of one's own.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::session::Session;
use crate::attainment::AttainmentError;
use crate::attainment::method::objective_method;
use crate::attainment::rule::rule;
use crate::error::{Error, exit};
use crate::policy::{Policy, builtin_policies, builtin_text};

/// What to do.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a built-in policy.
    Show {
        #[arg(value_name = "KEY")]
        key: String,
    },
    /// Check a policy file.
    Check {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    match &args.action {
        Action::Show { key } => show(key, session),
        Action::Check { file } => check(file, session),
    }
}

fn show(key: &str, session: &mut Session) -> Result<u8, Error> {
    let text = builtin_text(key).ok_or_else(|| {
        let known: Vec<String> = builtin_policies().map(|policy| policy.key).collect();
        Error::usage("error.unknown_policy", &[("key", key), ("known", &known.join(", "))])
    })?;
    session.out.bytes(text.as_bytes())?;
    Ok(exit::FINE)
}

fn check(file: &Path, session: &mut Session) -> Result<u8, Error> {
    let text = std::fs::read_to_string(file).map_err(|error| Error::read(file, error))?;
    let policy = Policy::parse(&text).map_err(|source| Error::Policy { path: file.to_owned(), source })?;
    known_choices(&policy)?;
    let title = policy.title.get(session.lang).to_owned();
    session.say("cli.policy.good", &[("key", &policy.key), ("title", &title)])?;
    Ok(exit::FINE)
}

/// Whether the methods and rules a policy names exist.
pub(super) fn known_choices(policy: &Policy) -> Result<(), Error> {
    if objective_method(&policy.objective.method).is_none() {
        return Err(AttainmentError::UnknownMethod(policy.objective.method.clone()).into());
    }
    if rule(&policy.requirement.rule).is_none() {
        return Err(AttainmentError::UnknownRule(policy.requirement.rule.clone()).into());
    }
    Ok(())
}
