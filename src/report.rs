//! All that a reader is told, as plain data with reasons.
//!
//! A report is data before it is text: every number comes with its uncertainty or with the reason
//! why it is missing, every sentence that interprets is chosen by an answer, and lists stand in the
//! order in which they are to be read. Renderers lay it out and decide nothing.

pub mod career;
pub mod explain;
mod steps;
mod words;

use crate::bank::Bank;
use crate::bank::FloorOn;
use crate::bank::Form;
use crate::bank::Horizon;
use crate::bank::Item;
use crate::bank::ItemKind;
use crate::bank::Role;
use crate::bank::ScaleKind;
use crate::bank::Side;
use crate::score::Assessment;
use crate::score::fit::RoleFit;
use crate::score::quality::Level;
use crate::score::quality::SignalId;
use crate::session::Given;
use crate::session::Responses;

use career::CareerReport;
use explain::Explanation;
pub use words::LIMITS;
pub use words::whole;

/// How many single answers are named as having lifted or lowered the fit.
const TOLD_EFFECTS: usize = 4;
/// An effect smaller than this many points is not worth naming.
const LEAST_EFFECT: f64 = 0.05;
/// How many scales are named as carrying the person, or holding them back.
const TOLD_SCALES: usize = 3;
/// How far apart, in points, two answers on one trait must be to be worth another look.
const CLASH: f64 = 75.0;

/// Everything one respondent is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Title of the bank.
    pub title: String,
    /// Id of the bank.
    pub bank: String,
    /// Edition of the bank.
    pub edition: String,
    /// The language of the bank's texts, such as `en`.
    pub language: Option<String>,
    /// The role, where there is one.
    pub role: Option<RoleName>,
    /// The form that was asked.
    pub form: Form,
    /// The day of the last answer, where known.
    pub date: Option<String>,
    /// Whom these answers describe, when somebody else gave them.
    pub observed: Option<String>,
    /// Answered items of the form.
    pub n_answered: usize,
    /// Items of the form.
    pub n_items: usize,
    /// The fit, or why there is none.
    pub fit: FitReport,
    /// Both sides: what the role asks, what it gives.
    pub sides: Vec<SideReport>,
    /// Every part with its scales.
    pub parts: Vec<PartReport>,
    /// Every floor.
    pub floors: Vec<FloorReport>,
    /// Whether the answers are usable.
    pub quality: QualityReport,
    /// What every answer did to the fit, in the order of asking.
    pub effects: Vec<EffectReport>,
    /// What every requirement could still bring, the most first.
    pub moves: Vec<MoveReport>,
    /// What carries the person: scales that meet the role, in words.
    pub strengths: Vec<Saying>,
    /// What holds the person back: the widest gaps, in words.
    pub gaps: Vec<Saying>,
    /// Next steps, the nearest first.
    pub steps: Vec<StepReport>,
    /// Where the person stands in the career.
    pub career: CareerReport,
    /// Whether the person still wants it after reading what the week is like: before, after, in words.
    pub wanted: Option<Wanted>,
    /// Where it would be worth looking again.
    pub again: Vec<String>,
    /// The situations, each with what was chosen and why it earns what it does.
    pub scenes: Vec<SceneReport>,
    /// Answers that were asked for and are not scored.
    pub unscored: Vec<(String, String)>,
    /// What the score is not.
    pub limits: Vec<String>,
    /// The arithmetic from every answer to the fit.
    pub explanation: Explanation,
}

/// Whether the person wants the role, before and after reading what it is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The answer before.
    pub before: String,
    /// The answer after.
    pub after: String,
    /// The change in words.
    pub says: String,
}

/// A role's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleName {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// The fit as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct FitReport {
    /// The numbers; nothing when nothing could be scored.
    pub numbers: Option<FitNumbers>,
    /// How much of the fit could be scored, 0 to 1.
    pub share: Option<f64>,
    /// The bands that the interval touches.
    pub bands: Vec<BandReport>,
    /// The edges of all bands, for a picture: from, title.
    pub edges: Vec<(f64, String)>,
    /// The fit without each part in turn.
    pub without: Vec<WithoutReport>,
    /// Why there is no fit, or no band.
    pub reason: Option<String>,
    /// The verdict in a few words.
    pub verdict: String,
    /// What to do with it.
    pub advice: Option<String>,
    /// The interval in words.
    pub interval: Option<String>,
    /// How boldly one answers, in words.
    pub boldness: Option<String>,
    /// How much our own judgements matter, in words.
    pub judgement: Option<String>,
}

/// The numbers of the fit, on 0 to 100 and unrounded.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "named as in score::fit::Fit, which says what they are")]
pub struct FitNumbers {
    pub score: f64,
    pub low: f64,
    pub high: f64,
    pub standard_error: f64,
    pub modest: f64,
    pub bold: f64,
}

/// A band as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct BandReport {
    /// Its id.
    pub id: String,
    /// The verdict.
    pub title: String,
}

/// The fit without one part.
#[derive(Debug, Clone, PartialEq)]
pub struct WithoutReport {
    /// The part's id.
    pub part: String,
    /// The part's title.
    pub title: String,
    /// The fit without it, 0 to 100.
    pub score: Option<f64>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// One side.
#[derive(Debug, Clone, PartialEq)]
pub struct SideReport {
    /// Its id.
    pub id: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// 100·Σ WP/Σ W over its parts, −100 to 100.
    pub score: Option<f64>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// One part.
#[derive(Debug, Clone, PartialEq)]
pub struct PartReport {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its side.
    pub side: &'static str,
    /// Its weight in the fit.
    pub weight: f64,
    /// 100·P, −100 to 100.
    pub score: Option<f64>,
    /// Why there is none.
    pub reason: Option<String>,
    /// Its scales, in file order.
    pub scales: Vec<ScaleReport>,
}

/// One scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleReport {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub about: Option<String>,
    /// Its score, 0 to 100.
    pub score: Option<f64>,
    /// Standard error of the score.
    pub standard_error: Option<f64>,
    /// What the role asks of it.
    pub required: Option<Required>,
    /// Answered items.
    pub n_answered: usize,
    /// Items of this form.
    pub n_items: usize,
    /// Why there is no score.
    pub reason: Option<String>,
}

/// What a role asks of a scale, and how far it is met.
#[derive(Debug, Clone, PartialEq)]
pub struct Required {
    /// Counts as nothing.
    pub from: f64,
    /// Counts as met.
    pub to: f64,
    /// Weight, after what matters to the person.
    pub weight: f64,
    /// −1 to 1.
    pub attainment: Option<f64>,
    /// Why the role asks it, with the source.
    pub why: Option<String>,
}

/// One floor.
#[derive(Debug, Clone, PartialEq)]
pub struct FloorReport {
    /// The scale it is on, if it is on one.
    pub scale: Option<String>,
    /// The side it is on, if it is on one.
    pub side: Option<&'static str>,
    /// Title of what it is on.
    pub title: String,
    /// The lowest score that meets it.
    pub at_least: f64,
    /// The score.
    pub score: Option<f64>,
    /// Whether it is met.
    pub met: Option<bool>,
    /// What has to come first.
    pub says: Option<String>,
    /// Why there is no score.
    pub reason: Option<String>,
}

/// Whether the answers are usable.
#[derive(Debug, Clone, PartialEq)]
pub struct QualityReport {
    /// All signals together.
    pub verdict: Level,
    /// The verdict and its grounds in words.
    pub says: String,
    /// Each signal.
    pub signals: Vec<SignalReport>,
}

/// One signal.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalReport {
    /// Which.
    pub id: SignalId,
    /// Its value.
    pub value: Option<f64>,
    /// Its level.
    pub level: Option<Level>,
    /// The value from which it is a caution.
    pub caution_from: Option<f64>,
    /// The value from which it is doubtful.
    pub doubtful_from: Option<f64>,
    /// Why it has no value or no level.
    pub reason: Option<String>,
}

/// What one answer did.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectReport {
    /// The item's id.
    pub item: String,
    /// The question.
    pub ask: String,
    /// The answer in words.
    pub answer: String,
    /// Points of fit.
    pub effect: Option<f64>,
}

/// What one requirement could still bring.
#[derive(Debug, Clone, PartialEq)]
pub struct MoveReport {
    /// The scale's id.
    pub scale: String,
    /// The scale's title.
    pub title: String,
    /// Points of fit.
    pub gain: f64,
}

/// A sentence about a scale, with the answer that caused it.
#[derive(Debug, Clone, PartialEq)]
pub struct Saying {
    /// The scale's id.
    pub scale: String,
    /// The scale's title.
    pub title: String,
    /// What its score means.
    pub says: String,
    /// The answer that speaks most clearly for the sentence: question, answer.
    pub because: Option<(String, String)>,
    /// For a gap: the points of fit it is worth.
    pub gain: Option<f64>,
}

/// One next step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    /// Its id.
    pub id: String,
    /// The act.
    pub title: String,
    /// The if-then intention.
    pub text: String,
    /// The scale's id.
    pub scale: String,
    /// The scale's title.
    pub scale_title: String,
    /// When it is for.
    pub horizon: Horizon,
    /// Points of fit that the scale could still bring.
    pub gain: Option<f64>,
}

/// One situation after the quiz.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneReport {
    /// The item's id.
    pub item: String,
    /// The situation.
    pub ask: String,
    /// What was chosen.
    pub chosen: OptionReport,
    /// The option with the most points, unless it was the one chosen.
    pub best: Option<OptionReport>,
}

/// One option of a situation.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionReport {
    /// Its text.
    pub say: String,
    /// Its points.
    pub points: f64,
    /// Why.
    pub because: Option<String>,
}

/// What is known about the answers besides the answers.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The day of the last answer.
    pub date: Option<String>,
    /// Whom the answers describe, when somebody else gave them.
    pub observed: Option<String>,
}

impl Report {
    /// Puts together what a reader is told.
    #[must_use]
    pub fn new(
        bank: &Bank,
        role: Option<&Role>,
        responses: &Responses,
        assessment: &Assessment,
        about: About,
    ) -> Report {
        let view = View { bank, role, responses, assessment };
        Report {
            title: bank.title.clone(),
            bank: bank.id.clone(),
            edition: bank.edition.clone(),
            language: bank.language.clone(),
            role: role.map(|role| RoleName { id: role.id.clone(), title: role.title.clone() }),
            form: responses.form(),
            date: about.date,
            observed: about.observed,
            n_answered: responses.n_answered(),
            n_items: bank.form_items(responses.form()).count(),
            fit: view.fit(),
            sides: view.sides(),
            parts: view.parts(),
            floors: view.floors(),
            quality: view.quality(),
            effects: view.effects(),
            moves: view.moves(),
            strengths: view.strengths(),
            gaps: view.gaps(),
            steps: steps::choose(bank, assessment, role),
            career: career::stand(bank, role, responses, assessment),
            wanted: view.wanted(),
            again: view.again(),
            scenes: view.scenes(),
            unscored: view.unscored(),
            limits: LIMITS.iter().map(|limit| (*limit).to_owned()).collect(),
            explanation: explain::explain(bank, role, responses, assessment),
        }
    }

    /// The answers that lifted the fit most, the most first.
    #[must_use]
    pub fn lifted(&self) -> Vec<&EffectReport> {
        self.told_effects(1.0)
    }

    /// The answers that lowered the fit most, the most first.
    #[must_use]
    pub fn lowered(&self) -> Vec<&EffectReport> {
        self.told_effects(-1.0)
    }

    fn told_effects(&self, sign: f64) -> Vec<&EffectReport> {
        let size = |effect: &EffectReport| effect.effect.unwrap_or(0.0) * sign;
        let mut effects: Vec<&EffectReport> =
            self.effects.iter().filter(|effect| size(effect) >= LEAST_EFFECT).collect();
        effects.sort_by(|a, b| size(b).total_cmp(&size(a)));
        effects.truncate(TOLD_EFFECTS);
        effects
    }

    /// Floors that are known not to be met.
    pub fn unmet_floors(&self) -> impl Iterator<Item = &FloorReport> {
        self.floors.iter().filter(|floor| floor.met == Some(false))
    }
}

/// Everything a report is made from.
struct View<'a> {
    bank: &'a Bank,
    role: Option<&'a Role>,
    responses: &'a Responses,
    assessment: &'a Assessment,
}

impl<'a> View<'a> {
    fn role_fit(&self) -> Option<&'a RoleFit> {
        self.assessment.role.as_ref()
    }

    fn fit(&self) -> FitReport {
        let bank = self.bank;
        let role_fit = self.role_fit();
        let fit = role_fit.and_then(|role| role.fit.as_ref());
        let touched: &[usize] = fit.map_or(&[], |fit| &fit.bands);
        let share = role_fit.and_then(|role| role.share);
        let reason = words::no_verdict(bank, role_fit.is_some(), fit.is_some(), share, touched);
        FitReport {
            numbers: fit.map(|fit| FitNumbers {
                score: fit.score,
                low: fit.low,
                high: fit.high,
                standard_error: fit.standard_error,
                modest: fit.modest,
                bold: fit.bold,
            }),
            share,
            bands: touched
                .iter()
                .map(|&index| BandReport {
                    id: bank.bands[index].id.clone(),
                    title: bank.bands[index].title.clone(),
                })
                .collect(),
            edges: bank.bands.iter().map(|band| (band.from, band.title.clone())).collect(),
            without: self.without(),
            verdict: words::verdict(bank, touched, reason.as_deref()),
            advice: words::advice(bank, fit, touched),
            interval: fit.map(words::interval),
            boldness: fit.map(words::boldness),
            judgement: role_fit.and_then(|role| role.judgement).map(words::judgement),
            reason,
        }
    }

    fn without(&self) -> Vec<WithoutReport> {
        let without = |(index, part): (usize, &crate::bank::Part)| {
            let score = self.role_fit().and_then(|role| role.without[index]);
            WithoutReport {
                part: part.id.clone(),
                title: part.title.clone(),
                score,
                reason: score.is_none().then(|| match self.role {
                    None => "no role was named".to_owned(),
                    Some(_) => "nothing else could be scored".to_owned(),
                }),
            }
        };
        self.bank.parts.iter().enumerate().map(without).collect()
    }

    fn sides(&self) -> Vec<SideReport> {
        let score = |index: usize| self.role_fit().and_then(|role| role.sides[index]);
        let side = |(index, side): (usize, Side)| SideReport {
            id: side.id(),
            title: words::side_title(side),
            score: score(index),
            reason: score(index).is_none().then(|| match self.role {
                None => "no role was named".to_owned(),
                Some(_) => "none of its requirements could be scored".to_owned(),
            }),
        };
        Side::ALL.into_iter().enumerate().map(side).collect()
    }

    fn parts(&self) -> Vec<PartReport> {
        let part = |(index, part): (usize, &'a crate::bank::Part)| {
            let fit = self.role_fit().map(|role| role.parts[index]);
            let attainment = fit.and_then(|fit| fit.attainment);
            PartReport {
                id: part.id.clone(),
                title: part.title.clone(),
                side: part.side.id(),
                weight: part.weight,
                score: attainment.map(|attainment| 100.0 * attainment),
                reason: match (attainment, fit) {
                    (Some(_), _) => None,
                    (None, None) => Some("no role was named".to_owned()),
                    (None, Some(fit)) if fit.n_asked == 0 => {
                        Some("the role asks nothing of this part".to_owned())
                    }
                    (None, Some(_)) => Some("none of its requirements could be scored".to_owned()),
                },
                scales: self.scales_of(index),
            }
        };
        self.bank.parts.iter().enumerate().map(part).collect()
    }

    fn scales_of(&self, part: usize) -> Vec<ScaleReport> {
        let scales = self.bank.scales.iter().enumerate().filter(|(_, scale)| scale.part == part);
        let report = |(index, scale): (usize, &crate::bank::Scale)| {
            let score = self.assessment.scales[index];
            ScaleReport {
                id: scale.id.clone(),
                title: scale.title.clone(),
                about: scale.about.clone(),
                score: score.score(),
                standard_error: score.standard_error(),
                required: self.required(index),
                n_answered: score.n_answered,
                n_items: score.n_items,
                reason: score.score().is_none().then(|| words::too_few(score)),
            }
        };
        scales.map(report).collect()
    }

    fn required(&self, scale: usize) -> Option<Required> {
        let (role, fit) = self.role.zip(self.role_fit())?;
        let at = role.requirements.iter().position(|requirement| requirement.scale == scale)?;
        let (requirement, attained) = (&role.requirements[at], fit.requirements[at]);
        Some(Required {
            from: requirement.from,
            to: requirement.to,
            weight: attained.weight,
            attainment: attained.attainment,
            why: requirement.why.clone(),
        })
    }

    fn floors(&self) -> Vec<FloorReport> {
        let Some((role, fit)) = self.role.zip(self.role_fit()) else { return Vec::new() };
        let report = |(floor, held): (&crate::bank::Floor, &crate::score::fit::FloorScore)| {
            let (scale, side, title) = match floor.on {
                FloorOn::Scale(scale) => {
                    let scale = &self.bank.scales[scale];
                    (Some(scale.id.clone()), None, scale.title.clone())
                }
                FloorOn::Side(side) => (None, Some(side.id()), words::side_title(side).to_owned()),
            };
            FloorReport {
                scale,
                side,
                title,
                at_least: floor.at_least,
                score: held.score,
                met: held.met,
                says: floor.says.clone(),
                reason: held.score.is_none().then(|| "too few answers".to_owned()),
            }
        };
        role.floors.iter().zip(&fit.floors).map(report).collect()
    }

    fn quality(&self) -> QualityReport {
        let quality = &self.assessment.quality;
        QualityReport {
            verdict: quality.verdict,
            says: words::quality(quality),
            signals: quality
                .signals
                .iter()
                .map(|signal| SignalReport {
                    id: signal.id,
                    value: signal.value,
                    level: signal.level,
                    caution_from: signal.caution_from,
                    doubtful_from: signal.doubtful_from,
                    reason: words::no_signal(signal),
                })
                .collect(),
        }
    }

    /// What every answer did; without a fit, none did anything that can be told.
    fn effects(&self) -> Vec<EffectReport> {
        let effects = self.role_fit().map(|role| role.effects.as_slice()).unwrap_or_default();
        let report = |index: usize| {
            let item = &self.bank.items[index];
            Some(EffectReport {
                item: item.id.clone(),
                ask: item.ask.clone(),
                answer: item.in_words(self.responses.answer(index)?),
                effect: effects.iter().find(|effect| effect.item == index).and_then(|effect| effect.effect),
            })
        };
        self.bank.form_items(self.responses.form()).filter_map(report).collect()
    }

    fn moves(&self) -> Vec<MoveReport> {
        let moves = self.role_fit().map(|role| role.moves.as_slice()).unwrap_or_default();
        let report = |change: &crate::score::fit::Move| MoveReport {
            scale: self.bank.scales[change.scale].id.clone(),
            title: self.bank.scales[change.scale].title.clone(),
            gain: change.gain,
        };
        moves.iter().map(report).collect()
    }

    /// The scales that meet the role by the most weight.
    fn strengths(&self) -> Vec<Saying> {
        let Some(fit) = self.role_fit() else { return Vec::new() };
        let mut met: Vec<_> = fit
            .requirements
            .iter()
            .filter(|requirement| requirement.weight > 0.0)
            .filter(|requirement| requirement.attainment.is_some_and(|attainment| attainment >= 0.9))
            .collect();
        let value = |scale: usize, weight: f64| {
            let part = self.bank.scales[scale].part;
            let all: f64 = fit
                .requirements
                .iter()
                .filter(|other| self.bank.scales[other.scale].part == part)
                .map(|other| other.weight)
                .sum();
            self.bank.parts[part].weight * weight / all
        };
        met.sort_by(|a, b| value(b.scale, b.weight).total_cmp(&value(a.scale, a.weight)));
        let says = |scale: usize| self.bank.scales[scale].high.clone();
        met.iter()
            .filter_map(|attained| Some(self.saying(attained.scale, says(attained.scale)?, true, None)))
            .take(TOLD_SCALES)
            .collect()
    }

    /// The scales whose gap costs the most.
    fn gaps(&self) -> Vec<Saying> {
        let Some(fit) = self.role_fit() else { return Vec::new() };
        let says = |scale: usize| self.bank.scales[scale].low.clone();
        fit.moves
            .iter()
            .filter(|change| change.gain >= LEAST_EFFECT)
            .take(TOLD_SCALES)
            .filter_map(|change| {
                Some(self.saying(change.scale, says(change.scale)?, false, Some(change.gain)))
            })
            .collect()
    }

    fn saying(&self, scale: usize, says: String, high: bool, gain: Option<f64>) -> Saying {
        let mut answers: Vec<(f64, &Item, usize)> = Vec::new();
        for index in self.bank.form_items(self.responses.form()) {
            let item = &self.bank.items[index];
            let own = item.own_scale().filter(|own| own.scale == scale);
            if let Some((own, answer)) = own.zip(self.responses.answer(index)) {
                answers.push((own.keying.key(item.points(answer)), item, index));
            }
        }
        let by_points = |a: &&(f64, &Item, usize), b: &&(f64, &Item, usize)| a.0.total_cmp(&b.0);
        let clearest =
            if high { answers.iter().rev().max_by(by_points) } else { answers.iter().min_by(by_points) };
        let because = clearest.and_then(|(_, item, index)| {
            Some((item.ask.clone(), item.in_words(self.responses.answer(*index)?)))
        });
        let scale = &self.bank.scales[scale];
        Saying { scale: scale.id.clone(), title: scale.title.clone(), says, because, gain }
    }

    /// Pairs of answers that say opposite things, and what was left out.
    fn again(&self) -> Vec<String> {
        let mut found = Vec::new();
        for scale in 0..self.bank.scales.len() {
            if self.bank.scales[scale].kind != ScaleKind::Trait {
                continue;
            }
            let mut answers: Vec<(f64, usize)> = Vec::new();
            for index in self.bank.form_items(self.responses.form()) {
                let item = &self.bank.items[index];
                if let (Some(own), Some(answer)) = (item.own_scale(), self.responses.answer(index))
                    && own.scale == scale
                {
                    answers.push((own.keying.key(item.points(answer)), index));
                }
            }
            let lowest = answers.iter().min_by(|a, b| a.0.total_cmp(&b.0));
            let highest = answers.iter().max_by(|a, b| a.0.total_cmp(&b.0));
            if let (Some(low), Some(high)) = (lowest, highest)
                && high.0 - low.0 >= CLASH
            {
                let [one, other] = [high.1, low.1].map(|index| self.quoted(index));
                let sentence = format!("{}: {one}, but {other}.", self.bank.scales[scale].title);
                found.push((high.0 - low.0, sentence));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.into_iter().map(|(_, sentence)| sentence).take(TOLD_SCALES).collect()
    }

    fn quoted(&self, index: usize) -> String {
        let item = &self.bank.items[index];
        let answer = self.responses.answer(index).map(|answer| item.in_words(answer));
        format!("\"{}\" {}", item.ask.trim_end_matches('.'), answer.unwrap_or_default().to_lowercase())
    }

    fn scenes(&self) -> Vec<SceneReport> {
        let mut scenes = Vec::new();
        for index in self.bank.form_items(self.responses.form()) {
            let item = &self.bank.items[index];
            let ItemKind::Choice(options) = &item.kind else { continue };
            let own = item.own_scale().map(|own| self.bank.scales[own.scale].kind);
            let Some(crate::bank::Answer::Choice(chosen)) = self.responses.answer(index) else { continue };
            if own != Some(ScaleKind::Situational) {
                continue;
            }
            let best = (0..options.len()).max_by(|a, b| options[*a].points.total_cmp(&options[*b].points));
            let report = |option: usize| OptionReport {
                say: options[option].say.clone(),
                points: options[option].points,
                because: options[option].because.clone(),
            };
            let better = best.filter(|&best| options[best].points > options[*chosen].points);
            scenes.push(SceneReport {
                item: item.id.clone(),
                ask: item.ask.clone(),
                chosen: report(*chosen),
                best: better.map(report),
            });
        }
        scenes
    }

    fn wanted(&self) -> Option<Wanted> {
        let [before, after] = self.role?.wanted?;
        let given = |index: usize| match self.responses.answer(index)? {
            crate::bank::Answer::Rating(r) => {
                Some((*r, self.bank.items[index].in_words(self.responses.answer(index)?)))
            }
            _ => None,
        };
        let ((r_before, before), (r_after, after)) = (given(before)?, given(after)?);
        let says = words::wanted(&before, &after, r_after.cmp(&r_before));
        Some(Wanted { before, after, says })
    }

    fn unscored(&self) -> Vec<(String, String)> {
        let mut unscored = Vec::new();
        let told = self.role.and_then(|role| role.wanted).unwrap_or([usize::MAX; 2]);
        for index in self.bank.form_items(self.responses.form()) {
            let item = &self.bank.items[index];
            if item.counts == crate::bank::Counts::Nothing
                && !told.contains(&index)
                && let Some(Given::Answered(answer)) = self.responses.given(index)
            {
                unscored.push((item.ask.clone(), item.in_words(answer)));
            }
        }
        unscored
    }
}
