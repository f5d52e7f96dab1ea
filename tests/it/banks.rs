//! The rules that the shipped questions keep, and what straight-lined and random answers earn.

use coofit::audit::known;
use coofit::bank::fault::{Sources, show};
use coofit::bank::lint::lint;
use coofit::bank::{
    Answer, Bank, ChoiceOption, Counts, Form, Horizon, Item, ItemKind, Keying, Role, ScaleKind, Side, parse,
};
use coofit::score::assess;
use coofit::session::Responses;

use crate::support::{Chance, bank, repository};

const FORMS: [Form; 2] = [Form::Full, Form::Quick];

fn coo(bank: &Bank) -> &Role {
    bank.role("coo").expect("the role")
}

fn kind_of(bank: &Bank, item: &Item) -> Option<ScaleKind> {
    item.own_scale().map(|own| bank.scales[own.scale].kind)
}

fn trait_items(bank: &Bank) -> impl Iterator<Item = &Item> {
    bank.items.iter().filter(|item| kind_of(bank, item) == Some(ScaleKind::Trait))
}

fn trait_scales(bank: &Bank) -> impl Iterator<Item = usize> + '_ {
    (0..bank.scales.len()).filter(|&scale| bank.scales[scale].kind == ScaleKind::Trait)
}

/// (forward, reversed) items of a scale in a form.
fn directions(bank: &Bank, scale: usize, form: Form) -> (usize, usize) {
    let keyings: Vec<Keying> = bank
        .form_items(form)
        .filter_map(|index| bank.items[index].own_scale())
        .filter(|own| own.scale == scale)
        .map(|own| own.keying)
        .collect();
    let reversed = keyings.iter().filter(|keying| **keying == Keying::Reverse).count();
    (keyings.len() - reversed, reversed)
}

fn options(item: &Item) -> &[ChoiceOption] {
    match &item.kind {
        ItemKind::Choice(options) => options,
        _ => &[],
    }
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).expect("a small number"))
}

/// Fails with the id of every entry that breaks a rule.
#[track_caller]
fn none<'a>(rule: &str, offenders: impl Iterator<Item = &'a str>) {
    let offenders: Vec<&str> = offenders.collect();
    assert!(offenders.is_empty(), "{rule}: {offenders:?}");
}

#[test]
fn no_reason_says_which_answer_earns_points() {
    let bank = bank("questions");
    for item in &bank.items {
        let why = item.why.as_deref().unwrap_or_default().to_lowercase();
        let hint = why.split(|c: char| !c.is_alphabetic()).find(|word| {
            ["points", "score", "scores", "scored", "enough", "curve", "best", "ideal"].contains(word)
        });
        assert_eq!(hint, None, "the reason of {} says {why:?}", item.id);
    }
}

#[test]
fn the_built_in_bank_has_neither_faults_nor_warnings() {
    let sources = Sources::built_in();
    let bank = parse::parse(&sources).unwrap_or_else(|faults| panic!("{faults}"));
    let warnings = lint(&bank, known(&bank, None));
    assert!(warnings.is_empty(), "{}", show(&warnings, &sources, false));
}

#[test]
fn the_compiled_in_bank_is_the_whole_questions_directory() {
    assert_eq!(crate::support::sources(&repository("questions")), Sources::built_in());
}

#[test]
fn every_test_bank_loads_without_faults() {
    let mut loaded = 0;
    for entry in std::fs::read_dir(repository("tests/data/banks")).expect("the test banks") {
        let name = entry.expect("a readable directory").file_name().into_string().expect("a plain name");
        let bank = bank(&format!("tests/data/banks/{name}"));
        assert_eq!(bank.id, name);
        loaded += 1;
    }
    assert!(loaded >= 4, "{loaded}");
}

#[test]
fn the_full_form_scores_about_90_items_and_quick_48() {
    let bank = parse::built_in();
    let counts = |index: &usize| bank.items[*index].counts != Counts::Nothing;
    let [full, quick] = FORMS.map(|form| bank.form_items(form).filter(counts).count());
    assert!((85..=95).contains(&full), "{full}");
    assert_eq!(quick, 48);
}

#[test]
fn half_of_each_trait_scale_is_reversed_in_both_forms() {
    let bank = parse::built_in();
    for scale in trait_scales(&bank) {
        let id = &bank.scales[scale].id;
        let (forward, reversed) = directions(&bank, scale, Form::Full);
        assert!(forward == reversed && forward >= 2, "{id}: {forward} forward, {reversed} reversed");
        let (forward, reversed) = directions(&bank, scale, Form::Quick);
        assert!(forward == reversed && forward >= 1, "{id}: {forward} forward, {reversed} reversed, quick");
    }
}

#[test]
fn neighboring_trait_items_are_on_different_scales_in_both_forms() {
    let bank = parse::built_in();
    for form in FORMS {
        let asked: Vec<usize> = bank.form_items(form).collect();
        for pair in asked.windows(2) {
            let [a, b] = [&bank.items[pair[0]], &bank.items[pair[1]]];
            let same = a.own_scale().zip(b.own_scale()).is_some_and(|(a, b)| a.scale == b.scale);
            let is_trait = kind_of(&bank, a) == Some(ScaleKind::Trait);
            assert!(!(same && is_trait), "{} and {} in the {} form", a.id, b.id, form.id());
        }
    }
}

#[test]
fn trait_items_have_at_most_20_words() {
    let bank = parse::built_in();
    let is_long = |text: &str| text.split_whitespace().count() > 20;
    none("asks", trait_items(&bank).filter(|item| is_long(&item.ask)).map(|item| item.id.as_str()));
    let observer = |item: &&Item| item.observer.as_deref().is_some_and(is_long);
    none("observers", trait_items(&bank).filter(observer).map(|item| item.id.as_str()));
}

#[test]
fn trait_items_are_worded_without_negations_and_absolutes() {
    const AVOIDED: [&str; 19] = [
        "not",
        "never",
        "no",
        "none",
        "without",
        "nothing",
        "nobody",
        "nor",
        "cannot",
        "always",
        "every",
        "everyone",
        "everybody",
        "everything",
        "all",
        "entirely",
        "completely",
        "totally",
        "neither",
    ];
    let is_avoided = |word: &str| AVOIDED.contains(&word) || word.ends_with("n't");
    let bank = parse::built_in();
    for item in trait_items(&bank) {
        for text in [Some(&item.ask), item.observer.as_ref()].into_iter().flatten() {
            let lower = text.to_lowercase();
            let words = lower.split(|c: char| !c.is_alphabetic() && c != '\'');
            none(&item.id, words.filter(|word| is_avoided(word)));
        }
    }
}

#[test]
fn every_item_says_why_and_trait_items_have_observer_wording() {
    let bank = parse::built_in();
    none("why", bank.items.iter().filter(|item| item.why.is_none()).map(|item| item.id.as_str()));
    none("observer", trait_items(&bank).filter(|item| item.observer.is_none()).map(|item| item.id.as_str()));
    let in_first_person = |item: &&Item| {
        let observer = item.observer.as_deref().unwrap_or_default().to_lowercase();
        observer
            .split(|c: char| !c.is_alphabetic())
            .any(|word| ["i", "my", "me", "we", "our", "us"].contains(&word))
    };
    none(
        "an observer speaks of them",
        trait_items(&bank).filter(in_first_person).map(|item| item.id.as_str()),
    );
}

fn scenarios(bank: &Bank) -> impl Iterator<Item = &Item> {
    bank.items.iter().filter(|item| kind_of(bank, item) == Some(ScaleKind::Situational))
}

#[test]
fn scenario_options_differ_in_points_and_one_earns_them_all() {
    let bank = parse::built_in();
    assert!(scenarios(&bank).count() >= 6);
    for item in scenarios(&bank) {
        let mut points: Vec<f64> = options(item).iter().map(|option| option.points).collect();
        let stands_in_order = points.is_sorted() || points.iter().rev().is_sorted();
        assert!(!stands_in_order, "{}: the order gives the points away", item.id);
        points.sort_by(f64::total_cmp);
        assert!(points.windows(2).all(|pair| pair[0] < pair[1]), "{}: {points:?}", item.id);
        assert!(points.last().is_some_and(|best| *best >= 100.0), "{}: {points:?}", item.id);
        none(&item.id, options(item).iter().filter(|o| o.because.is_none()).map(|o| o.id.as_str()));
    }
}

#[test]
fn the_best_option_of_a_scenario_is_not_its_longest() {
    let bank = parse::built_in();
    for item in scenarios(&bank) {
        let best = options(item).iter().max_by(|a, b| a.points.total_cmp(&b.points)).expect("options");
        let is_longest = options(item).iter().all(|option| option.say.len() <= best.say.len());
        assert!(!is_longest, "{}: {}", item.id, best.id);
    }
}

#[test]
fn the_best_option_is_in_each_place_equally_often() {
    let bank = parse::built_in();
    let mut times = [0; 4];
    for item in scenarios(&bank) {
        let best = options(item).iter().position(|option| option.points >= 100.0).expect("a best option");
        times[best] += 1;
    }
    assert_eq!(times, [2; 4]);
}

#[test]
fn random_scenario_choices_earn_what_the_role_counts_as_nothing() {
    let bank = parse::built_in();
    for requirement in &coo(&bank).requirements {
        if bank.scales[requirement.scale].kind != ScaleKind::Situational {
            continue;
        }
        for form in FORMS {
            let means: Vec<f64> = bank
                .form_items(form)
                .map(|index| &bank.items[index])
                .filter(|item| item.own_scale().is_some_and(|own| own.scale == requirement.scale))
                .map(|item| {
                    options(item).iter().map(|option| option.points).sum::<f64>() / count(options(item).len())
                })
                .collect();
            let mean = means.iter().sum::<f64>() / count(means.len());
            assert!((mean - requirement.from).abs() < 1e-9, "{}: {mean}", form.id());
        }
    }
}

#[test]
fn checklists_match_the_duties_industries_and_tools_of_the_role() {
    #[track_caller]
    fn check<'a>(bank: &Bank, scale: &str, titles: impl Iterator<Item = &'a String>) {
        let on_scale = |item: &&Item| item.own_scale().is_some_and(|own| bank.scales[own.scale].id == scale);
        let item = bank.items.iter().find(on_scale).expect("an item");
        let ItemKind::Checklist { options, enough } = &item.kind else {
            panic!("{} is not a checklist", item.id)
        };
        let mut ticks: Vec<&String> = options.iter().map(|option| &option.id).collect();
        let mut titles: Vec<&String> = titles.collect();
        assert!(*enough <= ticks.len(), "{}", item.id);
        ticks.sort();
        titles.sort();
        assert_eq!(ticks, titles, "{}", item.id);
    }
    let bank = parse::built_in();
    let coo = coo(&bank);
    check(&bank, "duties", coo.duties.iter().map(|duty| &duty.id));
    check(&bank, "industries", coo.industries.iter().map(|industry| &industry.id));
    check(&bank, "tools", coo.tools.iter().map(|tool| &tool.id));
    assert_eq!([coo.duties.len(), coo.industries.len(), coo.tools.len()], [12, 10, 10]);
}

#[test]
fn every_scale_has_its_texts_and_a_reasoned_requirement() {
    let bank = parse::built_in();
    let requirements = &coo(&bank).requirements;
    for (index, scale) in bank.scales.iter().enumerate() {
        let texts = [&scale.about, &scale.low, &scale.high];
        assert!(texts.iter().all(|text| text.is_some()), "{} says too little", scale.id);
        let requirement = requirements.iter().find(|requirement| requirement.scale == index);
        assert!(requirement.is_some_and(|requirement| requirement.why.is_some()), "{}", scale.id);
    }
}

/// The most points that an item can earn before keying.
fn most_points(item: &Item) -> f64 {
    match &item.kind {
        ItemKind::Choice(options) => options.iter().map(|option| option.points).fold(0.0, f64::max),
        ItemKind::Number(range) => range.curve.iter().map(|(_, points)| *points).fold(0.0, f64::max),
        ItemKind::Rating(_) | ItemKind::Checklist { .. } => 100.0,
    }
}

#[test]
fn some_answers_meet_every_requirement() {
    let bank = parse::built_in();
    for requirement in &coo(&bank).requirements {
        let on_scale = |item: &&Item| item.own_scale().is_some_and(|own| own.scale == requirement.scale);
        let items: Vec<f64> = bank.items.iter().filter(on_scale).map(most_points).collect();
        let most = items.iter().sum::<f64>() / count(items.len());
        assert!(most >= requirement.to, "{}: at most {most}", bank.scales[requirement.scale].id);
    }
}

#[test]
fn every_trait_score_under_75_has_a_step_this_week() {
    let bank = parse::built_in();
    for scale in trait_scales(&bank) {
        let id = &bank.scales[scale].id;
        let steps: Vec<_> = bank.steps.iter().filter(|step| step.scale == scale).collect();
        assert!(steps.len() >= 3, "{id}: {} steps", steps.len());
        for score in (0_u32..75).map(f64::from) {
            let offered = steps
                .iter()
                .any(|step| step.horizon == Horizon::Week && (step.at_least..step.below).contains(&score));
            assert!(offered, "{id}: nothing for this week at {score}");
        }
    }
}

#[test]
fn every_scale_has_a_step_for_a_score_of_0() {
    let bank = parse::built_in();
    for (scale, declared) in bank.scales.iter().enumerate() {
        let first = |step: &coofit::bank::Step| step.scale == scale && step.at_least <= 0.0;
        assert!(bank.steps.iter().any(first), "{}", declared.id);
    }
}

#[test]
fn every_step_is_a_plan_of_20_words_or_more() {
    let bank = parse::built_in();
    let is_short = |text: &str| text.split_whitespace().count() < 20;
    none("short", bank.steps.iter().filter(|step| is_short(&step.text)).map(|step| step.id.as_str()));
    let mut texts: Vec<&str> = bank.steps.iter().map(|step| step.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), bank.steps.len(), "a text is there twice");
}

#[test]
fn the_bands_rise_from_0_and_each_has_advice() {
    let bank = parse::built_in();
    let from: Vec<f64> = bank.bands.iter().map(|band| band.from).collect();
    assert!(from.len() >= 3 && from[0].abs() < 1e-9, "{from:?}");
    assert!(from.windows(2).all(|pair| pair[0] < pair[1]), "{from:?}");
    none("no advice", bank.bands.iter().filter(|band| band.advice.is_none()).map(|band| band.id.as_str()));
}

#[test]
fn every_role_fact_has_a_date_source_and_group() {
    let bank = parse::built_in();
    assert!(coo(&bank).facts.len() >= 20);
    let facts: Vec<&coofit::bank::Fact> = bank.roles.iter().flat_map(|role| &role.facts).collect();
    let lacks =
        |fact: &&coofit::bank::Fact| fact.as_of.is_none() || fact.source.is_none() || fact.of.is_none();
    none("facts", facts.iter().copied().filter(lacks).map(|fact| fact.id.as_str()));
    let has_year = |fact: &&coofit::bank::Fact| {
        let end = fact.as_of.as_ref().and_then(|as_of| as_of.end);
        end.is_some_and(|end| end.year > 1990)
    };
    none("years", facts.iter().filter(|fact| !has_year(fact)).map(|fact| fact.id.as_str()));
    let unsourced = coo(&bank).series.iter().filter(|series| series.source.is_none());
    none("series", unsourced.map(|series| series.id.as_str()));
}

#[test]
fn every_demand_except_on_facts_runs_from_50_to_85() {
    let bank = parse::built_in();
    for role in bank.roles.iter() {
        assert!(role.occupation.is_some(), "{}", role.id);
        for requirement in &role.requirements {
            let scale = &bank.scales[requirement.scale];
            if bank.parts[scale.part].side == Side::Demands && scale.kind != ScaleKind::Fact {
                let ends = [requirement.from, requirement.to];
                assert_eq!(
                    ends.map(f64::to_bits),
                    [50.0, 85.0].map(f64::to_bits),
                    "{}: {}",
                    role.id,
                    scale.id
                );
            }
        }
    }
}

#[test]
fn the_kinds_of_coo_are_seven_sourced_profiles_that_differ() {
    let bank = parse::built_in();
    let kinds = &coo(&bank).kinds;
    assert_eq!(kinds.len(), 7);
    none("kinds", kinds.iter().filter(|kind| kind.source.is_none()).map(|kind| kind.id.as_str()));
    for (index, kind) in kinds.iter().enumerate() {
        let scales = |kind: &coofit::bank::RoleKind| {
            let mut scales: Vec<usize> = kind.requirements.iter().map(|r| r.scale).collect();
            scales.sort_unstable();
            scales
        };
        assert!(kind.requirements.len() >= 3, "{}", kind.id);
        for other in &kinds[index + 1..] {
            assert_ne!(scales(kind), scales(other), "{} and {}", kind.id, other.id);
        }
    }
}

/// Whether an item is rated or chosen by what the respondent is like, rather than counted.
fn is_judged(bank: &Bank, item: &Item) -> bool {
    matches!(kind_of(bank, item), Some(ScaleKind::Trait | ScaleKind::Situational))
        || matches!(item.counts, Counts::Weighs(_))
}

#[test]
fn one_label_throughout_earns_nothing_on_rated_scales() {
    let bank = parse::built_in();
    for form in FORMS {
        for label in [1, 3, 5] {
            let mut responses = Responses::new(&bank, form);
            for index in bank.form_items(form) {
                if bank.items[index].format().is_some() {
                    responses.set(&bank, index, Answer::Rating(label)).expect("a label");
                }
            }
            let assessment = assess(&bank, Some(coo(&bank)), &responses);
            let fit = assessment.role.expect("a role");
            for attained in &fit.requirements {
                if bank.scales[attained.scale].kind == ScaleKind::Trait && attained.weight > 0.0 {
                    let attainment = attained.attainment.expect("a score");
                    let id = &bank.scales[attained.scale].id;
                    assert!(attainment.abs() < 1e-9, "all {label}, {}, {id}: {attainment}", form.id());
                }
            }
            let earned: Vec<f64> = fit.parts.iter().filter_map(|part| part.attainment).collect();
            assert!(earned.len() >= 3, "{} parts", earned.len());
            assert!(earned.iter().all(|p| p.abs() < 1e-9), "all {label}, {}: {earned:?}", form.id());
            assert!(fit.fit.expect("a fit").raw.abs() < 1e-7, "all {label}, {}", form.id());
        }
    }
}

/// Ratings and choices at random; facts are left out.
fn random_sheet(bank: &Bank, form: Form, chance: &mut Chance) -> Responses {
    let mut responses = Responses::new(bank, form);
    for index in bank.form_items(form).filter(|&index| is_judged(bank, &bank.items[index])) {
        let answer = match &bank.items[index].kind {
            ItemKind::Rating(format) => {
                Answer::Rating(u8::try_from(1 + chance.under(format.labels.len())).expect("a label"))
            }
            ItemKind::Choice(options) => Answer::Choice(chance.under(options.len())),
            ItemKind::Checklist { .. } | ItemKind::Number(_) => continue,
        };
        responses.set(bank, index, answer).expect("an answer of the item");
    }
    responses
}

#[track_caller]
fn random_answers_fall_into_the_lowest_band(form: Form) {
    const SHEETS: usize = 2000;
    let bank = parse::built_in();
    let mut chance = Chance(20);
    let lowest = (0..SHEETS)
        .filter(|_| {
            let responses = random_sheet(&bank, form, &mut chance);
            let fit = assess(&bank, Some(coo(&bank)), &responses).role.and_then(|role| role.fit);
            fit.expect("a fit").score < bank.bands[1].from
        })
        .count();
    assert!(lowest * 100 >= SHEETS * 95, "{lowest} of {SHEETS}");
}

#[test]
fn random_full_form_answers_fall_into_the_lowest_band() {
    random_answers_fall_into_the_lowest_band(Form::Full);
}

#[test]
fn random_quick_form_answers_fall_into_the_lowest_band() {
    random_answers_fall_into_the_lowest_band(Form::Quick);
}
