//! The schemas of all result tables; `docs/tables.md` is generated from them.

use super::table::{ColumnSchema, Kind, TableSchema};
pub use value_added::{
    GROWTH_PERCENTILES, GROWTH_PROJECTIONS, GROWTH_TARGETS, MODEL_SUMMARY, UNIT_AGREEMENT, UNIT_DIAGNOSTICS,
    UNIT_EFFECTS, UNIT_SENSITIVITY, VALUE_ADDED_DIAGNOSTICS, VALUE_ADDED_MISSING, VALUE_ADDED_STUDENTS,
    VARIANCE_COMPONENTS,
};

const fn column(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    doc: (&'static str, &'static str),
) -> ColumnSchema {
    ColumnSchema { name, kind, unit, doc }
}

pub(super) const fn text(name: &'static str, zh: &'static str, en: &'static str) -> ColumnSchema {
    column(name, Kind::Text, "", (zh, en))
}

pub(super) const fn number(
    name: &'static str,
    unit: &'static str,
    zh: &'static str,
    en: &'static str,
) -> ColumnSchema {
    column(name, Kind::Number, unit, (zh, en))
}

pub(super) const fn count(
    name: &'static str,
    unit: &'static str,
    zh: &'static str,
    en: &'static str,
) -> ColumnSchema {
    column(name, Kind::Integer, unit, (zh, en))
}

/// What travels with every figure.
pub const FIGURE: &[ColumnSchema] = &[
    number("value", "fraction", "达成度；空 = 没有依据", "attainment; empty = no evidence"),
    text("shown", "按方案规则修约后的值", "the value rounded by the policy's rule"),
    number(
        "scale",
        "fraction",
        "最高可能值（等级法为最高等级）",
        "highest possible value (the highest level, for levels)",
    ),
    number("se", "fraction", "标准误", "standard error"),
    number("low", "fraction", "区间下限", "lower end of the interval"),
    number("high", "fraction", "区间上限", "upper end of the interval"),
    text("interval", "区间的方法与置信水平", "method and confidence level of the interval"),
    count("n_enrolled", "students", "选课人数", "students enrolled"),
    count("n_assessed", "students", "有成绩依据的人数", "students with evidence"),
    count("n_excluded", "students", "未计入的人数", "students not counted"),
    number("expected", "fraction", "期望值", "expected value"),
    text("verdict", "reached 达成 / not_reached 未达成", "reached / not_reached, decided exactly"),
    number(
        "p_below",
        "probability",
        "真值低于期望值的概率",
        "probability that the true value lies below the expected value",
    ),
    text("method", "方法", "method key"),
    text("policy", "评价方案", "policy key"),
    text(
        "policy_status",
        "draft 草案 / checked 已核对",
        "draft / checked: whether somebody has checked the policy",
    ),
    text("reason", "没有值或没有区间的原因", "why there is no value or no interval"),
];

const OFFERING: &[ColumnSchema] = &[
    text("offering", "开课编号", "offering"),
    text("course", "课程代码", "course"),
    text("course_name", "课程名称", "course name"),
    text("term", "学期", "term"),
    text("section", "班；空 = 全部", "section; empty = the whole offering"),
];

const OBJECTIVE: &[ColumnSchema] = &[
    text("objective", "课程目标", "course objective"),
    text("objective_text", "课程目标内容", "what the objective says"),
    number("weight", "weight", "在课程达成度中的权重", "weight in the course's own value"),
];

const COHORT: &[ColumnSchema] = &[
    text("programme", "专业代码", "programme"),
    text("programme_name", "专业名称", "programme name"),
    text("plan", "培养方案版本", "plan version"),
    text("cohort", "届/级", "cohort"),
    text("framework", "毕业要求框架", "framework of the requirements"),
];

const INDICATOR: &[ColumnSchema] = &[
    text("requirement", "毕业要求", "graduation requirement"),
    text("indicator", "指标点", "indicator"),
    text("indicator_text", "指标点内容", "what the indicator says"),
    text(
        "evaluation",
        "direct 直接 / indirect 间接 / combined 综合",
        "direct / indirect / combined evaluation",
    ),
];

const REQUIREMENT: &[ColumnSchema] = &[
    text("requirement", "毕业要求", "graduation requirement"),
    text("requirement_text", "毕业要求内容", "what the requirement says"),
    text(
        "evaluation",
        "direct 直接 / indirect 间接 / combined 综合",
        "direct / indirect / combined evaluation",
    ),
];

const TRAINING_OBJECTIVE: &[ColumnSchema] = &[
    text("training_objective", "培养目标", "training objective"),
    text("training_objective_text", "培养目标内容", "what the training objective says"),
    text(
        "evaluation",
        "direct 直接 / indirect 间接 / combined 综合",
        "direct / indirect / combined evaluation",
    ),
];

macro_rules! schema {
    ($name:ident, $key:literal, $personal:literal, $zh:literal, $en:literal, $keys:expr, $columns:expr) => {
        #[doc = $en]
        pub static $name: TableSchema =
            TableSchema { key: $key, doc: ($zh, $en), keys: $keys, columns: $columns, personal: $personal };
    };
}

mod parts;
mod value_added;
pub use parts::{COMPONENT_OBJECTIVES, REQUIREMENT_SUPPORT, SECTION_SPREAD, SURVEY_ANSWERS};

schema!(
    OBJECTIVES,
    "objectives",
    false,
    "每次开课（及各班）每个课程目标的达成度",
    "Attainment of each course objective in an offering and in each of its sections.",
    &["offering", "section", "objective"],
    &[OFFERING, OBJECTIVE, FIGURE]
);
schema!(
    OFFERINGS,
    "offerings",
    false,
    "每次开课（及各班）的课程达成度",
    "The course's own value in an offering and in each of its sections.",
    &["offering", "section"],
    &[OFFERING, FIGURE]
);
schema!(
    COURSE_TERMS,
    "course_terms",
    false,
    "课程（及课程目标）各学期的达成度",
    "A course, and each of its objectives, over the terms.",
    &["course", "objective", "term"],
    &[
        &[
            text("course", "课程代码", "course"),
            text("course_name", "课程名称", "course name"),
            text("objective", "课程目标；空 = 课程", "course objective; empty = the course"),
            text("term", "学期", "term"),
            count("n_offerings", "offerings", "开课次数", "offerings in the term")
        ],
        FIGURE
    ]
);
schema!(
    COHORT_COURSES,
    "cohort_courses",
    false,
    "某届学生在每门课程（课程目标）上的达成度",
    "What one cohort reached in each course and course objective.",
    &["programme", "plan", "cohort", "course", "objective"],
    &[
        COHORT,
        &[
            text("course", "课程代码", "course"),
            text("course_name", "课程名称", "course name"),
            text("objective", "课程目标；空 = 课程", "course objective; empty = the course"),
            text("terms", "涉及的学期", "terms it was taught in"),
            text(
                "basis",
                "marks 成绩 / item_means 题目均分 / class_values 班级均值",
                "marks / item_means / class_values"
            )
        ],
        FIGURE
    ]
);
schema!(
    INDICATORS,
    "indicators",
    false,
    "每届每个指标点的达成度",
    "Attainment of each indicator by a cohort.",
    &["programme", "plan", "cohort", "framework", "indicator", "evaluation"],
    &[COHORT, INDICATOR, FIGURE]
);
schema!(
    REQUIREMENTS,
    "requirements",
    false,
    "每届每条毕业要求的达成度；framework 与方案不同的行是按对照表重算的",
    "Attainment of each graduation requirement by a cohort; rows of another framework are recomputed by a crosswalk.",
    &["programme", "plan", "cohort", "framework", "requirement", "evaluation"],
    &[COHORT, REQUIREMENT, FIGURE]
);
schema!(
    TRAINING_OBJECTIVES,
    "training_objectives",
    false,
    "每届每个培养目标的达成情况",
    "Attainment of each training objective by a cohort.",
    &["programme", "plan", "cohort", "training_objective", "evaluation"],
    &[COHORT, TRAINING_OBJECTIVE, FIGURE]
);
schema!(
    CONTRIBUTIONS,
    "contributions",
    false,
    "指标点由哪些课程、以多大权重构成",
    "What each indicator is made of: courses or course objectives, weights, values.",
    &["programme", "plan", "cohort", "indicator", "course", "objective"],
    &[
        COHORT,
        &[
            text("requirement", "毕业要求", "graduation requirement"),
            text("indicator", "指标点", "indicator"),
            text("course", "课程代码", "course"),
            text("course_name", "课程名称", "course name"),
            text("objective", "课程目标；空 = 课程", "course objective; empty = the course"),
            number("weight", "weight", "声明的权重", "weight as declared"),
            number(
                "share",
                "fraction",
                "在有依据的课程中的权重份额",
                "share of the weight among those with evidence"
            ),
            number("value", "fraction", "达成度", "attainment"),
            number("contribution", "fraction", "份额 × 达成度", "share × attainment"),
            count("n_assessed", "students", "有成绩依据的人数", "students with evidence"),
            text("reason", "没有值的原因", "why there is no value")
        ]
    ]
);
schema!(
    SUPPORT,
    "support",
    false,
    "支撑矩阵",
    "The support matrix: course or course objective → indicator.",
    &["programme", "plan", "course", "objective", "indicator"],
    &[&[
        text("programme", "专业代码", "programme"),
        text("plan", "培养方案版本", "plan version"),
        text("course", "课程代码", "course"),
        text("course_name", "课程名称", "course name"),
        text("objective", "课程目标；空 = 课程", "course objective; empty = the course"),
        text("requirement", "毕业要求", "graduation requirement"),
        text("indicator", "指标点", "indicator"),
        number("weight", "weight", "权重", "weight"),
        text("code", "H / M / L", "letter, where the plan gives one")
    ]]
);
schema!(
    ITEMS,
    "items",
    false,
    "每次开课每个考核项的得分情况",
    "Marks of each item of an offering.",
    &["offering", "item"],
    &[&[
        text("offering", "开课编号", "offering"),
        text("course", "课程代码", "course"),
        text("item", "考核项", "item"),
        text("item_name", "考核项名称", "item name"),
        text("component", "考核环节", "component"),
        text("purpose", "summative 终结性 / formative 形成性", "summative / formative"),
        text("objectives", "支撑的课程目标", "objectives it serves"),
        number("full", "points", "满分", "full mark"),
        number("weight", "weight", "权重", "weight"),
        number("mean", "points", "平均分", "mean mark"),
        number("sd", "points", "标准差", "standard deviation"),
        number("ratio", "fraction", "平均得分率", "mean ÷ full mark"),
        count("n_scored", "students", "有分数的人数", "students with a mark"),
        count("n_missing", "students", "无分数的人数", "students without a mark")
    ]]
);
schema!(
    ITEM_ANALYSIS,
    "item_analysis",
    false,
    "每个考核项的难度、区分度、满分与零分比例；按原始得分，缺考不作零分",
    "Difficulty, discrimination, ceiling and floor of each item, from the marks as given: a missing mark is no zero.",
    &["offering", "item"],
    &[&[
        text("offering", "开课编号", "offering"),
        text("course", "课程代码", "course"),
        text("item", "考核项", "item"),
        number(
            "difficulty",
            "fraction",
            "难度：平均分 ÷ 满分，越高越易",
            "difficulty: mean ÷ full mark, high is easy"
        ),
        number(
            "discrimination",
            "correlation",
            "区分度：与其余各项总分的相关",
            "discrimination: correlation with the sum of the other items"
        ),
        number("ceiling", "share", "满分比例", "share of the marks that are the full mark"),
        number("floor", "share", "零分比例", "share of the marks that are 0"),
        count("n_scored", "students", "有分数的人数", "students with a mark"),
        count("n_complete", "students", "各项均有分数的人数", "students with a mark for every item")
    ]]
);
schema!(
    RELIABILITY,
    "reliability",
    false,
    "课程目标（及整个考核）的覆盖、分值、难度与 Cronbach α",
    "Coverage, points, difficulty and Cronbach's alpha of each objective and of the whole assessment.",
    &["offering", "objective"],
    &[&[
        text("offering", "开课编号", "offering"),
        text("course", "课程代码", "course"),
        text("objective", "课程目标；空 = 整个考核", "course objective; empty = the whole assessment"),
        count("n_items", "items", "支撑的考核项数", "items that serve it"),
        number("points", "points", "支撑的分值", "points of the items that serve it"),
        number("point_share", "share", "分值占比", "share of the points of all items"),
        number("difficulty", "fraction", "难度：平均得分率", "difficulty: mean marks ÷ full marks"),
        number("alpha", "coefficient", "Cronbach α", "Cronbach's alpha"),
        number("alpha_low", "coefficient", "Feldt 区间下限", "lower end of Feldt's interval"),
        number("alpha_high", "coefficient", "Feldt 区间上限", "upper end of Feldt's interval"),
        number("level", "fraction", "区间的置信水平", "confidence level of the interval"),
        count(
            "n_complete",
            "students",
            "所支撑各项均有分数的人数",
            "students with a mark for each of its items"
        )
    ]]
);
schema!(
    MISSING,
    "missing",
    false,
    "缺失成绩按零分、按剔除、只取完整者三种处理的结果",
    "How the treatment of missing marks changes a figure: as zero, left out, complete cases only.",
    &["offering", "objective", "treatment"],
    &[&[
        text("offering", "开课编号", "offering"),
        text("course", "课程代码", "course"),
        text("objective", "课程目标", "course objective"),
        text(
            "treatment",
            "declared 方案 / zero 零分 / exclude 剔除 / complete 完整者",
            "declared / zero / exclude / complete"
        ),
        number("value", "fraction", "达成度", "attainment"),
        text("shown", "按方案规则修约后的值", "the value rounded by the policy's rule"),
        count("n_assessed", "students", "计入的人数", "students counted"),
        number("expected", "fraction", "期望值", "expected value"),
        text("verdict", "结论", "verdict"),
        text("policy", "评价方案", "policy key"),
        text("policy_status", "draft 草案 / checked 已核对", "draft / checked"),
        text("reason", "没有值的原因", "why there is no value")
    ]]
);
schema!(
    SURVEYS,
    "surveys",
    false,
    "问卷结果与应答率",
    "Survey values with their response rates.",
    &["survey", "programme", "cohort", "audience", "level", "target"],
    &[&[
        text("survey", "问卷", "survey"),
        text("programme", "专业代码", "programme"),
        text("cohort", "届/级", "cohort"),
        text("audience", "调查对象", "who was asked"),
        text("level", "层级", "level of the target"),
        text("target", "对象编号", "target"),
        number("value", "fraction", "满意度或达成度", "value"),
        number("se", "fraction", "标准误", "standard error"),
        number("low", "fraction", "区间下限", "lower end of the interval"),
        number("high", "fraction", "区间上限", "upper end of the interval"),
        text("interval", "区间的方法与置信水平", "method and confidence level of the interval"),
        count("n_answers", "answers", "应答数", "answers"),
        count("n_invited", "people", "发放数", "people asked"),
        number("response_rate", "fraction", "应答率", "response rate"),
        text("method", "方法", "method key"),
        text("reason", "提示", "remark")
    ]]
);
schema!(
    STUDENT_OBJECTIVES,
    "student_objectives",
    true,
    "每个学生每个课程目标的达成度",
    "Attainment of each course objective by each student.",
    &["offering", "student", "objective"],
    &[&[
        text("offering", "开课编号", "offering"),
        text("section", "班", "section"),
        text("student", "学号", "student number"),
        text("objective", "课程目标；空 = 课程", "course objective; empty = the course"),
        number("value", "fraction", "达成度", "attainment"),
        number("expected", "fraction", "期望值", "expected value"),
        text("verdict", "结论", "verdict, decided exactly")
    ]]
);
schema!(
    STUDENT_INDICATORS,
    "student_indicators",
    true,
    "每个学生每个指标点的达成度",
    "Attainment of each indicator by each student.",
    &["programme", "cohort", "student", "indicator"],
    &[&[
        text("programme", "专业代码", "programme"),
        text("plan", "培养方案版本", "plan version"),
        text("cohort", "届/级", "cohort"),
        text("student", "学号", "student number"),
        text("indicator", "指标点", "indicator"),
        number("value", "fraction", "达成度", "attainment"),
        count("n_inputs", "courses", "有依据的课程（目标）数", "courses or objectives with evidence"),
        number("coverage", "fraction", "有依据的权重份额", "share of the weight with evidence")
    ]]
);
schema!(
    STUDENT_REQUIREMENTS,
    "student_requirements",
    true,
    "每个学生每条毕业要求的达成度",
    "Attainment of each requirement by each student.",
    &["programme", "cohort", "student", "requirement"],
    &[&[
        text("programme", "专业代码", "programme"),
        text("plan", "培养方案版本", "plan version"),
        text("cohort", "届/级", "cohort"),
        text("student", "学号", "student number"),
        text("requirement", "毕业要求", "graduation requirement"),
        number("value", "fraction", "达成度", "attainment"),
        count("n_indicators", "indicators", "有依据的指标点数", "indicators with evidence"),
        text("method", "规则", "rule")
    ]]
);
schema!(
    COMPARE,
    "compare",
    false,
    "同一数据在不同方法下的值与结论",
    "The same data under every method of the course × every rule of the requirement.",
    &["programme", "plan", "cohort", "requirement", "objective_method", "requirement_rule"],
    &[&[
        text("programme", "专业代码", "programme"),
        text("plan", "培养方案版本", "plan version"),
        text("cohort", "届/级", "cohort"),
        text("requirement", "毕业要求", "graduation requirement"),
        text("objective_method", "课程目标方法", "method of the course objectives"),
        text("requirement_rule", "毕业要求规则", "rule of the requirement"),
        text(
            "measure",
            "值的尺度：points 得分率 / grades 绩点 / work 作业比例 / students 学生比例 / levels 等级 / scaled 按强度折算",
            "what the value is measured in: points / grades / work / students / levels / scaled"
        ),
        number("value", "fraction", "达成度", "attainment"),
        text("shown", "修约后的值", "rounded value"),
        number("expected", "fraction", "期望值", "expected value"),
        text("verdict", "结论", "verdict"),
        column(
            "declared",
            Kind::Flag,
            "",
            ("是否为方案声明的方法", "whether this is what the policy declares")
        ),
        column(
            "depends",
            Kind::Flag,
            "",
            (
                "在同一尺度的各种方法中，结论是否随方法而变",
                "whether the verdict depends on the choice among those of the same measure"
            )
        ),
        text("reason", "没有值的原因", "why there is no value")
    ]]
);
schema!(
    ISSUES,
    "issues",
    false,
    "数据问题",
    "Everything odd about the data.",
    &["file", "sheet", "row", "column", "code"],
    &[&[
        text("severity", "note 提示 / warning 警告 / error 错误", "note / warning / error"),
        text("code", "代码", "stable code"),
        text("file", "文件", "file"),
        text("sheet", "工作表", "sheet"),
        count("row", "row", "行", "row, from 1"),
        count("column", "column", "列", "column, from 1"),
        text("message", "说明", "message"),
        text("hint", "如何修正", "how to mend it")
    ]]
);
schema!(
    ROWS,
    "rows",
    false,
    "每个文件的行：读入 = 使用 + 列出的",
    "Rows of each input: read = used + listed with a reason.",
    &["file", "sheet"],
    &[&[
        text("file", "文件", "file"),
        text("sheet", "工作表", "sheet"),
        text("table", "逻辑表", "logical table"),
        count("rows", "rows", "数据行数", "data rows"),
        count("used", "rows", "使用的行数", "rows used"),
        count("listed", "rows", "未使用而列出原因的行数", "rows not used, each listed with its reason")
    ]]
);

/// All tables, in the order of the chain.
pub static SCHEMAS: &[&TableSchema] = &[
    &OBJECTIVES,
    &OFFERINGS,
    &COURSE_TERMS,
    &COHORT_COURSES,
    &INDICATORS,
    &REQUIREMENTS,
    &TRAINING_OBJECTIVES,
    &CONTRIBUTIONS,
    &SUPPORT,
    &REQUIREMENT_SUPPORT,
    &ITEMS,
    &ITEM_ANALYSIS,
    &RELIABILITY,
    &COMPONENT_OBJECTIVES,
    &SECTION_SPREAD,
    &MISSING,
    &SURVEYS,
    &SURVEY_ANSWERS,
    &STUDENT_OBJECTIVES,
    &STUDENT_INDICATORS,
    &STUDENT_REQUIREMENTS,
    &COMPARE,
    &UNIT_EFFECTS,
    &MODEL_SUMMARY,
    &VARIANCE_COMPONENTS,
    &GROWTH_PERCENTILES,
    &GROWTH_PROJECTIONS,
    &GROWTH_TARGETS,
    &VALUE_ADDED_STUDENTS,
    &VALUE_ADDED_MISSING,
    &UNIT_AGREEMENT,
    &UNIT_SENSITIVITY,
    &UNIT_DIAGNOSTICS,
    &VALUE_ADDED_DIAGNOSTICS,
    &ISSUES,
    &ROWS,
];
