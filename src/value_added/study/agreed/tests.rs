use super::*;
use crate::value_added::study::tests::{dataset, declared, taught};
use crate::value_added::study::{Declarations, Own, fit_all, tasks};

fn two_models() -> Declarations {
    declared(
        r#"
        [[model]]
        key = "shrunken"
        model = "mixed"
        formula = "exit ~ entry + (1 | class)"
        [[model]]
        key = "plain"
        model = "mean-residual"
        formula = "exit ~ entry"
        unit = "class"
        "#,
    )
}

#[test]
fn cohorts_and_models_are_compared_pair_by_pair() {
    let (dataset, declarations) = (dataset(), two_models());
    let fits = fit_all(&dataset, &Own::default(), &tasks(&dataset, &declarations), &|| ());
    let found = agreed(&fits);
    let over = |over| found.iter().filter(move |one: &&Agreed| one.over == over);
    assert_eq!(over(Over::Cohorts).count(), 2, "one pair of cohorts per model");
    assert_eq!(over(Over::Models).count(), 2, "one pair of models per cohort");
    for one in over(Over::Models) {
        assert_eq!(one.agreement.units, 4);
        assert!(one.cohort.is_some() && one.model.is_none());
        // Equal sizes: shrinkage keeps the order.
        assert_eq!((one.agreement.same_order, one.agreement.same_third), (Some(1.0), Some(1.0)));
    }
    let ranks = sensitivity(&fits);
    assert_eq!(ranks.len(), 8, "four classes in each of two cohorts");
    assert!(ranks.iter().all(|one| one.models == 2 && one.same_third && one.best.0 == one.worst.0));
}

/// Effects on another outcome, on another scale or at other times differ because of what they are.
#[test]
fn only_models_of_one_outcome_and_one_scale_are_compared() {
    let (dataset, declarations) = (
        taught(&["2021", "2022"], &|_, _| Vec::new()),
        declared(
            r#"
            [[model]]
            key = "a"
            model = "mixed"
            formula = "exit ~ entry + (1 | class)"
            cohorts = "together"
            [[model]]
            key = "b"
            model = "fixed-effects"
            formula = "exit ~ entry + mid"
            unit = "class"
            cohorts = "together"
            [[model]]
            key = "other outcome"
            model = "mixed"
            formula = "mid ~ entry + (1 | class)"
            cohorts = "together"
            [[model]]
            key = "gain"
            model = "gain"
            formula = "exit ~ entry"
            unit = "class"
            cohorts = "together"
            [[model]]
            key = "percentiles"
            model = "growth"
            formula = "exit ~ entry"
            unit = "class"
            cohorts = "together"
            [[model]]
            key = "slope"
            model = "mixed"
            formula = "exit ~ entry + (0 + entry | class)"
            cohorts = "together"
            [[model]]
            key = "all times"
            model = "mixed"
            formula = "score ~ time + (1 | class)"
            rows = "times"
            cohorts = "together"
            "#,
        ),
    );
    let fits = fit_all(&dataset, &Own::default(), &tasks(&dataset, &declarations), &|| ());
    assert!(fits.iter().all(|fit| fit.outcome.is_ok()));
    let compared: Vec<(String, String)> =
        agreed(&fits).into_iter().map(|one| (one.agreement.first, one.agreement.second)).collect();
    assert_eq!(compared, [("a".to_owned(), "b".to_owned())]);
    let ranks = sensitivity(&fits);
    assert!(ranks.len() == 4 && ranks.iter().all(|one| one.models == 2));
    assert!(ranks.iter().all(|one| (one.outcome.as_str(), one.scale.as_str()) == ("exit", "outcome")));
}
