use super::code;

#[test]
fn codes_are_letters_with_numbers() {
    for name in ["G01Q02", "G01Q01[SQ001]", "Q1_3", "q12"] {
        assert!(code(name).is_some(), "{name}");
    }
    for name in ["id", "submitdate", "seed", "G01Q03[other]", "In the last 12 months", "", "2026"] {
        assert!(code(name).is_none(), "{name}");
    }
}
