//! The one message catalogue: every text a person reads, in Chinese and in English.
//!
//! A message is found by its key and filled with named values: `{mark}` in the text is replaced by the value
//! given for `mark`. The texts stand in the `*.toml` files beside this one, one table per key with the entries
//! `zh` and `en`; a test keeps both languages complete and their placeholders equal.

mod cause;
pub mod markup;

pub use cause::cause;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A language that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// The BCP 47 tag: `zh-CN` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// The Chinese text.
    pub zh: String,
    /// The English text.
    pub en: String,
}

impl Bilingual {
    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// The catalogue files, each a TOML document of `["key"]` tables with `zh` and `en`.
const FILES: &[(&str, &str)] = &[
    ("issue.toml", include_str!("issue.toml")),
    ("cli.toml", include_str!("cli.toml")),
    ("chart.toml", include_str!("chart.toml")),
    ("result.toml", include_str!("result.toml")),
    ("method.toml", include_str!("method.toml")),
    ("template.toml", include_str!("template.toml")),
    ("import.toml", include_str!("import.toml")),
    ("policy.toml", include_str!("policy.toml")),
    ("report.toml", include_str!("report.toml")),
    ("value_added.toml", include_str!("value_added.toml")),
    ("explorer.toml", include_str!("explorer.toml")),
    ("cause.toml", include_str!("cause.toml")),
];

fn catalogue() -> &'static BTreeMap<String, Bilingual> {
    static CATALOGUE: OnceLock<BTreeMap<String, Bilingual>> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut all = BTreeMap::new();
        for (_, text) in FILES {
            // The files are compiled in and a test parses each: a file that does not parse never ships.
            if let Ok(part) = toml::from_str::<BTreeMap<String, Bilingual>>(text) {
                all.extend(part);
            }
        }
        all
    })
}

/// Whether the catalogue has a message of this key.
pub fn has(key: &str) -> bool {
    catalogue().contains_key(key)
}

/// All messages whose key begins with `prefix`, ordered by key: for a page that shows both languages.
pub fn with_prefix(prefix: &str) -> impl Iterator<Item = (&'static str, &'static Bilingual)> {
    let from = catalogue().range(prefix.to_owned()..);
    let prefix = prefix.to_owned();
    from.map(|(key, text)| (key.as_str(), text)).take_while(move |(key, _)| key.starts_with(&prefix))
}

/// The message of `key` in `lang`, its `{name}` placeholders filled from `values`; the key itself where the
/// catalogue has none, so that a gap is seen and reported rather than hidden.
pub fn text(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    let Some(message) = catalogue().get(key) else { return key.to_owned() };
    fill(message.get(lang), values)
}

/// `template` with each `{name}` replaced by the value given for it; an unknown name stays as it is. `{name?unit|units}`
/// is the first word where the value is 1 and else the second.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let tail = &rest[open + 1..];
        let known = tail.find('}').and_then(|close| {
            let (name, forms) = tail[..close].split_once('?').unwrap_or((&tail[..close], ""));
            let value = values.iter().find(|(known, _)| *known == name)?.1;
            let form = forms.split_once('|').map(|(one, many)| if value == "1" { one } else { many });
            Some((close, form.unwrap_or(value)))
        });
        match known {
            Some((close, value)) => {
                filled.push_str(value);
                rest = &tail[close + 1..];
            }
            None => {
                filled.push('{');
                rest = tail;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            text.split('{').skip(1).filter_map(|part| part.split_once('}')?.0.split('?').next()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn every_file_parses_and_no_key_stands_twice() {
        let mut seen = BTreeMap::new();
        for (file, text) in FILES {
            let part: BTreeMap<String, Bilingual> =
                toml::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
            for key in part.into_keys() {
                if let Some(first) = seen.insert(key.clone(), file) {
                    panic!("{key} stands in {first} and in {file}");
                }
            }
        }
    }

    #[test]
    fn both_languages_name_the_same_values() {
        for (key, message) in catalogue() {
            assert!(!message.zh.is_empty() && !message.en.is_empty(), "{key} is empty in one language");
            assert_eq!(placeholders(&message.zh), placeholders(&message.en), "{key}");
        }
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_stays_text() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "x")]), "{b} and x");
        assert_eq!(fill("{unknown} {", &[]), "{unknown} {");
    }

    #[test]
    fn a_word_follows_the_number_it_stands_with() {
        let units = |n: &str| fill("{n} {n?unit lies|units lie} above", &[("n", n)]);
        assert_eq!(
            [units("0"), units("1"), units("12")],
            ["0 units lie above", "1 unit lies above", "12 units lie above"]
        );
    }
}
