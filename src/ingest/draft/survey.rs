//! Survey answers and class values.

use std::collections::BTreeMap;

use super::{At, Draft, DraftAnswers};
use crate::ingest::clean;
use crate::ingest::sheet::Row;
use crate::model::{ClassValue, Decimal, Severity, SurveyTarget};

/// The highest score of a scale that does not say its own.
const USUAL_SCALE: i64 = 5;

pub(super) fn answer(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (survey, programme, cohort) = (row.id("survey"), row.id("programme"), row.id("cohort"));
    let (audience, target) = (row.id("audience").map(audience), target(row));
    let (score, count) = (row.weight("score"), row.count("count"));
    let (scale_max, invited) = (row.weight("scale_max"), row.count("invited"));
    let scale_max = scale_max.unwrap_or(Decimal::new(USUAL_SCALE, 0));
    let key = (survey?, programme?, cohort, audience?, target?);
    let score = score?;
    if score > scale_max {
        let values = [score.to_string(), scale_max.to_string()];
        row.error("score_above_scale", "score", &[("value", &values[0]), ("scale_max", &values[1])]);
        return None;
    }
    if count.is_none() && !row.cell("count").is_blank() {
        return None;
    }
    let place = row.place("scale_max");
    let answers = draft.surveys.entry(key).or_insert_with(|| DraftAnswers {
        counts: BTreeMap::new(),
        scale_max,
        invited,
        place: place.clone(),
    });
    if answers.scale_max != scale_max {
        let values = [scale_max.to_string(), answers.scale_max.to_string(), answers.place.to_string()];
        let shown = [("value", &*values[0]), ("first_value", &*values[1]), ("first", &*values[2])];
        row.error("scale_conflict", "scale_max", &shown);
        return None;
    }
    answers.invited = answers.invited.max(invited);
    let known = answers.counts.entry(score.normalize()).or_default();
    *known = known.saturating_add(count.unwrap_or(1));
    Some(())
}

/// The key of an audience named in Chinese.
fn audience(name: String) -> String {
    match name.as_str() {
        "毕业生" => "graduate".into(),
        "用人单位" => "employer".into(),
        "学生" | "应届生" | "在校生" => "student".into(),
        "校友" => "alumni".into(),
        "教师" => "teacher".into(),
        _ => name,
    }
}

/// What a question is about.
fn target(row: &mut Row<'_, '_>) -> Option<SurveyTarget> {
    let (level, id, offering) = (row.id("level"), row.id("target"), row.id("offering"));
    let (level, id) = (level?, id?);
    match clean::normalise_header(&level).as_str() {
        "training_objective" | "培养目标" => Some(SurveyTarget::TrainingObjective(id)),
        "requirement" | "毕业要求" => Some(SurveyTarget::Requirement(id)),
        "indicator" | "指标点" => Some(SurveyTarget::Indicator(id)),
        "objective" | "课程目标" => {
            if offering.is_none() {
                row.say("cell_empty", Severity::Error, "offering", &[("column", "offering")]);
            }
            Some(SurveyTarget::CourseObjective { offering: offering?, objective: id })
        }
        _ => {
            row.error("level_unknown", "level", &[("value", &level)]);
            None
        }
    }
}

pub(super) fn class_value(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (programme, cohort, course) = (row.id("programme"), row.id("cohort"), row.id("course"));
    let (objective, indicator) = (row.id("objective"), row.id("indicator"));
    let (value, n) = (row.fraction("value"), row.count("n"));
    let (programme, cohort, course) = (programme?, cohort?, course?);
    let value = ClassValue { programme, cohort, course, objective, indicator, value: value?.get(), n };
    draft.class_values.push(At { value, place: row.place("value") });
    Some(())
}
