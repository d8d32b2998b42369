//! What can be asked for. Every text about it stands in the catalogue under `help.…`, see [`super::help`].

use clap::{ColorChoice, Parser, Subcommand, ValueEnum};

use super::{
    chart, check, compare, course, import, init, list, policy, report, run, selftest, simulate, value_added,
};
use crate::message::Lang;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "attain", version, subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command understands.
#[derive(Debug, clap::Args)]
pub(super) struct Global {
    #[arg(long, visible_alias = "lang", global = true, value_name = "LANG")]
    pub(super) language: Option<Language>,
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorChoice,
}

/// One variant per subcommand, one file each.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Init(init::Args),
    Check(check::Args),
    Run(run::Args),
    Course(course::Args),
    Compare(compare::Args),
    Chart(chart::Args),
    Report(report::Args),
    ValueAdded(value_added::Args),
    Simulate(simulate::Args),
    Import(import::Args),
    List(list::Args),
    Policy(policy::Args),
    Selftest(selftest::Args),
}

/// A language of the catalogue, as it is named on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Language {
    #[value(name = "zh-CN", alias = "zh")]
    Chinese,
    #[value(name = "en")]
    English,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Chinese => Self::Zh,
            Language::English => Self::En,
        }
    }
}

/// Text for people, or JSON for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TextOrJson {
    Text,
    Json,
}
