use super::*;

#[test]
fn only_paths_that_a_shell_would_change_are_quoted() {
    for (path, typed) in [
        ("../banks/zwei-bänke_2.0", "../banks/zwei-bänke_2.0"),
        ("Zwei Bank", "'Zwei Bank'"),
        ("Anna's", r"'Anna'\''s'"),
        ("~/$HOME", "'~/$HOME'"),
    ] {
        assert_eq!(for_the_shell(path), typed);
    }
}
