//! In which language the program speaks.

use std::ffi::OsString;

use clap::ValueEnum as _;

use super::args::Language;
use crate::message::Lang;

/// The language of help and of errors met before the workspace is read: `--language` or `--lang` where it is given and
/// known, else the locale's.
pub(super) fn before_parsing(arguments: &[OsString]) -> Lang {
    asked(arguments).unwrap_or_else(|| of_locale(|name| std::env::var(name).ok()))
}

/// The value of `--language`, found without parsing the rest.
fn asked(arguments: &[OsString]) -> Option<Lang> {
    let mut texts = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    while let Some(text) = texts.next() {
        let value = match text.strip_prefix("--language").or_else(|| text.strip_prefix("--lang")) {
            Some("") => texts.next()?.into_owned(),
            Some(rest) => rest.strip_prefix('=').unwrap_or_default().to_owned(),
            None => continue,
        };
        return Language::from_str(&value, true).ok().map(Lang::from);
    }
    None
}

/// The language of the locale: the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that says one. `C` and `POSIX` say
/// none; without any it is Chinese.
fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Lang {
    let first =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|text| !text.is_empty());
    let Some(locale) = first else { return Lang::Zh };
    let name = locale.split(['.', '@', '_', '-']).next().unwrap_or_default().to_ascii_lowercase();
    match name.as_str() {
        "zh" | "c" | "posix" => Lang::Zh,
        _ => Lang::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_names_a_language_or_none() {
        for (variables, expected) in [
            (&[][..], Lang::Zh),
            (&[("LANG", "zh_CN.UTF-8")], Lang::Zh),
            (&[("LANG", "en_GB.UTF-8")], Lang::En),
            (&[("LANG", "C.UTF-8")], Lang::Zh),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")], Lang::En),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")], Lang::En),
            (&[("LANG", "de_DE")], Lang::En),
        ] {
            let found = |name: &str| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(of_locale(found), expected, "{variables:?}");
        }
    }

    #[test]
    fn the_language_asked_for_is_known_before_the_rest_is_parsed() {
        let arguments = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(asked(&arguments(&["attain", "nonsense", "--language", "en"])), Some(Lang::En));
        assert_eq!(asked(&arguments(&["attain", "--language=zh-CN", "run"])), Some(Lang::Zh));
        assert_eq!(asked(&arguments(&["attain", "report", "course", "--lang", "en"])), Some(Lang::En));
        assert_eq!(asked(&arguments(&["attain", "--language"])), None);
        assert_eq!(asked(&arguments(&["attain", "--language", "klingon"])), None);
    }
}
