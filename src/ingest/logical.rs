//! The logical tables of a workspace: their columns, types, units, keys and the header names they accept.
//!
//! The same tables come as CSV, workbook sheets or Parquet, small or bulk; templates, the simulator and the
//! documentation are made from this list too.

/// What a column of a logical table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// An identifier: text, always, exactly as written.
    Identifier,
    /// Free text.
    Text,
    /// An exact decimal of any size.
    Decimal,
    /// A decimal between 0 and 1, or a percentage.
    Fraction,
    /// A whole number from 0.
    Count,
    /// Yes or no: 是/否, yes/no, true/false, 1/0, √.
    Flag,
    /// A number or a letter such as H, M, L.
    Strength,
    /// A mark: a decimal, or a word the policy knows.
    Mark,
}

/// One column of a logical table.
#[derive(Debug, Clone, Copy)]
pub struct LogicalColumn {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it must be there and filled.
    pub required: bool,
    /// Other header names accepted, Chinese first: the first one heads templates.
    pub aliases: &'static [&'static str],
    /// What it means, in Chinese and in English.
    pub doc: (&'static str, &'static str),
}

/// One logical table.
#[derive(Debug)]
pub struct LogicalTable {
    /// Its key: file stem (`marks.csv`) or sheet name.
    pub key: &'static str,
    /// Sheet and file names accepted besides the key, Chinese first.
    pub names: &'static [&'static str],
    /// What one row is, in Chinese and in English.
    pub doc: (&'static str, &'static str),
    /// Columns whose values together identify a row.
    pub keys: &'static [&'static str],
    /// Columns.
    pub columns: &'static [LogicalColumn],
    /// Columns beyond these: the items of a wide mark sheet, the group columns of students.
    pub open: bool,
}

const fn required(
    name: &'static str,
    holds: Holds,
    aliases: &'static [&'static str],
    doc: (&'static str, &'static str),
) -> LogicalColumn {
    LogicalColumn { name, holds, required: true, aliases, doc }
}

const fn optional(
    name: &'static str,
    holds: Holds,
    aliases: &'static [&'static str],
    doc: (&'static str, &'static str),
) -> LogicalColumn {
    LogicalColumn { name, holds, required: false, aliases, doc }
}

use Holds::{Count, Decimal, Flag, Fraction, Identifier, Mark, Strength, Text};

const PROGRAMME: LogicalColumn = required(
    "programme",
    Identifier,
    &["专业代码", "专业", "专业编号", "program"],
    ("专业代码", "programme"),
);
const PLAN: LogicalColumn = required(
    "plan",
    Identifier,
    &["培养方案", "方案版本", "培养方案版本", "plan_version"],
    ("培养方案版本", "plan version"),
);
const COHORT: LogicalColumn =
    required("cohort", Identifier, &["届", "年级", "入学年份", "级", "届别"], ("届/级", "cohort"));
const OFFERING: LogicalColumn = required(
    "offering",
    Identifier,
    &["开课编号", "教学班", "选课课号", "教学班编号", "offering_id"],
    ("开课编号", "offering"),
);
const OFFERING_IF_NEEDED: LogicalColumn = LogicalColumn {
    required: false,
    doc: (
        "开课编号；考核项编号全校唯一时可省",
        "offering; may be left out where item identifiers are unique in the whole workspace",
    ),
    ..OFFERING
};
const COURSE: LogicalColumn =
    required("course", Identifier, &["课程代码", "课程编号", "课程号", "课程"], ("课程代码", "course"));
const STUDENT: LogicalColumn = required(
    "student",
    Identifier,
    &["学号", "学生学号", "学号/工号", "student_id"],
    ("学号", "student number"),
);
const ITEM: LogicalColumn =
    required("item", Identifier, &["考核项", "题号", "考核项编号", "题目"], ("考核项", "item"));
const OBJECTIVE: LogicalColumn = required(
    "objective",
    Identifier,
    &["课程目标", "目标", "课程目标编号", "co"],
    ("课程目标", "course objective"),
);
const REQUIREMENT: LogicalColumn = required(
    "requirement",
    Identifier,
    &["毕业要求", "毕业要求编号"],
    ("毕业要求", "graduation requirement"),
);
const INDICATOR: LogicalColumn =
    required("indicator", Identifier, &["指标点", "指标点编号", "毕业要求指标点"], ("指标点", "indicator"));
const TRAINING_OBJECTIVE: LogicalColumn = required(
    "training_objective",
    Identifier,
    &["培养目标", "培养目标编号"],
    ("培养目标", "training objective"),
);
const TEXT: LogicalColumn =
    optional("text", Text, &["内容", "描述", "说明", "description"], ("内容", "what it says"));
const EXPECTED: LogicalColumn = optional(
    "expected",
    Fraction,
    &["期望值", "目标值", "期望达成度", "阈值", "threshold"],
    ("期望值；空 = 方案默认", "expected value; empty = the policy's default"),
);
const WEIGHT: LogicalColumn =
    optional("weight", Decimal, &["权重", "比例", "占比", "obj_weight"], ("权重", "weight"));
const COURSE_NAME: LogicalColumn =
    optional("course_name", Text, &["课程名称", "课程名"], ("课程名称", "course name"));

/// All logical tables.
pub static LOGICAL_TABLES: &[LogicalTable] = &[
    LogicalTable {
        key: "programmes",
        names: &["专业"],
        doc: ("专业", "A programme."),
        keys: &["programme"],
        columns: &[
            PROGRAMME,
            optional("programme_name", Text, &["专业名称"], ("专业名称", "name")),
            optional("college", Text, &["学院", "院系", "college_name"], ("学院", "college")),
        ],
        open: false,
    },
    LogicalTable {
        key: "plans",
        names: &["培养方案"],
        doc: ("培养方案版本", "A version of a programme's plan."),
        keys: &["programme", "plan"],
        columns: &[
            PROGRAMME,
            PLAN,
            optional(
                "framework",
                Identifier,
                &["毕业要求框架", "标准"],
                ("毕业要求框架", "framework its requirements follow"),
            ),
        ],
        open: false,
    },
    LogicalTable {
        key: "cohorts",
        names: &["届", "年级"],
        doc: ("届/级及其培养方案", "A cohort and the plan it follows."),
        keys: &["programme", "cohort"],
        columns: &[PROGRAMME, COHORT, PLAN],
        open: false,
    },
    LogicalTable {
        key: "training_objectives",
        names: &["培养目标"],
        doc: ("培养目标", "A training objective."),
        keys: &["programme", "plan", "training_objective"],
        columns: &[PROGRAMME, PLAN, TRAINING_OBJECTIVE, TEXT, EXPECTED],
        open: false,
    },
    LogicalTable {
        key: "requirements",
        names: &["毕业要求"],
        doc: ("毕业要求", "A graduation requirement."),
        keys: &["programme", "plan", "requirement"],
        columns: &[PROGRAMME, PLAN, REQUIREMENT, TEXT, EXPECTED],
        open: false,
    },
    LogicalTable {
        key: "indicators",
        names: &["指标点"],
        doc: ("指标点", "An indicator of a requirement."),
        keys: &["programme", "plan", "indicator"],
        columns: &[PROGRAMME, PLAN, INDICATOR, REQUIREMENT, TEXT, WEIGHT, EXPECTED],
        open: false,
    },
    LogicalTable {
        key: "courses",
        names: &["课程"],
        doc: ("培养方案中的课程", "A course of a plan."),
        keys: &["programme", "plan", "course"],
        columns: &[
            PROGRAMME,
            PLAN,
            COURSE,
            COURSE_NAME,
            optional("credits", Decimal, &["学分"], ("学分", "credits")),
        ],
        open: false,
    },
    LogicalTable {
        key: "support",
        names: &["支撑矩阵", "课程支撑", "支撑关系"],
        doc: ("课程（课程目标）对指标点的支撑", "A course, or one of its objectives, supports an indicator."),
        keys: &["programme", "plan", "course", "objective", "indicator"],
        columns: &[
            PROGRAMME,
            PLAN,
            COURSE,
            LogicalColumn { required: false, ..OBJECTIVE },
            INDICATOR,
            required(
                "strength",
                Strength,
                &["支撑强度", "支撑度", "权重", "支撑权重", "weight"],
                ("权重或 H/M/L", "weight or H/M/L"),
            ),
        ],
        open: false,
    },
    LogicalTable {
        key: "requirement_support",
        names: &["培养目标支撑", "毕业要求支撑"],
        doc: ("毕业要求对培养目标的支撑", "A requirement supports a training objective."),
        keys: &["programme", "plan", "requirement", "training_objective"],
        columns: &[
            PROGRAMME,
            PLAN,
            REQUIREMENT,
            TRAINING_OBJECTIVE,
            optional(
                "strength",
                Strength,
                &["支撑强度", "支撑度", "权重", "weight"],
                ("权重或 H/M/L；空 = 1", "weight or H/M/L; empty = 1"),
            ),
        ],
        open: false,
    },
    LogicalTable {
        key: "offerings",
        names: &["开课", "课程信息", "course"],
        doc: ("开课", "An offering of a course."),
        keys: &["offering"],
        columns: &[
            OFFERING,
            COURSE,
            COURSE_NAME,
            optional(
                "term",
                Identifier,
                &["学期", "开课学期"],
                ("学期，如 2025-2026-1", "term, such as 2025-2026-1"),
            ),
            optional("teacher", Text, &["任课教师", "教师"], ("任课教师", "teacher")),
            LogicalColumn { required: false, ..PROGRAMME },
            LogicalColumn { required: false, ..COHORT },
        ],
        open: false,
    },
    LogicalTable {
        key: "objectives",
        names: &["课程目标"],
        doc: ("课程目标", "An objective of an offering."),
        keys: &["offering", "objective"],
        columns: &[OFFERING, OBJECTIVE, TEXT, EXPECTED, WEIGHT],
        open: false,
    },
    LogicalTable {
        key: "components",
        names: &["考核环节"],
        doc: ("考核环节", "An assessment component of an offering."),
        keys: &["offering", "component"],
        columns: &[
            OFFERING,
            required("component", Identifier, &["考核环节", "环节", "考核方式"], ("考核环节", "component")),
            optional(
                "weight",
                Decimal,
                &["环节权重", "权重", "占比"],
                ("在总评中的权重", "weight in the course total"),
            ),
        ],
        open: false,
    },
    LogicalTable {
        key: "items",
        names: &["考核方案", "考核项"],
        doc: (
            "考核项。权重空 = 按满分；所属环节有权重时，考核项权重在环节内归一",
            "An assessed item. Without a weight it weighs as its full mark; where its component has a weight, item weights are shares of the component.",
        ),
        keys: &["offering", "item"],
        columns: &[
            OFFERING,
            ITEM,
            optional("item_name", Text, &["考核项名称", "名称"], ("名称", "name")),
            optional("component", Identifier, &["考核环节", "环节", "考核方式"], ("考核环节", "component")),
            optional(
                "component_weight",
                Decimal,
                &["环节权重"],
                ("考核环节的权重", "weight of the component"),
            ),
            required("full_mark", Decimal, &["满分", "分值", "总分", "max_score"], ("满分", "full mark")),
            optional("weight", Decimal, &["权重", "考核项权重"], ("权重", "weight")),
            optional(
                "purpose",
                Identifier,
                &["类型", "评价类型"],
                ("终结性 summative / 形成性 formative", "summative / formative"),
            ),
        ],
        open: false,
    },
    LogicalTable {
        key: "allocation",
        names: &["目标分配", "map"],
        doc: (
            "考核项对课程目标的分配；也可写成考核项 × 课程目标的矩阵",
            "How much of an item serves an objective; or as a matrix of items × objectives.",
        ),
        keys: &["offering", "item", "objective"],
        columns: &[
            OFFERING_IF_NEEDED,
            ITEM,
            OBJECTIVE,
            optional(
                "share",
                Decimal,
                &["份额", "分配", "分值", "weight"],
                ("份额；空 = 1", "share; empty = 1"),
            ),
        ],
        open: true,
    },
    LogicalTable {
        key: "marks",
        names: &["成绩", "成绩表"],
        doc: (
            "成绩：长表（学号、考核项、得分）或宽表（每个考核项一列）",
            "Marks: long (student, item, mark) or wide (a column per item).",
        ),
        keys: &["offering", "student", "item"],
        columns: &[
            OFFERING_IF_NEEDED,
            STUDENT,
            LogicalColumn { required: false, ..ITEM },
            optional(
                "mark",
                Mark,
                &["得分", "成绩", "分数", "score"],
                ("得分或 缺考 等", "mark, or a word such as absent"),
            ),
            optional("name", Text, &["姓名", "学生姓名"], ("姓名", "name")),
            optional("section", Identifier, &["班级", "班", "行政班", "教学班级"], ("班", "section")),
            optional("retake", Flag, &["重修", "是否重修"], ("重修", "takes the course again")),
        ],
        open: true,
    },
    LogicalTable {
        key: "roster",
        names: &["选课名单", "名单"],
        doc: ("选课名单", "A student enrolled in an offering."),
        keys: &["offering", "student"],
        columns: &[
            OFFERING,
            STUDENT,
            optional("section", Identifier, &["班级", "班", "行政班"], ("班", "section")),
            optional("retake", Flag, &["重修", "是否重修"], ("重修", "takes the course again")),
            optional("withdrawn", Flag, &["退课", "是否退课"], ("退课", "left the course")),
        ],
        open: false,
    },
    LogicalTable {
        key: "students",
        names: &["学生"],
        doc: ("学生；其余列为分组变量", "A student; further columns are groups."),
        keys: &["student"],
        columns: &[
            STUDENT,
            optional("name", Text, &["姓名"], ("姓名", "name")),
            LogicalColumn { required: false, ..PROGRAMME },
            LogicalColumn { required: false, ..COHORT },
            optional("class", Identifier, &["行政班", "班级"], ("行政班", "administrative class")),
        ],
        open: true,
    },
    LogicalTable {
        key: "surveys",
        names: &["问卷", "调查"],
        doc: (
            "问卷：每个分值的应答数，或逐条应答",
            "Survey answers: a count per score, or one row per answer.",
        ),
        keys: &[],
        columns: &[
            required("survey", Identifier, &["问卷", "问卷编号"], ("问卷", "survey")),
            PROGRAMME,
            LogicalColumn { required: false, ..COHORT },
            required(
                "audience",
                Identifier,
                &["调查对象", "对象类别"],
                ("graduate 毕业生 / employer 用人单位 / student 学生 …", "graduate / employer / student …"),
            ),
            required(
                "level",
                Identifier,
                &["层级"],
                (
                    "training_objective 培养目标 / requirement 毕业要求 / indicator 指标点 / objective 课程目标",
                    "training_objective / requirement / indicator / objective",
                ),
            ),
            optional(
                "offering",
                Identifier,
                &["开课编号"],
                ("课程目标所属开课", "offering, for a course objective"),
            ),
            required(
                "target",
                Identifier,
                &["对象", "对象编号"],
                ("对象编号", "identifier of what is asked about"),
            ),
            required("score", Decimal, &["分值", "得分"], ("分值", "score on the scale")),
            optional(
                "count",
                Count,
                &["人数", "应答数"],
                ("应答数；空 = 1", "answers with this score; empty = 1"),
            ),
            optional("scale_max", Decimal, &["最高分值"], ("量表最高分；空 = 5", "highest score; empty = 5")),
            optional("invited", Count, &["发放数"], ("发放数", "people asked")),
        ],
        open: false,
    },
    LogicalTable {
        key: "class_values",
        names: &["班级达成度", "课程达成度"],
        doc: ("只有班级均值的课程达成度", "A course's attainment known only as a class mean."),
        keys: &["programme", "cohort", "course", "objective", "indicator"],
        columns: &[
            PROGRAMME,
            COHORT,
            COURSE,
            LogicalColumn { required: false, ..OBJECTIVE },
            LogicalColumn { required: false, ..INDICATOR },
            required("value", Fraction, &["达成度", "course_value"], ("达成度", "attainment")),
            optional("n", Count, &["人数"], ("人数", "students behind it")),
        ],
        open: false,
    },
    LogicalTable {
        key: "item_means",
        names: &["均分", "题目均分"],
        doc: ("只有班级均分的考核项", "An item known only by the mean mark of the class."),
        keys: &["offering", "item"],
        columns: &[
            OFFERING,
            ITEM,
            required("mean", Decimal, &["平均分", "均分"], ("平均分", "mean mark")),
            optional("n", Count, &["人数"], ("人数", "students behind it")),
        ],
        open: false,
    },
    LogicalTable {
        key: "measures",
        names: &["测量", "增值数据"],
        doc: (
            "学生的一次测量：入学成绩、年度测试等，供增值评价使用",
            "A measurement of a student, such as an entry score or a yearly test, for value added.",
        ),
        keys: &["student", "measure", "time"],
        columns: &[
            STUDENT,
            required("measure", Identifier, &["测量名称", "测量项目"], ("测量的名称", "what was measured")),
            optional(
                "time",
                Identifier,
                &["时间", "测量时间"],
                ("时间；只测一次时可省", "when; may be left out"),
            ),
            required("score", Decimal, &["得分", "分数", "成绩"], ("得分", "the score")),
        ],
        open: false,
    },
    LogicalTable {
        key: "memberships",
        names: &["单位归属", "任教关系"],
        doc: (
            "学生属于哪个单位（教师、班、专业等）；可同时属于多个，各占份额，供增值评价使用",
            "A unit a student belongs to, such as a teacher or a section; several with shares are possible; for value added.",
        ),
        keys: &["student", "factor", "unit", "time"],
        columns: &[
            STUDENT,
            required(
                "factor",
                Identifier,
                &["单位类别"],
                ("单位的类别，如 teacher", "kind of unit, such as teacher"),
            ),
            required("unit", Identifier, &["单位"], ("单位", "the unit")),
            optional("share", Decimal, &["份额"], ("份额；空 = 1", "share; empty = 1")),
            optional("time", Identifier, &["时间"], ("时间；始终如此时可省", "when; empty = all the time")),
        ],
        open: false,
    },
    LogicalTable {
        key: "notes",
        names: &["持续改进", "报告文字"],
        doc: (
            "写入报告的文字：存在的问题、改进措施等；没有写的部分在报告中留空",
            "Words for the reports: problems found, measures and the like; a part without words is left to fill.",
        ),
        keys: &[],
        columns: &[
            optional(
                "report",
                Identifier,
                &["报告"],
                (
                    "报告：course、requirement 等；空 = course",
                    "report: course, requirement, …; empty = course",
                ),
            ),
            optional(
                "of",
                Identifier,
                &["对象", "报告对象"],
                (
                    "开课编号；专业报告写作 专业代码/届",
                    "offering; programme/cohort for the reports on a cohort",
                ),
            ),
            LogicalColumn { required: false, ..OFFERING },
            required(
                "part",
                Identifier,
                &["部分", "栏目"],
                (
                    "problems 存在的问题 / measures 改进措施 / last_measures 上一轮改进措施 / effect 改进效果 / conclusion 结论",
                    "problems / measures / last_measures / effect / conclusion",
                ),
            ),
            optional("text", Text, &["内容", "文字"], ("文字；空 = 未写", "the words; empty = not written")),
        ],
        open: false,
    },
];

/// A logical table by its key.
pub fn logical_table(key: &str) -> Option<&'static LogicalTable> {
    LOGICAL_TABLES.iter().find(|table| table.key == key)
}
