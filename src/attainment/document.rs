//! `docs/methods.md`: the methods, weights and rules, made from their lists.

use std::fmt::Write as _;

use super::method::METHODS;
use super::rule::RULES;
use crate::message::{Lang, text};
use crate::policy::{WeightRule, builtin_frameworks, builtin_policies};

const INTRODUCTION: &str = include_str!("document.md");

/// The page that documents every method, weight rule, requirement rule, policy and framework.
pub fn document() -> String {
    let mut page = INTRODUCTION.to_owned();
    let both = |key: &str| format!("{}<br>{}", text(Lang::Zh, key, &[]), text(Lang::En, key, &[]));
    // Writing to a string cannot fail.
    let _ = writeln!(page, "\n## Course objectives 课程目标 (`objective.method`)\n");
    let _ = writeln!(page, "| key | what it computes | practice |\n|---|---|---|");
    for method in METHODS {
        let _ = writeln!(
            page,
            "| `{0}` | {1} | {2} |",
            method.key(),
            both(&format!("method.{}", method.key())),
            method.source()
        );
    }
    let _ = writeln!(page, "\n## Weights of an indicator 指标点权重 (`indicator.weights`)\n");
    let _ = writeln!(page, "| key | where the weights come from |\n|---|---|");
    for rule in WeightRule::ALL {
        let _ = writeln!(page, "| `{0}` | {1} |", rule.key(), both(&format!("weights.{}", rule.key())));
    }
    let _ = writeln!(page, "\n## Requirements 毕业要求 (`requirement.rule`)\n");
    let _ = writeln!(page, "| key | what it computes | practice |\n|---|---|---|");
    for rule in RULES {
        let _ = writeln!(
            page,
            "| `{0}` | {1} | {2} |",
            rule.key(),
            both(&format!("rule.{}", rule.key())),
            rule.source()
        );
    }
    let _ = writeln!(page, "\n## Built-in policies 内置方案\n");
    let _ = writeln!(
        page,
        "| key | name | objective / weights / requirement | date | status |\n|---|---|---|---|---|"
    );
    for policy in builtin_policies() {
        let choice = format!(
            "{} / {} / {}",
            policy.objective.method,
            policy.indicator.weights.key(),
            policy.requirement.rule
        );
        let status = format!("{:?}", policy.status).to_lowercase();
        let _ = writeln!(
            page,
            "| `{}` | {}<br>{} | {choice} | {} | {status} |",
            policy.key, policy.title.zh, policy.title.en, policy.date
        );
    }
    let _ = writeln!(page, "\n## Frameworks 毕业要求框架\n");
    let _ = writeln!(page, "| key | name | requirements | continues |\n|---|---|---|---|");
    for framework in builtin_frameworks() {
        let from: Vec<&str> = framework.crosswalks.iter().map(|crosswalk| crosswalk.from.as_str()).collect();
        let _ = writeln!(
            page,
            "| `{}` | {}<br>{} | {} | {} |",
            framework.key,
            framework.title.zh,
            framework.title.en,
            framework.requirements.len(),
            from.join(", ")
        );
    }
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_on_methods_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/methods.md");
        if std::env::var_os("ATTAIN_WRITE_DOCS").is_some() {
            std::fs::write(path, super::document()).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(page, super::document(), "write it anew with ATTAIN_WRITE_DOCS=1");
    }
}
