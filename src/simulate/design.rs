//! What is simulated: sizes, rates and the seed.

/// How often things happen to a student in a course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// An item is not handed in.
    pub blank: f64,
    /// Absent from the final examination: all its items.
    pub absent: f64,
    /// The final examination is deferred: all its items.
    pub deferred: f64,
    /// Misconduct in the final examination: all its items.
    pub misconduct: f64,
    /// Leaves the course before its end.
    pub withdrawn: f64,
}

impl Rates {
    /// Nothing ever happens.
    pub const NONE: Self = Self { blank: 0.0, absent: 0.0, deferred: 0.0, misconduct: 0.0, withdrawn: 0.0 };
    /// Usual rates of a Chinese undergraduate programme, rounded.
    pub const USUAL: Self =
        Self { blank: 0.008, absent: 0.008, deferred: 0.01, misconduct: 0.0015, withdrawn: 0.007 };
}

/// How many items a course of theory has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemCounts {
    /// Homework items per objective.
    pub homework: usize,
    /// Laboratory items.
    pub laboratory: usize,
    /// Examination questions per objective, besides the comprehensive one.
    pub examination: usize,
}

/// A simulated institution. Equal designs give equal bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Name of the institution.
    pub institution: String,
    /// Seed of the ChaCha8 generator.
    pub seed: u64,
    /// Number of programmes, at most 99.
    pub programmes: usize,
    /// Number of colleges that share the programmes, from 1 to 10.
    pub colleges: usize,
    /// Number of schools that students come from, at most 99; 0: no schools, entry scores and yearly tests.
    pub schools: usize,
    /// Entry year of the first cohort.
    pub first_cohort: u32,
    /// Number of cohorts.
    pub cohorts: usize,
    /// How many of them, from the first, follow the older plan version.
    pub earlier_cohorts: usize,
    /// Students of a programme's cohort, at most 999.
    pub students: usize,
    /// Students of a section.
    pub section: usize,
    /// How many courses of the plan are taught, from the first.
    pub courses: usize,
    /// Items of a course of theory.
    pub items: ItemCounts,
    /// How often things happen.
    pub rates: Rates,
    /// Whether students who fail repeat with the next cohort.
    pub retakes: bool,
    /// Code of the course taught with less success.
    pub weak_course: Option<String>,
    /// Code of the course whose items change with the last cohort.
    pub changed_course: Option<String>,
    /// Offerings handed over as course workbooks instead of rows of the bulk tables.
    pub workbooks: Vec<String>,
    /// Whether marks and rosters are written as Parquet.
    pub parquet: bool,
}

impl Design {
    /// The demonstration: one programme, four cohorts of 80 students on two plan versions, 24 courses.
    pub fn demo() -> Self {
        Self {
            institution: "示例理工大学（模拟数据）".into(),
            seed: 20_260_101,
            programmes: 1,
            colleges: 1,
            schools: 6,
            first_cohort: 2019,
            cohorts: 4,
            earlier_cohorts: 2,
            students: 80,
            section: 40,
            courses: 24,
            items: ItemCounts { homework: 1, laboratory: 1, examination: 1 },
            rates: Rates::USUAL,
            retakes: true,
            weak_course: Some("CS2022".into()),
            changed_course: Some("CS2011".into()),
            workbooks: vec!["CS3021-2022".into(), "CS4051-2022".into()],
            parquet: false,
        }
    }

    /// One course with one cohort of 92 students.
    pub fn one_course() -> Self {
        Self {
            cohorts: 1,
            earlier_cohorts: 0,
            first_cohort: 2022,
            students: 92,
            courses: 1,
            items: ItemCounts { homework: 2, laboratory: 3, examination: 3 },
            workbooks: Vec::new(),
            retakes: false,
            ..Self::demo()
        }
    }

    /// A college: 6 programmes, four cohorts of 120 students, 24 courses each.
    pub fn one_college() -> Self {
        Self {
            programmes: 6,
            schools: 30,
            students: 120,
            workbooks: Vec::new(),
            parquet: true,
            ..Self::demo()
        }
    }

    /// A university: 30,000 students, 1,500 offerings, about 5 million marks, 50 programmes.
    pub fn one_university() -> Self {
        Self {
            programmes: 50,
            colleges: 10,
            schools: 60,
            first_cohort: 2021,
            cohorts: 2,
            earlier_cohorts: 0,
            students: 300,
            courses: 15,
            items: ItemCounts { homework: 1, laboratory: 3, examination: 1 },
            ..Self::one_college()
        }
    }

    /// A small programme for coverage studies: six courses, two cohorts of 60 students, no retakes.
    pub fn coverage() -> Self {
        Self {
            first_cohort: 2021,
            cohorts: 2,
            earlier_cohorts: 0,
            students: 60,
            section: 60,
            schools: 0,
            courses: 6,
            retakes: false,
            weak_course: None,
            changed_course: None,
            workbooks: Vec::new(),
            ..Self::demo()
        }
    }

    /// A design by its name: `demo`, `one_course`, `one_college`, `one_university`, `coverage`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "demo" => Some(Self::demo()),
            "one_course" => Some(Self::one_course()),
            "one_college" => Some(Self::one_college()),
            "one_university" => Some(Self::one_university()),
            "coverage" => Some(Self::coverage()),
            _ => None,
        }
    }
}

impl Default for Design {
    fn default() -> Self {
        Self::demo()
    }
}
