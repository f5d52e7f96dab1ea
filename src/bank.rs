//! The bank: what is asked, how it counts, and what a role asks and gives.
//!
//! A [`Bank`] that exists is valid: every reference resolves, every number is finite, every text is
//! safe to show. [`parse`] is the one way to make one; it reports every [`fault`] it finds, with its
//! place. The code knows nothing about any one career.

mod date;
pub mod fault;
pub mod lint;
pub mod new;
pub mod parse;
mod role;

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text;
pub use date::{AsOf, Month};
use fault::Place;
pub use role::{
    Duty, Fact, Floor, FloorOn, Hour, Industry, Level, Note, Question, Requirement, Role, RoleKind, Series,
    Tool,
};

/// An enum whose values have a word in files.
macro_rules! ids {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $id:literal),+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$doc])* $value),+ }

        impl $name {
                    pub const ALL: [$name; [$($id),+].len()] = [$($name::$value),+];

            pub fn id(self) -> &'static str {
                match self {
                    $($name::$value => $id),+
                }
            }

            pub fn from_id(id: &str) -> Option<$name> {
                $name::ALL.into_iter().find(|value| value.id() == id)
            }
        }
    };
}

ids! {
    /// Demands are what the role asks of a person; supplies are what it gives.
    Side {
        /// What the role asks.
        Demands = "demands",
        /// What the role gives.
        Supplies = "supplies"
    }
}

ids! {
    /// What a scale samples, which decides its standard error.
    ScaleKind {
        /// Rating items that sample one quality.
        Trait = "trait",
        /// Choices in described situations.
        Situational = "situational",
        /// Only what can be counted or looked up; without error.
        Fact = "fact"
    }
}

ids! {
    /// When a step is for.
    Horizon {
        /// This week.
        Week = "week",
        /// This month.
        Month = "month",
        /// Within half a year.
        HalfYear = "half-year",
        /// Within two years.
        TwoYears = "two-years"
    }
}

ids! {
    /// Which items are asked.
    #[derive(Default)]
    Form {
        /// Every item.
        #[default]
        Full = "full",
        /// Only the items marked `quick`.
        Quick = "quick"
    }
}

/// The built-in bank, as (path, text) pairs.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("bank.toml", include_str!("../questions/bank.toml")),
    ("skills.toml", include_str!("../questions/skills.toml")),
    ("stress.toml", include_str!("../questions/stress.toml")),
    ("experience.toml", include_str!("../questions/experience.toml")),
    ("outlook.toml", include_str!("../questions/outlook.toml")),
    ("steps.toml", include_str!("../questions/steps.toml")),
    ("roles/coo.toml", include_str!("../questions/roles/coo.toml")),
    ("roles/chief-executive.toml", include_str!("../questions/roles/chief-executive.toml")),
    ("roles/financial-manager.toml", include_str!("../questions/roles/financial-manager.toml")),
    ("roles/general-manager.toml", include_str!("../questions/roles/general-manager.toml")),
    ("roles/hr-manager.toml", include_str!("../questions/roles/hr-manager.toml")),
    ("roles/management-analyst.toml", include_str!("../questions/roles/management-analyst.toml")),
    ("roles/project-manager.toml", include_str!("../questions/roles/project-manager.toml")),
];

/// A question bank, always valid. Scales, items and parts refer to one another by index.
#[derive(Debug)]
pub struct Bank {
    pub id: String,
    pub title: String,
    /// Changes whenever a person's numbers could change.
    pub edition: String,
    /// The language of its texts, such as `en`.
    pub language: Option<String>,
    /// CRC-32 over all its files in hexadecimal: two banks with one id and edition may still differ.
    pub hash: String,
    /// In the order in which they are asked.
    pub parts: Vec<Part>,
    /// In file order.
    pub scales: Vec<Scale>,
    /// In the order in which they are asked.
    pub items: Vec<Item>,
    /// In rising order; may be empty.
    pub bands: Vec<Band>,
    /// In file order.
    pub steps: Vec<Step>,
    /// In the order of their file names.
    pub roles: Roles,
    /// The id of the role that answers are scored against unless another is named.
    pub default_role: Option<String>,
    /// The lints that its author allows.
    pub allows: Vec<Allow>,
    /// The first line of each file that nothing in the bank names.
    pub stray: Vec<Place>,
}

/// The roles of a bank. Those of the built-in one, half of its text, are read when somebody asks for them.
#[derive(Debug)]
pub struct Roles(OnceLock<Vec<Role>>);

impl Deref for Roles {
    type Target = Vec<Role>;

    fn deref(&self) -> &Vec<Role> {
        self.0.get_or_init(parse::built_in_roles)
    }
}

impl DerefMut for Roles {
    fn deref_mut(&mut self) -> &mut Vec<Role> {
        let read = self.0.take().unwrap_or_else(parse::built_in_roles);
        self.0 = OnceLock::from(read);
        self.0.get_mut().expect("they were put there just now")
    }
}

/// A lint that the author allows, with the reason that the file must give.
#[derive(Debug)]
pub struct Allow {
    /// The rule's name, which may be unknown.
    pub lint: String,
    /// The ids at which it is allowed; empty for the whole bank.
    pub at: Vec<(String, Place)>,
    pub place: Place,
}

/// One part of the quiz: a file of scales and items.
#[derive(Debug)]
pub struct Part {
    pub id: String,
    pub title: String,
    pub intro: Option<String>,
    pub side: Side,
    /// Its share in the fit, relative to the other parts.
    pub weight: f64,
    /// Minutes that the full and the quick form take, where the author has measured them.
    pub minutes: [Option<f64>; 2],
}

/// A scale: what several items add up to.
#[derive(Debug)]
pub struct Scale {
    pub id: String,
    pub place: Place,
    pub title: String,
    pub kind: ScaleKind,
    /// Index of the part whose file declares it.
    pub part: usize,
    pub about: Option<String>,
    /// What a low score means for the respondent.
    pub low: Option<String>,
    /// What a high score means for the respondent.
    pub high: Option<String>,
    /// A group to compare its score with; without one there is no T score and no percentile.
    pub norm: Option<Norm>,
}

/// A comparison group's scores on a scale, in points of 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct Norm {
    pub place: Place,
    pub mean: f64,
    pub sd: f64,
    pub n: Option<u64>,
    pub of: String,
    pub as_of: Option<String>,
    pub source: String,
    /// The only form whose scores may be compared; nothing for both.
    pub form: Option<Form>,
}

impl Norm {
    pub fn is_for(&self, form: Form) -> bool {
        self.form.is_none_or(|only| only == form)
    }

    /// The group: who, how many, when.
    ///
    /// ```
    /// # let (mean, sd, source, form, place) = (50.0, 10.0, String::new(), None, Default::default());
    /// # use coofit::bank::Norm;
    /// let (of, n, as_of) = ("clerks".into(), Some(12_000), Some("2012".into()));
    /// let norm = Norm { of, n, as_of, mean, sd, source, form, place };
    /// assert_eq!(norm.group(), "clerks (12,000 people, 2012)");
    /// ```
    pub fn group(&self) -> String {
        let n = self.n.map(|n| format!("{} people", text::grouped(&n.to_string())));
        let facts: Vec<String> = n.into_iter().chain(self.as_of.clone()).collect();
        if facts.is_empty() { self.of.clone() } else { format!("{} ({})", self.of, facts.join(", ")) }
    }
}

/// One question.
#[derive(Debug)]
pub struct Item {
    pub id: String,
    pub place: Place,
    pub part: usize,
    /// What its answer counts towards.
    pub counts: Counts,
    pub ask: String,
    pub ask_place: Place,
    /// The question, as an observer reads it.
    pub observer: Option<String>,
    pub observer_place: Place,
    pub why: Option<String>,
    pub quick: bool,
    /// Asks about a situation that not everybody meets.
    pub occasion: bool,
    pub kind: ItemKind,
}

/// What an item's answer counts towards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counts {
    /// Scales; the first is the item's own.
    Scales(Vec<Keyed>),
    /// The weight of the requirement on this scale.
    Weighs(Keyed),
    /// Nothing: asked and reported, never scored.
    Nothing,
}

/// A scale that an item counts on, and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyed {
    pub scale: usize,
    pub keying: Keying,
}

/// The direction in which an item counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keying {
    /// A higher response gives more points.
    Forward,
    /// A higher response gives fewer points.
    Reverse,
}

impl Keying {
    /// Points in the scale's direction: `100 - points` when reverse-keyed.
    ///
    /// The range is the one that the bank declares, never the one observed.
    pub fn key(self, points: f64) -> f64 {
        match self {
            Keying::Forward => points,
            Keying::Reverse => 100.0 - points,
        }
    }
}

/// How an item is answered.
#[derive(Debug)]
pub enum ItemKind {
    /// A label of a response format.
    Rating(Arc<ResponseFormat>),
    /// One of several options.
    Choice(Vec<ChoiceOption>),
    /// Any number of options; `enough` ticks earn all the points.
    Checklist {
        /// What can be ticked.
        options: Vec<ChoiceOption>,
        /// The number of ticks that earns 100 points.
        enough: usize,
    },
    /// A number.
    Number(NumberRange),
}

/// A response format: labels from lowest to highest.
#[derive(Debug, PartialEq, Eq)]
pub struct ResponseFormat {
    pub id: String,
    /// One line shown above every question in this format.
    pub lead: Option<String>,
    /// 2 to 11 labels, lowest first.
    pub labels: Vec<String>,
}

/// One option of a choice or a checklist.
#[derive(Debug)]
pub struct ChoiceOption {
    pub id: String,
    pub say: String,
    /// 0 to 100; 0 in a checklist, where the number of ticks earns.
    pub points: f64,
    /// Why it earns these points, shown after the quiz.
    pub because: Option<String>,
}

/// The numbers that a number item accepts, and what they are worth.
#[derive(Debug)]
pub struct NumberRange {
    pub unit: String,
    pub min: f64,
    pub max: f64,
    /// Only whole numbers are accepted.
    pub whole: bool,
    /// (number, points) pairs, numbers rising; linear between them, flat beyond the ends.
    pub curve: Vec<(f64, f64)>,
}

/// An answer on an item's own terms; made and checked by [`Item::accept`].
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The number of a label, 1 for the lowest.
    Rating(u8),
    /// The index of an option.
    Choice(usize),
    /// The indices of the ticked options, rising, each once.
    Checklist(Vec<usize>),
    /// A number.
    Number(f64),
}

/// Why an item does not accept an answer; the text completes "must be …".
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct NotAccepted(pub String);

/// A band of the fit.
#[derive(Debug)]
pub struct Band {
    /// Lowest fit in it, 0 to 100.
    pub from: f64,
    pub id: String,
    pub place: Place,
    pub title: String,
    /// A name of two or three words, where there is little room.
    pub short: Option<String>,
    pub advice: Option<String>,
}

/// A next step, offered while a scale is low.
#[derive(Debug)]
pub struct Step {
    pub id: String,
    pub scale: usize,
    /// Offered while the scale score is under this.
    pub below: f64,
    /// Offered only from this scale score on.
    pub at_least: f64,
    pub horizon: Horizon,
    /// The fact scale without which a person cannot do it, such as years of managing people.
    pub needs: Option<usize>,
    pub title: String,
    /// One line for the first screen.
    pub brief: Option<String>,
    /// When it happens, one calendar entry each.
    pub when: Vec<When>,
    /// How long it takes.
    pub minutes: Option<u16>,
    /// The plan: when, the act, who is asked, and what it leaves behind.
    pub text: String,
}

/// A weekday and a time, such as `thu 16:00`, or `first mon 10:00` for the first one of next month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Whether it is the first such day of the next month.
    pub first_of_month: bool,
    /// Days since Monday, 0 to 6.
    pub weekday: u8,
    pub hour: u8,
    pub minute: u8,
}

impl When {
    /// The weekdays as files name them, Monday first.
    pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// Reads `thu 16:00` or `first mon 10:00`.
    pub fn parse(text: &str) -> Option<When> {
        let (first_of_month, rest) = match text.strip_prefix("first ") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (day, time) = rest.split_once(' ')?;
        let weekday = Self::DAYS.iter().position(|known| *known == day)?;
        let (hour, minute) = time.split_once(':')?;
        let two_digits = |text: &str, below: u8| {
            let all_digits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u8>().ok().filter(|number| all_digits && *number < below)
        };
        Some(When {
            first_of_month,
            weekday: u8::try_from(weekday).ok()?,
            hour: two_digits(hour, 24)?,
            minute: two_digits(minute, 60).filter(|_| minute.len() == 2)?,
        })
    }
}

impl Form {
    pub fn asks(self, item: &Item) -> bool {
        self == Form::Full || item.quick
    }
}

impl Bank {
    /// The indices of the form's items, in the order of asking.
    pub fn form_items(&self, form: Form) -> impl Iterator<Item = usize> + '_ {
        self.items.iter().enumerate().filter(move |(_, item)| form.asks(item)).map(|(index, _)| index)
    }

    /// Whether somebody who has watched the person can answer the item: a rating of a trait, in the
    /// third person.
    pub fn can_be_observed(&self, item: &Item) -> bool {
        let own = item.own_scale().map(|own| self.scales[own.scale].kind);
        own == Some(ScaleKind::Trait) && item.format().is_some() && item.observer.is_some()
    }

    pub fn item(&self, id: &str) -> Option<usize> {
        self.items.iter().position(|item| item.id == id)
    }

    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    pub fn own_role(&self) -> Option<&Role> {
        self.default_role.as_deref().and_then(|id| self.role(id))
    }

    /// The minutes that some items of a form take: the author's figure for each part, spread evenly
    /// over its items; nothing where a part has no figure.
    pub fn minutes_left(&self, form: Form, items: &[usize]) -> Option<f64> {
        let mut minutes = 0.0;
        for (index, part) in self.parts.iter().enumerate() {
            let left = items.iter().filter(|&&item| self.items[item].part == index).count();
            if left == 0 {
                continue;
            }
            let all = self.form_items(form).filter(|&item| self.items[item].part == index).count();
            minutes += part.minutes[usize::from(form == Form::Quick)]? * left as f64 / all as f64;
        }
        Some(minutes)
    }
}

impl Item {
    /// The scale that the item is on first, if any: its own.
    pub fn own_scale(&self) -> Option<Keyed> {
        match &self.counts {
            Counts::Scales(keyed) => keyed.first().copied(),
            Counts::Weighs(_) | Counts::Nothing => None,
        }
    }

    pub fn options(&self) -> &[ChoiceOption] {
        match &self.kind {
            ItemKind::Choice(options) | ItemKind::Checklist { options, .. } => options,
            ItemKind::Rating(_) | ItemKind::Number(_) => &[],
        }
    }

    pub fn format(&self) -> Option<&Arc<ResponseFormat>> {
        match &self.kind {
            ItemKind::Rating(format) => Some(format),
            _ => None,
        }
    }

    pub fn lead(&self) -> Option<&str> {
        self.format().and_then(|format| format.lead.as_deref())
    }

    /// The answer, if this item accepts it; otherwise what it must be.
    pub fn accept(&self, answer: Answer) -> Result<Answer, NotAccepted> {
        let fits = match (&self.kind, &answer) {
            (ItemKind::Rating(format), Answer::Rating(r)) => {
                (1..=format.labels.len()).contains(&usize::from(*r))
            }
            (ItemKind::Choice(options), Answer::Choice(option)) => *option < options.len(),
            (ItemKind::Checklist { options, .. }, Answer::Checklist(ticks)) => {
                ticks.is_sorted_by(|a, b| a < b) && ticks.iter().all(|tick| *tick < options.len())
            }
            (ItemKind::Number(range), Answer::Number(x)) => range.accepts(*x),
            _ => false,
        };
        if fits { Ok(answer) } else { Err(NotAccepted(self.must_be())) }
    }

    /// What an answer to this item must be, to complete a sentence.
    pub fn must_be(&self) -> String {
        match &self.kind {
            ItemKind::Rating(format) => format!("a whole number from 1 to {}", format.labels.len()),
            ItemKind::Choice(_) => "one of its options".to_owned(),
            ItemKind::Checklist { .. } => "some of its options, each once".to_owned(),
            ItemKind::Number(range) => {
                let kind = if range.whole { "a whole number" } else { "a number" };
                format!("{kind} from {} to {}", text::number(range.min), text::number(range.max))
            }
        }
    }

    /// An accepted answer as people read it: a label, an option, `3 of 12`, `120,000 people`.
    pub fn in_words(&self, answer: &Answer) -> String {
        match (&self.kind, answer) {
            (ItemKind::Rating(format), Answer::Rating(r)) => format.labels[usize::from(*r) - 1].clone(),
            (ItemKind::Choice(options), Answer::Choice(option)) => options[*option].say.clone(),
            (ItemKind::Checklist { .. }, Answer::Checklist(ticks)) if ticks.is_empty() => {
                "None of these".to_owned()
            }
            (ItemKind::Checklist { options, .. }, Answer::Checklist(ticks)) => {
                format!("{} of {}", ticks.len(), options.len())
            }
            (ItemKind::Number(range), Answer::Number(x)) => range.say(*x),
            _ => unreachable!("an answer is accepted by its own item only"),
        }
    }

    /// Points of an accepted answer before keying, 0 to 100.
    ///
    /// A rating r of k labels: (r − 1)/(k − 1)·100. A choice: its option's points. A checklist:
    /// min(1, ticked/enough)·100. A number: linear between the points of its curve, flat beyond.
    pub fn points(&self, answer: &Answer) -> f64 {
        match (&self.kind, answer) {
            (ItemKind::Rating(format), Answer::Rating(r)) => {
                f64::from(r - 1) / (format.labels.len() - 1) as f64 * 100.0
            }
            (ItemKind::Choice(options), Answer::Choice(option)) => options[*option].points,
            (ItemKind::Checklist { enough, .. }, Answer::Checklist(ticks)) => {
                (ticks.len() as f64 / *enough as f64).min(1.0) * 100.0
            }
            (ItemKind::Number(range), Answer::Number(x)) => range.points(*x),
            _ => unreachable!("an answer is accepted by its own item only"),
        }
    }
}

impl ResponseFormat {
    /// Whether every label is a bare number, which then means itself.
    pub fn is_numeric(&self) -> bool {
        let is_plain = |label: &str| label.chars().all(|c| matches!(c, '0'..='9' | '-' | '+' | '.'));
        self.labels.iter().all(|label| is_plain(label) && label.parse::<f64>().is_ok())
    }
}

impl NumberRange {
    /// A number with its unit: "1 year", "6 years".
    pub fn say(&self, x: f64) -> String {
        let (unit, rest) = self.unit.split_once(' ').map_or((&*self.unit, ""), |(unit, rest)| (unit, rest));
        let one = match unit {
            "people" => Some("person"),
            _ => unit.strip_suffix('s'),
        };
        let unit = one.filter(|_| (x - 1.0).abs() < f64::EPSILON).unwrap_or(unit);
        format!("{} {unit} {rest}", text::number(x)).trim_end().to_owned()
    }

    /// The lowest and the highest number that earn at least so many points; nothing where no number
    /// is too low or too high.
    pub fn earning(&self, points: f64) -> [Option<f64>; 2] {
        let crossing = |(a, b): (&(f64, f64), &(f64, f64))| {
            let share = (points - a.1) / (b.1 - a.1);
            a.0 + share * (b.0 - a.0)
        };
        let pairs = || self.curve.iter().zip(self.curve.iter().skip(1));
        let rise = pairs().find(|(a, b)| a.1 < points && b.1 >= points).map(crossing);
        let fall = pairs().rfind(|(a, b)| a.1 >= points && b.1 < points).map(crossing);
        [rise, fall]
    }

    fn accepts(&self, x: f64) -> bool {
        (self.min..=self.max).contains(&x) && (!self.whole || x.fract() == 0.0)
    }

    /// The accepted number that is nearest to `x`.
    pub fn nearest(&self, x: f64) -> f64 {
        (if self.whole { x.round() } else { x }).clamp(self.min, self.max)
    }

    fn points(&self, x: f64) -> f64 {
        let above = self.curve.partition_point(|(at, _)| *at <= x);
        if above == 0 {
            return self.curve[0].1;
        }
        let (x0, y0) = self.curve[above - 1];
        match self.curve.get(above) {
            None => y0,
            Some((x1, y1)) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        }
    }
}
