use super::*;

/// Line, entry, option, value and code of every problem.
fn problems(text: &str) -> Vec<(usize, String, String, Option<String>, &'static str)> {
    let problems = Declarations::parse(text).unwrap_err();
    problems.into_iter().map(|one| (one.line, one.entry, one.option, one.value, one.code)).collect()
}

#[test]
fn every_mistake_of_every_entry_is_told_at_once_with_its_line_and_value() {
    let text = r#"[[model]]
key = "a"
model = "no-such"
formula = "y ~ x"
level = 7
mising = "impute"

[[model]]
key = "b"
model = "mixed"
formula = "y ~ "
cohorts = "some"
full = 100

[[model]]
key = "c"
model = "mean-residual"
formula = "y ~ x"

[[model]]
model = "ols"
errors = "cr1"
"#;
    let found = problems(text);
    let found: Vec<(usize, &str, &str, Option<&str>, &str)> = (found.iter())
        .map(|(line, entry, option, value, code)| {
            (*line, entry.as_str(), option.as_str(), value.as_deref(), *code)
        })
        .collect();
    assert_eq!(
        found,
        [
            (3, "a", "model", Some("\"no-such\""), "value"),
            (6, "a", "mising", Some("\"impute\""), "misspelt"),
            (5, "a", "level", Some("7"), "value"),
            (13, "b", "full", Some("100"), "unused"),
            (11, "b", "formula", Some("\"y ~ \""), "formula"),
            (12, "b", "cohorts", Some("\"some\""), "value"),
            (15, "c", "unit", None, "needed"),
            (20, "4", "key", None, "absent"),
            (20, "4", "formula", None, "absent"),
            (20, "4", "cluster", None, "needed"),
        ]
    );
}

#[test]
fn what_is_no_model_is_told() {
    let code = |text: &str| Declarations::parse(text).unwrap_err()[0].code;
    assert_eq!(code("model = 3"), "not_a_model");
    assert_eq!(code("[[model]"), "syntax");
    assert_eq!(Declarations::parse("\n\n[[model]").unwrap_err()[0].line, 3);
    let fine = "[[model]]\nkey = \"a\"\nmodel = \"ols\"\nformula = \"y ~ x\"\n";
    assert_eq!(code(&format!("{fine}colour = 3")), "option");
    assert_eq!(code(&format!("{fine}{fine}")), "repeated");
    let fine =
        "[[model]]\nkey = \"m\"\nmodel = \"mixed\"\nformula = \"y ~ x + (1 | u)\"\ncohorts = \"together\"";
    let read = Declarations::parse(fine).unwrap();
    assert_eq!((read.models[0].columns().len(), read.models[0].cohorts), (3, Cohorts::Together));
}

#[test]
fn what_goes_together_is_asked_for() {
    let codes = |rest: &str| -> Vec<(String, &'static str)> {
        let text = format!("[[model]]\nkey = \"m\"\nformula = \"y ~ x\"\n{rest}");
        problems(&text).into_iter().map(|(_, _, option, _, code)| (option, code)).collect()
    };
    let one = |option: &str, code| vec![(option.to_owned(), code)];
    assert_eq!(codes("model = \"normalised-gain\""), one("full", "needed"));
    assert_eq!(codes("model = \"normalised-gain\"\nfull = -1"), one("full", "value"));
    assert_eq!(codes("model = \"ols\"\nerrors = \"hc9\""), one("errors", "value"));
    assert_eq!(codes("model = \"ols\"\nerrors = \"cr1\""), one("cluster", "needed"));
    assert_eq!(codes("model = \"fixed-effects\""), one("unit", "needed"));
    assert_eq!(codes("model = \"ols\"\nweights = \"w\""), one("weights", "unused"));
    assert_eq!(codes("model = \"ols\"\ntimes = [\"a\"]"), one("rows", "needed"));
    let found = codes("model = \"mixed\"\npersistence = \"estimated\"\ntests = true");
    assert_eq!(
        found,
        [
            ("membership".to_owned(), "needed"),
            ("rows".to_owned(), "needed"),
            ("tests".to_owned(), "with_estimated_persistence")
        ]
    );
    assert_eq!(
        codes("model = \"growth\"\ntarget = 3\ncohorts = \"each\""),
        one("cohorts", "projection_of_each")
    );
    assert_eq!(codes("model = \"growth\"\ntrajectories = [0]"), one("trajectories", "value"));
    assert_eq!(codes("model = \"growth\"\ntarget = []"), one("target", "value"));
    assert_eq!(codes("model = \"growth\"\nscales = { y = { limits = [3, 1] } }"), one("scales", "value"));
    let text = "[[model]]\nkey = \"m\"\nmodel = \"growth\"\nformula = \"y ~ x:z\"";
    assert_eq!(Declarations::parse(text).unwrap_err()[0].code, "priors");
}

#[test]
fn a_target_is_a_score_or_a_column_or_several() {
    let of = |target: &str| {
        let text = format!(
            "[[model]]\nkey = \"m\"\nmodel = \"growth\"\nformula = \"y ~ x\"\ntarget = {target}\ncurves = \"latest\""
        );
        Declarations::parse(&text).unwrap().models.remove(0)
    };
    let one = of("60");
    assert_eq!((one.targets.as_slice(), one.cohorts), (&[Target::Score(60.0)][..], Cohorts::Together));
    assert_eq!(one.trajectories, [10, 25, 50, 75, 90]);
    assert_eq!(one.read_columns(), ["y", "x", "cohort"]);
    let several = of("[\"goal\", 82.5]");
    assert_eq!(several.read_columns(), ["y", "x", "goal", "cohort"]);
    assert_eq!(several.columns(), ["y", "x"], "a student without a goal is used all the same");
}

#[test]
fn a_mistake_of_syntax_is_told_in_the_language_of_the_reader() {
    use crate::message::Lang;
    use crate::value_added::words::declared_text;
    let problem = &Declarations::parse("[[model]\nkey = 1").unwrap_err()[0];
    assert_eq!(problem.line, 1);
    assert_eq!(declared_text(Lang::Zh, problem).0, "无法读取（表头没有闭合，此处应为`]`）");
    assert_eq!(declared_text(Lang::En, problem).0, "cannot be read (unclosed array table, expected `]`)");
}
