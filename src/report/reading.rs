//! What the scores mean without a role: each scale's text for a low or a high score.

use crate::report::Saying;
use crate::report::view::View;
use crate::score::margin;

/// The middle of a scale, where neither a low nor a high score begins.
const MIDDLE: f64 = 50.0;

impl View<'_> {
    /// What the scales mean that are clearly above or below the middle, and a sentence on the others.
    pub(super) fn readings(&self) -> (Vec<Saying>, Option<String>) {
        if self.role.is_some() {
            return (Vec::new(), None);
        }
        let (mut clear, mut middle) = (Vec::new(), Vec::new());
        for (index, scale) in self.bank.scales.iter().enumerate() {
            let score = self.assessment.scales[index];
            let (Some(at), Some(error)) = (score.score(), score.standard_error()) else { continue };
            if (at - MIDDLE).abs() > margin(error) {
                let is_high = at > MIDDLE;
                let says = if is_high { &scale.high } else { &scale.low };
                clear.extend(says.clone().map(|says| self.saying(index, says, is_high)));
            } else if scale.low.is_some() || scale.high.is_some() {
                middle.push(scale.title.as_str());
            }
        }
        let middle = (!middle.is_empty())
            .then(|| format!("Near the middle, or too close to tell: {}.", middle.join(", ")));
        (clear, middle)
    }
}
