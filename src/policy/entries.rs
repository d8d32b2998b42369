//! Reading a configuration file past its first mistake, with the place of each.
//!
//! A TOML reader stops at the first value it cannot take. Here each such entry becomes an issue and is blanked, and
//! the file is read again, so that a person mends the file once. What is left can still be looked at.

use serde::de::DeserializeOwned;

use crate::model::{Issue, Place, Severity};

/// More mistakes than this are not listed.
pub(super) const MOST: usize = 50;

/// Longest value repeated in a message.
const SHOWN: usize = 60;

/// What a TOML reader expected, and the issue that says so in words.
const EXPECTED: [(&str, &str); 9] = [
    ("a string", "entry_not_text"),
    ("a boolean", "entry_not_flag"),
    ("a Decimal", "entry_not_number"),
    ("f64", "entry_not_number"),
    ("u32", "entry_not_whole"),
    ("u64", "entry_not_whole"),
    ("usize", "entry_not_whole"),
    ("a sequence", "entry_not_list"),
    ("", "entry_not_section"),
];

/// What came of a file.
#[derive(Debug)]
pub(crate) struct Entries<T> {
    /// What could be read; wrong entries are as if they were absent.
    pub(crate) value: Option<T>,
    /// Its mistakes, in the order in which they were met.
    pub(crate) issues: Vec<Issue>,
}

/// Reads a file; `stand_ins` are entries that every such file must have, with a value to go on with.
pub(crate) fn read<T: DeserializeOwned>(text: &str, stand_ins: &[(&str, &str)]) -> Entries<T> {
    let mut issues: Vec<Issue> = Vec::new();
    let mut reading = text.to_owned();
    while issues.len() < MOST {
        let error = match toml::from_str::<T>(&reading) {
            Ok(value) => return Entries { value: Some(value), issues },
            Err(error) => error,
        };
        match go_on(text, &reading, &error, stand_ins) {
            Step::Known(next) => reading = next,
            Step::Noted(issue, next) => {
                issues.push(issue);
                match next {
                    Some(next) => reading = next,
                    None => return Entries { value: None, issues },
                }
            }
        }
    }
    issues.push(Issue::new("entries_more", Severity::Error, Place::default()).with("n", MOST));
    Entries { value: None, issues }
}

/// What to do about one mistake.
enum Step {
    /// It follows from one already noted; read this text next.
    Known(String),
    /// It is new; read this text next, if reading can go on.
    Noted(Issue, Option<String>),
}

fn go_on(text: &str, reading: &str, error: &toml::de::Error, stand_ins: &[(&str, &str)]) -> Step {
    let message = error.message().trim_end();
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    // The reader points at the whole file for an entry it misses above the first section.
    let at_top = error.span().is_none_or(|span| span.start == 0);
    if let Some((key, value)) = stand_ins.iter().find(|(key, _)| Some(*key) == missing && at_top) {
        // A line of its own above the file; places are counted from where the file itself begins.
        let next = format!("{key} = {value}\n{reading}");
        let issue = Issue::new("entry_missing", Severity::Error, Place::default()).with("key", key);
        return if top_level(text, key) { Step::Known(next) } else { Step::Noted(issue, Some(next)) };
    }
    let added = reading.len() - text.len();
    let span = error.span().unwrap_or(added..added);
    let (head, body) = reading.split_at(added);
    let start = text.floor_char_boundary(span.start.saturating_sub(added));
    let end = body.ceil_char_boundary(span.end.saturating_sub(added).clamp(start, text.len()));
    let grammar = toml::from_str::<toml::Table>(reading).is_err();
    let issue = if grammar { ungrammatical(text, start, message) } else { said(text, start..end, message) };
    let next = blanked(body, start, end).map(|body| format!("{head}{body}"));
    Step::Noted(issue, next.filter(|next| next != reading))
}

/// An issue at a place of the text.
fn at(code: &'static str, text: &str, start: usize) -> Issue {
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let number = |n: usize| u32::try_from(n + 1).ok();
    let row = number(before.matches('\n').count());
    let column = number(before[line_start..].chars().count());
    Issue::new(code, Severity::Error, Place { row, column, ..Place::default() })
}

/// What is no TOML at all.
fn ungrammatical(text: &str, start: usize, message: &str) -> Issue {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let value = shortened(text[line_start..].lines().next().unwrap_or_default());
    if message.starts_with("duplicate key") {
        return at("entry_repeated", text, start).with("key", key_at(text, start)).with("value", value);
    }
    at("file_not_toml", text, start).with("value", value).with("cause", message.replace('\n', "; "))
}

/// What the entry at a place of the text is and what it should be.
fn said(text: &str, span: std::ops::Range<usize>, message: &str) -> Issue {
    let key = key_at(text, span.start);
    let value = shortened(&text[span.clone()]);
    let inside = |field: &str| {
        let last = key.rsplit('.').next().unwrap_or_default().trim_matches('"');
        if last == field || key.is_empty() && field.is_empty() {
            return key.clone();
        }
        let gap = if key.is_empty() { "" } else { "." };
        format!("{key}{gap}{field}")
    };
    let new = |code| at(code, text, span.start);
    if let Some((field, known)) = named(message, "unknown field") {
        return new("entry_unknown").with("key", inside(field)).with("known", known);
    }
    if let Some((_, known)) = named(message, "unknown variant") {
        return new("entry_not_one_of").with("key", key).with("value", value).with("known", known);
    }
    if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return new("entry_missing").with("key", inside(field));
    }
    if message.ends_with("is not between 0 and 1") {
        return new("entry_not_share").with("key", key).with("value", value);
    }
    let wanted = message.split_once(", expected ").map(|(_, wanted)| wanted);
    let code = wanted.and_then(|wanted| EXPECTED.iter().find(|(start, _)| wanted.starts_with(start)));
    let code = if message.starts_with("invalid") { code } else { None };
    new(code.map_or("entry_not_read", |(_, code)| code)).with("key", key).with("value", value)
}

/// The name that a message calls unknown, and those it expects: ``unknown field `a`, expected `b` or `c` ``.
fn named<'m>(message: &'m str, what: &str) -> Option<(&'m str, String)> {
    let rest = message.strip_prefix(what)?.trim_start().strip_prefix('`')?;
    let (name, known) = rest.split_once('`')?;
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    Some((name, known.join(", ")))
}

fn shortened(value: &str) -> String {
    let line = value.trim().lines().next().unwrap_or_default();
    if line.chars().count() <= SHOWN {
        return line.to_owned();
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}

/// Whether the file has this entry above its first section.
fn top_level(text: &str, key: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start).take_while(|line| !line.starts_with('['));
    lines.any(|line| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')))
}

/// The text with the lines of a span blanked; `None` where the span holds a whole section.
fn blanked(text: &str, start: usize, end: usize) -> Option<String> {
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let lines = &text[from..to];
    if lines.lines().any(|line| line.starts_with('[')) {
        return None;
    }
    let blank: String = lines.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    Some(format!("{}{blank}{}", &text[..from], &text[to..]))
}

/// The key that stands at a place of the text, with its section: `objective.reach`.
fn key_at(text: &str, start: usize) -> String {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    if let Some(section) = section_name(line) {
        return section.to_owned();
    }
    let section = text[..line_start].lines().rev().find_map(section_name).map(str::to_owned);
    let entry = entry_name(line).map(str::to_owned);
    section.into_iter().chain(entry).collect::<Vec<_>>().join(".")
}

/// The place of an entry such as `objective.levels`, or of what it stands in; nothing where it is absent.
pub fn place_of(text: &str, key: &str) -> Place {
    let plain = |key: &str| key.replace(['"', '\'', ' '], "");
    let wanted = plain(key);
    let (mut section, mut best) = (String::new(), (0, Place::default()));
    for (row, line) in text.lines().enumerate() {
        let path = match (section_name(line), entry_name(line)) {
            (Some(name), _) => {
                section = name.to_owned();
                plain(name)
            }
            (None, Some(name)) if section.is_empty() => plain(name),
            (None, Some(name)) => plain(&format!("{section}.{name}")),
            (None, None) => continue,
        };
        let holds = wanted.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if holds && path.len() > best.0 {
            let column = line.chars().take_while(|c| c.is_whitespace()).count();
            let number = |n: usize| u32::try_from(n + 1).ok();
            best = (path.len(), Place { row: number(row), column: number(column), ..Place::default() });
        }
    }
    best.1
}

/// `reach` of the line `reach = "0.6"`.
fn entry_name(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim();
    (!key.is_empty() && !key.starts_with(['#', '{', '['])).then_some(key)
}

/// `objective` of the line `[objective]`; a row of numbers inside a list is no section.
fn section_name(line: &str) -> Option<&str> {
    let name = line.split('#').next()?.trim().strip_prefix('[')?.strip_suffix(']')?;
    let name = name.trim_matches(['[', ']', ' ']);
    (!name.contains([',', '{']) && !name.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
}
