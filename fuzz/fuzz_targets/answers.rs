//! Any answers file is read or refused with a place and a reason; what is read is written and read
//! back the same.
#![no_main]

use std::sync::LazyLock;

use coofit::answers::{file, parse};
use coofit::bank::Bank;
use coofit::bank::fault::show;
use coofit::bank::parse::built_in;
use coofit::score::assess;
use coofit::text::escape_lines;
use libfuzzer_sys::fuzz_target;

static BANK: LazyLock<Bank> = LazyLock::new(built_in);

fuzz_target!(|text: &str| match parse(&BANK, "answers.json", text) {
    Ok(read) => {
        let again = parse(&BANK, "again.json", &file(&BANK, &read.responses))
            .unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(again.responses, read.responses);
        let _ = assess(&BANK, BANK.roles.first(), &read.responses);
    }
    Err(faults) => {
        assert!(!faults.list.is_empty());
        let shown = show(&faults.list, &faults.sources, false);
        assert!(escape_lines(&shown) == shown, "{shown:?}");
    }
});
