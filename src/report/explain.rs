//! The whole arithmetic, from each answer to the fit, for whoever wants to follow it by hand.

use crate::bank::{Bank, Counts, Keying, Role};
use crate::score::Assessment;
use crate::session::Responses;

/// Every step from the answers to the fit, with its numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explanation {
    /// One for each part of the bank.
    pub parts: Vec<ExplainedPart>,
}

/// One part: its scales, and what they come to.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPart {
    /// Its title.
    pub title: String,
    /// Its weight W in the fit.
    pub weight: f64,
    /// P, −1 to 1.
    pub attainment: Option<f64>,
    /// Its scales.
    pub scales: Vec<ExplainedScale>,
}

/// One scale: its answers, and what they come to.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedScale {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The answers that count towards it; none where they are withheld.
    pub answers: Vec<ExplainedAnswer>,
    /// How many they are.
    pub n_answered: usize,
    /// Its score S, the mean of their points.
    pub score: Option<f64>,
    /// What the role asks, and what becomes of it.
    pub required: Option<ExplainedRequirement>,
}

/// One answer on a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedAnswer {
    /// The question.
    pub ask: String,
    /// The answer in words.
    pub answer: String,
    /// Its points before keying.
    pub points: f64,
    /// Whether the item is reverse-keyed here: then it counts 100 minus its points.
    pub reversed: bool,
    /// What it counts.
    pub counts: f64,
}

/// One requirement, worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedRequirement {
    /// Counts as nothing.
    pub from: f64,
    /// Counts as met.
    pub to: f64,
    /// A, −1 to 1.
    pub attainment: Option<f64>,
    /// The role's own weight.
    pub role_weight: f64,
    /// What the person said it matters, 0 to 1.
    pub factor: f64,
    /// The weight that counts, w.
    pub weight: f64,
}

/// Works everything out.
pub(super) fn explain(
    bank: &Bank,
    role: Option<&Role>,
    responses: &Responses,
    assessment: &Assessment,
) -> Explanation {
    let part = |(index, part): (usize, &crate::bank::Part)| ExplainedPart {
        title: part.title.clone(),
        weight: part.weight,
        attainment: assessment.role.as_ref().and_then(|fit| fit.parts[index].attainment),
        scales: (0..bank.scales.len())
            .filter(|&scale| bank.scales[scale].part == index)
            .map(|scale| ExplainedScale {
                id: bank.scales[scale].id.clone(),
                title: bank.scales[scale].title.clone(),
                answers: answers(bank, responses, scale),
                n_answered: assessment.scales[scale].n_answered,
                score: assessment.scales[scale].score(),
                required: requirement(role, assessment, scale),
            })
            .collect(),
    };
    Explanation { parts: bank.parts.iter().enumerate().map(part).collect() }
}

fn answers(bank: &Bank, responses: &Responses, scale: usize) -> Vec<ExplainedAnswer> {
    let mut answers = Vec::new();
    for index in responses.items() {
        let item = &bank.items[index];
        let Counts::Scales(keyed) = &item.counts else { continue };
        let here = keyed.iter().find(|keyed| keyed.scale == scale);
        if let Some((keyed, answer)) = here.zip(responses.answer(index)) {
            let points = item.points(answer);
            answers.push(ExplainedAnswer {
                ask: item.ask.clone(),
                answer: item.in_words(answer),
                points,
                reversed: keyed.keying == Keying::Reverse,
                counts: keyed.keying.key(points),
            });
        }
    }
    answers
}

fn requirement(role: Option<&Role>, assessment: &Assessment, scale: usize) -> Option<ExplainedRequirement> {
    let (role, fit) = role.zip(assessment.role.as_ref())?;
    let at = role.requirements.iter().position(|requirement| requirement.scale == scale)?;
    let (requirement, attained) = (&role.requirements[at], &fit.requirements[at]);
    Some(ExplainedRequirement {
        from: requirement.from,
        to: requirement.to,
        attainment: attained.attainment,
        role_weight: requirement.weight,
        factor: if requirement.weight > 0.0 { attained.weight / requirement.weight } else { 1.0 },
        weight: attained.weight,
    })
}
