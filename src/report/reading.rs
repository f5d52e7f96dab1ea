//! What the scores say where no role is asked for: a scale's own words for a low and for a high score.

use crate::bank::Scale;
use crate::report::Saying;
use crate::report::view::View;
use crate::score::Z_90;

/// The middle of a scale, where neither a low nor a high score begins.
const MIDDLE: f64 = 50.0;

/// What the scores say without a role; empty where there is one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Readings {
    /// Scales whose score lies clearly on one side of the middle, with what it means there.
    pub clear: Vec<Saying>,
    /// The scales whose score does not, in a sentence.
    pub middle: Option<String>,
}

impl View<'_> {
    pub(super) fn readings(&self) -> Readings {
        let mut readings = Readings::default();
        if self.role.is_some() {
            return readings;
        }
        let mut middle = Vec::new();
        for (index, scale) in self.bank.scales.iter().enumerate() {
            let score = self.assessment.scales[index];
            let (Some(at), Some(error)) = (score.score(), score.standard_error()) else { continue };
            if (at - MIDDLE).abs() > Z_90 * error {
                let is_high = at > MIDDLE;
                let says = if is_high { &scale.high } else { &scale.low };
                readings.clear.extend(says.clone().map(|says| self.saying(index, says, is_high, None)));
            } else if scale.low.is_some() || scale.high.is_some() {
                middle.push(scale);
            }
        }
        readings.middle = in_the_middle(&middle);
        readings
    }
}

fn in_the_middle(scales: &[&Scale]) -> Option<String> {
    let titles: Vec<&str> = scales.iter().map(|scale| scale.title.as_str()).collect();
    (!titles.is_empty())
        .then(|| format!("Near the middle, or not clearly on one side of it: {}.", titles.join(", ")))
}
