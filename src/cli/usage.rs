//! A command line that is not understood: what was found, what is expected, where to read on.

use std::io::{self, IsTerminal as _, Write as _};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::output::Out;
use crate::error::{Error, exit};
use crate::message::{self, Lang};

/// Prints help or version where they were asked for, otherwise the error; the exit code.
pub(super) fn refuse(error: &clap::Error, lang: Lang) -> u8 {
    if !error.use_stderr() {
        return show(error);
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = write!(io::stderr(), "{}", error.render());
    } else {
        let word = message::text(lang, "cli.error", &[]);
        let _ = writeln!(io::stderr(), "{word}{}", explained(error, lang));
    }
    exit::USAGE
}

/// Help and version on the standard output; a closed pipe is no failure.
fn show(error: &clap::Error) -> u8 {
    let mut out = Out::new();
    let text = error.render();
    let written = if io::stdout().is_terminal() {
        out.bytes(text.ansi().to_string().as_bytes())
    } else {
        out.bytes(text.to_string().as_bytes())
    };
    match written.and_then(|()| out.flush()) {
        Ok(()) | Err(Error::ClosedPipe) => exit::FINE,
        Err(error) => error.exit_code(),
    }
}

/// The error in the reader's language where its kind has a text, otherwise in clap's words.
fn explained(error: &clap::Error, lang: Lang) -> String {
    let found = |kind| error.get(kind).map(shown).unwrap_or_default();
    let (key, values): (&str, Vec<(&str, String)>) = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            ("usage.unknown_command", vec![("found", found(ContextKind::InvalidSubcommand))])
        }
        ErrorKind::UnknownArgument => {
            ("usage.unknown_argument", vec![("found", found(ContextKind::InvalidArg))])
        }
        ErrorKind::MissingRequiredArgument => {
            ("usage.missing_argument", vec![("found", found(ContextKind::InvalidArg))])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let argument = ("argument", found(ContextKind::InvalidArg));
            let value = ("found", found(ContextKind::InvalidValue));
            match found(ContextKind::ValidValue) {
                valid if valid.is_empty() => ("usage.bad_value", vec![argument, value]),
                valid => ("usage.not_one_of", vec![argument, value, ("expected", valid)]),
            }
        }
        _ => return error.render().to_string().trim_start_matches("error: ").trim_end().to_owned(),
    };
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut text = message::text(lang, key, &values);
    let suggested =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    if let Some(near) = suggested.iter().map(|&kind| found(kind)).find(|near| !near.is_empty()) {
        text += &message::text(lang, "usage.did_you_mean", &[("near", &near)]);
    }
    text + "\n" + &message::text(lang, "usage.see_help", &[])
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}
