//! Reading a policy file past its first mistake.
//!
//! A TOML reader stops at the first value it cannot take. Here each such entry is noted with its place and
//! blanked, and the file is read again, so that a person mends the file once.

use super::check::PolicyError;
use super::{Policy, check};

/// What stands in for an entry that every policy must have and that is missing or wrong, so that reading goes on.
const STAND_INS: [(&str, &str); 5] = [
    ("key", "\"-\""),
    ("title", "{ zh = \"-\", en = \"-\" }"),
    ("source", "\"-\""),
    ("date", "\"2000\""),
    ("status", "\"draft\""),
];

/// More mistakes than this are not listed.
const MOST: usize = 50;

/// Reads a policy file; every mistake of it, or a policy that is checked.
pub(super) fn read(text: &str) -> Result<Policy, PolicyError> {
    let mut problems = Vec::new();
    let mut reading = text.to_owned();
    while problems.len() < MOST {
        let error = match toml::from_str::<Policy>(&reading) {
            Ok(policy) => {
                let contradictions = check::check(&policy);
                if problems.is_empty() {
                    return contradictions.map(|()| policy);
                }
                problems.extend(contradictions.err().into_iter().flat_map(|error| error.problems));
                break;
            }
            Err(error) => error,
        };
        match go_on(text, &reading, &error) {
            Step::Known(next) => reading = next,
            Step::Noted(problem, next) => {
                problems.push(problem);
                match next {
                    Some(next) => reading = next,
                    None => break,
                }
            }
        }
    }
    if problems.len() >= MOST {
        problems.push("more may follow once these are mended".to_owned());
    }
    Err(PolicyError { problems })
}

/// What to do about one mistake.
enum Step {
    /// It follows from one already noted; read this text next.
    Known(String),
    /// It is new; read this text next, if reading can go on.
    Noted(String, Option<String>),
}

fn go_on(text: &str, reading: &str, error: &toml::de::Error) -> Step {
    let message = error.message().trim_end();
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    let stand_in = STAND_INS.iter().find(|(key, _)| Some(*key) == missing && error.span().is_none_or(whole));
    if let Some((key, value)) = stand_in {
        // A line of its own above the file; places are counted from where the file itself begins.
        let next = format!("{key} = {value}\n{reading}");
        let was_there = top_level(text, key);
        let problem = format!("{key}: missing, expected an entry `{key} = …` above the first section");
        return if was_there { Step::Known(next) } else { Step::Noted(problem, Some(next)) };
    }
    let added = reading.len() - text.len();
    let span = error.span().unwrap_or(added..added);
    let (head, body) = reading.split_at(added);
    let start = text.floor_char_boundary(span.start.saturating_sub(added));
    let end = body.ceil_char_boundary(span.end.saturating_sub(added).clamp(start, text.len()));
    let quotes = if message.contains("unquoted key") { ": write the word in quotes" } else { "" };
    let problem = format!("{}: {message}{quotes}", place(text, start));
    let next = blanked(body, start, end).map(|body| format!("{head}{body}"));
    Step::Noted(problem, next.filter(|next| next != reading))
}

/// Whether a span starts at the top: the reader points at the whole file for an entry it misses.
fn whole(span: std::ops::Range<usize>) -> bool {
    span.start == 0
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

/// Line and column, counted from 1, and the key that stands there: `line 12, column 9, objective.reach`.
fn place(text: &str, start: usize) -> String {
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    let section = before[..line_start].lines().rev().find_map(section_name).map(str::to_owned);
    let entry = text[line_start..].lines().next().unwrap_or_default().split_once('=');
    let entry = entry.map(|(key, _)| key.trim().to_owned()).filter(|key| !key.starts_with(['#', '{', '[']));
    let key: Vec<String> = section.into_iter().chain(entry).collect();
    let position = format!("line {line}, column {column}");
    if key.is_empty() { position } else { format!("{position}, {}", key.join(".")) }
}

/// `objective` of the line `[objective]`; a row of numbers inside a list is no section.
fn section_name(line: &str) -> Option<&str> {
    let name = line.split('#').next()?.trim().strip_prefix('[')?.strip_suffix(']')?;
    let name = name.trim_matches(['[', ']', ' ']);
    (!name.contains([',', '{']) && !name.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "key = \"x\"\ntitle = { zh = \"甲\", en = \"A\" }\nsource = \"s\"\ndate = \"2024-11\"\nstatus = \"draft\"\n";

    fn problems(text: &str) -> Vec<String> {
        read(text).map_or_else(|error| error.problems, |_| Vec::new())
    }

    #[test]
    fn the_shortest_policy_names_itself_and_takes_the_rest_as_it_is() {
        assert_eq!(problems(HEAD), Vec::<String>::new());
    }

    #[test]
    fn every_mistake_is_found_at_once_with_its_place() {
        let text = format!(
            "{HEAD}[objective]\nmethod = 3\nreach = \"1.2\"\nlevel_max = 0\n\n[rounding]\nmode = \"half-down\"\ndigits = 13\n\n[threshold]\nclosd = \"above\"\n"
        );
        let found = problems(&text);
        let starts = [
            "line 7, column 10, objective.method: ",
            "line 8, column 9, objective.reach: ",
            "line 12, column 8, rounding.mode: ",
            "line 16, column 1, threshold.closd: ",
            "objective.level_max: found 0, expected at least 1",
        ];
        for start in starts {
            assert!(found.iter().any(|problem| problem.starts_with(start)), "{start}\n{found:#?}");
        }
        assert!(found.iter().any(|problem| problem.starts_with("rounding.digits: found 13")), "{found:#?}");
        assert!(found[1].contains("1.2"), "{found:#?}");
    }

    #[test]
    fn what_every_policy_needs_is_named_where_it_is_missing() {
        let found = problems("key = \"x\"\ndate = 2024\n[rounding]\ndigits = 13\n");
        for key in ["title", "source", "status"] {
            assert!(
                found.iter().any(|problem| problem.starts_with(&format!("{key}: missing"))),
                "{found:#?}"
            );
        }
        assert!(found.iter().any(|problem| problem.starts_with("line 2, column 8, date: ")), "{found:#?}");
        assert!(found.iter().any(|problem| problem.starts_with("rounding.digits: ")), "{found:#?}");
        assert_eq!(found.len(), 5, "{found:#?}");
    }

    #[test]
    fn a_row_of_a_list_is_not_taken_for_a_section() {
        let text = HEAD.to_owned()
            + "[indicator] # weights\njudgements = { \"1.1\" = [\n  [1, 2],\n  [\"x\", 1],\n] }\n";
        assert!(problems(&text)[0].starts_with("line 9, column 4, indicator: "), "{:#?}", problems(&text));
    }

    #[test]
    fn a_contradiction_names_key_value_and_expectation() {
        let levels = "[objective]\nlevels = [{ at = \"0.7\", level = 1 }, { at = \"0.6\", level = 4 }]\n";
        let words = "[marks.words]\n\"优\" = { share = \"95\" }\n\"60\" = { state = \"absent\" }\n";
        let text = HEAD.replace("2024-11", "November") + levels + words;
        assert_eq!(
            problems(&text),
            [
                "date: found \"November\", expected a date such as 2024-11-01, 2024-11 or 2024",
                "objective.levels: found at = 0.6, level = 4 after at = 0.7, level = 1, expected `at` and `level` rising together",
                "objective.levels: found level = 4, expected at most 3",
                "marks.words.\"60\": found a number, expected a word: a number is a mark",
                "marks.words.\"优\": found share = 95, expected a share of the full mark from 0 to 1",
            ]
        );
    }

    #[test]
    fn a_file_that_is_not_toml_is_refused_and_never_read_for_ever() {
        for text in
            ["", "[", "{", "key", "= = =", "[[[[\n", "\u{feff}", "key = \"x", "a = [\n[b]\n", "键 = 1\n"]
        {
            assert!(!problems(text).is_empty(), "{text:?}");
        }
        let many: String = (0..300).map(|i| format!("k{i} = 1\n")).collect();
        assert_eq!(problems(&many).len(), MOST + 1);
    }
}
