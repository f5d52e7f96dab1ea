//! What only Windows has: its devices, its spelling of paths, its place for data.

use crate::program::{Home, mini_answers, mini_file};

fn home() -> Home {
    let home = Home::new();
    home.write("a.json", mini_file(&mini_answers()));
    std::fs::create_dir(home.path("folder")).expect("a directory");
    home
}

#[test]
fn a_device_or_directory_is_refused_as_an_input() {
    let home = home();
    for (name, is) in
        [("NUL", "a device"), ("con.txt", "a device"), ("ab:c.json", "its colon"), ("folder", "a directory")]
    {
        for command in ["score", "report", "compare"] {
            home.mini([command, name]).expect_code(3).expect_plain().expect_told(name).expect_told(is);
        }
        home.mini(["cohort", name]).expect_code(3).expect_plain().expect_told(name).expect_told(is);
    }
    home.mini(["score", "q:b.json"]).expect_code(3).expect_told("`q:b.json` cannot be read");
}

#[test]
fn no_device_but_nul_takes_an_output() {
    let home = home();
    let before = home.everything();
    for (name, is) in [("con.txt", "a device"), ("ab:c.txt", "its colon"), ("LPT1", "a device")] {
        home.mini(["score", "a.json", "-o", name]).expect_code(1).expect_told(name).expect_told(is);
    }
    home.mini(["score", "a.json", "-o", "nul"]).expect_code(0);
    assert_eq!(home.everything(), before);
}

#[test]
fn paths_are_spelled_as_people_spell_them() {
    let home = home();
    home.mini(["take", "--plain"]).input("4\nq\n").expect_code(130);
    home.write("data/attempts/2001-01-01.json", "torn");
    let ran = home.mini(["history"]).expect_code(0).expect_told("2001-01-01.json cannot be read");
    assert!(!ran.stderr.contains(r"\\?\"), "{}", ran.stderr);
}

#[test]
fn answers_go_to_local_data_unless_roaming_has_some() {
    let (home, data) = (home(), "COOFIT_DATA_DIR");
    let take = |line: &str| {
        home.mini(["take", "--plain"]).without(data).without("XDG_DATA_HOME").input(line).expect_code(130);
    };
    take("4\nq\n");
    assert!(home.path(r"local\coofit\attempts").is_dir());
    std::fs::create_dir(home.path("roaming")).expect("a directory");
    std::fs::rename(home.path(r"local\coofit"), home.path(r"roaming\coofit")).expect("moved");
    take("4\nq\n");
    assert!(!home.path(r"local\coofit").exists(), "there are answers at the earlier place");
}
