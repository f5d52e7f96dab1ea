//! Rules about the repository itself: layers, purity, and true documents.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::program::Home;
#[cfg(unix)]
use crate::program::PROGRAM;
use crate::support::repository;

/// Which modules a module may name, besides itself. The data flows one way, so each row names only
/// modules above it.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("document", &[]),
    ("bank", &["text"]),
    ("session", &["bank"]),
    ("answers", &["bank", "session", "text"]),
    ("score", &["bank", "session"]),
    ("report", &["bank", "document", "score", "session", "text"]),
    ("render", &["bank", "document", "report", "score", "text"]),
    ("cohort", &["answers", "bank", "report", "score", "session", "text"]),
    ("audit", &["bank", "document", "score", "session"]),
    ("store", &["answers", "bank", "session"]),
    ("prompt", &["bank", "session", "text"]),
    (
        "cli",
        &[
            "text", "document", "bank", "session", "answers", "score", "report", "render", "cohort", "audit",
            "store", "prompt",
        ],
    ),
    ("lib", &[]),
    ("main", &[]),
];

/// Which modules may name a part of the standard library that touches the world.
const NAMED_IN: &[(&str, &[&str])] = &[
    ("std::env", &["cli"]),
    ("std::fs", &["cli", "store"]),
    ("std::io", &["cli", "cohort", "prompt", "store"]),
    ("std::process", &["cli", "main", "prompt/windows"]),
    ("std::time", &["cli", "prompt", "store"]),
];

/// One source file of the program.
struct Source {
    /// Its path without `src/` and `.rs`, such as `bank/parse`.
    name: String,
    /// The lines of code, without comments and without the tests at the foot of the file.
    code: String,
}

/// The Rust files of a directory and those in it.
fn rust_files(directory: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![repository(directory)];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).expect("a readable directory") {
            let path = entry.expect("a readable directory").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources() -> Vec<Source> {
    let source = |path: PathBuf| {
        let relative = path.strip_prefix(repository("src")).expect("a source file").with_extension("");
        let name = relative.to_string_lossy().replace('\\', "/");
        let whole = read(&path);
        let tested = whole.find("\nmod tests {").map_or(&*whole, |at| &whole[..at]);
        let code = tested
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| line.to_owned() + "\n")
            .collect();
        Source { name, code }
    };
    rust_files("src").into_iter().map(source).collect()
}

/// Whether a path begins with these names: `bank/parse/item` is in `bank/parse`, `banker` is not in `bank`.
fn is_in(name: &str, place: &str) -> bool {
    name.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the code names a crate or a module by its path.
fn names(code: &str, path: &str) -> bool {
    let (parent, name) = path.split_once("::").unwrap_or_default();
    let start = format!("use {parent}::{{");
    let lists = code.split(&start).skip(1).filter_map(|rest| rest.split(';').next());
    let is_listed = lists.flat_map(|list| list.split([',', '}'])).any(|item| item.trim() == name);
    is_listed
        || [format!("{path}::"), format!("use {path};")].iter().any(|needle| {
            code.match_indices(needle.as_str()).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            })
        })
}

/// The modules that the code names as `crate::module` or `crate::{module, …}`.
fn modules_named(code: &str) -> BTreeSet<&str> {
    fn name(rest: &str) -> &str {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    }
    let after = code.match_indices("crate::").map(|(at, found)| &code[at + found.len()..]);
    after
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => list[..list.find("};").unwrap_or(list.len())].split(", ").map(name).collect(),
            None => vec![name(rest)],
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_module_names_only_the_modules_of_its_layer() {
    let mut wrong = Vec::new();
    for source in sources() {
        let module = source.name.split('/').next().expect("a name");
        let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("src/{}.rs: `{module}` is in no layer; give it a row in LAYERS", source.name));
            continue;
        };
        let strange =
            modules_named(&source.code).into_iter().filter(|name| *name != module && !may.contains(name));
        wrong.extend(strange.map(|name| format!("src/{}.rs: `{module}` may not name `{name}`", source.name)));
    }
    none(&wrong);
}

#[test]
fn the_layers_go_one_way() {
    let place = |name: &str| LAYERS.iter().position(|(layer, _)| *layer == name);
    let mut wrong = Vec::new();
    for (layer, may) in LAYERS {
        let backward = may.iter().filter(|name| place(name) >= place(layer));
        wrong.extend(backward.map(|name| format!("`{layer}` names `{name}`, which is below it")));
    }
    none(&wrong);
}

#[test]
fn only_the_shell_touches_the_world() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (what, places) in NAMED_IN {
            let belongs = places.iter().any(|place| is_in(&source.name, place));
            if !belongs && names(&source.code, what) {
                wrong.push(format!(
                    "src/{}.rs names `{what}`, which belongs to {}",
                    source.name,
                    places.join(", ")
                ));
            }
        }
    }
    none(&wrong);
}

#[test]
fn the_changelog_has_exactly_one_heading_for_this_version() {
    let changelog = read(repository("CHANGELOG.md"));
    let version = env!("CARGO_PKG_VERSION");
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    let n = headings.filter(|heading| heading.split_whitespace().next() == Some(version)).count();
    assert_eq!(n, 1, "headings `## {version}` in CHANGELOG.md");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "docs/method.md",
        "docs/reliability.md",
        "docs/speed.md",
        "docs/systems.md",
        "docs/use.md",
        "tests/data/README.md",
        "tests/data/terminal/README.md",
    ] {
        let text = read(repository(document));
        let directory = repository(document).parent().expect("a directory").to_owned();
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap_or_default().split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !directory.join(target).exists() {
                wrong.push(format!("{document}: {target}"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_promise_has_its_tests() {
    let mut wrong = Vec::new();
    let (mut n_promises, mut n_tests) = (0, 0);
    for line in read(repository("SECURITY.md")).lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, promise, tests, _, _] = cells[..] else { continue };
        if promise == "Promise" || promise.starts_with("---") {
            continue;
        }
        n_promises += 1;
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        n_tests += named.len();
        if named.is_empty() {
            wrong.push(format!("{promise} has no test"));
        }
        for name in named {
            let is_there = match name.split_once("::") {
                // cargo leaves a package inside a package out of its tarball.
                None if !repository("fuzz").is_dir() && name.starts_with("fuzz/") => true,
                None => repository(name).is_file(),
                Some((module, test)) => {
                    let file = fs::read_to_string(repository(&format!("tests/it/{module}.rs")));
                    file.is_ok_and(|file| file.contains(&format!("fn {test}() {{")))
                }
            };
            if !is_there {
                wrong.push(format!("{promise} names {name}, which is not there"));
            }
        }
    }
    assert!(n_promises >= 10 && n_tests > n_promises, "{n_promises} promises, {n_tests} tests");
    none(&wrong);
}

/// The fenced blocks of the README and of the page on using the program, in one language.
fn readme_blocks(language: &str) -> Vec<String> {
    let readme = ["README.md", "docs/use.md"].map(|name| read(repository(name))).join("\n");
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for line in readme.lines() {
        match &mut block {
            Some(text) if line == "```" => {
                blocks.push(std::mem::take(text));
                block = None;
            }
            Some(text) => text.extend([line, "\n"]),
            None if line == format!("```{language}") => block = Some(String::new()),
            None => {}
        }
    }
    blocks
}

/// Runs a line of the README, with the program that was built for the tests and in a directory that
/// has the repository's `questions` and `tests`; gives what is on the terminal afterwards.
#[cfg(unix)]
fn shown_by(command: &str) -> String {
    let home = Home::new();
    let (questions, tests) = (repository("questions"), repository("tests"));
    let command = command.replace("cargo run --release --", "coofit");
    let line = format!(
        "cp -r '{}' questions && ln -s '{}' tests && coofit() {{ '{PROGRAM}' \"$@\"; }} && {{ {command}; }} 2>&1",
        questions.display(),
        tests.display(),
    );
    home.through("sh", ["-c", &line]).ran().stdout
}

/// A transcript is a line with `$ ` and what the command prints; a last line of `...` leaves out the rest.
// Needs a shell.
#[cfg(unix)]
#[test]
fn the_transcripts_of_the_readme_are_what_the_program_prints() {
    let mut wrong = Vec::new();
    let mut n_transcripts = 0;
    for block in readme_blocks("console") {
        for transcript in block.split("\n$ ") {
            let (command, expect) = transcript.split_once('\n').expect("a command and what it prints");
            let command = command.trim_start_matches("$ ");
            let got = shown_by(command);
            n_transcripts += 1;
            let agrees = match expect.trim_end().strip_suffix("\n...") {
                Some(start) => got.starts_with(&format!("{start}\n")),
                None => got.trim_end() == expect.trim_end(),
            };
            if !agrees {
                let lines = expect.lines().count();
                let start: Vec<&str> = got.lines().take(lines).collect();
                wrong.push(format!("`{command}` prints:\n\n{}\n", start.join("\n")));
            }
        }
    }
    assert!(n_transcripts >= 2, "{n_transcripts} transcripts");
    none(&wrong);
}

#[test]
fn the_commands_and_options_of_the_readme_exist() {
    let (home, mut wrong) = (Home::new(), Vec::new());
    for line in readme_blocks("sh").iter().flat_map(|block| block.lines()) {
        let command = line.split(" #").next().unwrap_or_default().replace("cargo run --release --", "coofit");
        let words: Vec<&str> =
            command.split_whitespace().skip_while(|word| *word != "coofit").skip(1).collect();
        if words.is_empty() {
            continue;
        }
        let commands = words.iter().take_while(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
        // The first word is a command; the second may be one, or an argument.
        let deepest = (1..=2).rev().filter(|n| *n <= commands.clone().count()).find_map(|n| {
            let help = home.run(&words[..n]).arg("--help").ran().stdout;
            help.contains(&format!("coofit {}", words[..n].join(" "))).then_some(help)
        });
        let Some(help) = deepest else {
            wrong.push(format!("`{line}`: no such command"));
            continue;
        };
        let options = words.iter().filter(|word| word.starts_with('-') && word.len() > 1);
        let unknown = options.filter(|option| !help.contains(**option));
        wrong.extend(unknown.map(|option| format!("`{line}`: no option {option}")));
        let forms = words.windows(2).filter(|pair| ["--format", "--form"].contains(&pair[0]));
        let known = |value: &str| help.split(|c: char| !c.is_alphanumeric()).any(|word| word == value);
        wrong.extend(
            forms.filter(|pair| !known(pair[1])).map(|pair| format!("`{line}`: no form {}", pair[1])),
        );
    }
    none(&wrong);
}
