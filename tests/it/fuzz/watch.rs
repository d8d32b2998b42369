//! Looks on while inputs are read: panics, inputs that never end, memory.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Seconds after which an input counts as one that never ends.
const MOST_SECONDS: u64 = 20;

/// What is being read, and for how many seconds.
type Reading = Arc<Mutex<Option<(String, u64)>>>;

/// Where panics began, and how often.
type Places = Arc<Mutex<BTreeMap<String, u64>>>;

/// Ends the process at an input that never ends. Seconds are counted one by one, so that a process that was stopped for
/// a while is not taken for one that hangs.
pub(super) struct Watch {
    reading: Reading,
    panics: Places,
}

impl Watch {
    /// Begins to look on. In a long run panics are counted by their place instead of being written out.
    pub(super) fn start() -> Self {
        let (reading, panics) = (Reading::default(), Places::default());
        let seen = Arc::clone(&reading);
        std::thread::spawn(move || {
            while Arc::strong_count(&seen) > 1 {
                std::thread::sleep(Duration::from_secs(1));
                let mut reading = seen.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((what, seconds)) = reading.as_mut() {
                    *seconds += 1;
                    if *seconds > MOST_SECONDS {
                        println!("{what}: not done after {MOST_SECONDS} s");
                        std::process::exit(1);
                    }
                }
            }
        });
        if super::variable("ATTAIN_FUZZ_SECONDS").is_some() {
            let places = Arc::clone(&panics);
            std::panic::set_hook(Box::new(move |panic| {
                let place = panic.location().map(ToString::to_string).unwrap_or_default();
                *places.lock().unwrap_or_else(PoisonError::into_inner).entry(place).or_default() += 1;
            }));
        }
        Self { reading, panics }
    }

    /// What `read` gives, or what it says when it panics.
    pub(super) fn over<T>(&self, name: &str, number: u64, read: impl FnOnce() -> T) -> Result<T, String> {
        self.set(Some((format!("{name} {number}"), 0)));
        let read = catch_unwind(AssertUnwindSafe(read));
        self.set(None);
        read.map_err(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap_or_default()
        })
    }

    fn set(&self, reading: Option<(String, u64)>) {
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner) = reading;
    }

    /// Where panics began, and how often; from here on they are written out again.
    pub(super) fn panics(&self) -> BTreeMap<String, u64> {
        if super::variable("ATTAIN_FUZZ_SECONDS").is_some() {
            drop(std::panic::take_hook());
        }
        std::mem::take(&mut *self.panics.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The memory of the process, where the system tells it.
pub(super) struct Peak(u64);

impl Peak {
    /// Forgets earlier peaks.
    pub(super) fn now() -> Self {
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Self(highest())
    }

    /// The bytes at the highest since then beyond those at its beginning.
    pub(super) fn taken(&self) -> u64 {
        highest().saturating_sub(self.0)
    }
}

fn highest() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// The time this thread has been at work, where the system tells it.
pub(super) fn at_work() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}
