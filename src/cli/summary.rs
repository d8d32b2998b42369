//! The end of a run on the terminal: what every cohort reached.

use super::grid::Grid;
use super::session::{Paint, Session};
use crate::attainment::{Attained, Attainment, CohortResult, Evaluated, Verdict};
use crate::error::Error;
use crate::ingest::Loaded;
use crate::policy::{Status, decisions};
use crate::report::shortened;

/// Says that the policy is a draft, where it is one: its figures stand on decisions that nobody has confirmed.
pub(super) fn mention_draft(loaded: &Loaded, session: &mut Session) -> Result<(), Error> {
    if loaded.policy.status == Status::Checked {
        return Ok(());
    }
    let open = decisions(&loaded.policy).iter().filter(|decision| decision.open).count();
    let (key, n) = (loaded.policy.key.as_str(), open.to_string());
    let from = loaded.policy_file.as_deref().unwrap_or(key);
    let message = if open > 0 { "cli.run.draft_open" } else { "cli.run.draft" };
    let text = session.text(message, &[("key", key), ("n", &n), ("from", from)]);
    let text = session.paint(Paint::Odd, &text);
    session.out.line(text)
}

/// Prints requirements per programme and cohort, or objectives where no cohort has requirements.
pub(super) fn print(loaded: &Loaded, attained: &Attained, session: &mut Session) -> Result<(), Error> {
    if attained.cohorts.iter().any(|cohort| !cohort.requirements.is_empty()) {
        cohorts(loaded, attained, session)?;
    }
    let objectives = attained.offerings.iter().filter_map(|offering| offering.groups.first());
    let counts = Verdicts::of(objectives.flat_map(|group| &group.objectives));
    let values = [
        ("offerings", attained.offerings.len().to_string()),
        ("reached", counts.reached.to_string()),
        ("not_reached", counts.not_reached.to_string()),
        ("none", counts.none.to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    session.say("cli.summary.objectives", &values)
}

fn cohorts(loaded: &Loaded, attained: &Attained, session: &mut Session) -> Result<(), Error> {
    let header = ["programme", "cohort", "plan", "students", "reached", "not_reached", "none", "lowest"];
    let header = header.map(|name| session.text(&format!("cli.summary.{name}"), &[]));
    let mut grid = (3..=6).fold(Grid::new(header), Grid::right);
    for cohort in &attained.cohorts {
        grid.row(row(loaded, cohort));
    }
    grid.show(session)
}

fn row(loaded: &Loaded, result: &CohortResult) -> [String; 8] {
    let programme = &loaded.dataset.programmes[result.programme];
    let cohort = &programme.cohorts[result.cohort];
    let plan = &programme.plans[cohort.plan];
    let figures: Vec<&Attainment> = result.requirements.iter().map(decisive).collect();
    let counts = Verdicts::of(figures.iter().copied());
    let lowest = figures.iter().enumerate().filter_map(|(at, figure)| Some((at, *figure, figure.value?)));
    let lowest = lowest.min_by(|one, other| one.2.total_cmp(&other.2)).map(|(at, figure, _)| {
        let requirement = &plan.requirements[at];
        let name = shortened(requirement.text.as_deref().unwrap_or_default(), 26);
        format!("{} {name} {}", requirement.id, with_mark(figure))
    });
    [
        programme.name.clone().unwrap_or_else(|| programme.id.clone()),
        cohort.id.clone(),
        plan.version.clone(),
        result.students.len().to_string(),
        counts.reached.to_string(),
        counts.not_reached.to_string(),
        counts.none.to_string(),
        lowest.unwrap_or_else(|| "—".to_owned()),
    ]
}

/// The figure that decides: the combined one where the policy combines.
pub(super) fn decisive(evaluated: &Evaluated) -> &Attainment {
    evaluated.combined.as_ref().unwrap_or(&evaluated.direct)
}

/// The value as the policy shows it, and its verdict: `0.712 ✓`, `0.583 ✗`, `—`.
pub(super) fn with_mark(figure: &Attainment) -> String {
    match figure.shown {
        Some(shown) => format!("{shown} {}", mark(figure.verdict)),
        None => "—".to_owned(),
    }
}

/// The mark of a verdict.
pub(super) fn mark(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Reached) => "✓",
        Some(Verdict::NotReached) => "✗",
        None => "–",
    }
}

/// Numbers of verdicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Verdicts {
    reached: usize,
    not_reached: usize,
    none: usize,
}

impl Verdicts {
    fn of<'a>(figures: impl Iterator<Item = &'a Attainment>) -> Self {
        figures.fold(Self::default(), |mut counts, figure| {
            match figure.verdict {
                Some(Verdict::Reached) => counts.reached += 1,
                Some(Verdict::NotReached) => counts.not_reached += 1,
                None => counts.none += 1,
            }
            counts
        })
    }
}
