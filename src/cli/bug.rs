//! A panic is a defect of this program: it ends with a note that can be sent to its makers.

use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::exit;
use crate::message::{self, Lang};

/// Runs the program. The note is written only for a panic that nothing inside caught: readers of damaged
/// files catch those of the libraries they use.
pub(super) fn watched(lang: Lang, program: impl FnOnce() -> u8) -> u8 {
    let last = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&last);
    panic::set_hook(Box::new(move |info| {
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
    panic::catch_unwind(AssertUnwindSafe(program)).unwrap_or_else(|_| {
        let what = last.lock().unwrap_or_else(PoisonError::into_inner);
        let command: Vec<String> = std::env::args().skip(1).collect();
        let _ = write!(io::stderr(), "{}", note(lang, &command.join(" "), &what));
        exit::BUG
    })
}

/// The note, in the user's language first and then in the other: whoever mends it may read only one.
fn note(lang: Lang, command: &str, what: &str) -> String {
    let other = match lang {
        Lang::Zh => Lang::En,
        Lang::En => Lang::Zh,
    };
    let values = [("version", env!("CARGO_PKG_VERSION")), ("command", command), ("what", what)];
    format!("{}\n{}\n", message::text(lang, "cli.bug", &values), message::text(other, "cli.bug", &values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_names_version_command_and_place_in_both_languages() {
        let text = note(Lang::Zh, "run x", "panicked at src/a.rs:1:2");
        assert_eq!(text.matches(env!("CARGO_PKG_VERSION")).count(), 2);
        assert_eq!(text.matches("attain run x").count(), 2);
        assert_eq!(text.matches("src/a.rs:1:2").count(), 2);
    }
}
