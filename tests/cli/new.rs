use super::*;

#[test]
fn a_path_is_quoted_only_where_the_shell_would_take_it_apart() {
    for (path, typed) in [
        ("../banks/zwei-bänke_2.0", "../banks/zwei-bänke_2.0"),
        ("Zwei Bank", "'Zwei Bank'"),
        ("Anna's", r"'Anna'\''s'"),
        ("~/$HOME", "'~/$HOME'"),
    ] {
        assert_eq!(for_the_shell(path), typed);
    }
}
