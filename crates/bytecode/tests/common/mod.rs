//! Interpreters to test against, and what they say of their standard library.

use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use bytecode::CodeView;

/// The workspace's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The interpreter of this version, wherever it is found first: in `PYTELEPORT_PYTHONS` (paths separated by
/// colons), on `PATH`, under `~/.pyenv/versions`, under `.pythons`.
pub fn interpreter(version: &str) -> Option<PathBuf> {
    let program = format!("python{version}");
    let mut candidates = Vec::new();
    if let Some(paths) = std::env::var_os("PYTELEPORT_PYTHONS") {
        candidates.extend(std::env::split_paths(&paths));
    }
    candidates.push(PathBuf::from(&program));
    if let Some(home) = std::env::home_dir() {
        let installed = std::fs::read_dir(home.join(".pyenv/versions"));
        for entry in installed.into_iter().flatten().flatten() {
            candidates.push(entry.path().join("bin").join(&program));
        }
    }
    candidates.push(
        root()
            .join(".pythons")
            .join(version)
            .join("usr/bin")
            .join(&program),
    );
    candidates
        .into_iter()
        .find(|candidate| is_version(candidate, version))
}

fn is_version(program: &Path, version: &str) -> bool {
    let script = "import sys; print('%d.%d' % sys.version_info[:2])";
    let output = Command::new(program).args(["-I", "-c", script]).output();
    output.is_ok_and(|output| output.stdout.trim_ascii_end() == version.as_bytes())
}

/// The interpreter, or a note on stderr that this version goes untested.
pub fn interpreter_or_note(version: &str) -> Option<PathBuf> {
    let found = interpreter(version);
    match &found {
        Some(program) => eprintln!("CPython {version}: {}", program.display()),
        None => eprintln!("CPython {version}: NOT FOUND, not tested"),
    }
    found
}

/// One code object, as `scripts/dump_code.py` describes it.
#[derive(Default)]
pub struct Dumped {
    pub name: String,
    pub code: Vec<u8>,
    pub exception_table: Vec<u8>,
    pub line_table: Vec<u8>,
    numbers: Vec<i32>,
    /// Offset, opcode, argument, jump target, by `dis`; empty for most.
    pub instructions: Vec<[i32; 4]>,
    /// By `co_positions`; empty for most.
    pub positions: Vec<[i32; 4]>,
}

impl Dumped {
    pub fn view(&self) -> CodeView<'_> {
        let number = |place: usize| usize::try_from(self.numbers[place]).expect("a count");
        CodeView {
            code: &self.code,
            exception_table: &self.exception_table,
            line_table: &self.line_table,
            first_line: self.numbers[0],
            local_count: number(1),
            free_count: number(2),
            argument_count: number(3),
            constant_count: number(4),
            flags: self.numbers[5] as u32,
            stack_size: number(6),
        }
    }
}

/// Every code object of an interpreter's standard library.
pub struct Library {
    child: Child,
    stream: BufReader<ChildStdout>,
}

impl Library {
    /// Starts reading; one object in `share` comes with the interpreter's own view of it.
    pub fn read(python: &Path, share: usize) -> Self {
        let mut child = Command::new(python)
            .arg(root().join("scripts/dump_code.py"))
            .arg(share.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the interpreter starts");
        let stream = child.stdout.take().expect("a pipe");
        Self {
            child,
            stream: BufReader::with_capacity(1 << 16, stream),
        }
    }

    fn field(&mut self) -> Option<Vec<u8>> {
        let mut length = [0; 4];
        match self.stream.read_exact(&mut length) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return None,
            Err(error) => panic!("reading from the interpreter: {error}"),
        }
        let mut field = vec![0; u32::from_le_bytes(length) as usize];
        self.stream.read_exact(&mut field).expect("a whole field");
        Some(field)
    }
}

impl Iterator for Library {
    type Item = Dumped;

    fn next(&mut self) -> Option<Dumped> {
        let Some(name) = self.field() else {
            assert!(self.child.wait().expect("it ends").success());
            return None;
        };
        let mut more = || self.field().expect("seven fields");
        Some(Dumped {
            name: String::from_utf8_lossy(&name).into_owned(),
            code: more(),
            exception_table: more(),
            line_table: more(),
            numbers: numbers(&more()),
            instructions: fours(&more()),
            positions: fours(&more()),
        })
    }
}

fn numbers(field: &[u8]) -> Vec<i32> {
    let numbers = field.chunks_exact(4);
    numbers
        .map(|four| i32::from_le_bytes(four.try_into().expect("four")))
        .collect()
}

fn fours(field: &[u8]) -> Vec<[i32; 4]> {
    let numbers = numbers(field);
    let fours = numbers.chunks_exact(4);
    fours.map(|four| four.try_into().expect("four")).collect()
}
