//! `attain import`: a public data set becomes a workspace.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::findings::{Tally, print_issues};
use super::folder::write_workspace;
use super::session::Session;
use crate::error::{Error, exit};
use crate::ingest::oulad;

/// What to import.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The public learning analytics data set.
    Oulad {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    match &args.what {
        What::Oulad { dir, out } => import_oulad(dir, out, session),
    }
}

fn import_oulad(dir: &Path, out: &Path, session: &mut Session) -> Result<u8, Error> {
    let (files, issues) = oulad::import(dir)?;
    write_workspace(out, &files)?;
    print_issues(&issues, session)?;
    let tally = Tally::of(&issues).line(session);
    session.out.line(tally)?;
    let folder = out.display().to_string();
    session.say("cli.import.done", &[("path", &folder)])?;
    session.say("cli.next.run", &[("path", &folder)])?;
    Ok(exit::FINE)
}
