use super::*;

#[test]
fn every_id_has_its_own_safe_file_name_or_none() {
    for (id, name) in [
        ("r-017", "r-017.html"),
        ("Zoë Ng", "Zoë Ng.html"),
        ("a@b.org", "a@b.org.html"),
        ("../etc/passwd", "%2E.%2Fetc%2Fpasswd.html"),
        ("a\\b:c", "a%5Cb%3Ac.html"),
        ("%41", "%2541.html"),
        ("con", "%63on.html"),
        ("NUL.x", "%4EUL.x.html"),
        ("lpt1", "%6Cpt1.html"),
        ("COM\u{b9}", "%43OM\u{b9}.html"),
        ("console", "console.html"),
        ("coma", "coma.html"),
        ("-rf", "%2Drf.html"),
        (".hidden", "%2Ehidden.html"),
        ("a\u{202e}b\n", "a%E2%80%AEb%0A.html"),
    ] {
        assert_eq!(file_name(id).as_deref(), Ok(name), "{id:?}");
    }
    assert!(file_name("").is_err() && file_name(&"x".repeat(300)).is_err());
}
