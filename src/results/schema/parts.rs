//! The schemas of tables that take a figure apart: into components, students, answers, requirements.

use super::super::table::TableSchema;
use super::{count, number, text};

schema!(
    REQUIREMENT_SUPPORT,
    "requirement_support",
    false,
    "毕业要求对培养目标的支撑",
    "Which graduation requirement supports which training objective.",
    &["programme", "plan", "training_objective", "requirement"],
    &[&[
        text("programme", "专业代码", "programme"),
        text("plan", "培养方案版本", "plan version"),
        text("training_objective", "培养目标", "training objective"),
        text("requirement", "毕业要求", "graduation requirement"),
        number("weight", "weight", "权重", "weight"),
        text("code", "H / M / L", "letter, where the plan gives one")
    ]]
);
schema!(
    COMPONENT_OBJECTIVES,
    "component_objectives",
    false,
    "每个考核环节对每个课程目标的分值与得分率；按原始得分",
    "Points and mean marks of each component for each objective, from the marks as given.",
    &["offering", "component", "objective"],
    &[&[
        text("offering", "开课编号", "offering"),
        text("course", "课程代码", "course"),
        text("course_name", "课程名称", "course name"),
        text("term", "学期", "term"),
        text("component", "考核环节；空 = 未归入环节", "component; empty = items of no component"),
        text("objective", "课程目标", "course objective"),
        count("n_items", "items", "支撑的考核项数", "items that serve it"),
        number("points", "points", "支撑的分值", "points of the items that serve it, by their shares"),
        number("point_share", "share", "占该课程目标分值的比例", "share of the points of the objective"),
        number("ratio", "fraction", "平均得分率", "mean marks ÷ full marks, by their shares"),
        count(
            "n_scored",
            "students",
            "有分数的人数（各项中最多者）",
            "students with a mark, the most of any item"
        )
    ]]
);
schema!(
    SECTION_SPREAD,
    "section_spread",
    true,
    "每次开课（及各班）学生达成度的分布：五个分位数",
    "How students' attainment is spread in an offering and in each of its sections: five quantiles.",
    &["offering", "section", "objective"],
    &[&[
        text("offering", "开课编号", "offering"),
        text("section", "班；空 = 全部", "section; empty = the whole offering"),
        text("objective", "课程目标", "course objective"),
        count("n", "students", "有达成度的学生数", "students with a value"),
        number("q05", "fraction", "5% 分位数（第 7 类）", "quantile 5 %, type 7"),
        number("q25", "fraction", "25% 分位数", "quantile 25 %"),
        number("median", "fraction", "中位数", "median"),
        number("q75", "fraction", "75% 分位数", "quantile 75 %"),
        number("q95", "fraction", "95% 分位数", "quantile 95 %")
    ]]
);
schema!(
    SURVEY_ANSWERS,
    "survey_answers",
    false,
    "问卷各选项的应答数",
    "How often each score of a survey was given.",
    &["survey", "programme", "cohort", "audience", "level", "target", "score"],
    &[&[
        text("survey", "问卷", "survey"),
        text("programme", "专业代码", "programme"),
        text("cohort", "届/级", "cohort"),
        text("audience", "调查对象", "who was asked"),
        text("level", "层级", "level of the target"),
        text("target", "对象编号", "target"),
        number("score", "points", "选项的分值", "score of the answer"),
        number("scale_max", "points", "最高分值", "highest score of the scale"),
        count("n_answers", "answers", "选此项的应答数", "answers with this score")
    ]]
);
