//! The bank: the questions, how they count, and what a role asks and gives.
//!
//! A [`Bank`] that exists is valid: every reference resolves, every number is finite, every text is safe
//! to show. Only [`parse`] makes one, and it reports every [`fault`] with its place. The code knows
//! nothing about any one career.

pub mod export;
pub mod fault;
pub mod import;
pub mod lint;
pub mod new;
pub mod parse;
mod role;

use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::Serialize;

use crate::text;
use fault::{Fault, Place};
pub use role::{
    AsOf, CareerLevel, Duty, Fact, Faq, Floor, FloorOn, Hour, Industry, Month, Note, Requirement, Role,
    RoleKind, Series, Tool,
};

/// An enum whose values have a name in files.
macro_rules! ids {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $id:literal),+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
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
pub(crate) use ids;

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
    /// What a scale measures; decides its standard error.
    ScaleKind {
        /// Rated items on one quality.
        Trait = "trait",
        /// Choices in scenes.
        Situational = "situational",
        /// What can be counted or looked up; no error.
        Fact = "fact"
    }
}

ids! {
    /// By when a step should be done, from the day of the report on.
    Horizon {
        Week = "week",
        Month = "month",
        HalfYear = "half-year",
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

/// Scales, items and parts refer to one another by index. Everything is in the order of the files, roles
/// in the order of their file names.
#[derive(Debug)]
pub struct Bank {
    pub id: String,
    pub title: String,
    /// Changes whenever a person's numbers could change.
    pub edition: String,
    /// Language code, such as `en`.
    pub language: Option<String>,
    /// CRC-32 of all its files in hexadecimal: banks with the same id and edition may still differ.
    pub hash: String,
    pub parts: Vec<Part>,
    pub scales: Vec<Scale>,
    pub items: Vec<Item>,
    /// In rising order; may be empty.
    pub bands: Vec<Band>,
    pub steps: Vec<Step>,
    pub roles: Roles,
    pub default_role: Option<String>,
    pub allows: Vec<Allow>,
    /// The first line of each file that the bank does not name.
    pub stray: Vec<Place>,
    /// A warning for each text that is still to be written.
    pub placeholders: Vec<Fault>,
}

/// The roles of a bank. Those of the built-in one are half of its text, and read only on demand.
pub type Roles = LazyLock<Vec<Role>, Box<dyn FnOnce() -> Vec<Role> + Send>>;

/// A lint that the author allows.
#[derive(Debug)]
pub struct Allow {
    /// May be unknown.
    pub lint: String,
    /// Only at these ids; empty for the whole bank.
    pub at: Vec<(String, Place)>,
    pub place: Place,
}

/// One part of the quiz: a file of scales and items.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Part {
    pub id: String,
    pub title: String,
    pub intro: Option<String>,
    pub side: Side,
    /// Weight in the score, compared with the other parts.
    pub weight: f64,
    /// Minutes for the full and the quick form, if the author measured them.
    #[serde(skip)]
    pub minutes: [Option<f64>; 2],
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Scale {
    pub id: String,
    #[serde(skip)]
    pub place: Place,
    pub title: String,
    pub kind: ScaleKind,
    /// Index of the part whose file declares it.
    #[serde(skip)]
    pub part: usize,
    pub about: Option<String>,
    /// What a low score means for the respondent.
    #[serde(skip)]
    pub low: Option<String>,
    /// What a high score means for the respondent.
    #[serde(skip)]
    pub high: Option<String>,
    pub norm: Option<Norm>,
}

/// A comparison group's scores on a scale, in points of 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Norm {
    #[serde(skip)]
    pub place: Place,
    pub mean: f64,
    pub sd: f64,
    pub n: Option<u64>,
    pub of: String,
    pub as_of: Option<AsOf>,
    pub source: String,
    /// The only form that is compared with it; none for both forms.
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
    /// # use coofit::bank::{AsOf, Norm};
    /// let (of, n, as_of) = ("clerks".into(), Some(12_000), Some(AsOf::new("2012".into())));
    /// let norm = Norm { of, n, as_of, mean, sd, source, form, place };
    /// assert_eq!(norm.group(), "clerks (12,000 people, 2012)");
    /// ```
    pub fn group(&self) -> String {
        let n = self.n.map(|n| format!("{} people", text::grouped(&n)));
        let facts: Vec<String> = n.into_iter().chain(self.as_of.as_ref().map(ToString::to_string)).collect();
        if facts.is_empty() { self.of.clone() } else { format!("{} ({})", self.of, facts.join(", ")) }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Item {
    pub id: String,
    #[serde(skip)]
    pub place: Place,
    #[serde(skip)]
    pub part: usize,
    #[serde(skip)]
    pub counts: Counts,
    pub ask: String,
    #[serde(skip)]
    pub ask_place: Place,
    /// The wording for an observer.
    pub observer: Option<String>,
    #[serde(skip)]
    pub observer_place: Place,
    pub why: Option<String>,
    pub quick: bool,
    /// Asks about a situation that not everybody meets.
    pub occasion: bool,
    #[serde(skip)]
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyed {
    pub scale: usize,
    pub keying: Keying,
}

/// Whether a higher response gives more points or fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keying {
    Forward,
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

#[derive(Debug)]
pub enum ItemKind {
    Rating(Arc<ResponseFormat>),
    Choice(Vec<ChoiceOption>),
    /// Any number of options; `enough` ticks earn 100 points.
    Checklist {
        options: Vec<ChoiceOption>,
        enough: usize,
    },
    Number(NumberRange),
}

#[derive(Debug, PartialEq, Eq)]
pub struct ResponseFormat {
    pub id: String,
    /// Shown above every question in this format.
    pub lead: Option<String>,
    /// 2 to 11 labels, lowest first.
    pub labels: Vec<String>,
}

/// Labels that say "most" in any of the languages that questionnaires often come in.
const MOST: &str = "yes|agree|very true|very accurate|very accurately|strongly agree|agree strongly\
    |completely agree|always|almost always|very often|very much|extremely|very satisfied\
    |very likely|definitely|excellent|stimme voll und ganz zu|stimme voll zu\
    |trifft voll zu|immer|sehr oft|tout à fait d'accord|toujours|totalmente de acuerdo\
    |muy de acuerdo|siempre|completamente d'accordo|sempre|helemaal mee eens\
    |concordo totalmente|zdecydowanie się zgadzam|zawsze|altijd|volledig mee eens|alltid\
    |instämmer helt|полностью согласен|всегда|非常同意|完全同意|强烈同意|总是|總是|とてもそう思う|強くそう思う|いつも";

impl ResponseFormat {
    /// Whether the labels seem to begin with the most.
    pub fn falls(&self) -> bool {
        let [first, .., last] = self.labels.as_slice() else { return false };
        let number = |label: &str| label.trim().parse::<f64>().ok();
        match (number(first), number(last)) {
            (Some(first), Some(last)) => first > last,
            _ => {
                let first = first.trim().to_lowercase().replace('\u{2019}', "'");
                MOST.split('|').any(|most| most == first)
            }
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ChoiceOption {
    pub id: String,
    pub say: String,
    /// 0 to 100; 0 in a checklist, where only the number of ticks counts.
    pub points: f64,
    /// Why it earns these points, shown after the quiz.
    pub because: Option<String>,
}

/// The numbers that a number item accepts, and their points.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NumberRange {
    pub unit: String,
    pub min: f64,
    pub max: f64,
    pub whole: bool,
    /// (number, points) pairs, numbers rising; linear between them, flat beyond the ends.
    pub curve: Vec<(f64, f64)>,
}

/// An answer, checked by [`Item::accept`].
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The number of a label, 1 for the lowest.
    Rating(u8),
    /// The index of an option.
    Choice(usize),
    /// The indices of the ticked options, rising, each once.
    Checklist(Vec<usize>),
    Number(f64),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct NotAccepted(pub String);

#[derive(Debug, Serialize, JsonSchema)]
pub struct Band {
    /// The lowest score in the band, 0 to 100.
    pub from: f64,
    pub id: String,
    #[serde(skip)]
    pub place: Place,
    pub title: String,
    /// A name of two or three words, for narrow places.
    #[serde(skip)]
    pub short: Option<String>,
    #[serde(skip)]
    pub advice: Option<String>,
}

/// A next step, suggested while a scale is low.
#[derive(Debug)]
pub struct Step {
    pub id: String,
    pub scale: usize,
    /// Suggested if the scale score is below this.
    pub below: f64,
    /// Suggested only if the scale score is at least this.
    pub at_least: f64,
    pub horizon: Horizon,
    /// The fact scale that must be above 0, such as years of managing people.
    pub needs: Option<usize>,
    pub title: String,
    /// One line for the first screen.
    pub brief: Option<String>,
    /// One calendar entry each.
    pub when: Vec<When>,
    pub minutes: Option<u16>,
    /// The plan: when, what, with whom, for how long, and the result you will have.
    pub text: String,
}

/// A weekday and a time, such as `thu 16:00`, or `first mon 10:00` for the first Monday of next month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    pub first_of_month: bool,
    /// Days since Monday, 0 to 6.
    pub weekday: u8,
    pub hour: u8,
    pub minute: u8,
}

impl When {
    pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    pub fn parse(text: &str) -> Option<When> {
        let rest = text.strip_prefix("first ");
        let (day, time) = rest.unwrap_or(text).split_once(' ')?;
        let weekday = Self::DAYS.iter().position(|known| *known == day)?;
        let (hour, minute) = time.split_once(':')?;
        let two_digits = |text: &str, below: u8| {
            let all_digits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u8>().ok().filter(|number| all_digits && *number < below)
        };
        Some(When {
            first_of_month: rest.is_some(),
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
    /// In the order of asking.
    pub fn form_items(&self, form: Form) -> impl Iterator<Item = usize> + '_ {
        self.items.iter().enumerate().filter(move |(_, item)| form.asks(item)).map(|(index, _)| index)
    }

    pub fn traits(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.scales.len()).filter(|&scale| self.scales[scale].kind == ScaleKind::Trait)
    }

    pub fn own_kind(&self, item: &Item) -> Option<ScaleKind> {
        item.own_scale().map(|own| self.scales[own.scale].kind)
    }

    /// Whether an observer can answer the item: a rating of a trait, with a wording for them.
    pub fn can_be_observed(&self, item: &Item) -> bool {
        self.own_kind(item) == Some(ScaleKind::Trait) && item.format().is_some() && item.observer.is_some()
    }

    /// The items on a scale, with their directions.
    pub fn items_on(&self, scale: usize) -> impl Iterator<Item = (&Item, Keying)> {
        let on = move |item: &Item| item.scales().iter().find(|keyed| keyed.scale == scale).copied();
        self.items.iter().filter_map(move |item| Some((item, on(item)?.keying)))
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

    /// The minutes that some items of a form take, from the author's minutes for each part, spread evenly
    /// over its items. None if a part has no minutes.
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
    /// The scales that the item is on; the first is its own.
    pub fn scales(&self) -> &[Keyed] {
        match &self.counts {
            Counts::Scales(keyed) => keyed,
            Counts::Weighs(_) | Counts::Nothing => &[],
        }
    }

    pub fn own_scale(&self) -> Option<Keyed> {
        self.scales().first().copied()
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

    /// Completes "the answer must be …".
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

    /// An accepted answer for people: a label, an option, `3 of 12`, `120,000 people`.
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

    /// Possible answers, including those that earn the most and the fewest points.
    pub fn answers(&self) -> Vec<Answer> {
        match &self.kind {
            ItemKind::Rating(format) => (1..).zip(&format.labels).map(|(r, _)| Answer::Rating(r)).collect(),
            ItemKind::Choice(options) => (0..options.len()).map(Answer::Choice).collect(),
            ItemKind::Checklist { options, .. } => {
                vec![Answer::Checklist(Vec::new()), Answer::Checklist((0..options.len()).collect())]
            }
            ItemKind::Number(range) => {
                let knots = range.curve.iter().map(|(x, _)| range.nearest(*x));
                [range.min, range.max].into_iter().chain(knots).map(Answer::Number).collect()
            }
        }
    }

    /// The points that an answer can earn before keying; of a number, those in steps.
    pub fn all_points(&self) -> Vec<f64> {
        const STEPS: u8 = 50;
        let shares = |most: usize| (0..=most).map(|n| n as f64 / most as f64 * 100.0).collect();
        match &self.kind {
            ItemKind::Rating(format) => shares(format.labels.len() - 1),
            ItemKind::Choice(options) => options.iter().map(|option| option.points).collect(),
            ItemKind::Checklist { enough, .. } => shares(*enough),
            ItemKind::Number(range) => {
                let mut xs: Vec<f64> =
                    range.curve.iter().map(|(x, _)| x.clamp(range.min, range.max)).collect();
                xs.extend([range.min, range.max]);
                xs.sort_by(f64::total_cmp);
                let between = |ends: &[f64]| {
                    let [low, high] = [ends[0], ends[1]];
                    (0..=STEPS).map(move |step| low + (high - low) * f64::from(step) / f64::from(STEPS))
                };
                let xs: Vec<f64> = xs.windows(2).flat_map(between).collect();
                xs.into_iter().map(|x| range.points(range.nearest(x))).collect()
            }
        }
    }
}

impl ResponseFormat {
    /// Whether every label is a bare number.
    pub fn is_numeric(&self) -> bool {
        let is_plain = |label: &str| label.chars().all(|c| matches!(c, '0'..='9' | '-' | '+' | '.'));
        self.labels.iter().all(|label| is_plain(label) && label.parse::<f64>().is_ok())
    }
}

impl NumberRange {
    /// A number with its unit: "1 year", "6 years".
    pub fn say(&self, x: f64) -> String {
        let (unit, rest) = self.unit.split_once(' ').unwrap_or((&self.unit, ""));
        let one = match unit {
            "people" => Some("person"),
            _ => unit.strip_suffix('s'),
        };
        let unit = one.filter(|_| (x - 1.0).abs() < f64::EPSILON).unwrap_or(unit);
        format!("{} {unit} {rest}", text::number(x)).trim_end().to_owned()
    }

    /// The lowest and the highest number that earn at least these points. None if no number is too low,
    /// or too high.
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
