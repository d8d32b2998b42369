//! Damaged files without number: valid ones of every format, mutated.
//!
//! Whole workspaces are read to their figures and lose no row; every parser of its own is fed at full speed. No input
//! may panic, hang or fill the memory. A plain `cargo test` reads a few of each kind; with `ATTAIN_FUZZ_SECONDS` each
//! parser goes on for so long, but not beyond a million inputs, from input `ATTAIN_FUZZ_FROM` on. An input is made from
//! its number alone, so what is found can be made again; `ATTAIN_FUZZ_ONLY=ODS` feeds one parser.

mod form;
mod mutate;
mod parser;
mod seeds;
mod watch;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use attain::attainment::attain;
use attain::ingest::{IngestError, Loaded, Overrides, workbook, workspace};
use attain::model::{Issue, Severity};
use attain::policy::{Policy, PolicyError};

use mutate::Mutator;
use parser::{PARSERS, Parser};
use watch::{Peak, Watch, at_work};

/// Inputs of each kind that every test run reads to their figures, and that it gives to each parser.
const FEW: u64 = 4;
const SOME: u64 = 200;
/// Inputs of each parser after which a long run goes on to the next.
const MANY: u64 = 1_000_000;
/// Inputs between two looks at memory and clock.
const BATCH: u64 = 50;
/// Memory that the inputs of a batch may take beyond what was there before, in a run of its own.
const MOST_BYTES: u64 = 200 << 20;

/// What became of one kind of input.
#[derive(Debug, Default)]
struct Count {
    inputs: u64,
    /// Inputs of which something became data.
    used: u64,
    /// Inputs whose figures were computed to the end.
    computed: u64,
    /// Panics of libraries, caught at the border and said as a damaged file.
    caught: u64,
    /// The longest time an input took, by the clock on the wall, and its number.
    slowest: (Duration, u64),
    /// The time the thread was at work, making the inputs included; other work on the machine does not count.
    at_work: Duration,
    /// The most memory that a batch took beyond what was there before, and its first number.
    memory: (u64, u64),
}

/// What came of one input.
#[derive(Debug, Default, Clone, Copy)]
struct Outcome {
    used: bool,
    computed: bool,
    caught: bool,
}

impl Count {
    fn add(&mut self, number: u64, outcome: Outcome, spent: Duration) {
        self.inputs += 1;
        self.used += u64::from(outcome.used);
        self.computed += u64::from(outcome.computed);
        self.caught += u64::from(outcome.caught);
        self.slowest = self.slowest.max((spent, number));
    }
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A folder in memory where the system has one.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

#[test]
fn no_damaged_file_makes_it_panic_or_lose_a_row() {
    let seeds = seeds::seeds();
    let first = variable("ATTAIN_FUZZ_FROM").unwrap_or(0);
    let end = variable("ATTAIN_FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let watch = Watch::start();
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut findings = Vec::new();
    for number in first.. {
        let go_on = end.map_or(number < first + FEW, |end| Instant::now() < end);
        if !go_on || findings.len() > 20 {
            break;
        }
        for (name, kind, seed) in &seeds {
            let bytes = Mutator::new(number).mutated(seed);
            let start = Instant::now();
            match watch.over(name, number, || kind.whole(&bytes)).and_then(|outcome| outcome) {
                Ok(outcome) => counts.entry(name).or_default().add(number, outcome, start.elapsed()),
                Err(what) => findings.push(kept(name, number, &what, &bytes)),
            }
        }
    }
    for (name, count) in &counts {
        println!("{name}: {count:?}");
    }
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn no_bytes_make_a_parser_panic_hang_or_fill_the_memory() {
    let watch = Watch::start();
    let mut findings = Vec::new();
    let only = std::env::var("ATTAIN_FUZZ_ONLY").unwrap_or_default();
    for parser in PARSERS.iter().filter(|parser| parser.name.contains(&only)) {
        let (count, found) = fed(parser, &watch);
        let a_second = count.inputs as f64 / count.at_work.as_secs_f64();
        println!("{}: {a_second:.0} a second, {count:?}", parser.name);
        findings.extend(found);
    }
    for (place, n) in watch.panics() {
        println!("panicked at {place}: {n}");
    }
    assert!(findings.is_empty(), "{findings:#?}");
}

/// Gives a parser its inputs; what was found comes with the counts.
fn fed(parser: &Parser, watch: &Watch) -> (Count, Vec<String>) {
    let seconds = variable("ATTAIN_FUZZ_SECONDS");
    let first = variable("ATTAIN_FUZZ_FROM").unwrap_or(0);
    let (many, end) = match seconds {
        Some(seconds) => (MANY, Some(Instant::now() + Duration::from_secs(seconds))),
        None => (SOME, None),
    };
    let (folder, seeds) = (folder(), (parser.seeds)());
    (parser.beside)(folder.path());
    let (mut count, mut findings) = (Count::default(), Vec::new());
    let (mut peak, before) = (Peak::now(), at_work());
    for number in first..first + many {
        let seed = &seeds[usize::try_from(number).unwrap() % seeds.len()];
        let bytes = Mutator::new(number).mutated(seed);
        if let Some(file) = parser.file {
            write(folder.path(), file, &bytes);
        }
        let start = Instant::now();
        match watch.over(parser.name, number, || (parser.read)(folder.path(), &bytes)) {
            Ok(outcome) => count.add(number, outcome, start.elapsed()),
            Err(what) => findings.push(kept(parser.name, number, &what, &bytes)),
        }
        if number % BATCH == BATCH - 1 {
            let taken = peak.taken();
            count.memory = count.memory.max((taken, number + 1 - BATCH));
            if taken > MOST_BYTES && seconds.is_some() {
                findings
                    .push(format!("{} {number}: {taken} bytes in the {BATCH} inputs before", parser.name));
            }
            peak = Peak::now();
            if end.is_some_and(|end| Instant::now() > end) || findings.len() > 20 {
                break;
            }
        }
    }
    count.at_work = at_work() - before;
    (count, findings)
}

/// A finding, with the input kept for another look.
fn kept(name: &str, number: u64, what: &str, bytes: &[u8]) -> String {
    let kept = std::env::temp_dir().join(format!("attain-fuzz-{}-{number}", name.replace(' ', "-")));
    std::fs::write(&kept, bytes).unwrap();
    format!("{name} {number}: {what} ({})", kept.display())
}

/// Every seed is read whole before anything is done to it.
#[test]
fn an_unchanged_seed_is_read_whole() {
    for (name, kind, seed) in seeds::seeds() {
        let outcome = kind.whole(&seed.bytes()).unwrap_or_else(|what| panic!("{name}: {what}"));
        assert!(outcome.used && outcome.computed, "{name}: {outcome:?}");
    }
    for parser in PARSERS {
        let folder = folder();
        for seed in (parser.seeds)() {
            (parser.beside)(folder.path());
            let bytes = seed.bytes();
            if let Some(file) = parser.file {
                write(folder.path(), file, &bytes);
            }
            let outcome = (parser.read)(folder.path(), &bytes);
            let text = String::from_utf8_lossy(&bytes);
            assert!(outcome.used && !outcome.caught, "{}: {outcome:?} {text}", parser.name);
        }
    }
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
    /// From the file to the figures.
    fn whole(self, bytes: &[u8]) -> Result<Outcome, String> {
        let folder = folder();
        let overrides = Overrides { policy: None, lenient: true };
        match self {
            Self::Course => {
                write(folder.path(), "course.xlsx", bytes);
                whole(workbook(&folder.path().join("course.xlsx"), &overrides), "course.xlsx")
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
