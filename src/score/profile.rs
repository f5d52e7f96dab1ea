//! A person against several profiles over the same scales, and whether one is detectably ahead.
//!
//! Two profiles lean on the same answers, so the error of their difference is far smaller than that
//! of either: what both weigh alike cancels.

use super::fit::{attainment, clamp_at_zero};
use super::{ScaleScore, Z_90};
use crate::bank::{Bank, Requirement, Role, ScaleKind, Side};

/// How far a person meets one profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Position of the profile in the list that was given.
    pub index: usize,
    /// 100·max(0, Σ WP/Σ W) over what could be scored.
    pub score: f64,
    /// Whether the best match is not detectably ahead: the difference is within 1.645 of its
    /// standard errors. True of the best match itself.
    pub tied_with_best: bool,
}

/// A profile's score before it is clamped, and how it moves with each scale score.
struct Scored {
    raw: f64,
    slopes: Vec<f64>,
}

/// Kinds of a role: each a flat profile. The best first; kinds that could not be scored are left out.
#[must_use]
pub fn kinds(role: &Role, scales: &[ScaleScore]) -> Vec<Match> {
    let scored = role.kinds.iter().map(|kind| score(&[(1.0, kind.requirements.iter().collect())], scales));
    rank(scored, scales)
}

/// Roles of a bank, on what they ask of a person apart from facts, so that a role with much to say
/// about a career compares with one that has little. The best first.
#[must_use]
pub fn roles(bank: &Bank, scales: &[ScaleScore]) -> Vec<Match> {
    let scored = bank.roles.iter().map(|role| {
        let of_part = |part: usize| {
            let wanted = |r: &&Requirement| {
                let scale = &bank.scales[r.scale];
                scale.part == part && scale.kind != ScaleKind::Fact && bank.parts[part].side == Side::Demands
            };
            (bank.parts[part].weight, role.requirements.iter().filter(wanted).collect())
        };
        let parts: Vec<(f64, Vec<&Requirement>)> = (0..bank.parts.len()).map(of_part).collect();
        score(&parts, scales)
    });
    rank(scored, scales)
}

/// 100·Σ WP/Σ W over weighted groups of requirements, P = Σ wA/Σ w as for a part.
fn score(groups: &[(f64, Vec<&Requirement>)], scales: &[ScaleScore]) -> Option<Scored> {
    let mut raw = 0.0;
    let mut slopes = vec![0.0; scales.len()];
    let mut weights = 0.0;
    for (group_weight, requirements) in groups {
        let scored: Vec<(&Requirement, f64)> =
            requirements.iter().filter_map(|r| Some((*r, scales[r.scale].score()?))).collect();
        let sum: f64 = scored.iter().map(|(r, _)| r.weight).sum();
        if sum <= 0.0 || *group_weight <= 0.0 {
            continue;
        }
        weights += group_weight;
        for (requirement, score) in scored {
            let share = 100.0 * group_weight * requirement.weight / sum;
            raw += share * attainment(requirement, score);
            // Also where attainment is clamped: the careful side, as for the fit.
            slopes[requirement.scale] += share / (requirement.to - requirement.from);
        }
    }
    if weights <= 0.0 {
        return None;
    }
    for slope in &mut slopes {
        *slope /= weights;
    }
    Some(Scored { raw: raw / weights, slopes })
}

fn rank(scored: impl Iterator<Item = Option<Scored>>, scales: &[ScaleScore]) -> Vec<Match> {
    let mut scored: Vec<(usize, Scored)> =
        scored.enumerate().filter_map(|(index, scored)| Some((index, scored?))).collect();
    scored.sort_by(|a, b| b.1.raw.total_cmp(&a.1.raw));
    let ties: Vec<bool> = scored
        .iter()
        .map(|(_, other)| {
            let best = &scored[0].1;
            best.raw - other.raw <= Z_90 * difference_error(best, other, scales)
        })
        .collect();
    scored
        .into_iter()
        .zip(ties)
        .map(|((index, scored), tied_with_best)| Match {
            index,
            score: clamp_at_zero(scored.raw),
            tied_with_best,
        })
        .collect()
}

/// √Σ((a's slope − b's slope)·SE(S))² over the scales.
fn difference_error(a: &Scored, b: &Scored, scales: &[ScaleScore]) -> f64 {
    let squares = a.slopes.iter().zip(&b.slopes).zip(scales).map(|((a, b), scale)| {
        let error = scale.standard_error().unwrap_or(0.0);
        ((a - b) * error).powi(2)
    });
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Outcome;

    fn scale(score: f64) -> ScaleScore {
        ScaleScore { n_answered: 4, n_items: 4, outcome: Outcome::Scored { score, standard_error: 10.0 } }
    }

    fn requirement(scale: usize, weight: f64) -> Requirement {
        Requirement { scale, from: 50.0, to: 100.0, weight, why: None, elements: Vec::new() }
    }

    fn ranked(profiles: &[&[(usize, f64)]], scales: &[ScaleScore]) -> Vec<(usize, bool)> {
        let scored = profiles.iter().map(|profile| {
            let requirements: Vec<Requirement> = profile.iter().map(|&(s, w)| requirement(s, w)).collect();
            score(&[(1.0, requirements.iter().collect())], scales)
        });
        rank(scored, scales).into_iter().map(|found| (found.index, found.tied_with_best)).collect()
    }

    #[test]
    fn a_small_lead_is_a_tie_and_a_wide_one_is_not() {
        // The difference of two separate scales of error 10 over a range of 50 is 100·√2·10/50 = 28.3.
        let near = [scale(80.0), scale(70.0)];
        assert_eq!(ranked(&[&[(0, 1.0)], &[(1, 1.0)]], &near), [(0, true), (1, true)]);
        let far = [scale(90.0), scale(60.0)];
        assert_eq!(ranked(&[&[(0, 1.0)], &[(1, 1.0)]], &far), [(0, true), (1, false)]);
    }

    #[test]
    fn what_two_profiles_share_cancels_out_of_their_difference() {
        // Both lean on scale 0; they differ by a tenth of their weight, so a small lead is detectable.
        let scales = [scale(75.0), scale(100.0), scale(50.0)];
        let profiles: [&[(usize, f64)]; 2] = [&[(0, 9.0), (1, 1.0)], &[(0, 9.0), (2, 1.0)]];
        assert_eq!(ranked(&profiles, &scales), [(0, true), (1, false)]);
    }

    #[test]
    fn the_error_of_a_lead_follows_the_weights_of_the_parts() {
        // Parts of weight 30 and 10; the second is shared. A lead of x of the way on the first scale is
        // 75x points; its error is 10 x √2 x 75/50 = 21.2, and 1.645 of that 34.9.
        let lead = |score: f64| {
            let scales = [scale(score), scale(60.0), scale(50.0)];
            let scored = [0, 2].map(|own| {
                let (first, second) = (requirement(own, 1.0), requirement(1, 1.0));
                self::score(&[(30.0, vec![&first]), (10.0, vec![&second])], &scales)
            });
            rank(scored.into_iter(), &scales)
        };
        let [best, other] = &lead(72.0)[..] else { panic!("two profiles") };
        assert!((best.score - other.score - 33.0).abs() < 1e-9 && other.tied_with_best, "{other:?}");
        let [best, other] = &lead(74.0)[..] else { panic!("two profiles") };
        assert!((best.score - other.score - 36.0).abs() < 1e-9 && !other.tied_with_best, "{other:?}");
    }

    #[test]
    fn a_profile_without_scores_is_left_out() {
        let scales = [scale(75.0), ScaleScore { n_answered: 0, n_items: 4, outcome: Outcome::TooFew }];
        assert_eq!(ranked(&[&[(1, 1.0)], &[(0, 1.0)]], &scales), [(1, true)]);
    }
}
