//! What every report and every writer has to keep.

mod extremes;
mod outline;
mod package;
#[cfg(feature = "pdf")]
mod pages;
mod word;
mod workbook;
mod written;

use std::sync::OnceLock;

use super::*;
use crate::attainment::attain;
use crate::model::Dataset;
use crate::policy::{Policy, builtin_policy};
use crate::results::{Table, tables, value_added_tables};
use crate::simulate::{Design, Simulator};
use crate::value_added::study::{Declarations, Own, fit_all, tasks};

/// Models of value added for the small programme: one over cohorts, two of the same outcome, one that fails.
const DECLARED: &str = r#"
    [[model]]
    key = "schools"
    model = "mixed"
    formula = "year1 ~ entry + (1 | school)"
    [[model]]
    key = "classes"
    model = "mean-residual"
    formula = "year2 ~ year1 + entry"
    unit = "class"
    cohorts = "together"
    [[model]]
    key = "classes-mixed"
    model = "mixed"
    formula = "year2 ~ year1 + entry + (1 | class)"
    influence = true
    cohorts = "together"
    [[model]]
    key = "nothing"
    model = "mixed"
    formula = "year9 ~ entry + (1 | school)"
    cohorts = "together"
"#;

/// A small programme: two cohorts of 24 students, six courses, and their tables.
pub(super) struct Small {
    pub(super) dataset: Dataset,
    pub(super) policy: Policy,
    pub(super) tables: Vec<Table>,
}

impl Small {
    pub(super) fn of(dataset: Dataset) -> Self {
        let policy = builtin_policy("ceeaa-2024").unwrap();
        let mut tables = tables(&dataset, &policy, &attain(&dataset, &policy, &|| ()).unwrap());
        let declared = Declarations::parse(DECLARED).unwrap();
        let fits = fit_all(&dataset, &Own::default(), &tasks(&dataset, &declared), &|| ());
        tables.extend(value_added_tables(&dataset, &fits));
        Self { dataset, policy, tables }
    }

    pub(super) fn material(&self) -> Material<'_> {
        Material::new(&self.tables, &self.dataset, &self.policy)
    }

    pub(super) fn context(&self, lang: Lang) -> ReportContext<'_> {
        ReportContext { lang, numbers: Numbers { rounding: self.policy.rounding }, source: "attain test" }
    }

    /// The first document of a report.
    pub(super) fn document(&self, report: &dyn Report, lang: Lang) -> Document {
        let material = self.material();
        let subject = report.subjects(&material).first().cloned().unwrap();
        report.build(&material, &subject, &self.context(lang)).unwrap()
    }
}

/// The small programme, made once.
pub(super) fn small() -> &'static Small {
    static SMALL: OnceLock<Small> = OnceLock::new();
    SMALL.get_or_init(|| {
        let design = Design {
            cohorts: 2,
            first_cohort: 2021,
            earlier_cohorts: 1,
            students: 24,
            section: 12,
            courses: 6,
            retakes: false,
            ..Design::demo()
        };
        Small::of(Simulator::new(design).dataset(0))
    })
}

#[test]
fn every_report_has_its_own_key_a_summary_and_a_line_in_the_docs() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reports.md");
    let current = super::document();
    if std::env::var_os("ATTAIN_WRITE_DOCS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        current,
        "run with ATTAIN_WRITE_DOCS=1 to renew docs/reports.md"
    );
    for (at, report) in REPORTS.iter().enumerate() {
        assert!(REPORTS[..at].iter().all(|other| other.key() != report.key()));
        for lang in [Lang::Zh, Lang::En] {
            assert!(!report.summary(lang).contains("report."), "{}", report.key());
        }
    }
}

#[test]
fn no_text_of_any_report_is_a_key_or_holds_an_unfilled_place() {
    for report in REPORTS {
        for lang in [Lang::Zh, Lang::En] {
            let text = outline::outline(&small().document(*report, lang), usize::MAX);
            for line in text.lines() {
                let key = ["report.", "chart.", "reason.", "method.", "verdict."]
                    .iter()
                    .find(|key| line.contains(**key));
                assert!(key.is_none() && !line.contains('{'), "{}: {line}", report.key());
                assert!(
                    line.split([' ', '|']).all(|word| word != "NaN" && word != "inf"),
                    "{}: {line}",
                    report.key()
                );
            }
        }
    }
}

#[test]
fn every_figure_has_a_caption_and_is_told_in_words() {
    let mut seen = 0;
    for report in REPORTS {
        for lang in [Lang::Zh, Lang::En] {
            for figure in small().document(*report, lang).figures() {
                assert!(figure.alt.chars().any(|c| c.is_ascii_digit()), "{}: {}", figure.label, figure.alt);
                assert!(!figure.caption.is_empty(), "{}", figure.label);
                seen += 1;
            }
        }
    }
    assert!(seen >= 12, "{seen}");
}

#[test]
fn labels_are_unique_and_every_reference_finds_its_table_or_figure() {
    for report in REPORTS {
        let document = small().document(*report, Lang::Zh);
        let labels: Vec<&str> = document
            .tables()
            .map(|table| table.label.as_str())
            .chain(document.figures().map(|figure| figure.label.as_str()))
            .collect();
        let numbers = document.numbers();
        assert_eq!(labels.len(), numbers.len(), "{}: {labels:?}", report.key());
        for block in &document.blocks {
            let document::Block::Paragraph(spans) = block else { continue };
            for span in spans {
                if let document::Span::Reference(label) = span {
                    assert!(numbers.contains_key(label.as_str()), "{}: {label}", report.key());
                }
            }
        }
    }
}

#[test]
fn the_page_of_a_student_names_no_other_student() {
    let small = small();
    let document = small.document(&Student, Lang::Zh);
    let text = outline::outline(&document, usize::MAX);
    let (own, others) = small.dataset.students.split_first().unwrap();
    assert!(text.contains(&own.id));
    for other in others {
        assert!(!text.contains(&other.id), "{}", other.id);
    }
}

#[test]
fn the_chapter_of_the_institution_names_no_student_and_no_small_group() {
    let small = small();
    let text = outline::outline(&small.document(&Annual, Lang::Zh), usize::MAX);
    for student in &small.dataset.students {
        assert!(!text.contains(&student.id));
    }
    let mut few = small.dataset.clone();
    for programme in &mut few.programmes {
        programme.cohorts.retain(|cohort| cohort.id == "2021");
    }
    let mut policy = small.policy.clone();
    policy.privacy.suppress_below = 25;
    let tables = tables(&few, &policy, &attain(&few, &policy, &|| ()).unwrap());
    let document = Small { dataset: few, policy, tables }.document(&Annual, Lang::Zh);
    let table = document.tables().find(|table| table.label == "table-by_programme").unwrap();
    assert_eq!(table.rows[0][3].text, "*");
    assert!(table.rows[0].iter().all(|cell| cell.number != Some(24.0)));
}

#[test]
fn the_pictures_of_the_institution_show_what_its_tables_show_and_nothing_of_a_programme_left_out() {
    let design =
        Design { programmes: 5, cohorts: 1, earlier_cohorts: 0, students: 20, courses: 4, ..Design::demo() };
    let mut dataset = Simulator::new(Design { retakes: false, ..design }).dataset(0);
    let (first, second) = (dataset.programmes[0].id.clone(), dataset.programmes[1].id.clone());
    let all = Small::of(dataset.clone()).document(&Annual, Lang::En);
    let told = |document: &Document| document.figures().map(|figure| figure.alt.clone()).collect::<String>();
    assert!(dataset.programmes.iter().all(|one| told(&all).contains(one.name.as_deref().unwrap())));
    // All but four students of the first programme move to the second.
    let moved = dataset.students.iter_mut().filter(|student| student.programme.as_deref() == Some(&*first));
    moved.skip(4).for_each(|student| student.programme = Some(second.clone()));
    let document = Small::of(dataset).document(&Annual, Lang::En);
    let table = document.tables().find(|table| table.label == "table-by_programme").unwrap();
    let (mut shown, mut left_out) = (0, 0);
    for line in &table.rows {
        let line = &line[line.len() - 7..];
        if line[2].text == "*" {
            assert!(!told(&document).contains(&line[0].text), "{}", line[0].text);
            left_out += 1;
        } else {
            assert!(told(&document).contains(&format!("{} (", line[0].text)), "{}", line[0].text);
            assert!(told(&document).contains(&line[6].text));
            shown += 1;
        }
    }
    assert!(shown >= 1 && left_out >= 2, "{shown} {left_out}");
}

#[test]
fn words_of_people_stand_in_the_report_and_what_is_missing_is_left_to_fill() {
    let mut dataset = small().dataset.clone();
    let of = dataset.offerings[0].id.clone();
    let note = |part: &str, text: &str| crate::model::ReportNote {
        report: "course".into(),
        of: of.clone(),
        part: part.into(),
        text: text.into(),
    };
    dataset.notes = vec![note("measures", "增加习题课"), note("problems", "第二章偏难")];
    let document = Small::of(dataset).document(&Course, Lang::Zh);
    let words: Vec<&str> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            document::Block::Words(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(words, ["第二章偏难", "增加习题课"]);
    assert_eq!(document.blocks.iter().filter(|block| matches!(block, document::Block::Blank(_))).count(), 2);
}

#[test]
fn a_report_on_one_subject_needs_no_more_than_the_offerings_it_names() {
    let small = small();
    for report in REPORTS {
        let material = small.material();
        let subject = report.subjects(&material).pop().unwrap();
        let Some(keep) = report.offerings(&small.dataset, &subject) else { continue };
        assert!(!keep.is_empty() && keep.len() < small.dataset.offerings.len());
        let mut dataset = small.dataset.clone();
        dataset.offerings = keep.iter().map(|&at| small.dataset.offerings[at].clone()).collect();
        let few = Small::of(dataset);
        let context = small.context(Lang::Zh);
        let whole = report.build(&material, &subject, &context).unwrap();
        assert!(report.build(&few.material(), &subject, &context).unwrap() == whole, "{}", report.key());
    }
}

#[test]
fn a_rare_character_in_a_name_loses_no_picture() {
    let mut dataset = small().dataset.clone();
    for objective in &mut dataset.offerings[0].objectives {
        objective.text = Some("张𬭎🦀 objective".into());
    }
    let document = Small::of(dataset).document(&Course, Lang::En);
    let page = String::from_utf8(Html.write(&document).unwrap()).unwrap();
    assert_eq!(page.matches("<svg ").count(), document.figures().count());
    assert!(page.contains("张〓〓 objective") && page.contains("U+2CB4E"));
}

#[test]
fn an_unknown_subject_is_refused() {
    let small = small();
    for report in REPORTS {
        let made = report.build(&small.material(), "nobody/nothing", &small.context(Lang::En));
        assert!(matches!(made, Err(ReportError::NoSubject { .. })), "{}", report.key());
    }
}
