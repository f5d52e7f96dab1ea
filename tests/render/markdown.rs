use super::escape;

#[test]
fn harmless_text_stays_as_it_is() {
    for text in [
        "Leading people",
        "Où ça? \"Yes\", 'no' (maybe); 3.5 % - 日本",
        "It's 6:30 pm.",
        "R&D: a < b ~5 $",
        "2 of 8!",
    ] {
        assert_eq!(escape(text), text);
    }
}

#[test]
fn what_could_be_read_as_markup_is_escaped() {
    for (text, escaped) in [
        ("# a", "\\# a"),
        ("a ##", "a \\#\\#"),
        ("+ a", "\\+ a"),
        ("- a", "\\- a"),
        ("> a", "\\> a"),
        ("!!! a", "\\!!! a"),
        (": a", "&#58; a"),
        ("12. a", "12\\. a"),
        ("3) a", "3\\) a"),
        ("*a*", "\\*a\\*"),
        ("a|b", "a&#124;b"),
        ("[a](b)", "\\[a\\](b)"),
        ("<b>&amp;&#60;", "&lt;b>&amp;amp;&amp;#60;"),
        ("~~a~~ $b$", "&#126;&#126;a&#126;&#126; &#36;b&#36;"),
        ("see http://a.b", "see http&#58;//a.b"),
        ("WWW.a.b and a@b.c", "WWW\\.a.b and a&#64;b.c"),
        ("a\nb", "a b"),
    ] {
        assert_eq!(escape(text), escaped);
    }
}
