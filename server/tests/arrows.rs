//! The tree keeps its shape: dependency arrows, file sizes, paths in the documents, migrations in pairs, no machine's
//! own paths.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says where"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Longest source file; the house aims at 400.
const LINES_AT_MOST: usize = 450;

/// Who may depend on whom inside the workspace.
const ARROWS: &[(&str, &[&str])] = &[
    ("lara-core", &[]),
    ("lara-store", &["lara-core"]),
    ("lara-nlu", &["lara-core"]),
    ("lara-bots", &["lara-core"]),
    ("lara-desk", &["lara-core", "lara-store"]),
    ("lara-server", &["lara-core", "lara-store", "lara-nlu", "lara-bots", "lara-desk"]),
];

/// What tests may use beside that: the real store in a temporary file instead of a pretended one.
const IN_TESTS: &[(&str, &[&str])] = &[("lara-bots", &["lara-store"])];

/// What the engine must never know.
const NOT_IN_CORE: &[&str] =
    &["sqlx", "rusqlite", "axum", "tower-http", "hyper", "reqwest", "askama", "serenity", "teloxide", "clap"];

#[test]
fn crates_depend_only_along_the_arrows() {
    let manifests = manifests();
    let names: BTreeSet<&str> = manifests.keys().map(String::as_str).collect();
    let listed: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, listed, "a new crate needs its arrows written down here and in ARCHITECTURE.md");

    let mut wrong = Vec::new();
    for (name, allowed) in ARROWS {
        for (dependency, section) in dependencies(&manifests[*name]) {
            let is_ours = names.contains(dependency.as_str());
            let in_tests = section == "dev-dependencies"
                && IN_TESTS.iter().any(|(who, what)| who == name && what.contains(&dependency.as_str()));
            if is_ours && dependency != *name && !allowed.contains(&dependency.as_str()) && !in_tests {
                wrong.push(format!("{name} -> {dependency} ({section})"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that must not exist: {wrong:#?}");
}

#[test]
fn the_engine_names_no_technology() {
    let found: Vec<String> = dependencies(&manifests()["lara-core"])
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| NOT_IN_CORE.contains(&name.as_str()))
        .collect();
    assert!(found.is_empty(), "core depends on {found:?}");
}

#[test]
fn dependency_versions_stand_in_the_root_manifest_alone() {
    let mut wrong = Vec::new();
    for (name, manifest) in manifests() {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (dependency, value) in
                manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten()
            {
                if value.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                    wrong.push(format!("{name}: {dependency}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "write `x.workspace = true`: {wrong:#?}");
}

#[test]
fn every_path_in_the_documents_exists() {
    let mut missing = Vec::new();
    for document in documents() {
        let text = read(&document);
        for path in paths_in(&text) {
            let beside = document.parent().unwrap().join(&path);
            let named = root().join(&path);
            // A recipe names the file its reader is going to write; the folder must be there.
            let to_be_written =
                document.parent().unwrap().ends_with("how-to") && named.parent().unwrap().exists();
            if !named.exists() && !beside.exists() && !to_be_written {
                missing.push(format!("{}: {path}", relative(&document)));
            }
        }
    }
    assert!(missing.is_empty(), "documents name what is not there: {missing:#?}");
}

/// The table of attacks names the test that tries each: a test that is renamed or gone is missed here.
#[test]
fn every_attack_of_the_table_is_tried() {
    let table = read(&root().join("docs/who-may-see-what.md"));
    let attacks: Vec<&str> =
        table.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
    assert!(attacks.len() >= 25, "{} attacks", attacks.len());
    let mut missing = Vec::new();
    for attack in attacks {
        let named: Vec<_> =
            attack.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::")).collect();
        assert!(!named.is_empty(), "nobody tries: {attack}");
        for (path, test) in named {
            // Tests stand as functions; those for both databases in a list beside them.
            let there = std::fs::read_to_string(root().join(path))
                .is_ok_and(|text| text.contains(&format!("fn {test}(")));
            if !there {
                missing.push(format!("{path}::{test}"));
            }
        }
    }
    assert!(missing.is_empty(), "docs/who-may-see-what.md names tests that are not there: {missing:#?}");
}

#[test]
fn source_files_stay_short() {
    let long: Vec<String> = tracked()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "rs" || e == "js" || e == "css" || e == "html"))
        .map(|path| (read(&path).lines().count(), relative(&path)))
        .filter(|(lines, _)| *lines > LINES_AT_MOST)
        .map(|(lines, path)| format!("{path}: {lines}"))
        .collect();
    assert!(long.is_empty(), "longer than {LINES_AT_MOST} lines: {long:#?}");
}

#[test]
fn every_migration_comes_for_both_databases() {
    let names = |folder: &str| -> BTreeSet<String> {
        std::fs::read_dir(root().join("migrations").join(folder))
            .unwrap_or_else(|error| panic!("migrations/{folder}: {error}"))
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| Path::new(name).extension().is_some_and(|e| e == "sql"))
            .collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert!(!sqlite.is_empty(), "there are no migrations");
    assert_eq!(sqlite, postgres);

    let numbers: Vec<&str> = sqlite.iter().filter_map(|name| name.split('_').next()).collect();
    for (at, number) in numbers.iter().enumerate() {
        assert_eq!(
            *number,
            format!("{:04}", at + 1),
            "migration numbers have no gap and no twin: {numbers:?}"
        );
    }
}

#[test]
fn tracked_files_name_no_machine() {
    // Built here, so that this file does not contain what it looks for.
    let forbidden = [
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["/tmp/", "lara"].concat(),
        ["crates.", "io/api"].concat(),
    ];
    let mut found = Vec::new();
    for path in tracked() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            if forbidden.iter().any(|word| line.contains(word.as_str())) {
                found.push(format!("{}:{}", relative(&path), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "a path of one machine: {found:#?}");
}

// ---------------------------------------------------------------------------------------------------------- helpers

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", relative(path)))
}

fn manifests() -> BTreeMap<String, toml::Table> {
    let workspace: toml::Table = read(&root().join("Cargo.toml")).parse().unwrap();
    let members = workspace["workspace"]["members"].as_array().unwrap().clone();
    let parse = |member: toml::Value| {
        let manifest: toml::Table =
            read(&root().join(member.as_str().unwrap()).join("Cargo.toml")).parse().unwrap();
        (manifest["package"]["name"].as_str().unwrap().to_owned(), manifest)
    };
    members.into_iter().map(parse).collect()
}

/// Names of everything a crate depends on, with the section that says so.
fn dependencies(manifest: &toml::Table) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (name, _) in manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten() {
            found.push((name.clone(), section));
        }
    }
    found
}

/// Files git knows: what a clone holds.
fn tracked() -> Vec<PathBuf> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().expect("git runs");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).unwrap();
    let paths = names.split('\0').filter(|name| !name.is_empty()).map(|name| root().join(name));
    // A file deleted in the work tree but not yet in git has nothing to check.
    paths.filter(|path| path.is_file()).collect()
}

fn documents() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/who-may-see-what.md"]
            .map(|name| root().join(name))
            .into();
    for folder in ["docs/how-to", "docs/decisions"] {
        let Ok(entries) = std::fs::read_dir(root().join(folder)) else { continue };
        found.extend(
            entries
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == "md")),
        );
    }
    found
}

/// What looks like a path of this repository: `core/src/turn.rs` in back-ticks, or the target of a relative link.
fn paths_in(markdown: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let in_ticks = markdown.split('`').skip(1).step_by(2);
    let in_links = markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let in_images = markdown.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for candidate in in_ticks.chain(in_links).chain(in_images) {
        let candidate =
            candidate.split('#').next().unwrap_or_default().trim_end_matches('/').trim_start_matches("./");
        // Patterns, commands, URLs and code are not paths.
        let odd = |c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c));
        let first = candidate.split('/').next().unwrap_or_default();
        if !candidate.contains(odd)
            && TOP.contains(&first)
            && (candidate.contains('/') || candidate.contains('.'))
        {
            found.insert(candidate.to_owned());
        }
    }
    found
}

/// What a path of this repository begins with.
const TOP: &[&str] = &[
    ".ci",
    "core",
    "nlu",
    "store",
    "bots",
    "desk",
    "server",
    "templates",
    "migrations",
    "docs",
    "scripts",
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Cargo.toml",
    "clippy.toml",
    "deny.toml",
    "rustfmt.toml",
    "LICENSE-MIT",
    "LICENSE-APACHE",
];
