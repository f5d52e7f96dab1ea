//! From scores to the report: the one place that chooses sentences and orders lists.

use itertools::Itertools;

use crate::bank::{
    Answer, Band, Bank, Counts, Floor, FloorOn, Form, Item, ItemKind, Keyed, Part, Requirement, Role, Scale,
    ScaleKind, Side,
};
use crate::document::AxisBand;
use crate::report::{
    Answered, EffectReport, Ends, FitReport, FloorReport, LEAST_EFFECT, MoveReport, PartReport,
    QualityReport, RoleReport, Saying, ScaleReport, SceneReport, SideReport, SignalReport, Status,
    WithoutReport, words,
};
use crate::score::Assessment;
use crate::score::explain::{Explanation, Move};
use crate::score::fit::{Attained, FloorScore, FloorStatus, NEARLY_MET, RoleFit, range};
use crate::score::profile::{self, Shape};
use crate::score::quality::Signal;
use crate::session::Responses;

/// How many strengths, and how many gaps, are named.
const MOST_NAMED: usize = 3;
/// A scale's text for low scores is shown below this attainment.
const LOW: f64 = 1.0 / 3.0;
/// From this fit on, the report says that more than needed counts as met.
const NEAR_TOP: f64 = 75.0;
/// Why a part or a side has no score.
const UNSCORED: &str = "none of its requirements could be scored";
/// Two answers on one trait are worth another look if they are this many points apart.
const CLASH: f64 = 75.0;

/// Everything a report is made from.
pub(super) struct View<'a> {
    pub(super) bank: &'a Bank,
    pub(super) role: Option<&'a Role>,
    /// The answers that may be shown; those of an observer never are.
    pub(super) responses: &'a Responses,
    pub(super) assessment: &'a Assessment,
    /// Empty without a role.
    pub(super) explained: &'a Explanation,
    /// Whether somebody else gave the answers.
    pub(super) observed: bool,
}

impl<'a> View<'a> {
    pub(super) fn role_fit(&self) -> Option<&'a RoleFit> {
        self.assessment.role.as_ref()
    }

    pub(super) fn fit(&self) -> FitReport {
        let bank = self.bank;
        let role_fit = self.role_fit();
        let fit = role_fit.and_then(|role| role.fit.as_ref());
        // Observers are asked about too little of the role for a verdict.
        let verdict = fit.filter(|_| !self.observed);
        let bands = verdict.map_or(0..0, |fit| fit.bands.clone());
        let touched = &bank.bands[bands.clone()];
        let (boldness, judgement) = (self.explained.boldness, self.explained.judgement);
        let near_top = fit.filter(|fit| fit.score >= NEAR_TOP).map(|_| {
            let quick = self.responses.form() == Form::Quick;
            let exactly = self.role.and_then(|role| role.exactly_met);
            words::near_top(exactly.map(|(full, short)| if quick { short } else { full }))
        });
        let reason = if self.observed && fit.is_some() {
            Some(words::OBSERVED.to_owned())
        } else {
            words::no_verdict(bank, role_fit, touched)
        };
        let edge = |(index, band): (usize, &Band)| AxisBand {
            from: band.from,
            title: band.short.clone().unwrap_or_else(|| band.title.clone()),
            is_touched: bands.contains(&index),
        };
        FitReport {
            score: fit.map(|fit| fit.score),
            raw: fit.map(|fit| fit.raw),
            low: fit.map(|fit| fit.low),
            high: fit.map(|fit| fit.high),
            standard_error: fit.map(|fit| fit.standard_error),
            modest: boldness.map(|found| found.modest),
            bold: boldness.map(|found| found.bold),
            outer: Ends {
                low: boldness.map(|found| found.outer.0),
                high: boldness.map(|found| found.outer.1),
            },
            share: role_fit.and_then(|role| role.share),
            bands: touched.iter().map(|band| band.id.clone()).collect(),
            edges: bank.bands.iter().enumerate().map(edge).collect(),
            without: self.without(),
            verdict: words::verdict(bank, role_fit.is_some(), touched, reason.as_deref()),
            advice: words::advice(fit, touched).filter(|_| self.is_own_role()),
            says: [
                fit.map(words::interval),
                boldness.map(|found| words::boldness(found, self.observed)),
                near_top,
            ]
            .into_iter()
            .flatten()
            .collect(),
            judgement: judgement.map(words::judgement),
            reason,
        }
    }

    /// Whether no other role than the bank's own is asked for. The bank's texts speak of its own role.
    fn is_own_role(&self) -> bool {
        self.role.is_none_or(|role| self.bank.default_role.as_ref() == Some(&role.id))
    }

    /// Why there is no score: the reason, or that no role was named.
    fn unless_no_role(&self, reason: &str) -> String {
        self.role.map_or("no role was named", |_| reason).to_owned()
    }

    fn without(&self) -> Vec<WithoutReport> {
        let without = |(index, part): (usize, &Part)| {
            let score = self.explained.without.get(index).copied().flatten();
            WithoutReport {
                part: part.id.clone(),
                title: part.title.clone(),
                score,
                reason: score.is_none().then(|| self.unless_no_role("nothing else could be scored")),
            }
        };
        self.bank.parts.iter().enumerate().map(without).collect()
    }

    pub(super) fn sides(&self) -> Vec<SideReport> {
        let score = |index: usize| self.role_fit().and_then(|role| role.sides[index]);
        let side = |(index, side): (usize, Side)| SideReport {
            id: side,
            title: words::side_title(side),
            score: score(index),
            reason: score(index).is_none().then(|| self.unless_no_role(UNSCORED)),
        };
        Side::ALL.into_iter().enumerate().map(side).collect()
    }

    pub(super) fn parts(&self) -> Vec<PartReport> {
        let part = |(index, part): (usize, &'a Part)| {
            let fit = self.role_fit().map(|role| role.parts[index]);
            let attainment = fit.and_then(|fit| fit.attainment);
            PartReport {
                id: part.id.clone(),
                title: part.title.clone(),
                side: part.side,
                weight: part.weight,
                score: attainment.map(|attainment| 100.0 * attainment),
                reason: attainment.is_none().then(|| {
                    self.unless_no_role(match fit {
                        Some(fit) if fit.n_asked > 0 => UNSCORED,
                        _ if self.observed => words::NOT_OBSERVED,
                        _ => "the role needs nothing of this part",
                    })
                }),
                scales: self.scales_of(index),
            }
        };
        self.bank.parts.iter().enumerate().map(part).collect()
    }

    fn scales_of(&self, part: usize) -> Vec<ScaleReport> {
        let scales = self.bank.scales.iter().enumerate().filter(|(_, scale)| scale.part == part);
        let report = |(index, scale): (usize, &Scale)| {
            let score = self.assessment.scales[index];
            let ends = score.scored.map(|(at, error)| range(at, error));
            let required = self.required(index);
            ScaleReport {
                id: scale.id.clone(),
                title: scale.title.clone(),
                score: score.score(),
                standard_error: score.standard_error(),
                range: Ends { low: ends.map(|(low, _)| low), high: ends.map(|(_, high)| high) },
                attainment: required.and_then(|(_, attained)| attained.attainment),
                from: required.map(|(requirement, _)| requirement.from),
                to: required.map(|(requirement, _)| requirement.to),
                weight: required.map(|(_, attained)| attained.weight),
                n_answered: score.n_answered,
                n_items: score.n_items,
                status: if score.score().is_some() { Status::Scored } else { Status::TooFew },
                reason: score.score().is_none().then(|| words::too_few(score, self.observed)),
                norm: self.norm(index),
                measured: self.measured(index).map(|(said, asked)| match asked {
                    Some(asked) => format!("{said} (the role needs {asked})"),
                    None => said,
                }),
                is_fact: scale.kind == ScaleKind::Fact,
                is_shown: self.is_own_role() || required.is_some(),
            }
        };
        scales.map(report).collect()
    }

    /// Whether an item is about something that the role needs.
    fn is_shown(&self, item: &Item) -> bool {
        self.is_own_role() || item.own_scale().is_some_and(|own| self.required(own.scale).is_some())
    }

    /// The answer behind a fact, and what the role needs of it: "6 years" and "10".
    fn measured(&self, scale: usize) -> Option<(String, Option<String>)> {
        let own = |index: &usize| self.bank.items[*index].own_scale().is_some_and(|own| own.scale == scale);
        let index = self.bank.form_items(self.responses.form()).filter(own).exactly_one().ok()?;
        let item = &self.bank.items[index];
        let ItemKind::Number(range) = &item.kind else { return None };
        let said = item.in_words(self.responses.answer(index)?);
        let asked = self.required(scale).filter(|(required, _)| required.to > required.from);
        Some((said, asked.and_then(|(required, _)| words::asked(range.earning(required.to)))))
    }

    pub(super) fn title(&self) -> String {
        match self.role.filter(|_| !self.is_own_role()) {
            Some(role) if self.bank.default_role.is_some() => format!("{} career fit", role.title),
            _ => self.bank.title.clone(),
        }
    }

    /// What the role needs of a scale, and how far it is met.
    pub(super) fn required(&self, scale: usize) -> Option<(&'a Requirement, Attained)> {
        let (role, fit) = self.role.zip(self.role_fit())?;
        let at = role.requirements.iter().position(|requirement| requirement.scale == scale)?;
        Some((&role.requirements[at], fit.requirements[at]))
    }

    pub(super) fn floors(&self) -> Vec<FloorReport> {
        let Some((role, fit)) = self.role.zip(self.role_fit()) else { return Vec::new() };
        let report = |(floor, found): (&Floor, &FloorScore)| {
            let (scale, side, title) = match floor.on {
                FloorOn::Scale(scale) => {
                    let scale = &self.bank.scales[scale];
                    (Some(scale.id.clone()), None, scale.title.clone())
                }
                FloorOn::Side(side) => (None, Some(side), words::side_title(side).to_owned()),
            };
            FloorReport {
                scale,
                side,
                title,
                at_least: floor.at_least,
                score: found.score,
                met: found.status.map(|status| status == FloorStatus::Met),
                status: found.status,
                says: floor.says.clone(),
                reason: found.score.is_none().then(|| "too few answers".to_owned()),
            }
        };
        role.floors.iter().zip(&fit.floors).map(report).collect()
    }

    /// Roles by the shape of the scores, and sentences on the comparison.
    pub(super) fn roles(&self) -> (Vec<RoleReport>, Vec<String>) {
        let roles = &self.bank.roles;
        let found = profile::roles(self.bank, self.role, &self.assessment.scales);
        let line = |(place, shape): (usize, &Shape)| {
            let role = &roles[shape.role];
            let same = shape.same.iter().map(|&other| &roles[other].title).join(", ");
            let is_close = place > 0 && found[place - 1].ahead == Some(false) && found[place - 1].stands_out;
            RoleReport {
                id: role.id.clone(),
                title: role.title.clone(),
                same: shape.same.iter().map(|&other| roles[other].id.clone()).collect(),
                ahead: shape.ahead,
                stands_out: shape.stands_out,
                says: shape.stands_out.then(|| words::role_line(&role.title, &same, is_close)),
            }
        };
        let n_named = found.iter().filter(|shape| shape.stands_out).count();
        (found.iter().enumerate().map(line).collect(), words::roles(n_named, found.len()))
    }

    pub(super) fn quality(&self) -> QualityReport {
        let quality = &self.assessment.quality;
        let report = |signal: &Signal| SignalReport { signal: *signal, reason: words::no_signal(signal) };
        QualityReport {
            verdict: quality.verdict,
            says: words::quality(quality, self.observed),
            signals: quality.signals.iter().map(report).collect(),
        }
    }

    /// The effect of every answer; none without a fit.
    pub(super) fn effects(&self) -> Vec<EffectReport> {
        let effects = &self.explained.effects;
        let report = |index: usize| {
            let item = &self.bank.items[index];
            let effect = effects.iter().find(|effect| effect.item == index).and_then(|effect| effect.effect);
            let answer = self.responses.answer(index)?;
            let points = |keyed: &Keyed| {
                (self.bank.scales[keyed.scale].id.clone(), keyed.keying.key(item.points(answer)))
            };
            Some(EffectReport {
                item: item.id.clone(),
                ask: item.ask.clone(),
                answer: item.in_words(answer),
                points: item.scales().iter().map(points).collect(),
                effect,
                reason: effect.is_none().then_some("there is no fit with it or without it"),
            })
        };
        self.responses.items().filter_map(report).collect()
    }

    pub(super) fn moves(&self) -> Vec<MoveReport> {
        let report = |change: &Move| MoveReport {
            scale: self.bank.scales[change.scale].id.clone(),
            title: self.bank.scales[change.scale].title.clone(),
            gain: change.gain,
        };
        self.explained.moves.iter().map(report).collect()
    }

    /// The scales that meet the role, those with the most weight first. Only what the role needs from a person can
    /// have an example.
    pub(super) fn strengths(&self, evidence: Option<&[(String, String)]>) -> Vec<Saying> {
        let Some(fit) = self.role_fit() else { return Vec::new() };
        let is_met = |attained: &&Attained| {
            attained.weight > 0.0 && attained.attainment.is_some_and(|attainment| attainment >= NEARLY_MET)
        };
        let part = |attained: &Attained| self.bank.scales[attained.scale].part;
        let value = |attained: &Attained| {
            let others = fit.requirements.iter().filter(|other| part(other) == part(attained));
            let all: f64 = others.map(|other| other.weight).sum();
            self.bank.parts[part(attained)].weight * attained.weight / all
        };
        let met = fit.requirements.iter().filter(is_met).sorted_by(|a, b| value(b).total_cmp(&value(a)));
        let strength = |scale: usize| {
            // If the role needs a low score, a low score is the strength.
            let high = !self.asks_for_less(scale);
            let means = &self.bank.scales[scale];
            let says = if high { means.high.clone() } else { means.low.clone() }?;
            let says = if self.is_thin(scale) { self.number_in_words(scale)? } else { says };
            let mut saying = self.saying(scale, says, high);
            if self.bank.parts[self.bank.scales[scale].part].side == Side::Demands {
                let told = evidence.filter(|_| means.kind != ScaleKind::Fact);
                let example = told.and_then(|told| told.iter().find(|(id, _)| *id == means.id));
                saying.backed = told.map(|_| example.is_some());
                saying.example = example.map(|(_, example)| example.clone());
            }
            Some(saying)
        };
        met.filter_map(|attained| strength(attained.scale)).take(MOST_NAMED).collect()
    }

    /// The gaps to name: scales under a minimum first, then those that cost the most.
    fn widest(&self) -> Vec<Move> {
        let moves = self.explained.moves.iter().copied().filter(|change| change.gain >= LEAST_EFFECT);
        let moves = moves.sorted_by_key(|change| !self.is_under_floor(change.scale));
        moves.take(MOST_NAMED).collect()
    }

    pub(super) fn gaps(&self) -> Vec<Saying> {
        let gap = |change: Move| {
            let (scale, gain) = (change.scale, Some(change.gain));
            let says = self.gap_in_words(scale)?;
            Some(Saying { gain, ..self.saying(scale, says, self.asks_for_less(scale)) })
        };
        self.widest().into_iter().filter_map(gap).collect()
    }

    /// Which gaps do not differ from the largest by more than chance.
    pub(super) fn equal_gaps(&self) -> Option<String> {
        let gaps = self.widest();
        let largest = gaps.iter().max_by(|a, b| a.gain.total_cmp(&b.gain))?;
        let equal = gaps.iter().filter(|gap| gap.is_tied_with(largest));
        let titles = equal.map(|gap| self.bank.scales[gap.scale].title.as_str());
        words::equal_gaps(&titles.collect_vec(), gaps.len(), self.observed)
    }

    /// Whether the role needs a low score on a scale.
    fn asks_for_less(&self, scale: usize) -> bool {
        self.required(scale).is_some_and(|(required, _)| required.to < required.from)
    }

    /// Whether the quick form asked too little about a trait to say more than the number.
    fn is_thin(&self, scale: usize) -> bool {
        self.responses.form() == Form::Quick && self.bank.scales[scale].kind == ScaleKind::Trait
    }

    /// What a gap means: the scale's own text if the score is far off, otherwise the numbers.
    fn gap_in_words(&self, scale: usize) -> Option<String> {
        let means = &self.bank.scales[scale];
        let far = if self.asks_for_less(scale) { &means.high } else { &means.low };
        let is_far = self.required(scale)?.1.attainment? < LOW && !self.is_thin(scale);
        far.clone().filter(|_| is_far).or_else(|| self.number_in_words(scale))
    }

    /// The score and what the role needs; for a fact, the answer instead of the score.
    fn number_in_words(&self, scale: usize) -> Option<String> {
        let (required, _) = self.required(scale)?;
        if let Some((said, Some(asked))) = self.measured(scale) {
            return Some(format!("You answered {said}, and the role needs {asked}."));
        }
        Some(words::gap(self.assessment.scales[scale].score()?, required.to))
    }

    /// What a scale's score means, with the answer that shows a high or a low score best.
    pub(super) fn saying(&self, scale: usize, says: String, high: bool) -> Saying {
        let answers = self.own_answers(scale).into_iter();
        let by_points = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0);
        let clearest = if high { answers.rev().max_by(by_points) } else { answers.min_by(by_points) };
        let because = clearest.and_then(|(_, index)| {
            let item = &self.bank.items[index];
            Some(Answered { ask: item.ask.clone(), answer: item.in_words(self.responses.answer(index)?) })
        });
        let scale = &self.bank.scales[scale];
        let (scale, title) = (scale.id.clone(), scale.title.clone());
        Saying { scale, title, says, because, backed: None, example: None, gain: None }
    }

    /// The answers to a scale's own items: points in the scale's direction, and the item.
    fn own_answers(&self, scale: usize) -> Vec<(f64, usize)> {
        let points = |index: usize| {
            let item = &self.bank.items[index];
            let own = item.own_scale().filter(|own| own.scale == scale)?;
            Some((own.keying.key(item.points(self.responses.answer(index)?)), index))
        };
        self.responses.items().filter_map(points).collect()
    }

    /// Pairs of answers that say opposite things, those furthest apart first.
    pub(super) fn again(&self) -> Vec<String> {
        let clash = |scale: usize| {
            let answers = self.own_answers(scale).into_iter();
            let (low, high) = answers.minmax_by(|a, b| a.0.total_cmp(&b.0)).into_option()?;
            let [one, other] = [high.1, low.1].map(|index| self.quoted(index));
            let sentence = format!("{}: {one}; {other}.", self.bank.scales[scale].title);
            Some((high.0 - low.0, sentence)).filter(|(distance, _)| *distance >= CLASH)
        };
        let clashes = self.bank.traits().filter_map(clash).sorted_by(|a, b| b.0.total_cmp(&a.0));
        clashes.map(|(_, sentence)| sentence).take(MOST_NAMED).collect()
    }

    fn quoted(&self, index: usize) -> String {
        let item = &self.bank.items[index];
        let answer = self.responses.answer(index).map(|answer| item.in_words(answer));
        format!("\"{}\" to \"{}\"", answer.unwrap_or_default(), item.ask.trim_end_matches('.'))
    }

    pub(super) fn scenes(&self) -> Vec<SceneReport> {
        let scene = |index: usize| {
            let item = &self.bank.items[index];
            let is_scene = self.bank.own_kind(item) == Some(ScaleKind::Situational) && self.is_shown(item);
            let (ItemKind::Choice(options), true) = (&item.kind, is_scene) else { return None };
            let Answer::Choice(chosen) = self.responses.answer(index)? else { return None };
            let chosen = &options[*chosen];
            let best = options.iter().max_by(|a, b| a.points.total_cmp(&b.points));
            let best = best.filter(|best| best.points > chosen.points);
            let most = best.unwrap_or(chosen);
            Some(SceneReport {
                item: item.id.clone(),
                ask: item.ask.clone(),
                chosen: chosen.say.clone(),
                points: chosen.points,
                because: chosen.because.clone(),
                best: best.map(|best| best.say.clone()),
                best_points: most.points,
                best_because: most.because.clone(),
            })
        };
        self.responses.items().filter_map(scene).collect()
    }

    pub(super) fn unscored(&self) -> Vec<Answered> {
        let wanted = self.role.and_then(|role| role.wanted);
        let unscored = |index: usize| {
            let item = &self.bank.items[index];
            let is_shown_above = wanted.is_some_and(|wanted| wanted.contains(&index));
            let is_told = item.counts == Counts::Nothing && !is_shown_above && self.is_own_role();
            let answer = self.responses.answer(index).filter(|_| is_told)?;
            Some(Answered { ask: item.ask.clone(), answer: item.in_words(answer) })
        };
        self.responses.items().filter_map(unscored).collect()
    }
}
