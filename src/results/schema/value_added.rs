//! The schemas of the tables of value added.

use super::super::table::{ColumnSchema, Kind, TableSchema};
use super::{column, count, number, text};

const MODEL: ColumnSchema =
    text("model", "模型（value_added.toml 中的 key）", "model, by its key in value_added.toml");
const KIND: ColumnSchema = text("kind", "模型的种类", "kind of model");
const WHICH_COHORT: ColumnSchema =
    text("cohort", "届/级；空 = 全部学生", "cohort; empty = all students together");
const FACTOR: ColumnSchema = text("factor", "单位的种类", "grouping factor");
const UNIT: ColumnSchema = text("unit", "单位", "unit");
const OUTCOME: ColumnSchema = text(
    "outcome",
    "模型所解释的结果；只比较结果相同的模型",
    "the outcome that the models explain; models of different outcomes are not compared",
);
const SCALE: ColumnSchema = text(
    "scale",
    "效应的量尺：outcome 结果的分数 / percentile 成长百分位 / 增量或斜率的名称；量尺不同的不比较",
    "what the effects are measured in: outcome (its scores), percentile, or the name of a gain or a slope; different scales \
     are not compared",
);
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
        text(
            "part",
            "coefficient 系数 / anova 方差分析 / likelihood_ratio 随机项的似然比检验 / persistence 单位效应留存到以后的比例 / figure 整体指标 / missing_information 插补所缺信息的比例 / note 做了什么、须知什么 / failed 未得出",
            "coefficient / anova / likelihood_ratio: of a random term against one effect less / persistence: share of the effects of units that is left later / figure / missing_information: share of it that is missing, after imputation / note: what was done and has to be known / failed"
        ),
        text(
            "name",
            "名称；留存比例为 何时→何时，说明与未得出为其所指（名称=值）",
            "name; from→to of a share that is left; what a note or a failure is about, as name=value"
        ),
        number(
            "value",
            "outcome",
            "估计值；方差分析为平方和",
            "estimate; sum of squares in an analysis of variance"
        ),
        number("se", "outcome", "标准误", "standard error"),
        number("low", "outcome", "区间下限", "lower end of the interval"),
        number("high", "outcome", "区间上限", "upper end of the interval"),
        number(
            "statistic",
            "",
            "检验统计量",
            "estimate over standard error; F in an analysis of variance, chi-squared of a likelihood ratio"
        ),
        number("df", "", "自由度；空 = 正态", "degrees of freedom; empty = normal"),
        number("p", "probability", "双侧 p 值", "two-sided p-value"),
        count("n_given", "students", "学生数", "students given"),
        count("n_used", "students", "数据齐全而计入的学生数", "students complete and used"),
        text(
            "reason",
            "没有结果的原因，或说明的代码；optimiser 一行为优化方法",
            "code of why there is no result, or of a note; the method in the row `optimiser`"
        )
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
        number("low", "outcome²", "区间下限", "lower end of the interval"),
        number("high", "outcome²", "区间上限", "upper end of the interval"),
        number(
            "share",
            "fraction",
            "占各方差之和的比例；各时间各有残差方差时为空",
            "share of the sum of the variances; empty where every time has a residual variance of its own"
        )
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
    GROWTH_PROJECTIONS,
    "growth_projections",
    true,
    "增值：还没有结果的学生在各百分位轨迹上将到达的成绩",
    "Value added: the scores to which trajectories of constant percentile lead students without the outcome.",
    &["model", "cohort", "student", "measure", "trajectory"],
    &[&[
        MODEL,
        WHICH_COHORT,
        STUDENT,
        FACTOR,
        UNIT,
        text("from", "最近一次已有的成绩", "the last score there is"),
        text("measure", "预测的成绩", "the projected score"),
        count("step", "steps", "第几步", "which step from the last score"),
        text(
            "trajectory",
            "轨迹，如 p50 = 一直处于第 50 百分位",
            "the trajectory; p50 stays at the 50th percentile"
        ),
        count("percentile", "percentile", "其百分位", "its percentile"),
        number("value", "outcome", "到达的成绩", "the score it leads to"),
        count("n_priors", "scores", "所用的先前成绩数", "prior scores used"),
        text(
            "curves",
            "曲线所依据的届/级；空 = 全部有成绩的学生",
            "the cohort the curves were fitted to; empty = all students who have the scores"
        ),
        count("n_curves", "students", "曲线所依据的学生数", "students the curves were fitted to")
    ]]
);
schema!(
    GROWTH_TARGETS,
    "growth_targets",
    true,
    "增值：达到目标成绩所需的成长百分位",
    "Value added: the growth percentile a student needs to reach a target.",
    &["model", "cohort", "student", "target"],
    &[&[
        MODEL,
        WHICH_COHORT,
        STUDENT,
        FACTOR,
        UNIT,
        text("from", "最近一次已有的成绩", "the last score there is"),
        text("measure", "目标所指的成绩", "the score the target is set for"),
        text(
            "target",
            "目标：分数，或写有各人目标的列",
            "the target: a score, or the column with each student's own"
        ),
        number("score", "outcome", "目标成绩", "the score to be reached"),
        count(
            "percentile",
            "percentile",
            "轨迹能达到目标的最小百分位；空 = 第 99 百分位也不能",
            "the smallest percentile whose trajectory reaches it; empty = not even the 99th"
        ),
        text(
            "growth",
            "low 低于常态的成长（1–34）即可 / typical 需常态成长（35–65）/ high 需高于常态的成长（66–99）/ beyond 按以往的成长达不到",
            "growth that is enough: low (1–34) / typical (35–65) / high (66–99) / beyond: more than was seen"
        )
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
schema!(
    VALUE_ADDED_MISSING,
    "value_added_missing",
    false,
    "增值：数据齐全与不齐全的学生之比较",
    "Value added: students complete in the columns of a model beside those who are not.",
    &["model", "cohort", "column", "level"],
    &[&[
        MODEL,
        KIND,
        WHICH_COHORT,
        text(
            "policy",
            "complete 仅用齐全者 / indicator 缺失标记 / impute 多重插补",
            "complete / indicator / impute"
        ),
        text("column", "列", "column"),
        text("level", "类别；空 = 数值列", "level, whose share is compared; empty = a number"),
        count("n_missing", "students", "该列缺失的人数", "students without a value in this column"),
        count("n_complete", "students", "数据齐全而有该列值的人数", "complete students with a value"),
        number("complete", "input", "其平均值或比例", "their mean or share"),
        count("n_incomplete", "students", "数据不齐全而有该列值的人数", "incomplete students with a value"),
        number("incomplete", "input", "其平均值或比例", "their mean or share"),
        number("difference", "input", "差", "complete minus incomplete"),
        number("standardised", "", "差 ÷ 合并标准差", "the difference over the pooled standard deviation")
    ]]
);
schema!(
    UNIT_AGREEMENT,
    "unit_agreement",
    false,
    "增值：单位效应在各届之间、同一结果同一量尺的各模型之间的一致程度",
    "Value added: agreement of unit effects between cohorts, and between models of one outcome and one scale.",
    &["over", "model", "cohort", "factor", "outcome", "scale", "first", "second"],
    &[&[
        text(
            "over",
            "cohorts 各届之间（稳定性）/ models 各模型之间（敏感性）",
            "cohorts (stability) / models (sensitivity)"
        ),
        text("model", "模型；比较各模型时为空", "model; empty where models are compared"),
        text(
            "cohort",
            "届/级；比较各届时为空",
            "cohort; empty where cohorts are compared, or for all students"
        ),
        FACTOR,
        OUTCOME,
        SCALE,
        text("first", "第一个届或模型", "the first cohort or model"),
        text("second", "第二个", "the second"),
        count("n_units", "units", "两者共有的单位数", "units in both"),
        number("correlation", "", "效应的相关系数", "correlation of the effects"),
        number("rank_correlation", "", "名次的相关系数", "correlation of the ranks"),
        number(
            "same_order",
            "fraction",
            "次序相同的单位对所占比例",
            "share of the pairs of units in the same order"
        ),
        number(
            "same_third",
            "fraction",
            "处于同一个三分之一的单位所占比例",
            "share of units in the same third"
        ),
        number(
            "mean_difference",
            "outcome",
            "效应之差的平均绝对值",
            "mean absolute difference of the effects"
        )
    ]]
);
schema!(
    UNIT_SENSITIVITY,
    "unit_sensitivity",
    false,
    "增值：每个单位的名次随模型变化的范围（只比较同一结果、同一量尺的模型）",
    "Value added: how the rank of each unit depends on the model, among models of one outcome and one scale.",
    &["cohort", "factor", "outcome", "scale", "unit"],
    &[&[
        WHICH_COHORT,
        FACTOR,
        OUTCOME,
        SCALE,
        UNIT,
        count("n_models", "models", "含该单位的模型数", "models with the unit"),
        number("rank_best", "rank", "最好的名次", "best rank"),
        text("model_best", "给出最好名次的模型", "model of the best rank"),
        number("rank_worst", "rank", "最差的名次", "worst rank"),
        text("model_worst", "给出最差名次的模型", "model of the worst rank"),
        column(
            "same_third",
            Kind::Flag,
            "",
            ("在所有模型中是否处于同一个三分之一", "whether it stands in the same third in every model")
        )
    ]]
);
schema!(
    VALUE_ADDED_DIAGNOSTICS,
    "value_added_diagnostics",
    true,
    "增值：每名学生的残差诊断",
    "Value added: residual diagnostics of each student.",
    &["model", "cohort", "student"],
    &[&[
        MODEL,
        KIND,
        WHICH_COHORT,
        STUDENT,
        number("fitted", "outcome", "预期", "expected"),
        number("standardised", "", "标准化残差", "standardised residual"),
        number("normal", "", "按名次应有的正态分位数", "normal quantile of its rank"),
        number("leverage", "fraction", "杠杆值；混合模型为空", "leverage; empty for mixed models"),
        number("cooks_distance", "", "Cook 距离；混合模型为空", "Cook's distance; empty for mixed models")
    ]]
);
schema!(
    UNIT_DIAGNOSTICS,
    "unit_diagnostics",
    false,
    "增值：混合模型中每个单位的诊断",
    "Value added: diagnostics of each unit of a mixed model.",
    &["model", "cohort", "factor", "effect", "unit"],
    &[&[
        MODEL,
        WHICH_COHORT,
        FACTOR,
        text("effect", "何种效应", "which effect"),
        UNIT,
        count("n", "students", "学生数", "students"),
        number("standardised", "", "效应 ÷ 其标准差", "the effect over its standard deviation"),
        number("normal", "", "按名次应有的正态分位数", "normal quantile of its rank"),
        number(
            "cooks_distance",
            "",
            "去掉该单位后固定效应的变化（Cook 距离）",
            "change of the fixed effects without it (Cook's distance)"
        ),
        number(
            "dfbetas",
            "",
            "变化最大的系数：变化 ÷ 标准误",
            "the coefficient that changes most: change over standard error"
        ),
        text("most_changed", "变化最大的系数", "that coefficient"),
        number("residual_variance", "outcome²", "去掉该单位后的残差方差", "residual variance without it"),
        number("unit_variance", "outcome²", "去掉该单位后单位间的方差", "variance between units without it")
    ]]
);
