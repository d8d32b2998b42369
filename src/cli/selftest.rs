//! `attain selftest`: how many digits of the program's numerics are right on this machine.

use super::args::TextOrJson;
use super::grid::Grid;
use super::session::{Paint, Session};
use crate::error::{Error, exit};
use crate::stats::selftest::{SelfTest, selftest};

/// In which form.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<u8, Error> {
    let results = selftest();
    match args.format {
        TextOrJson::Json => session.out.json(&results)?,
        TextOrJson::Text => table(&results, session)?,
    }
    let failed = results.iter().filter(|result| !result.passed()).count();
    Ok(if failed == 0 { exit::FINE } else { exit::FINDINGS })
}

fn table(results: &[SelfTest], session: &mut Session) -> Result<(), Error> {
    let header =
        ["cli.selftest.part", "cli.selftest.digits", "cli.selftest.required", "cli.selftest.verdict"];
    let mut grid = Grid::new(header.map(|key| session.text(key, &[]))).right(1).right(2);
    for result in results {
        let verdict = if result.passed() { "✓" } else { "✗" };
        grid.row([
            result.name.clone(),
            format!("{:.1}", result.digits),
            format!("{:.1}", result.required),
            verdict.to_owned(),
        ]);
    }
    grid.show(session)?;
    let failed = results.iter().filter(|result| !result.passed()).count();
    let text = session.text(
        if failed == 0 { "cli.selftest.passed" } else { "cli.selftest.failed" },
        &[("n", &results.len().to_string()), ("failed", &failed.to_string())],
    );
    let paint = if failed == 0 { Paint::Good } else { Paint::Bad };
    let text = session.paint(paint, &text);
    session.out.line(text)
}
