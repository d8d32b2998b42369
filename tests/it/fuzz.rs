//! Damaged files without number: valid ones of every format, mutated, read to the end.
//!
//! No input may panic, take long, or lose a row: rows = used + listed. A plain `cargo test` reads a few of each kind;
//! `ATTAIN_FUZZ_SECONDS=600 cargo test --test it fuzz` goes on for ten minutes, from input `ATTAIN_FUZZ_FROM` on. An input
//! is made from its number alone, so what is found can be made again.

mod mutate;
mod seeds;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use attain::attainment::attain;
use attain::ingest::raw::{Limits, read};
use attain::ingest::{IngestError, Loaded, Overrides, workbook, workspace};
use attain::model::{Issue, Severity};
use attain::policy::{Policy, PolicyError};

use mutate::Mutator;

/// Inputs of each kind that every test run reads.
const FEW: u64 = 40;
/// One input of so many goes the whole way to its figures, the others only through the reader of their format.
const WHOLE: u64 = 10;
/// An input that takes longer in a debug build on a busy machine is a finding.
const MOST: Duration = Duration::from_secs(20);

/// What became of one kind of input.
#[derive(Debug, Default)]
struct Count {
    inputs: u64,
    /// Inputs of which at least one row became data, or for settings and policies whose workspace could be read.
    used: u64,
    /// Inputs whose figures were computed to the end.
    computed: u64,
    /// Panics of libraries, caught at the border and said as a damaged file.
    caught: u64,
    slowest: Duration,
}

/// What came of one input.
#[derive(Debug, Default, Clone, Copy)]
struct Outcome {
    used: bool,
    computed: bool,
    caught: bool,
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn no_damaged_file_makes_it_panic_or_lose_a_row() {
    let seeds = seeds::seeds();
    let seconds = variable("ATTAIN_FUZZ_SECONDS");
    let first = variable("ATTAIN_FUZZ_FROM").unwrap_or(0);
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut findings = Vec::new();
    for number in first.. {
        let go_on = end.map_or(number < first + FEW, |end| Instant::now() < end);
        if !go_on || findings.len() > 20 {
            break;
        }
        for seed in &seeds {
            let bytes = Mutator::new(number).mutated(seed);
            let start = Instant::now();
            let outcome = watched(*seed.kind(), number % WHOLE == 0, bytes.clone());
            let count = counts.entry(seed.name).or_default();
            count.inputs += 1;
            count.slowest = count.slowest.max(start.elapsed());
            match outcome {
                Ok(outcome) => {
                    count.used += u64::from(outcome.used);
                    count.computed += u64::from(outcome.computed);
                    count.caught += u64::from(outcome.caught);
                }
                Err(what) => {
                    let kept = std::env::temp_dir().join(format!("attain-fuzz-{}-{number}", seed.name));
                    std::fs::write(&kept, &bytes).unwrap();
                    findings.push(format!("{} {number}: {what} ({})", seed.name, kept.display()));
                }
            }
        }
    }
    for (name, count) in &counts {
        println!("{name}: {count:?}");
    }
    assert!(findings.is_empty(), "{findings:#?}");
}

/// Every seed is read whole before anything is done to it.
#[test]
fn an_unchanged_seed_is_read_whole() {
    for seed in seeds::seeds() {
        let outcome = watched(*seed.kind(), true, seed.bytes.clone())
            .unwrap_or_else(|what| panic!("{}: {what}", seed.name));
        assert!(outcome.used && outcome.computed, "{}: {outcome:?}", seed.name);
    }
}

/// Reads an input in a thread of its own, so that one that hangs is found.
fn watched(kind: Kind, whole: bool, bytes: Vec<u8>) -> Result<Outcome, String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let outcome =
            catch_unwind(AssertUnwindSafe(|| if whole { kind.whole(&bytes) } else { kind.parsed(&bytes) }));
        let outcome = outcome.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            Err(text
                .or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
                .unwrap_or_default())
        });
        let _ = sender.send(outcome);
    });
    receiver.recv_timeout(MOST).unwrap_or_else(|_| Err(format!("not done after {MOST:?}")))
}

/// How an input is read.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A file of a workspace, by its name there.
    Part(&'static str),
    /// A course workbook of its own.
    Course,
}

impl Kind {
    /// Through the reader of its format alone.
    fn parsed(self, bytes: &[u8]) -> Result<Outcome, String> {
        let name = match self {
            Self::Course => "course.xlsx",
            Self::Part(name) => name,
        };
        if name.ends_with(".toml") {
            let used = parsed_policy(bytes);
            return Ok(Outcome { used, ..Outcome::default() });
        }
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        write(folder.path(), name, bytes);
        let file = read(&folder.path().join(name), name, &Limits::default());
        if file.tables.is_empty() && file.issues.is_empty() {
            return Err("neither a table nor a word".to_owned());
        }
        let used = file.tables.iter().any(|table| !table.rows.is_empty());
        Ok(Outcome { used, computed: false, caught: file.issues.iter().any(caught) })
    }

    /// From the file to the figures.
    fn whole(self, bytes: &[u8]) -> Result<Outcome, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let overrides = Overrides { policy: None, lenient: true };
        match self {
            Self::Course => {
                let path = folder.path().join("course.xlsx");
                std::fs::write(&path, bytes).map_err(|error| error.to_string())?;
                whole(workbook(&path, &overrides), "course.xlsx")
            }
            Self::Part(name) => {
                seeds::write_workspace(folder.path(), name);
                write(folder.path(), name, bytes);
                if name.ends_with(".toml") {
                    parsed_policy(bytes);
                }
                whole(workspace(folder.path(), &overrides), name)
            }
        }
    }
}

/// Whether a text is a policy; where it is not, something is said.
fn parsed_policy(bytes: &[u8]) -> bool {
    let parsed = Policy::parse(&String::from_utf8_lossy(bytes));
    let said = |error: &PolicyError| !error.issues.is_empty() && !error.to_string().is_empty();
    assert!(parsed.as_ref().err().is_none_or(said));
    parsed.is_ok()
}

/// Whether an issue stands for a panic of a library.
fn caught(issue: &Issue) -> bool {
    issue.code == "damaged_file" && issue.values.iter().any(|(_, value)| value == "—")
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

/// Whatever was read is accounted for and can be computed with.
fn whole(loaded: Result<Loaded, IngestError>, name: &str) -> Result<Outcome, String> {
    let loaded = match loaded {
        Ok(loaded) => loaded,
        // The policy or the settings are no TOML, or name a policy that is nowhere: refused in words.
        Err(error) => {
            return if error.to_string().is_empty() {
                Err("no words".into())
            } else {
                Ok(Outcome::default())
            };
        }
    };
    for count in &loaded.rows {
        if count.rows != count.used + count.listed {
            return Err(format!("{count:?}"));
        }
        let said = loaded.issues.iter().any(|issue| issue.place.file == count.file);
        if count.listed > 0 && !said {
            return Err(format!("no issue says why: {count:?}"));
        }
    }
    let caught = loaded.issues.iter().any(caught);
    let table = !name.ends_with(".toml");
    let used = loaded.rows.iter().any(|count| count.used > 0 && (!table || count.file == name));
    // With a wrong policy or wrong settings a run refuses to compute.
    let wrong = |issue: &Issue| issue.severity == Severity::Error && issue.place.file.ends_with(".toml");
    if loaded.issues.iter().any(wrong) {
        return Ok(Outcome { used, computed: false, caught });
    }
    let mut policy = loaded.policy;
    // Replicates cost time and read nothing.
    policy.uncertainty.replicates = 100;
    let attained = attain(&loaded.dataset, &policy, &|| ());
    let figures = attained.iter().flat_map(|attained| &attained.offerings).flat_map(|one| &one.groups);
    for figure in figures.flat_map(|group| &group.objectives) {
        let scale = figure.scale;
        if figure.value.is_some_and(|value| !(-1e-9..=scale + 1e-9).contains(&value)) {
            return Err(format!("{figure:?}"));
        }
    }
    Ok(Outcome { used, computed: attained.is_ok(), caught })
}
