//! Every problem of a policy file: its code, its place, its key and value, in both languages.

use super::*;
use crate::policy::entries::MOST;

const HEAD: &str = "key = \"x\"\ntitle = { zh = \"甲\", en = \"A\" }\nsource = \"s\"\ndate = \"2024-11\"\nstatus = \"draft\"\n";

fn issues(text: &str) -> Vec<Issue> {
    Policy::parse(text).map_or_else(|error| error.issues, |_| Vec::new())
}

/// Issues as `row:column code key value`, each said in both languages with its key and its value.
fn said(text: &str) -> Vec<String> {
    issues(text).iter().map(|issue| format!("{} {}", issue.place, one(issue))).collect()
}

fn one(issue: &Issue) -> String {
    let values: Vec<(&str, &str)> =
        issue.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for lang in [Lang::Zh, Lang::En] {
        let key = format!("issue.{}", issue.code);
        let (fact, hint) =
            (message::text(lang, &key, &values), message::text(lang, &(key.clone() + ".hint"), &values));
        assert!(message::has(&key) && !hint.is_empty() && !hint.contains("{key}"), "{key}");
        for (name, value) in values.iter().filter(|(name, _)| ["key", "value"].contains(name)) {
            assert!(fact.contains(value), "{key}: {name} = {value} is not in {fact}");
        }
    }
    let value = |name: &str| values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
    format!("{} {} {}", issue.code, value("key"), value("value")).trim_end().to_owned()
}

#[test]
fn the_shortest_policy_names_itself_and_takes_the_rest_as_it_is() {
    assert_eq!(said(HEAD), Vec::<String>::new());
}

/// One wrong line below the head (line 6 on), and what is said about it.
#[test]
fn each_mistake_has_its_code_its_place_its_key_and_its_value() {
    let cases: &[(&str, &str)] = &[
        ("[threshold]\nclosd = \"above\"\n", ":7:1 entry_unknown threshold.closd"),
        (
            "[objective]\nlevels = [{ att = \"0.6\", level = 1 }]\n",
            ":7:13 entry_unknown objective.levels.att",
        ),
        ("[objective]\nlevels = [{ at = \"0.6\" }]\n", ":7:11 entry_missing objective.levels.level"),
        ("[rounding]\nmode = \"half-down\"\n", ":7:8 entry_not_one_of rounding.mode \"half-down\""),
        ("[objective]\nmethod = 3\n", ":7:10 entry_not_text objective.method 3"),
        ("[objective]\nformative = \"yes\"\n", ":7:13 entry_not_flag objective.formative \"yes\""),
        ("[objective]\nreach = \"most\"\n", ":7:9 entry_not_number objective.reach \"most\""),
        ("[objective]\nlevel_max = -1\n", ":7:13 entry_not_whole objective.level_max -1"),
        ("[objective]\nlevel_max = \"3\"\n", ":7:13 entry_not_whole objective.level_max \"3\""),
        ("[objective]\nlevels = 3\n", ":7:10 entry_not_list objective.levels 3"),
        ("[indicator]\ncodes = 3\n", ":7:9 entry_not_section indicator.codes 3"),
        ("[objective]\nreach = \"1.2\"\n", ":7:9 entry_not_share objective.reach \"1.2\""),
        ("[objective]\nlevel_max = 0\nlevels = []\n", ":7:1 entry_out_of_range objective.level_max 0"),
        ("[objective]\nmethod = \"level\"\nlevels = []\n", ":8:1 entry_none_given objective.levels []"),
        (
            "[objective]\nlevels = [{ at = \"0.7\", level = 1 }, { at = \"0.6\", level = 2 }]\n",
            ":7:1 entry_not_rising objective.levels at = 0.7, level = 1; at = 0.6, level = 2",
        ),
        (
            "[objective]\nlevels = [{ at = \"0.7\", level = 4 }]\n",
            ":7:1 entry_out_of_range objective.levels level = 4",
        ),
        (
            "[objective.categories]\nexemplary = \"0.5\"\nsatisfactory = \"0.7\"\ndeveloping = \"0.6\"\n",
            ":6:1 categories_order objective.categories 0.5, 0.7, 0.6",
        ),
        (
            "[objective.grades]\nmax = \"0\"\npoints = { \"0\" = \"0\" }\n",
            ":7:1 entry_out_of_range objective.grades.max 0",
        ),
        ("[objective.grades]\npoints = {}\n", ":7:1 entry_none_given objective.grades.points {}"),
        ("[objective.grades.points]\n\"90\" = 4\n", ":6:1 entry_not_share objective.grades.points \"90\""),
        (
            "[objective.grades.points]\n\"0.9\" = 5\n",
            ":7:1 entry_out_of_range objective.grades.points.\"0.9\" 5",
        ),
        ("[objective]\nrollup = \"median\"\n", ":7:1 entry_not_one_of objective.rollup \"median\""),
        ("[objective]\nrollup_n = 0\n", ":7:1 entry_out_of_range objective.rollup_n 0"),
        ("[objective]\nmethod = \" \"\n", ":7:1 entry_empty objective.method \" \""),
        (
            "[marks.words]\n\" 优\" = { share = \"0.95\" }\n",
            ":7:1 word_has_spaces marks.words.\" 优\" \" 优\"",
        ),
        ("[marks.words]\n\"60\" = { state = \"absent\" }\n", ":7:1 word_is_number marks.words.\"60\" \"60\""),
        (
            "[marks.words]\n\"优\" = { share = \"95\" }\n",
            ":7:1 entry_not_share marks.words.\"优\" share = 95",
        ),
        ("[indicator]\ncodes = { H = \"-1\" }\n", ":7:1 entry_out_of_range indicator.codes.H -1"),
        ("[indicator]\nhighest = \"0\"\n", ":7:1 entry_out_of_range indicator.highest 0"),
        (
            "[indicator]\nweights = \"hml\"\ncodes = { H = \"0\" }\n",
            ":8:1 entry_none_given indicator.codes 0",
        ),
        (
            "[indicator]\njudgements = { \"1.1\" = [[1, 2], [1]] }\n",
            ":7:1 judgements_not_square indicator.judgements.\"1.1\" 2 × (2, 1)",
        ),
        (
            "[indicator]\njudgements = { \"1.1\" = [[1, 0], [1, 1]] }\n",
            ":7:1 entry_out_of_range indicator.judgements.\"1.1\" 0",
        ),
        ("[indirect]\nvalue = \"median\"\n", ":7:1 entry_not_one_of indirect.value \"median\""),
        ("[indirect]\ntop = 0\n", ":7:1 entry_out_of_range indirect.top 0"),
        (
            "[indirect]\nlevels = [{ at = \"3\", level = 1 }, { at = \"2\", level = 2 }]\n",
            ":7:1 entry_not_rising indirect.levels at = 3, level = 1; at = 2, level = 2",
        ),
        ("[training_objective]\nrule = \"mean\"\n", ":7:1 entry_not_one_of training_objective.rule \"mean\""),
        (
            "[training_objective]\naudience_rule = \"mean\"\n",
            ":7:1 entry_not_one_of training_objective.audience_rule \"mean\"",
        ),
        (
            "[training_objective.audiences]\ngraduate = \"-1\"\nemployer = \"2\"\n",
            ":7:1 entry_out_of_range training_objective.audiences.graduate -1",
        ),
        (
            "[training_objective.audiences]\ngraduate = \"0\"\n",
            ":6:1 entry_none_given training_objective.audiences 0",
        ),
        ("[rounding]\ndigits = 13\n", ":7:1 entry_out_of_range rounding.digits 13"),
        ("[uncertainty]\nconfidence = 95\n", ":7:1 entry_out_of_range uncertainty.confidence 95"),
        ("[uncertainty]\nmin_n = 1\n", ":7:1 entry_out_of_range uncertainty.min_n 1"),
        ("[uncertainty]\nreplicates = 9\n", ":7:1 entry_out_of_range uncertainty.replicates 9"),
        ("[privacy]\nsuppress_below = 1\n", ":7:1 entry_out_of_range privacy.suppress_below 1"),
        ("open = [\"objective.metod\"]\n", ":6:1 entry_not_one_of open \"objective.metod\""),
        ("checked_on = \"today\"\n", ":6:1 entry_not_date checked_on \"today\""),
        ("[marks.words]\n优 = { share = \"0.95\" }\n", ":7:1 file_not_toml  优 = { share = \"0.95\" }"),
        (
            "[privacy]\nsuppress_below = 5\nsuppress_below = 6\n",
            ":8:1 entry_repeated privacy.suppress_below suppress_below = 6",
        ),
        ("[marks.words]\n\"优\" = 3\n", ":7:7 entry_not_read marks.words.\"优\" 3"),
    ];
    for (lines, expected) in cases {
        let found = said(&format!("{HEAD}{lines}"));
        assert!(found.iter().any(|issue| issue == expected), "{expected}\n{found:#?}");
    }
}

#[test]
fn every_mistake_is_found_at_once() {
    let text = format!(
        "{HEAD}[objective]\nmethod = 3\nreach = \"1.2\"\nlevel_max = 0\n\n[rounding]\nmode = \"half-down\"\ndigits = 13\n\n[threshold]\nclosd = \"above\"\n"
    );
    let found: Vec<&str> = issues(&text).iter().map(|issue| issue.code).collect();
    let expected = ["entry_not_text", "entry_not_share", "entry_not_one_of", "entry_unknown"];
    assert_eq!(found[..4], expected, "{:#?}", said(&text));
    // The contradictions of what is left: the highest level, the levels above it, the digits.
    assert!(said(&text).iter().any(|issue| issue == ":9:1 entry_out_of_range objective.level_max 0"));
    assert!(said(&text).iter().any(|issue| issue == ":13:1 entry_out_of_range rounding.digits 13"));
}

#[test]
fn what_every_policy_needs_is_named_where_it_is_missing() {
    let found = said("key = \"x\"\ndate = 2024\n[rounding]\ndigits = 13\n");
    for expected in [
        " entry_missing title",
        " entry_missing source",
        " entry_missing status",
        ":2:8 entry_not_text date 2024",
        ":4:1 entry_out_of_range rounding.digits 13",
    ] {
        assert!(found.iter().any(|issue| issue == expected), "{expected}\n{found:#?}");
    }
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn a_checked_policy_says_who_and_when_and_leaves_nothing_open() {
    let checked = HEAD.replace("draft", "checked");
    assert_eq!(
        said(&format!("{checked}open = [\"threshold\"]\n")),
        [
            " checked_without checked_by \"\"",
            " checked_without checked_on \"\"",
            ":6:1 checked_but_open open threshold",
        ]
    );
    assert_eq!(
        said(&format!("{checked}checked_by = \"王\"\nchecked_on = \"2026-03-01\"\n")),
        Vec::<String>::new()
    );
    assert_eq!(said(&format!("{HEAD}open = [\"threshold\", \"objective.method\"]\n")), Vec::<String>::new());
}

#[test]
fn a_wrong_file_still_shows_what_could_be_read() {
    let text = format!("{HEAD}[rounding]\ndigits = 13\n[threshold]\ncourse = \"0.7\"\nindicator = 7\n");
    let draft = Policy::parse(&text).unwrap_err().draft.unwrap();
    assert_eq!(draft.threshold.course.get(), Decimal::new(7, 1));
    assert_eq!(draft.threshold.indicator, Policy::parse(HEAD).unwrap().threshold.indicator);
}

#[test]
fn a_file_that_is_not_toml_is_refused_and_never_read_for_ever() {
    for text in ["", "[", "{", "key", "= = =", "[[[[\n", "\u{feff}", "key = \"x", "a = [\n[b]\n", "键 = 1\n"]
    {
        assert!(!said(text).is_empty(), "{text:?}");
    }
    let many: String = (0..300).map(|i| format!("k{i} = 1\n")).collect();
    let found = issues(&many);
    assert_eq!(found.len(), MOST + 1);
    assert_eq!(found.last().map(|issue| issue.code), Some("entries_more"));
}
