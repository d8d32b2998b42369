//! The schemas of the tables of value added.

use super::super::table::{ColumnSchema, TableSchema};
use super::{count, number, text};

const MODEL: ColumnSchema =
    text("model", "模型（value_added.toml 中的 key）", "model, by its key in value_added.toml");
const KIND: ColumnSchema = text("kind", "模型的种类", "kind of model");
const WHICH_COHORT: ColumnSchema =
    text("cohort", "届/级；空 = 全部学生", "cohort; empty = all students together");
const FACTOR: ColumnSchema = text("factor", "单位的种类", "grouping factor");
const UNIT: ColumnSchema = text("unit", "单位", "unit");
const STUDENT: ColumnSchema = text("student", "学号", "student number");

schema!(
    UNIT_EFFECTS,
    "unit_effects",
    false,
    "增值：每个单位的效应",
    "Value added: the effect of each unit.",
    &["model", "cohort", "factor", "effect", "unit"],
    &[&[
        MODEL,
        KIND,
        WHICH_COHORT,
        FACTOR,
        text("effect", "何种效应", "which effect"),
        UNIT,
        count("n", "students", "学生数", "students"),
        number("value", "outcome", "效应", "effect"),
        number("se", "outcome", "标准误", "standard error"),
        number("low", "outcome", "区间下限", "lower end of the interval"),
        number("high", "outcome", "区间上限", "upper end of the interval"),
        number("level", "probability", "区间的置信水平", "level of the intervals"),
        number("comparison_low", "outcome", "两两比较区间下限", "lower end of the comparison interval"),
        number("comparison_high", "outcome", "两两比较区间上限", "upper end of the comparison interval"),
        number(
            "p_above",
            "probability",
            "高于平均的概率",
            "probability that the effect is above the average"
        ),
        number("reliability", "fraction", "信度（收缩系数）", "reliability (shrinkage)"),
        number(
            "rank",
            "rank",
            "平均名次；单位太小则为空",
            "mean rank; empty for a unit too small to be ranked"
        ),
        number("rank_low", "rank", "名次区间下限", "lower end of the rank's interval"),
        number("rank_high", "rank", "名次区间上限", "upper end of the rank's interval")
    ]]
);
schema!(
    MODEL_SUMMARY,
    "model_summary",
    false,
    "增值：模型的系数与整体指标",
    "Value added: coefficients and figures of each fitted model.",
    &["model", "cohort", "part", "name"],
    &[&[
        MODEL,
        KIND,
        text("formula", "公式", "formula"),
        WHICH_COHORT,
        text("part", "coefficient 系数 / figure 整体指标 / failed 未得出", "coefficient / figure / failed"),
        text("name", "名称", "name"),
        number("value", "outcome", "估计值", "estimate"),
        number("se", "outcome", "标准误", "standard error"),
        number("statistic", "", "检验统计量", "estimate over standard error"),
        number("df", "", "自由度；空 = 正态", "degrees of freedom; empty = normal"),
        number("p", "probability", "双侧 p 值", "two-sided p-value"),
        count("n_given", "students", "学生数", "students given"),
        count("n_used", "students", "数据齐全而计入的学生数", "students complete and used"),
        text("reason", "没有结果的原因", "why there is no result")
    ]]
);
schema!(
    VARIANCE_COMPONENTS,
    "variance_components",
    false,
    "增值：方差分量",
    "Value added: variance components of mixed models.",
    &["model", "cohort", "factor", "effect", "with"],
    &[&[
        MODEL,
        WHICH_COHORT,
        text("factor", "单位的种类；空 = 残差", "grouping factor; empty = residual"),
        text("effect", "效应", "effect"),
        text("with", "协方差的另一效应", "the other effect of a covariance"),
        number("value", "outcome²", "方差或协方差", "variance or covariance"),
        number("se", "outcome²", "标准误", "standard error"),
        number("share", "fraction", "占各方差之和的比例", "share of the sum of the variances")
    ]]
);
schema!(
    GROWTH_PERCENTILES,
    "growth_percentiles",
    true,
    "增值：学生成长百分位",
    "Value added: growth percentile of each student.",
    &["model", "cohort", "student"],
    &[&[
        MODEL,
        WHICH_COHORT,
        STUDENT,
        count("percentile", "percentile", "成长百分位，1–99", "growth percentile, 1 to 99")
    ]]
);
schema!(
    VALUE_ADDED_STUDENTS,
    "value_added_students",
    true,
    "增值：每名学生的输入、结果与模型的预期",
    "Value added: input, outcome and expectation of each student.",
    &["model", "cohort", "student"],
    &[&[
        MODEL,
        KIND,
        WHICH_COHORT,
        STUDENT,
        text("factor", "第一个分组因素", "first grouping factor"),
        UNIT,
        text("prior_name", "公式中的第一个数值输入", "first numeric input of the formula"),
        number("prior", "input", "该输入的值", "its value"),
        number("observed", "outcome", "结果", "outcome"),
        number("fixed", "outcome", "仅由固定部分得出的预期", "expected by the fixed part alone"),
        number("fitted", "outcome", "预期，含单位效应", "expected, unit effects included"),
        number("residual", "outcome", "结果 − 预期", "outcome minus what is expected")
    ]]
);
