//! `attain simulate`: a workspace with known truth, from a seed.

use std::path::PathBuf;

use clap::ValueEnum;

use super::folder::write_workspace;
use super::session::Session;
use crate::error::{Error, exit};
use crate::simulate::{Design, simulate};

/// What to simulate.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "SIZE", default_value = "demo")]
    size: Size,
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// The sizes that have a name.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Size {
    Demo,
    OneCourse,
    OneCollege,
    OneUniversity,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    let mut design = match args.size {
        Size::Demo => Design::demo(),
        Size::OneCourse => Design::one_course(),
        Size::OneCollege => Design::one_college(),
        Size::OneUniversity => Design::one_university(),
    };
    design.seed = args.seed.unwrap_or(design.seed);
    write_workspace(&args.out, &simulate(&design)?)?;
    let folder = args.out.display().to_string();
    session.say("cli.simulate.done", &[("path", &folder), ("seed", &design.seed.to_string())])?;
    session.say("cli.next.run", &[("path", &folder)])?;
    Ok(exit::FINE)
}
