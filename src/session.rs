//! One respondent going through a bank: what was answered, and which question is next.
//!
//! Raw answers are the record; scores are derived from them. Going back changes the place, never an
//! answer. Time spent comes in as a number.

use crate::bank::{Answer, Bank, Form, ItemKind, NotAccepted};

/// What a respondent gave on one item.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// An answer that the item accepts.
    Answered(Answer),
    /// Left out on purpose.
    Skipped,
}

/// Everything one respondent gave on the items that were asked: a form's, or some of them.
///
/// Invariant: one slot for each item of the bank; the slot of an item that was not asked is empty;
/// every answer is one that its item accepts.
#[derive(Debug, Clone, PartialEq)]
pub struct Responses {
    form: Form,
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Slot {
    asked: bool,
    given: Option<Given>,
    /// Given, but to be asked again: ticks without an Enter.
    open: bool,
    seconds: Option<f64>,
}

impl Responses {
    /// No answers yet.
    pub fn new(bank: &Bank, form: Form) -> Responses {
        let slot = |item| Slot { asked: form.asks(item), ..Slot::default() };
        Responses { form, slots: bank.items.iter().map(slot).collect() }
    }

    /// No answers yet, from an observer, who is asked only what can be observed.
    pub fn of_observer(bank: &Bank, form: Form) -> Responses {
        Responses::new(bank, form).among(|index| bank.can_be_observed(&bank.items[index]))
    }

    /// The same with some items only, as if the others had not been asked.
    pub fn among(mut self, wanted: impl Fn(usize) -> bool) -> Responses {
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if !wanted(index) {
                *slot = Slot::default();
            }
        }
        self
    }

    /// Takes over what was given elsewhere on the items that are asked here.
    pub fn take_over(&mut self, other: &Responses) {
        for (slot, other) in self.slots.iter_mut().zip(&other.slots).filter(|(slot, _)| slot.asked) {
            *slot = Slot { asked: true, ..other.clone() };
        }
    }

    /// Whether the item at `index` was asked.
    pub fn asks(&self, index: usize) -> bool {
        self.slots[index].asked
    }

    /// The indices of the items asked, in the order of asking.
    pub fn items(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.slots.len()).filter(|&index| self.asks(index))
    }

    /// The form that was asked.
    pub fn form(&self) -> Form {
        self.form
    }

    /// What was given on the item at `index`, if it was reached.
    pub fn given(&self, index: usize) -> Option<&Given> {
        self.slots[index].given.as_ref()
    }

    /// The answer to the item at `index`, if there is one.
    pub fn answer(&self, index: usize) -> Option<&Answer> {
        match self.given(index) {
            Some(Given::Answered(answer)) => Some(answer),
            Some(Given::Skipped) | None => None,
        }
    }

    /// Seconds spent on the item at `index`, pauses left out, where known.
    pub fn seconds(&self, index: usize) -> Option<f64> {
        self.slots[index].seconds
    }

    /// Keeps an answer.
    pub fn set(&mut self, bank: &Bank, index: usize, answer: Answer) -> Result<(), NotAccepted> {
        let item = &bank.items[index];
        if !self.asks(index) {
            return Err(NotAccepted(format!("left out: the {} form does not ask it", self.form.id())));
        }
        self.give(index, Given::Answered(item.accept(answer)?));
        Ok(())
    }

    /// Keeps an answer that an earlier program accepted: a fraction where numbers are whole now.
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

    /// Marks a given item of the form as one to ask again.
    pub fn reopen(&mut self, index: usize) {
        self.slots[index].open = self.slots[index].given.is_some();
    }

    /// Whether the item at `index` is to be asked again.
    pub fn is_open(&self, index: usize) -> bool {
        self.slots[index].open
    }

    /// Marks an item as skipped, if it was asked.
    pub fn skip(&mut self, index: usize) {
        if self.asks(index) {
            self.give(index, Given::Skipped);
        }
    }

    /// The same responses with the item at `index` skipped.
    pub fn without(&self, index: usize) -> Responses {
        let mut responses = self.clone();
        responses.slots[index].given = None;
        responses
    }

    /// Adds to the time spent on an item; a second visit adds to the first.
    pub fn spend(&mut self, index: usize, seconds: f64) {
        if seconds.is_finite() && seconds >= 0.0 {
            *self.slots[index].seconds.get_or_insert(0.0) += seconds;
        }
    }

    /// The items that were skipped.
    pub fn skipped(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.slots.len()).filter(|&index| self.given(index) == Some(&Given::Skipped))
    }

    /// The number of answers.
    pub fn n_answered(&self) -> usize {
        (0..self.slots.len()).filter(|&index| self.answer(index).is_some()).count()
    }
}

/// A respondent's place in a form, with what was given so far.
#[derive(Debug)]
pub struct Session<'bank> {
    bank: &'bank Bank,
    items: Vec<usize>,
    at: usize,
    responses: Responses,
}

/// A question's place in the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// 1 for the first question.
    pub number: usize,
    /// How many questions are asked.
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

    /// Asks some items once more, whatever was given on them.
    pub fn again(bank: &'bank Bank, responses: Responses, items: Vec<usize>) -> Session<'bank> {
        Session { bank, items, at: 0, responses }
    }

    /// Starts at the first item.
    pub fn new(bank: &'bank Bank, form: Form) -> Session<'bank> {
        Session::resume(bank, Responses::new(bank, form))
    }

    /// The index of the item to ask now; nothing when the form is done.
    pub fn current(&self) -> Option<usize> {
        self.items.get(self.at).copied()
    }

    /// The place of the current question.
    pub fn place(&self) -> Place {
        Place { number: (self.at + 1).min(self.items.len()), of: self.items.len() }
    }

    /// Whether the current item is the first of its part in this form.
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

    /// Keeps ticks on the current item, which is asked again.
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

    /// Adds to the time spent on the current item.
    pub fn spend(&mut self, seconds: f64) {
        if let Some(item) = self.current() {
            self.responses.spend(item, seconds);
        }
    }

    /// What was given so far.
    pub fn responses(&self) -> &Responses {
        &self.responses
    }
}
