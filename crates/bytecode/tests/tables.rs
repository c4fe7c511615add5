//! The opcode tables are what `scripts/opcode_tables.py` writes under each interpreter found here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)] // the part that reads the library is for another test
mod common;

use std::process::Command;

use bytecode::versions::ALL;
use common::{interpreter_or_note, root};

#[test]
fn tables_are_as_generated() {
    for version in ALL {
        let Some(python) = interpreter_or_note(version.name) else {
            continue;
        };
        let script = root().join("scripts/opcode_tables.py");
        let output = Command::new(python).arg(script).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let file = format!("src/versions/v{}.rs", version.name.replace('.', "_"));
        let committed = std::fs::read(root().join("crates/bytecode").join(&file)).unwrap();
        assert!(
            output.stdout == committed,
            "{file} is not what the script writes"
        );
    }
}

/// Versions differ in their tables alone: nobody asks for a version's name to decide something.
#[test]
fn no_version_is_asked_for_outside_versions() {
    for entry in std::fs::read_dir(root().join("crates/bytecode/src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                let asks = line.contains("version.name ") || line.contains("\"3.");
                assert!(!asks, "{}: {line}", path.display());
            }
        }
    }
}
