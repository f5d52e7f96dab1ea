//! Any attempt file is read or refused. The text after the first line feed is sealed with a right
//! checksum as well, so that the code after the checksum is reached, too.
#![no_main]

use std::sync::LazyLock;

use coofit::bank::Bank;
use coofit::bank::parse::built_in;
use coofit::store::decode;
use libfuzzer_sys::fuzz_target;

static BANK: LazyLock<Bank> = LazyLock::new(built_in);

fuzz_target!(|text: &str| {
    let check = format!("{:08x}", crc32fast::hash(text.as_bytes()));
    let sealed =
        format!("{{\"format\":\"coofit-attempt\",\"version\":1,\"check\":\"{check}\",\"body\":{text}}}\n");
    for text in [text, &sealed] {
        let Ok(attempt) = decode(text) else { continue };
        let n = attempt.n_given();
        let recalled = attempt.recall(&BANK);
        let kept = (0..BANK.items.len()).filter(|&index| recalled.responses.given(index).is_some()).count();
        assert!(kept == n || !recalled.left_out.is_empty(), "an answer was neither kept nor named");
    }
});
