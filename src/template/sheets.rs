//! A data set as rows of the logical tables, with the logical column names.

use crate::ingest::GeneratedFile;
use crate::model::{
    Dataset, Decimal, Fraction, Item, MarkState, Offering, Plan, Programme, Purpose, Strength, SurveyTarget,
};

/// The rows of one logical table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Key of the logical table.
    pub key: &'static str,
    /// Names of its columns.
    pub header: Vec<String>,
    /// Cells, as text.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    fn new(key: &'static str, header: &[&str]) -> Self {
        Self { key, header: header.iter().map(|&name| name.to_owned()).collect(), rows: Vec::new() }
    }
}

/// The word for a state in a mark cell; an item not handed in is an empty cell.
pub fn words(state: MarkState) -> &'static str {
    match state {
        MarkState::Blank => "",
        MarkState::Absent => "缺考",
        MarkState::Deferred => "缓考",
        MarkState::Exempt => "免修",
        MarkState::Withdrawn => "退课",
        MarkState::Misconduct => "作弊",
        // No policy knows this word, so the cell is rejected again when it is read back.
        MarkState::Rejected => "无效",
    }
}

/// The logical tables of a data set, in the order of the chain; offerings of which `keep` says no are left out
/// of every table about offerings. Tables without rows are left out. The marks are [`marks`].
pub fn sheets(dataset: &Dataset, keep: &dyn Fn(&Offering) -> bool) -> Vec<Sheet> {
    let mut all = programme_sheets(&dataset.programmes);
    let offerings: Vec<&Offering> = dataset.offerings.iter().filter(|offering| keep(offering)).collect();
    all.extend(offering_sheets(&offerings));
    all.push(roster(dataset, &offerings));
    all.push(students(dataset));
    all.push(surveys(dataset));
    all.push(measures(dataset));
    all.retain(|sheet| !sheet.rows.is_empty());
    all
}

/// A sheet as a CSV file: UTF-8, commas, `\n`.
pub fn csv_file(sheet: &Sheet) -> GeneratedFile {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    // Writing to memory cannot fail: every row has the header's length.
    for row in std::iter::once(&sheet.header).chain(&sheet.rows) {
        let _ = writer.write_record(row);
    }
    GeneratedFile::new(format!("{}.csv", sheet.key), writer.into_inner().unwrap_or_default())
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn fraction(value: Option<Fraction>) -> String {
    value.map(|value| value.get().to_string()).unwrap_or_default()
}

fn decimal(value: Option<Decimal>) -> String {
    value.map(|value| value.normalize().to_string()).unwrap_or_default()
}

fn strength(strength: &Strength) -> String {
    match strength {
        Strength::Weight(weight) => weight.normalize().to_string(),
        Strength::Code(code) => code.clone(),
    }
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

fn programme_sheets(programmes: &[Programme]) -> Vec<Sheet> {
    let mut own = Sheet::new("programmes", &["programme", "programme_name", "college"]);
    let mut plans = Sheet::new("plans", &["programme", "plan", "framework"]);
    let mut cohorts = Sheet::new("cohorts", &["programme", "cohort", "plan"]);
    let mut parts = vec![
        Sheet::new("training_objectives", &["programme", "plan", "training_objective", "text", "expected"]),
        Sheet::new("requirements", &["programme", "plan", "requirement", "text", "expected"]),
        Sheet::new(
            "indicators",
            &["programme", "plan", "indicator", "requirement", "text", "weight", "expected"],
        ),
        Sheet::new("courses", &["programme", "plan", "course", "course_name", "credits"]),
        Sheet::new("support", &["programme", "plan", "course", "objective", "indicator", "strength"]),
        Sheet::new(
            "requirement_support",
            &["programme", "plan", "requirement", "training_objective", "strength"],
        ),
    ];
    for programme in programmes {
        own.rows.push(vec![programme.id.clone(), text(&programme.name), text(&programme.college)]);
        for plan in &programme.plans {
            plans.rows.push(vec![programme.id.clone(), plan.version.clone(), text(&plan.framework)]);
            for (sheet, rows) in parts.iter_mut().zip(plan_rows(plan)) {
                let key = [programme.id.clone(), plan.version.clone()];
                sheet.rows.extend(rows.into_iter().map(|row| key.iter().cloned().chain(row).collect()));
            }
        }
        for cohort in &programme.cohorts {
            let plan = programme.plans[cohort.plan].version.clone();
            cohorts.rows.push(vec![programme.id.clone(), cohort.id.clone(), plan]);
        }
    }
    let mut all = vec![own, plans, cohorts];
    all.append(&mut parts);
    all
}

/// Rows of a plan's tables, without programme and plan: training objectives, requirements, indicators, courses,
/// support, support of training objectives.
fn plan_rows(plan: &Plan) -> [Vec<Vec<String>>; 6] {
    let requirement = |position: usize| plan.requirements[position].id.clone();
    [
        plan.training_objectives
            .iter()
            .map(|row| vec![row.id.clone(), text(&row.text), fraction(row.expected)])
            .collect(),
        plan.requirements
            .iter()
            .map(|row| vec![row.id.clone(), text(&row.text), fraction(row.expected)])
            .collect(),
        plan.indicators
            .iter()
            .map(|row| {
                let (weight, expected) = (decimal(row.weight), fraction(row.expected));
                vec![row.id.clone(), requirement(row.requirement), text(&row.text), weight, expected]
            })
            .collect(),
        plan.courses.iter().map(|row| vec![row.id.clone(), text(&row.name), decimal(row.credits)]).collect(),
        plan.support
            .iter()
            .map(|row| {
                let (course, indicator) = (&plan.courses[row.course].id, &plan.indicators[row.indicator].id);
                vec![course.clone(), text(&row.objective), indicator.clone(), strength(&row.strength)]
            })
            .collect(),
        plan.requirement_support
            .iter()
            .map(|row| {
                let objective = plan.training_objectives[row.training_objective].id.clone();
                vec![requirement(row.requirement), objective, strength(&row.strength)]
            })
            .collect(),
    ]
}

/// The weight of an item as written beside its component's weight: its share of the component.
pub(super) fn item_weight(offering: &Offering, item: &Item) -> String {
    let component = item.component.and_then(|position| offering.components[position].weight);
    match component {
        Some(whole) if !whole.is_zero() => (item.weight / whole).normalize().to_string(),
        _ => item.weight.normalize().to_string(),
    }
}

/// `summative` or `formative`.
pub(super) fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Summative => "summative",
        Purpose::Formative => "formative",
    }
}

fn offering_sheets(offerings: &[&Offering]) -> Vec<Sheet> {
    let mut own = Sheet::new(
        "offerings",
        &["offering", "course", "course_name", "term", "teacher", "programme", "cohort"],
    );
    let mut objectives = Sheet::new("objectives", &["offering", "objective", "text", "expected", "weight"]);
    let mut components = Sheet::new("components", &["offering", "component", "weight"]);
    let mut items = Sheet::new(
        "items",
        &["offering", "item", "item_name", "component", "full_mark", "weight", "purpose"],
    );
    let mut allocation = Sheet::new("allocation", &["offering", "item", "objective", "share"]);
    for offering in offerings {
        let id = || offering.id.clone();
        let mut row = vec![id(), offering.course.clone()];
        row.extend(
            [&offering.name, &offering.term, &offering.teacher, &offering.programme, &offering.cohort]
                .map(text),
        );
        own.rows.push(row);
        for objective in &offering.objectives {
            let (expected, weight) = (fraction(objective.expected), decimal(objective.weight));
            objectives.rows.push(vec![id(), objective.id.clone(), text(&objective.text), expected, weight]);
        }
        for component in &offering.components {
            components.rows.push(vec![id(), component.name.clone(), decimal(component.weight)]);
        }
        for item in &offering.items {
            let component = item.component.map_or(String::new(), |at| offering.components[at].name.clone());
            let (full, weight) = (item.full.normalize().to_string(), item_weight(offering, item));
            let purpose = purpose(item.purpose).to_owned();
            items.rows.push(vec![id(), item.id.clone(), text(&item.name), component, full, weight, purpose]);
        }
        for link in &offering.allocation {
            let (item, objective) = (&offering.items[link.item].id, &offering.objectives[link.objective].id);
            allocation.rows.push(vec![
                id(),
                item.clone(),
                objective.clone(),
                link.share.normalize().to_string(),
            ]);
        }
    }
    vec![own, objectives, components, items, allocation]
}

fn roster(dataset: &Dataset, offerings: &[&Offering]) -> Sheet {
    let mut sheet = Sheet::new("roster", &["offering", "student", "section", "retake", "withdrawn"]);
    for offering in offerings {
        for enrolment in &offering.roster {
            let section =
                enrolment.section.map_or(String::new(), |at| offering.sections[usize::from(at)].clone());
            sheet.rows.push(vec![
                offering.id.clone(),
                dataset.students[enrolment.student as usize].id.clone(),
                section,
                yes(enrolment.retake),
                yes(enrolment.withdrawn),
            ]);
        }
    }
    sheet
}

/// A mark cell as text.
pub(super) fn mark(offering: &Offering, student: usize, item: usize) -> String {
    match offering.marks.get(student, item) {
        crate::model::Mark::State(state) => words(state).to_owned(),
        crate::model::Mark::Scored(_) => decimal(offering.marks.decimal(student, item)),
    }
}

/// The marks of a data set as a long table.
pub fn marks(dataset: &Dataset, keep: &dyn Fn(&Offering) -> bool) -> Sheet {
    let mut sheet = Sheet::new("marks", &["offering", "student", "item", "mark"]);
    for offering in dataset.offerings.iter().filter(|offering| keep(offering)) {
        for (row, enrolment) in offering.roster.iter().enumerate() {
            let student = &dataset.students[enrolment.student as usize].id;
            for (column, item) in offering.items.iter().enumerate() {
                let mark = mark(offering, row, column);
                sheet.rows.push(vec![offering.id.clone(), student.clone(), item.id.clone(), mark]);
            }
        }
    }
    sheet
}

fn students(dataset: &Dataset) -> Sheet {
    let mut header = vec!["student", "name", "programme", "cohort", "class"];
    header.extend(dataset.group_names.iter().map(String::as_str));
    let mut sheet = Sheet::new("students", &header);
    for student in &dataset.students {
        let mut row = vec![student.id.clone()];
        row.extend([&student.name, &student.programme, &student.cohort, &student.class].map(text));
        row.extend(student.groups.iter().map(text));
        sheet.rows.push(row);
    }
    sheet
}

fn measures(dataset: &Dataset) -> Sheet {
    let mut sheet = Sheet::new("measures", &["student", "measure", "time", "score"]);
    for one in &dataset.measures {
        let student = dataset.students[one.student as usize].id.clone();
        sheet.rows.push(vec![
            student,
            one.measure.clone(),
            text(&one.time),
            one.score.normalize().to_string(),
        ]);
    }
    sheet
}

fn surveys(dataset: &Dataset) -> Sheet {
    let header = [
        "survey",
        "programme",
        "cohort",
        "audience",
        "level",
        "offering",
        "target",
        "score",
        "count",
        "scale_max",
        "invited",
    ];
    let mut sheet = Sheet::new("surveys", &header);
    for survey in &dataset.surveys {
        let (level, offering, target) = match &survey.target {
            SurveyTarget::TrainingObjective(id) => ("training_objective", "", id),
            SurveyTarget::Requirement(id) => ("requirement", "", id),
            SurveyTarget::Indicator(id) => ("indicator", "", id),
            SurveyTarget::CourseObjective { offering, objective } => {
                ("objective", offering.as_str(), objective)
            }
        };
        for (score, count) in &survey.answers.counts {
            sheet.rows.push(vec![
                survey.id.clone(),
                survey.programme.clone(),
                text(&survey.cohort),
                survey.audience.0.clone(),
                level.to_owned(),
                offering.to_owned(),
                target.clone(),
                score.normalize().to_string(),
                count.to_string(),
                survey.answers.scale_max.normalize().to_string(),
                survey.answers.invited.map(|n| n.to_string()).unwrap_or_default(),
            ]);
        }
    }
    sheet
}
