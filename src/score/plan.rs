//! [`Plan`]: a bank, a role and the items asked, prepared once for any number of sheets. [`Sheet`]: one
//! respondent's answers.

use std::ops::Range;

use crate::bank::{Answer, Bank, Counts, Form, Item, Keyed, Keying, ResponseFormat, Role, ScaleKind};
use crate::session::Responses;

/// A faster answer leaves hardly any time to read the item, in seconds.
const FAST_SECONDS: f64 = 2.0;

/// Every sheet has one slot for each item asked, in file order.
#[derive(Debug)]
pub struct Plan<'a> {
    pub bank: &'a Bank,
    pub role: Option<&'a Role>,
    /// The items asked, in file order.
    pub items: Vec<usize>,
    pub(super) scales: Vec<ScalePlan>,
    /// Slots of the rating items of trait scales, in file order.
    pub(super) trait_ratings: Vec<usize>,
    /// Some of them are forward and some reversed.
    pub(super) both_ways: bool,
    /// For each response format of trait ratings, the number of its labels minus one.
    pub(super) formats: Vec<f64>,
    /// Scales, each with the item that weighs a requirement on it.
    pub(super) weighs: Vec<(usize, OnScale)>,
}

/// The items of one scale, in file order.
#[derive(Debug)]
pub(super) struct ScalePlan {
    pub(super) kind: ScaleKind,
    pub(super) entries: Vec<OnScale>,
    pub(super) one_format: Option<OneFormat>,
}

/// One item on one scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnScale {
    pub(super) slot: usize,
    pub(super) keying: Keying,
    /// The scale is the first that the item names.
    pub(super) own: bool,
    /// For a rating, the number of its labels minus one.
    pub(super) top: Option<f64>,
    /// For a rating on its own trait scale, the index in [`Plan::formats`].
    pub(super) format: Option<usize>,
}

/// A trait scale with ratings of one format, and only its own. Its sums are whole numbers.
#[derive(Debug)]
pub(super) struct OneFormat {
    pub(super) format: usize,
    /// Slots of the forward items, and of the reversed ones.
    pub(super) slots: [Vec<usize>; 2],
}

impl<'a> Plan<'a> {
    /// `items` are those asked, in file order.
    pub fn new(bank: &'a Bank, role: Option<&'a Role>, items: impl Iterator<Item = usize>) -> Plan<'a> {
        let scale = |kind| ScalePlan { kind, entries: Vec::new(), one_format: None };
        let mut plan = Plan {
            bank,
            role,
            items: items.collect(),
            scales: bank.scales.iter().map(|of| scale(of.kind)).collect(),
            trait_ratings: Vec::new(),
            both_ways: false,
            formats: Vec::new(),
            weighs: Vec::new(),
        };
        let mut formats: Vec<&ResponseFormat> = Vec::new();
        for slot in 0..plan.items.len() {
            plan.add(slot, &bank.items[plan.items[slot]], &mut formats);
        }
        let is_rating = |entry: &&OnScale| entry.format.is_some();
        let ratings = || plan.scales.iter().flat_map(|scale| &scale.entries).filter(is_rating);
        plan.both_ways = [Keying::Forward, Keying::Reverse]
            .iter()
            .all(|keying| ratings().any(|entry| entry.keying == *keying));
        plan.scales.iter_mut().for_each(ScalePlan::finish);
        plan
    }

    pub fn of_form(bank: &'a Bank, role: Option<&'a Role>, form: Form) -> Plan<'a> {
        Plan::new(bank, role, bank.form_items(form))
    }

    fn add(&mut self, slot: usize, item: &'a Item, formats: &mut Vec<&'a ResponseFormat>) {
        let top = item.format().map(|format| (format.labels.len() - 1) as f64);
        let entry = |keyed: &Keyed| OnScale { slot, keying: keyed.keying, own: false, top, format: None };
        match &item.counts {
            Counts::Nothing => {}
            Counts::Weighs(keyed) => self.weighs.push((keyed.scale, entry(keyed))),
            Counts::Scales(keyed) => {
                for (position, keyed) in keyed.iter().enumerate() {
                    let scale = &mut self.scales[keyed.scale];
                    let mut entry = OnScale { own: position == 0, ..entry(keyed) };
                    if let Some(format) = item.format()
                        && entry.own
                        && scale.kind == ScaleKind::Trait
                    {
                        let known = formats.iter().position(|other| std::ptr::eq(*other, format.as_ref()));
                        entry.format = Some(known.unwrap_or_else(|| {
                            formats.push(format);
                            self.formats.extend(top);
                            formats.len() - 1
                        }));
                        self.trait_ratings.push(slot);
                    }
                    scale.entries.push(entry);
                }
            }
        }
    }

    /// The items on a scale, in file order.
    pub fn scale_items(&self, scale: usize) -> impl Iterator<Item = usize> + '_ {
        self.scales[scale].entries.iter().map(|entry| self.items[entry.slot])
    }

    /// The answers to the items on a scale, in file order: the label of a rating (otherwise 0), and the
    /// points in the scale's direction, if there is an answer.
    pub fn answers<'s>(
        &'s self,
        scale: usize,
        sheet: &'s Sheet,
    ) -> impl Iterator<Item = (u8, Option<f64>)> + 's {
        let label = |entry: &OnScale| entry.top.map_or(0, |_| sheet.codes[entry.slot]);
        self.scales[scale].entries.iter().map(move |entry| (label(entry), sheet.points(entry)))
    }
}

impl ScalePlan {
    fn finish(&mut self) {
        let Some(format) = self.entries.first().and_then(|first| first.format) else { return };
        if self.entries.iter().all(|entry| entry.format == Some(format)) {
            let slots = |keying| {
                let of = self.entries.iter().filter(|entry| entry.keying == keying);
                of.map(|entry| entry.slot).collect()
            };
            self.one_format =
                Some(OneFormat { format, slots: [slots(Keying::Forward), slots(Keying::Reverse)] });
        }
    }
}

/// One respondent's answers, by slot.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// 0 for a skip; the number of a label; 1 for any other answer.
    pub(super) codes: Vec<u8>,
    /// Points before keying, of answers that are not ratings.
    points: Vec<f64>,
    /// The share of ratings that took under two seconds, where times are known.
    pub(super) fast: Option<f64>,
}

impl Sheet {
    pub fn new(plan: &Plan<'_>) -> Sheet {
        Sheet { codes: vec![0; plan.items.len()], points: vec![0.0; plan.items.len()], fast: None }
    }

    pub fn of(plan: &Plan<'_>, responses: &Responses) -> Sheet {
        let mut sheet = Sheet::new(plan);
        let (mut n_timed, mut n_fast) = (0_usize, 0_usize);
        for (slot, &index) in plan.items.iter().enumerate() {
            let Some(answer) = responses.answer(index) else { continue };
            sheet.set(slot, &plan.bank.items[index], answer);
            if let (Answer::Rating(_), Some(seconds)) = (answer, responses.seconds(index)) {
                n_timed += 1;
                n_fast += usize::from(seconds < FAST_SECONDS);
            }
        }
        sheet.fast = (n_timed > 0).then(|| n_fast as f64 / n_timed as f64);
        sheet
    }

    /// The item must accept the answer.
    pub fn set(&mut self, slot: usize, item: &Item, answer: &Answer) {
        match answer {
            Answer::Rating(r) => self.codes[slot] = *r,
            answer => {
                self.codes[slot] = 1;
                self.points[slot] = item.points(answer);
            }
        }
    }

    /// A code is the number of a label, 1 for the lowest, or 0 for a skip.
    pub fn set_code(&mut self, slot: usize, code: u8) {
        self.codes[slot] = code;
    }

    /// The codes of slots that follow each other, to be set at once.
    pub fn codes_mut(&mut self, slots: Range<usize>) -> &mut [u8] {
        &mut self.codes[slots]
    }

    /// The number of a label, 1 for any other answer, 0 for a skip.
    pub fn code(&self, slot: usize) -> u8 {
        self.codes[slot]
    }

    pub fn is_answered(&self, slot: usize) -> bool {
        self.codes[slot] != 0
    }

    /// Whether all ratings of trait scales have the same answer.
    pub fn is_one_answer(&self, plan: &Plan<'_>) -> bool {
        let mut codes = plan.trait_ratings.iter().map(|slot| self.codes[*slot]).filter(|code| *code != 0);
        let first = codes.next();
        codes.all(|code| Some(code) == first)
    }

    /// Whether everything is skipped.
    pub fn is_empty(&self) -> bool {
        self.codes.iter().all(|code| *code == 0)
    }

    pub fn n_answered(&self) -> usize {
        self.codes.iter().map(|code| u32::from(*code != 0)).sum::<u32>() as usize
    }

    /// Points in the scale's direction, 0 to 100.
    pub(super) fn points(&self, entry: &OnScale) -> Option<f64> {
        let code = self.codes[entry.slot];
        let points = || match entry.top {
            Some(top) => f64::from(code - 1) / top * 100.0,
            None => self.points[entry.slot],
        };
        (code != 0).then(|| entry.keying.key(points()))
    }
}
