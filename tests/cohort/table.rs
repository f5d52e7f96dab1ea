use super::*;

#[track_caller]
fn check(json: &str, csv: &str) {
    let table = TextTable::of_json(json, "kim.json", "b").unwrap_or_else(|halt| panic!("{halt}"));
    assert_eq!(String::from_utf8(table.csv(b',')).expect("UTF-8"), csv);
}

#[test]
fn objects_become_rows() {
    check(r#"[{"a": 1, "b": "x"}, {"b": null, "c": [1, "y"]}]"#, "a,b,c\n1,x,\n,,1;y\n");
    check("{\"a\": 4.5}\n{\"a\": true}\n", "a\n4.5\ntrue\n");
    check(r#"{"m": {"x": 1, "y": []}}"#, "m/x,m/y\n1,;\n");
    check(r#"{"format": 1, "answers": {"a": 3}}"#, "a,id\n3,kim.json\n");
}

#[test]
fn tables_join_by_the_names_of_their_columns() {
    let of = |text: &str| TextTable::of_csv(text.as_bytes(), b',');
    let joined = |texts: [&str; 2]| {
        let mut table = TextTable::default();
        for text in texts {
            table.add(of(text).expect("a table"));
        }
        String::from_utf8(table.csv(b',')).expect("UTF-8")
    };
    assert_eq!(joined(["id,a\np,1\n", "b,a\n2,3\n"]), "id,a,b\np,1,\n,3,2\n");
    assert_eq!(joined(["id,a\np,1\n", "a,a\n2,3\n,\n"]), "id,a,a\np,1,\n,2,3\n,,\n");
    let halt = of("a,b\n1,2\n\n1,2,3\n").expect_err("a row that is too long").to_string();
    expect_test::expect![[r"
        row 2 (line 4), column 3: the row has 3 cells, and the header has 2
          help: fill up or shorten the row; a text that has a separator or a line break in it needs quotation marks around it"]].assert_eq(&halt);
}
