use super::*;

#[test]
fn earlier_answers_are_used_until_the_new_directory_exists() {
    let home = tempfile::tempdir().expect("a directory");
    let [place, earlier] = ["now", "earlier"].map(|name| home.path().join(name));
    let found = || first_in_use(place.clone(), earlier.clone());
    assert_eq!(found(), place);
    fs::create_dir(&earlier).expect("a directory");
    assert_eq!(found(), place, "without answers");
    fs::create_dir(earlier.join("attempts")).expect("a directory");
    assert_eq!(found(), earlier);
    fs::create_dir(&place).expect("a directory");
    assert_eq!(found(), place);
}
