//! The help texts, in the language of the reader.
//!
//! The catalogue has `help.COMMAND` (what it does), `help.COMMAND.example`, and for every argument
//! `help.COMMAND.ARGUMENT`, or `help.arg.ARGUMENT` where several commands share it.

use clap::builder::Resettable;
use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::args::Cli;
use crate::message::{self, Lang};

/// The whole command line with its help in one language.
pub fn command(lang: Lang) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let top = Cli::command().disable_version_flag(true).arg(version);
    localised(top, "", &Words::new(lang))
}

/// The headings, which clap wants for the life of the program.
struct Words {
    lang: Lang,
    commands: &'static str,
    command: &'static str,
    arguments: &'static str,
    options: &'static str,
}

impl Words {
    fn new(lang: Lang) -> Self {
        let heading =
            |name: &str| -> &'static str { message::text(lang, &format!("help.heading.{name}"), &[]).leak() };
        Self {
            lang,
            commands: heading("commands"),
            command: heading("command"),
            arguments: heading("arguments"),
            options: heading("options"),
        }
    }

    fn text(&self, key: &str) -> String {
        message::text(self.lang, key, &[])
    }
}

/// A command, everything below it included, with its texts; `path` is `policy.show`.
fn localised(command: Command, path: &str, words: &Words) -> Command {
    let name = if path.is_empty() { "attain" } else { path };
    let names: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let mut command = command
        .about(words.text(&format!("help.{name}")))
        .long_about(Resettable::Reset)
        .after_help(format!(
            "{}\n{}",
            words.text("help.heading.example"),
            words.text(&format!("help.{name}.example"))
        ))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(words.commands)
        .subcommand_value_name(words.command)
        .help_template(format!(
            "{{about-with-newline}}\n{}{{usage}}\n\n{{all-args}}{{after-help}}",
            words.text("help.heading.usage")
        ))
        .arg(help)
        .mut_args(|arg| described(arg, name, words));
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        command = command.mut_subcommand(&name, |one| localised(one, &below, words));
    }
    command
}

/// An argument with its text, its choices and its default value.
fn described(arg: Arg, command: &str, words: &Words) -> Arg {
    let own = format!("help.{command}.{}", arg.get_id());
    let key = if message::has(&own) { own } else { format!("help.arg.{}", arg.get_id()) };
    let mut text = words.text(&key);
    let takes_values = arg.get_action().takes_values();
    if takes_values {
        let choices: Vec<String> =
            arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !choices.is_empty() {
            text += &message::text(words.lang, "help.choices", &[("values", &choices.join("|"))]);
        }
        if !defaults.is_empty() {
            text += &message::text(words.lang, "help.default", &[("value", &defaults.join(","))]);
        }
    }
    let heading = if arg.is_positional() { words.arguments } else { words.options };
    arg.help(text)
        .long_help(Resettable::Reset)
        .help_heading(heading)
        .hide_possible_values(takes_values)
        .hide_default_value(takes_values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(command: &Command, path: &str, check: &mut dyn FnMut(&Command, &str)) {
        check(command, path);
        for below in command.get_subcommands() {
            walk(below, &format!("{path} {}", below.get_name()), check);
        }
    }

    #[test]
    fn every_command_has_help_and_an_example_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            walk(&command(lang), "attain", &mut |one, path| {
                let example = one.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(example.contains(path), "{path}: no example in {example:?}");
                let about = one.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.is_empty() && !about.starts_with("help."), "{path}: {about:?}");
                for arg in one.get_arguments() {
                    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                    assert!(
                        !help.is_empty() && !help.starts_with("help."),
                        "{path} {}: {help:?}",
                        arg.get_id()
                    );
                }
            });
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        command(Lang::En).debug_assert();
        command(Lang::Zh).debug_assert();
    }
}
