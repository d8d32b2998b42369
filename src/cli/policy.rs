//! `attain policy`: the text of a built-in policy to start one's own from, and the check of one's own.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::session::{Paint, Session};
use crate::attainment::unknown_choices;
use crate::error::{Error, exit};
use crate::policy::{Policy, PolicyError, Status, builtin_policies, builtin_text, decisions};

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
        #[arg(value_name = "FILE|KEY")]
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

/// Every decision of the policy in words, and what it lacks before it may be called checked.
fn check(file: &Path, session: &mut Session) -> Result<u8, Error> {
    let builtin = file.to_str().and_then(builtin_text);
    let text = match builtin {
        Some(text) => text.to_owned(),
        None => std::fs::read_to_string(file).map_err(|error| Error::read(file, error))?,
    };
    let wrong = |source| Error::Policy { path: file.to_owned(), source };
    let policy = match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(mut source) => {
            source.issues.extend(source.draft.iter().flat_map(|draft| unknown_choices(draft, &text)));
            return Err(wrong(source));
        }
    };
    let issues = unknown_choices(&policy, &text);
    if !issues.is_empty() {
        return Err(wrong(PolicyError { issues, draft: None }));
    }
    let decisions = decisions(&policy);
    let n_open = decisions.iter().filter(|decision| decision.open).count();
    let title = policy.title.get(session.lang).to_owned();
    let n = decisions.len().to_string();
    let values = [("key", policy.key.as_str()), ("title", &title), ("n", &n)];
    session.say("cli.policy.decisions", &values)?;
    session
        .say("cli.policy.source", &[("source", policy.source.get(session.lang)), ("date", &policy.date)])?;
    for decision in &decisions {
        let tick = if decision.open { session.paint(Paint::Odd, "[?]") } else { "[ ]".to_owned() };
        let key = session.paint(Paint::Quiet, &decision.key);
        let said = decision.text(session.lang);
        session.out.line(format_args!("{tick} {said}  {key}"))?;
    }
    standing(&policy, n_open, session)?;
    Ok(exit::FINE)
}

/// Whether the policy is checked, and what it lacks where it is not.
fn standing(policy: &Policy, n_open: usize, session: &mut Session) -> Result<(), Error> {
    let entry = |entry: &Option<String>| entry.clone().filter(|text| !text.trim().is_empty());
    let (by, on) = (entry(&policy.checked_by), entry(&policy.checked_on));
    if policy.status == Status::Checked {
        let (by, on) = (by.unwrap_or_default(), on.unwrap_or_default());
        return session.say("cli.policy.checked", &[("by", &by), ("on", &on)]);
    }
    session.say("cli.policy.draft", &[])?;
    if n_open > 0 {
        session.say("cli.policy.lacks_open", &[("n", &n_open.to_string())])?;
    }
    if by.is_none() {
        session.say("cli.policy.lacks_by", &[])?;
    }
    if on.is_none() {
        session.say("cli.policy.lacks_on", &[])?;
    }
    session.say("cli.policy.lacks_status", &[])
}
