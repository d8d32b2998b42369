//! Laws that hold for every family of course objectives under every rule of requirements.
//!
//! Two exceptions are of the families' own making and stand where they apply: `roll-up` counts results in the
//! order of the items, and its n-mastery may fall when a result rises to mastery (a mean over more results), so the
//! laws take its decaying average.

use attain::attainment::method::METHODS;
use attain::attainment::rule::RULES;
use attain::attainment::{Attained, Attainment, IntervalMethod, Verdict, attain, objectives};
use attain::model::{Dataset, Decimal, Mark, MarkState, Plan};
use attain::policy::Policy;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::small::{Course, offerings, plan, policy, programme, support};

/// Relative difference that the order of additions may make.
const ROUNDING: f64 = 1e-12;
/// Families that count points or pieces of work and know no weights.
const WITHOUT_WEIGHTS: [&str; 4] = ["student-pool", "allocated-points", "categories", "roll-up"];
/// Families that count students: their levels and shares jump.
const COUNTING: [&str; 4] = ["share-reaching", "level", "level-partial", "relative-to-expected"];
const WEIGHT_RULES: [&str; 5] = ["explicit", "equal", "credits", "mapped-weighted", "hml-groups"];
const CASES: u32 = 3;

/// Runs a law over drawn courses, the same ones on every machine.
fn check(cases: u32, missing: bool, law: impl Fn(&[Course])) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&(course(missing), course(missing)), |(one, mut two)| {
        let n = one.rows.len();
        two.rows = two.rows.iter().cycle().take(n).cloned().collect();
        law(&[one, two]);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

/// 6 to 12 students, 3 to 5 items, two objectives, marks in halves; every item serves one objective or both.
fn course(missing: bool) -> impl Strategy<Value = Course> {
    let item = (prop::sample::select(vec![5i64, 8, 10, 25, 100]), 1i64..=40, 0usize..3);
    let items = prop::collection::vec(item, 3..=5);
    let cells = prop::collection::vec(prop::collection::vec((0.0..1.0f64, 0u32..12), 5), 6..=12);
    (items, cells).prop_map(move |(items, cells)| {
        let mut links = vec![(0, 0, Decimal::ONE), (1, 1, Decimal::ONE)];
        for (at, &(_, _, serves)) in items.iter().enumerate().skip(2) {
            match serves {
                2 => links.extend([(at, 0, Decimal::new(5, 1)), (at, 1, Decimal::new(5, 1))]),
                one => links.push((at, one, Decimal::ONE)),
            }
        }
        let mark = |&(part, state): &(f64, u32), full: i64| match state {
            0 if missing => Mark::State(MarkState::Exempt),
            1 if missing => Mark::State(MarkState::Absent),
            _ => Mark::Scored(((part * (full * 2 + 1) as f64) as i64 * 5).min(full * 10)),
        };
        let row =
            |row: &Vec<(f64, u32)>| row.iter().zip(&items).map(|(cell, item)| mark(cell, item.0)).collect();
        Course {
            items: items.iter().map(|&(full, w, _)| (Decimal::from(full), Decimal::new(w, 2))).collect(),
            objectives: vec![Some(Decimal::new(60, 2)), None],
            links,
            scale: 1,
            rows: cells.iter().map(row).collect(),
        }
    })
}

/// Two requirements of two indicators each over two courses, by objective and whole.
fn chain(factor: i64) -> Plan {
    let weight = |tenths: i64| Decimal::new(tenths * factor, 1).to_string();
    let supports = vec![
        support(0, Some("1"), 0, &weight(7)),
        support(1, Some("2"), 0, &weight(3)),
        support(0, Some("2"), 1, &weight(10)),
        support(1, None, 2, &weight(4)),
        support(0, Some("1"), 2, &weight(6)),
        support(1, Some("1"), 3, &weight(10)),
    ];
    let mut plan = plan(
        &[("C00", Some("3")), ("C01", Some("1.5"))],
        &[("1.1", 1), ("1.2", 1), ("2.1", 2), ("2.2", 2)],
        supports,
    );
    // Mapping levels: a rule that scales by them has no figure without.
    for (indicator, level) in plan.indicators.iter_mut().zip([3, 2, 1, 3]) {
        indicator.weight = Some(Decimal::from(level));
    }
    plan
}

fn institution(courses: &[Course]) -> Dataset {
    programme(offerings(courses), chain(1))
}

fn choice(method: &str, rule: &str, weights: &str) -> Policy {
    policy(&format!(
        "[objective]\nmethod = \"{method}\"\nrollup = \"decaying-average\"\n[indicator]\nweights = \"{weights}\"\n[requirement]\nrule = \"{rule}\"\n[uncertainty]\nconfidence = 0.95\nmin_n = 5\nreplicates = 100\nseed = 7\n"
    ))
}

/// Every method under every rule, the weight rules in turn.
fn choices() -> impl Iterator<Item = (&'static str, &'static str, Policy)> {
    let pairs = METHODS.iter().flat_map(|method| RULES.iter().map(|rule| (method.key(), rule.key())));
    pairs.enumerate().map(|(at, (method, rule))| (method, rule, choice(method, rule, WEIGHT_RULES[at % 5])))
}

fn run(dataset: &Dataset, policy: &Policy) -> Attained {
    attain(dataset, policy, &|| ()).unwrap()
}

/// Every figure with the name of its place.
fn figures(attained: &Attained) -> Vec<(String, &Attainment)> {
    let mut all = Vec::new();
    for (at, offering) in attained.offerings.iter().enumerate() {
        for group in &offering.groups {
            all.extend(
                group
                    .objectives
                    .iter()
                    .enumerate()
                    .map(|(k, one)| (format!("offering {at} objective {k}"), one)),
            );
            all.push((format!("offering {at}"), &group.course));
        }
    }
    for cohort in &attained.cohorts {
        all.extend(
            cohort
                .courses
                .iter()
                .map(|one| (format!("course {} {:?}", one.course, one.objective), &one.figure)),
        );
        all.extend(
            cohort.indicators.iter().enumerate().map(|(k, one)| (format!("indicator {k}"), &one.direct)),
        );
        all.extend(
            cohort.requirements.iter().enumerate().map(|(k, one)| (format!("requirement {k}"), &one.direct)),
        );
    }
    all
}

/// The same values but for rounding, the same verdicts and counts.
fn assert_same(one: &Attained, two: &Attained, what: &str) {
    let (one, two) = (figures(one), figures(two));
    assert_eq!(one.len(), two.len());
    for ((place, a), (_, b)) in one.iter().zip(&two) {
        match (a.value, b.value) {
            (Some(x), Some(y)) => {
                assert!((x - y).abs() <= ROUNDING * x.abs().max(1.0), "{what}: {place}: {x} {y}")
            }
            (x, y) => assert_eq!(x, y, "{what}: {place}"),
        }
        assert_eq!(a.verdict, b.verdict, "{what}: {place}: {a:?} {b:?}");
        assert_eq!(a.shown, b.shown, "{what}: {place}");
    }
}

fn changed(courses: &[Course], change: impl Fn(&mut Course)) -> Dataset {
    let mut courses = courses.to_vec();
    courses.iter_mut().for_each(change);
    institution(&courses)
}

#[test]
fn the_order_of_students_and_items_is_irrelevant() {
    check(CASES, true, |courses| {
        let students = changed(courses, |course| course.rows.reverse());
        let items = changed(courses, |course| {
            let last = course.items.len() - 1;
            course.items.reverse();
            course.rows.iter_mut().for_each(|row| row.reverse());
            course.links.iter_mut().for_each(|link| link.0 = last - link.0);
            course.links.reverse();
        });
        let plain = institution(courses);
        for (method, rule, policy) in choices() {
            let what = format!("{method} {rule}");
            let before = run(&plain, &policy);
            assert_same(&before, &run(&students, &policy), &what);
            // Repeated results count in the order of the items: that order is time.
            if method != "roll-up" {
                assert_same(&before, &run(&items, &policy), &what);
            }
        }
    });
}

#[test]
fn every_figure_lies_between_zero_and_its_scale_and_inside_its_interval() {
    check(CASES, true, |courses| {
        let dataset = institution(courses);
        for (method, rule, policy) in choices() {
            for (place, figure) in figures(&run(&dataset, &policy)) {
                let Some(value) = figure.value else { continue };
                assert!((0.0..=figure.scale + ROUNDING).contains(&value), "{method} {rule} {place}: {value}");
                if let Some(known) = figure.uncertainty {
                    let ordered = known.low <= known.high && known.low >= 0.0 && known.high <= figure.scale;
                    assert!(ordered, "{method} {rule} {place}: {known:?}");
                }
            }
        }
    });
}

#[test]
fn a_raised_mark_never_lowers_attainment() {
    check(CASES, true, |courses| {
        let raised = changed(courses, |course| {
            for (at, row) in course.rows.iter_mut().enumerate() {
                let j = at % course.items.len();
                let full = course.items[j].0;
                if let Mark::Scored(units) = &mut row[j] {
                    let most = i64::try_from(full.mantissa()).unwrap() * 10;
                    *units = (*units + 10).min(most);
                }
            }
        });
        let dataset = institution(courses);
        for (method, rule, policy) in choices() {
            let (before, after) = (run(&dataset, &policy), run(&raised, &policy));
            for ((place, a), (_, b)) in figures(&before).iter().zip(&figures(&after)) {
                let (Some(x), Some(y)) = (a.value, b.value) else { continue };
                assert!(y >= x - ROUNDING, "{method} {rule} {place}: {x} falls to {y}");
                assert!(
                    a.verdict != Some(Verdict::Reached) || b.verdict == a.verdict,
                    "{method} {rule} {place}"
                );
            }
        }
    });
}

#[test]
fn rescaled_weights_change_nothing() {
    check(CASES, true, |courses| {
        let factor = Decimal::new(25, 1);
        let items = changed(courses, |course| course.items.iter_mut().for_each(|item| item.1 *= factor));
        let supports = programme(offerings(courses), chain(2));
        for (method, rule, policy) in choices() {
            let before = run(&institution(courses), &policy);
            assert_same(&before, &run(&items, &policy), &format!("{method} {rule}"));
            assert_same(&before, &run(&supports, &policy), &format!("{method} {rule}"));
        }
    });
}

#[test]
fn an_item_of_weight_zero_changes_nothing_where_weights_count() {
    check(CASES, true, |courses| {
        let more = changed(courses, |course| {
            let item = course.items.len();
            course.rows.iter_mut().enumerate().for_each(|(i, row)| row.push(Mark::Scored(i as i64 % 7)));
            course.items.push((Decimal::TEN, Decimal::ZERO));
            course.links.push((item, 0, Decimal::ONE));
        });
        for (method, rule, policy) in choices().filter(|choice| !WITHOUT_WEIGHTS.contains(&choice.0)) {
            assert_same(
                &run(&institution(courses), &policy),
                &run(&more, &policy),
                &format!("{method} {rule}"),
            );
        }
        let other = changed(courses, |course| course.items.iter_mut().for_each(|item| item.1 = Decimal::ONE));
        for (method, rule, policy) in choices().filter(|choice| WITHOUT_WEIGHTS.contains(&choice.0)) {
            assert_same(
                &run(&institution(courses), &policy),
                &run(&other, &policy),
                &format!("{method} {rule}"),
            );
        }
    });
}

/// Students without any evidence are as if they were not there; their blanks are not zeros.
#[test]
fn null_is_not_zero() {
    check(CASES, false, |courses| {
        let with = |mark: Mark| {
            changed(courses, |course| {
                let n = course.rows[0].len();
                course.rows.push(vec![mark; n]);
            })
        };
        let (excluded, zero) = (with(Mark::State(MarkState::Exempt)), with(Mark::Scored(0)));
        for (method, rule, policy) in choices() {
            let before = run(&institution(courses), &policy);
            let after = run(&excluded, &policy);
            for ((place, a), (_, b)) in figures(&before).iter().zip(&figures(&after)) {
                assert_eq!(a.counts.assessed, b.counts.assessed, "{place}");
                assert!((a.value.unwrap() - b.value.unwrap()).abs() <= ROUNDING, "{method} {rule} {place}");
                assert_eq!(a.verdict, b.verdict, "{method} {rule} {place}");
            }
            let value = |attained: &Attained| attained.offerings[0].groups[0].objectives[0].value.unwrap();
            if !COUNTING.contains(&method) && value(&before) > 0.0 {
                assert!(value(&run(&zero, &policy)) < value(&before), "{method}");
            }
        }
    });
}

#[test]
fn a_figure_is_unavailable_exactly_when_evidence_is_too_thin() {
    for n in 0..=7usize {
        let row = |i: usize| {
            let mark = if i < n {
                Mark::Scored([35, 50, 62, 71, 80, 90, 99][i])
            } else {
                Mark::State(MarkState::Deferred)
            };
            vec![mark; 2]
        };
        let course = Course {
            items: vec![(Decimal::TEN, Decimal::ONE); 2],
            objectives: vec![None, None],
            links: vec![(0, 0, Decimal::ONE), (1, 1, Decimal::ONE)],
            scale: 1,
            rows: (0..8).map(row).collect(),
        };
        let dataset = institution(&[course.clone(), course]);
        for (method, rule, policy) in choices() {
            for (place, figure) in figures(&run(&dataset, &policy)) {
                let what = format!("{method} {rule} {place} of {n}: {figure:?}");
                assert_eq!(figure.value.is_some(), n > 0, "{what}");
                assert_eq!(figure.verdict.is_some(), n > 0, "{what}");
                assert!(n >= 5 || figure.uncertainty.is_none(), "{what}");
                assert_eq!(figure.uncertainty.is_none(), figure.reason.is_some(), "{what}");
                let spread = figure.reason.is_some_and(|reason| reason.key() == "no_spread");
                assert!(n < 5 || figure.uncertainty.is_some() || spread, "{what}");
            }
        }
    }
}

#[test]
fn students_who_do_not_differ_give_no_interval_by_spread() {
    for units in [0, 60] {
        let course = Course {
            items: vec![(Decimal::TEN, Decimal::ONE); 2],
            objectives: vec![None, None],
            links: vec![(0, 0, Decimal::ONE), (1, 1, Decimal::ONE)],
            scale: 1,
            rows: vec![vec![Mark::Scored(units); 2]; 8],
        };
        let dataset = institution(&[course.clone(), course]);
        for (method, rule, policy) in choices() {
            for (place, figure) in figures(&run(&dataset, &policy)) {
                let by = figure.uncertainty.as_ref().map(|found| found.method);
                let what = format!("{method} {rule} {place} of {units}: {figure:?}");
                assert!(!matches!(by, Some(IntervalMethod::T | IntervalMethod::Bootstrap)), "{what}");
            }
        }
    }
}

#[test]
fn families_meet_where_their_formulas_do() {
    let value = |dataset: &Dataset, method| {
        let attained = run(dataset, &choice(method, "mean", "explicit"));
        let own = &attained.offerings;
        own.iter()
            .flat_map(|one| one.groups[0].objectives.iter().map(|figure| figure.value.unwrap()))
            .collect::<Vec<_>>()
    };
    let meet = |dataset: &Dataset, one, two| {
        for (a, b) in value(dataset, one).into_iter().zip(value(dataset, two)) {
            assert!((a - b).abs() <= ROUNDING, "{one} {a}, {two} {b}");
        }
    };
    check(20, true, |courses| {
        let equal =
            changed(courses, |course| course.items.iter_mut().for_each(|item| item.0 = Decimal::ONE_HUNDRED));
        meet(&equal, "pooled-ratio", "mean-of-ratios");
        meet(&institution(courses), "rubric", "mean-of-ratios");
    });
    check(20, false, |courses| {
        meet(&institution(courses), "mean-of-ratios", "student-first");
        meet(&institution(courses), "pooled-ratio", "allocated-points-weighted");
    });
}

/// A student whose marks are the items' means leaves every family of means where it was.
#[test]
fn a_student_who_equals_the_mean_leaves_the_mean() {
    check(10, false, |courses| {
        // Marks in units of a point's 1/(10·n) keep the mean of n marks exact for n = 10 students.
        let ten = |course: &Course| {
            let rows: Vec<Vec<Mark>> = course.rows.iter().cycle().take(10).cloned().collect();
            let finer = |mark: &Mark| match mark {
                Mark::Scored(units) => Mark::Scored(units * 10),
                state => *state,
            };
            let rows = rows.iter().map(|row| row.iter().map(finer).collect()).collect();
            Course { rows, scale: 2, ..course.clone() }
        };
        let courses: Vec<Course> = courses.iter().map(ten).collect();
        let more = changed(&courses, |course| {
            let units = |mark: &Mark| if let Mark::Scored(units) = mark { *units } else { 0 };
            let mean = |j: usize| course.rows.iter().map(|row| units(&row[j])).sum::<i64>() / 10;
            let row = (0..course.items.len()).map(|j| Mark::Scored(mean(j))).collect();
            course.rows.push(row);
        });
        let families = METHODS.iter().map(|method| method.key());
        let counting = ["categories", "grade-based"];
        for method in families.filter(|key| !COUNTING.contains(key) && !counting.contains(key)) {
            let policy = choice(method, "mean", "explicit");
            assert_same(&run(&institution(&courses), &policy), &run(&more, &policy), method);
        }
    });
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let design = attain::simulate::Design { courses: 4, ..attain::simulate::Design::coverage() };
    let (dataset, _) = attain::simulate::dataset(&design, 0);
    for (method, rule) in [("student-first", "minimum"), ("level", "all-reach"), ("pooled-ratio", "mean")] {
        let text = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            format!("{:?}", pool.install(|| run(&dataset, &choice(method, rule, "explicit"))))
        };
        let one = text(1);
        assert!(one == text(2) && one == text(4), "{method} {rule}");
    }
}

/// The short way to the objectives gives what the whole way gives.
#[test]
fn objectives_alone_are_the_objectives_of_the_whole() {
    check(CASES, true, |courses| {
        let dataset = institution(courses);
        for (method, _, policy) in choices().step_by(RULES.len()) {
            let whole = run(&dataset, &policy);
            for (short, long) in objectives(&dataset, &policy).unwrap().iter().zip(&whole.offerings) {
                let rows = |(values, verdicts): (&Vec<Option<f64>>, &Vec<Option<Verdict>>)| {
                    values
                        .iter()
                        .zip(verdicts)
                        .map(|(value, verdict)| value.zip(*verdict))
                        .collect::<Vec<_>>()
                };
                let both = long.students.iter().zip(&long.student_verdicts).map(rows);
                assert!(short.students.iter().cloned().eq(both), "{method}");
                for (one, figure) in short.objectives.iter().zip(&long.groups[0].objectives) {
                    let (value, verdict) = one.unwrap();
                    assert_eq!(Some(verdict), figure.verdict, "{method}");
                    assert!((value - figure.value.unwrap()).abs() <= ROUNDING, "{method}");
                }
            }
        }
    });
}

/// Where students are counted, the class's share is the share of students whose own verdict is reached.
#[test]
fn the_share_of_a_class_is_the_share_of_its_students() {
    check(CASES, true, |courses| {
        for method in ["share-reaching", "relative-to-expected"] {
            for offering in run(&institution(courses), &choice(method, "mean", "explicit")).offerings {
                for (verdicts, figure) in offering.student_verdicts.iter().zip(&offering.groups[0].objectives)
                {
                    let known: Vec<Verdict> = verdicts.iter().copied().flatten().collect();
                    let reached = known.iter().filter(|&&verdict| verdict == Verdict::Reached).count();
                    let share = reached as f64 / known.len() as f64;
                    assert!((share - figure.value.unwrap()).abs() <= ROUNDING, "{method}");
                }
            }
        }
    });
}

/// The interval of a level in a term is that of its share taken through the cut-offs: it ends at levels.
#[test]
fn the_interval_of_a_level_ends_at_levels() {
    let (dataset, _) = attain::simulate::dataset(&attain::simulate::Design::coverage(), 0);
    let attained = run(&dataset, &choice("level", "minimum", "explicit"));
    let terms = attained.terms.iter().filter(|term| term.objective.is_some()).map(|term| &term.figure);
    let ends: Vec<f64> = terms
        .filter_map(|figure| figure.uncertainty)
        .flat_map(|uncertainty| [uncertainty.low, uncertainty.high])
        .collect();
    assert!(!ends.is_empty() && ends.iter().all(|end| (end - end.round()).abs() < 1e-9), "{ends:?}");
}

/// A course valued by its lowest objective has an interval of some width, in the term and in the cohort.
#[test]
fn a_lowest_objective_varies_with_its_students() {
    let (dataset, _) = attain::simulate::dataset(&attain::simulate::Design::coverage(), 0);
    let mut policy = choice("student-first", "minimum", "explicit");
    policy.course_value = attain::policy::CourseValue::Minimum;
    let attained = run(&dataset, &policy);
    let terms = attained.terms.iter().filter(|term| term.objective.is_none()).map(|term| &term.figure);
    let courses = attained.cohorts.iter().flat_map(|cohort| &cohort.courses);
    let whole = courses.filter(|course| course.objective.is_none()).map(|course| &course.figure);
    let widths: Vec<f64> = terms
        .chain(whole)
        .map(|figure| figure.uncertainty.unwrap())
        .map(|known| known.high - known.low)
        .collect();
    assert!(widths.len() >= 12 && widths.iter().all(|width| *width > 0.01), "{widths:?}");
}
