//! What every command has: the language, colours, the outputs, the command as it was given.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};

use clap::ColorChoice;

use super::args::Global;
use super::output::Out;
use crate::error::Error;
use crate::message::{self, Lang};

/// One run of the program.
#[derive(Debug)]
pub(super) struct Session {
    /// The language of every text from here on.
    pub(super) lang: Lang,
    /// Whether `--language` was given: then no workspace changes it.
    language_given: bool,
    /// The checked standard output.
    pub(super) out: Out,
    colour: bool,
    colour_errors: bool,
    /// The command as it was given, the program by its name.
    pub(super) command: Vec<String>,
}

impl Session {
    pub(super) fn new(global: &Global, lang: Lang, arguments: &[OsString]) -> Self {
        let given = arguments.iter().skip(1).map(|argument| argument.to_string_lossy().into_owned());
        Self {
            lang,
            language_given: global.language.is_some(),
            out: Out::new(),
            colour: wanted(global.color, io::stdout().is_terminal()),
            colour_errors: wanted(global.color, io::stderr().is_terminal()),
            command: std::iter::once("attain".to_owned()).chain(given).collect(),
        }
    }

    /// Speaks the language of the workspace from now on, unless the user asked for another.
    pub(super) fn speak(&mut self, workspace: Option<Lang>) {
        if let Some(lang) = workspace.filter(|_| !self.language_given) {
            self.lang = lang;
        }
    }

    /// A text of the catalogue.
    pub(super) fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        message::text(self.lang, key, values)
    }

    /// One line of results from the catalogue.
    pub(super) fn say(&mut self, key: &str, values: &[(&str, &str)]) -> Result<(), Error> {
        let text = self.text(key, values);
        self.out.line(text)
    }

    /// A text in a colour, where colours are wanted on the standard output.
    pub(super) fn paint(&self, paint: Paint, text: &str) -> String {
        painted(self.colour, paint, text)
    }

    /// A text in a colour, where colours are wanted on the standard error.
    pub(super) fn paint_error(&self, paint: Paint, text: &str) -> String {
        painted(self.colour_errors, paint, text)
    }

    /// A line on the standard error. There is nobody left to tell where that fails.
    pub(super) fn note(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// What stopped the run.
    pub(super) fn say_error(&self, error: &Error) {
        let word = self.paint_error(Paint::Bad, &self.text("cli.error", &[]));
        self.note(&format!("{word}{}", error.message(self.lang)));
    }
}

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Reached, passed.
    Good,
    /// Not reached, failed, an error.
    Bad,
    /// A warning.
    Odd,
    /// Beside the matter.
    Quiet,
    /// A heading.
    Strong,
}

fn painted(on: bool, paint: Paint, text: &str) -> String {
    if !on {
        return text.to_owned();
    }
    let code = match paint {
        Paint::Good => "32",
        Paint::Bad => "31",
        Paint::Odd => "33",
        Paint::Quiet => "2",
        Paint::Strong => "1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// `--color`, or the terminal unless `NO_COLOR` says otherwise.
fn wanted(choice: ColorChoice, terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}
