//! `attain init`: a new workspace whose templates run unedited.

use std::path::PathBuf;

use super::folder::write_workspace;
use super::session::Session;
use crate::error::{Error, exit};
use crate::policy::{builtin_frameworks, framework};
use crate::template::workspace;

/// On which framework, and where.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "KEY", default_value = "ceeaa-2024")]
    framework: String,
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    let framework = framework(&args.framework).ok_or_else(|| {
        let known: Vec<String> = builtin_frameworks().map(|one| one.key).collect();
        let values = [("key", args.framework.as_str()), ("known", &known.join(", "))];
        Error::usage("error.unknown_framework", &values)
    })?;
    let files = workspace(&framework, session.lang)?;
    write_workspace(&args.dir, &files)?;
    let folder = args.dir.display().to_string();
    session.say("cli.init.done", &[("path", &folder)])?;
    for file in &files {
        session.out.line(format_args!("  {}", file.path))?;
    }
    session.say("cli.next.run", &[("path", &folder)])?;
    Ok(exit::FINE)
}
