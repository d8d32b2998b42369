//! Simulated surveys: graduates and employers on training objectives and requirements.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::design::Design;
use crate::model::{Answers, Audience, Decimal, Programme, Survey, SurveyTarget};

/// Employers asked about each cohort.
const EMPLOYERS: u32 = 30;

/// What one survey question has as its truth: each answer is 1 + Binomial(4, ease).
pub(super) fn ease(audience: &str, target: usize) -> f64 {
    let base = if audience == "graduate" { 0.78 } else { 0.72 };
    base + 0.02 * ((target * 5) % 7) as f64 - 0.06
}

/// The expected value of a question as a share of the highest score.
pub(super) fn expected(audience: &str, target: usize) -> f64 {
    (1.0 + 4.0 * ease(audience, target)) / 5.0
}

/// (audience, position of the target, target) of every question put about a cohort.
pub(super) fn questions(programme: &Programme, plan: usize) -> Vec<(&'static str, usize, SurveyTarget)> {
    let plan = &programme.plans[plan];
    let mut questions = Vec::new();
    for (position, objective) in plan.training_objectives.iter().enumerate() {
        for audience in ["employer", "graduate"] {
            questions.push((audience, position, SurveyTarget::TrainingObjective(objective.id.clone())));
        }
    }
    for (position, requirement) in plan.requirements.iter().enumerate() {
        questions.push(("graduate", position, SurveyTarget::Requirement(requirement.id.clone())));
    }
    questions
}

pub(super) fn surveys(design: &Design, programmes: &[Programme], rng: &mut ChaCha8Rng) -> Vec<Survey> {
    let mut surveys = Vec::new();
    for programme in programmes {
        for cohort in &programme.cohorts {
            let mut answering = std::collections::BTreeMap::new();
            for audience in ["employer", "graduate"] {
                let (invited, rate) =
                    if audience == "employer" { (EMPLOYERS, 0.6) } else { (design.students as u32, 0.85) };
                let n = (0..invited).filter(|_| rng.random_bool(rate)).count();
                answering.insert(audience, (invited, n));
            }
            for (audience, position, target) in questions(programme, cohort.plan) {
                let (invited, n) = answering[audience];
                let mut counts = [0u32; 5];
                for _ in 0..n {
                    counts[(0..4).filter(|_| rng.random_bool(ease(audience, position))).count()] += 1;
                }
                surveys.push(Survey {
                    id: format!("{}-{audience}", cohort.id),
                    programme: programme.id.clone(),
                    cohort: Some(cohort.id.clone()),
                    audience: Audience(audience.into()),
                    target,
                    answers: Answers {
                        counts: (1..=5).zip(counts).map(|(score, n)| (Decimal::from(score), n)).collect(),
                        scale_max: Decimal::from(5),
                        invited: Some(invited),
                    },
                });
            }
        }
    }
    surveys
}
