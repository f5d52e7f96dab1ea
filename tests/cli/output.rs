use super::*;

#[test]
fn when_one_output_cannot_get_its_name_none_does() {
    let home = tempfile::tempdir().expect("a directory");
    let path = |name: &str| home.path().join(name);
    fs::write(path("old"), "earlier").expect("a file");
    let inputs = Inputs { files: Vec::new(), results: None };
    let mut outputs = Outputs::new(&inputs, true);
    let drafts = ["new", "old", "blocked"].map(|name| {
        let target = outputs.target(Some(&path(name))).expect("a free place");
        let mut draft = target.draft().expect("a draft");
        draft.write_text("later").expect("written");
        draft
    });
    fs::create_dir(path("blocked")).expect("a directory");
    let error = keep(drafts).expect_err("no file can go where a directory is");
    assert!(error.to_string().contains("blocked` is already there"), "{error:#}");
    assert_eq!(fs::read(path("old")).expect("the file"), b"earlier");
    let names = fs::read_dir(&home).expect("listed").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["blocked", "old"]);
}
