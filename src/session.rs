//! One respondent going through a bank: the answers so far, and which question is next. Going back
//! moves to another question and never changes an answer.

use crate::bank::{Answer, Bank, Form, ItemKind, NotAccepted, ids};

#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    Answered(Answer),
    Skipped,
}

/// Everything that one respondent answered or skipped. A form's items are asked, or some of them.
///
/// Invariant: one slot for each item of the bank; the slot of an item that was not asked is empty; every answer is in
/// its item's range.
#[derive(Debug, Clone, PartialEq)]
pub struct Responses {
    form: Form,
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Slot {
    asked: bool,
    given: Option<Given>,
    /// To be asked again: ticks without an Enter.
    open: bool,
    seconds: Option<f64>,
}

impl Responses {
    pub fn new(bank: &Bank, form: Form) -> Responses {
        let slot = |item| Slot { asked: form.asks(item), ..Slot::default() };
        Responses { form, slots: bank.items.iter().map(slot).collect() }
    }

    /// An observer is asked only what can be observed.
    pub fn asked(bank: &Bank, form: Form, by_observer: bool) -> Responses {
        Responses::new(bank, form).among(|index| !by_observer || bank.can_be_observed(&bank.items[index]))
    }

    /// Drops the items that are not wanted, with their answers.
    pub fn among(mut self, wanted: impl Fn(usize) -> bool) -> Responses {
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if !wanted(index) {
                *slot = Slot::default();
            }
        }
        self
    }

    /// Takes over from `other` the items that are asked here.
    pub fn take_over(&mut self, other: &Responses) {
        for (slot, other) in self.slots.iter_mut().zip(&other.slots).filter(|(slot, _)| slot.asked) {
            *slot = Slot { asked: true, ..other.clone() };
        }
    }

    pub fn asks(&self, index: usize) -> bool {
        self.slots[index].asked
    }

    /// The indices of the items asked, in the order of asking.
    pub fn items(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.slots.len()).filter(|&index| self.asks(index))
    }

    pub fn form(&self) -> Form {
        self.form
    }

    pub fn given(&self, index: usize) -> Option<&Given> {
        self.slots[index].given.as_ref()
    }

    pub fn answer(&self, index: usize) -> Option<&Answer> {
        let Some(Given::Answered(answer)) = self.given(index) else { return None };
        Some(answer)
    }

    /// Seconds spent on the item, pauses left out, if known.
    pub fn seconds(&self, index: usize) -> Option<f64> {
        self.slots[index].seconds
    }

    pub fn set(&mut self, bank: &Bank, index: usize, answer: Answer) -> Result<(), NotAccepted> {
        let item = &bank.items[index];
        if !self.asks(index) {
            return Err(NotAccepted(format!("left out: the {} form does not ask it", self.form.id())));
        }
        self.give(index, Given::Answered(item.accept(answer)?));
        Ok(())
    }

    /// Keeps an answer that an earlier program accepted: a fraction, even if numbers are whole now.
    pub fn restore(&mut self, bank: &Bank, index: usize, answer: Answer) -> Result<(), NotAccepted> {
        if let (ItemKind::Number(range), Answer::Number(x)) = (&bank.items[index].kind, &answer)
            && (range.min..=range.max).contains(x)
        {
            self.set(bank, index, Answer::Number(range.nearest(*x)))?;
            self.give(index, Given::Answered(answer));
            return Ok(());
        }
        self.set(bank, index, answer)
    }

    fn give(&mut self, index: usize, given: Given) {
        let slot = &mut self.slots[index];
        (slot.given, slot.open) = (Some(given), false);
    }

    pub fn reopen(&mut self, index: usize) {
        self.slots[index].open = self.slots[index].given.is_some();
    }

    pub fn is_open(&self, index: usize) -> bool {
        self.slots[index].open
    }

    pub fn skip(&mut self, index: usize) {
        if self.asks(index) {
            self.give(index, Given::Skipped);
        }
    }

    pub fn spend(&mut self, index: usize, seconds: f64) {
        if seconds.is_finite() && seconds >= 0.0 {
            *self.slots[index].seconds.get_or_insert(0.0) += seconds;
        }
    }

    pub fn skipped(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.slots.len()).filter(|&index| self.given(index) == Some(&Given::Skipped))
    }

    pub fn n_answered(&self) -> usize {
        (0..self.slots.len()).filter(|&index| self.answer(index).is_some()).count()
    }
}

/// A respondent's progress in a form, with the answers so far.
#[derive(Debug)]
pub struct Session<'bank> {
    bank: &'bank Bank,
    items: Vec<usize>,
    at: usize,
    responses: Responses,
}

/// Question `number` of so many, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub number: usize,
    pub of: usize,
}

impl<'bank> Session<'bank> {
    /// Resumes at the first item that was neither answered nor skipped, or is to be asked again.
    pub fn resume(bank: &'bank Bank, responses: Responses) -> Session<'bank> {
        let items: Vec<usize> = responses.items().collect();
        let is_left = |&item: &usize| responses.given(item).is_none() || responses.is_open(item);
        let at = items.iter().position(is_left).unwrap_or(items.len());
        Session { bank, items, at, responses }
    }

    pub fn again(bank: &'bank Bank, responses: Responses, items: Vec<usize>) -> Session<'bank> {
        Session { bank, items, at: 0, responses }
    }

    /// The item to ask now; none when the form is done.
    pub fn current(&self) -> Option<usize> {
        self.items.get(self.at).copied()
    }

    pub fn progress(&self) -> Progress {
        Progress { number: (self.at + 1).min(self.items.len()), of: self.items.len() }
    }

    pub fn opens_part(&self) -> bool {
        let part = |at: usize| self.bank.items[self.items[at]].part;
        self.at < self.items.len() && (self.at == 0 || part(self.at) != part(self.at - 1))
    }

    /// The items from the current one on.
    pub fn left(&self) -> &[usize] {
        &self.items[self.at..]
    }

    /// Answers the current item and goes on.
    pub fn answer(&mut self, answer: Answer) -> Result<(), NotAccepted> {
        if let Some(item) = self.current() {
            self.responses.set(self.bank, item, answer)?;
            self.at += 1;
        }
        Ok(())
    }

    /// Keeps ticks on the current item, to be asked again.
    pub fn keep_draft(&mut self, draft: Answer) -> Result<(), NotAccepted> {
        if let Some(item) = self.current() {
            self.responses.set(self.bank, item, draft)?;
            self.responses.reopen(item);
        }
        Ok(())
    }

    /// Skips the current item and goes on.
    pub fn skip(&mut self) {
        if let Some(item) = self.current() {
            self.responses.skip(item);
            self.at += 1;
        }
    }

    /// Goes back one question; at the first one, stays.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    pub fn spend(&mut self, seconds: f64) {
        if let Some(item) = self.current() {
            self.responses.spend(item, seconds);
        }
    }

    pub fn responses(&self) -> &Responses {
        &self.responses
    }
}

ids! {
    /// How an observer knows the person.
    Relation {
        /// The person reports to the observer.
        Boss = "boss",
        /// Neither reports to the other.
        Peer = "peer",
        /// Reports to the person.
        Report = "report",
        /// None of these.
        Other = "other"
    }
}
