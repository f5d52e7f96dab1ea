//! Any bank is read or refused; its faults can be shown, and showing them gives the terminal nothing
//! to obey.
//!
//! The files of the bank are parted by lines `--- NAME`.
#![no_main]

use coofit::bank::Form;
use coofit::bank::fault::{Sources, show};
use coofit::bank::parse::parse;
use coofit::score::assess;
use coofit::session::Responses;
use coofit::text::{escape, escape_lines};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut sources = Sources::default();
    let (mut name, mut file) = ("bank.toml".to_owned(), String::new());
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("--- ") {
            Some(next) => {
                // A name comes in as it is shown.
                let next = escape(next.trim()).into_owned();
                sources.insert(std::mem::replace(&mut name, next), std::mem::take(&mut file));
            }
            None => file.push_str(line),
        }
    }
    sources.insert(name, file);
    match parse(&sources) {
        Ok(bank) => {
            assert!(escape(&bank.title) == bank.title);
            let responses = Responses::new(&bank, Form::Full);
            for role in std::iter::once(None).chain(bank.roles.iter().map(Some)) {
                let _ = assess(&bank, role, &responses);
            }
        }
        Err(faults) => {
            // Each is laid out alike, which takes far longer than finding it.
            let shown = show(&faults.list[..faults.list.len().min(10)], &faults.sources, false);
            assert!(!shown.is_empty());
            let said = faults.list.iter().flat_map(|fault| [Some(&fault.message), fault.help.as_ref()]);
            for said in said.flatten() {
                assert!(escape(said) == *said, "{said:?}");
            }
            assert!(escape_lines(&shown) == shown, "{shown:?}");
        }
    }
});
