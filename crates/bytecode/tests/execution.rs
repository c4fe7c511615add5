//! Morphs that are executed: `execution.py` says for which functions, and checks what they do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)] // the part that reads the library is for the other test
mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use bytecode::{
    CodeView, Constant, Phase, Rest, Resume, Shape, Site, SlotKind, StackSlot, Version, assemble,
    locate, version,
};
use common::interpreter_or_note;

macro_rules! executed {
    ($($test:ident $version:literal)*) => {
        $(#[test] fn $test() { execute($version) })*
    };
}

executed! {
    morphs_on_3_11 "3.11"
    morphs_on_3_12 "3.12"
    morphs_on_3_13 "3.13"
    morphs_on_3_14 "3.14"
    morphs_on_3_15 "3.15"
}

fn execute(name: &str) {
    let version = version(name).unwrap();
    let Some(python) = interpreter_or_note(name) else {
        return;
    };
    let mut child = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/execution.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answers = child.stdin.take().unwrap();
    let mut morphs = 0;
    let ended = loop {
        let Some(question) = questions.next() else {
            break String::from("it ended too early");
        };
        let question = question.unwrap();
        if question.starts_with("done") {
            break question;
        }
        morphs += usize::from(question.starts_with("morph"));
        let answer = answer(version, &question).unwrap_or_else(|error| format!("error {error}"));
        writeln!(answers, "{answer}").unwrap();
    };
    drop(answers);
    child.wait().unwrap();
    eprintln!("CPython {name}: {ended} failed, {morphs} morphs");
    assert!(
        ended.starts_with("done ") && ended.ends_with(" 0"),
        "{ended}"
    );
}

struct Words<'a>(std::str::Split<'a, char>);

impl<'a> Words<'a> {
    fn word(&mut self) -> &'a str {
        self.0.next().unwrap()
    }

    fn number(&mut self) -> i64 {
        self.word().parse().unwrap()
    }

    fn count(&mut self) -> usize {
        self.word().parse().unwrap()
    }

    fn bytes(&mut self) -> Vec<u8> {
        let hex = self.word().trim_matches('-').as_bytes();
        let digit = |c: u8| (c as char).to_digit(16).unwrap() as u8;
        hex.chunks(2)
            .map(|two| digit(two[0]) << 4 | digit(two[1]))
            .collect()
    }
}

fn answer(version: &Version, question: &str) -> Result<String, bytecode::BytecodeError> {
    let mut words = Words(question.split(' '));
    let what = words.word();
    let (code, exception_table, line_table) = (words.bytes(), words.bytes(), words.bytes());
    let view = CodeView {
        code: &code,
        exception_table: &exception_table,
        line_table: &line_table,
        first_line: words.number() as i32,
        local_count: words.count(),
        free_count: words.count(),
        argument_count: words.count(),
        constant_count: words.count(),
        flags: words.number() as u32,
        stack_size: words.count(),
    };
    let lasti = words.number() as i32;
    let site = match words.word() {
        "Running" => locate(version, &view, lasti, Phase::Running)?,
        "Suspended" => locate(version, &view, lasti, Phase::Suspended)?,
        "Created" => locate(version, &view, lasti, Phase::Created)?,
        "Instruction" => locate(version, &view, lasti, Phase::Instruction)?,
        "Frame" => Site::default(),
        other => panic!("{other}"),
    };
    if what == "locate" {
        let kinds = site.kinds.iter().map(|kind| match kind {
            SlotKind::Value => 'v',
            SlotKind::PreviousException => 'p',
            SlotKind::Offset => 'o',
            SlotKind::Exception => 'x',
        });
        let kinds = kinds.collect::<String>();
        return Ok(format!(
            "site {} {} {} {} {} {} {kinds}-",
            site.opcode, site.argument, site.results, site.operand_count, site.next, site.wraps
        ));
    }
    let resume = resume(words.word());
    let locals = words
        .word()
        .trim_matches('-')
        .bytes()
        .map(|set| set == b'1')
        .collect();
    let stack = words
        .word()
        .split(',')
        .filter(|slot| *slot != "-")
        .map(|slot| match slot {
            "n" => StackSlot::Null,
            "v" => StackSlot::Value,
            "p" => StackSlot::PreviousException,
            offset => StackSlot::Offset(offset[1..].parse().unwrap()),
        });
    let shape = Shape {
        locals,
        stack: stack.collect(),
    };
    let morph = assemble(version, &view, &site, &shape, resume)?;
    let mut answer = format!(
        "morph {} {}- {}- {}",
        hexed(&morph.preamble),
        hexed(&morph.exception_table),
        hexed(&morph.line_table),
        morph.stack_size
    );
    for constant in morph.constants {
        answer += &match constant {
            Constant::Int(number) => format!(" Int:{number}"),
            other => format!(" {other:?}"),
        };
    }
    Ok(answer)
}

fn resume(word: &str) -> Resume {
    match word {
        "At" => Resume::At,
        "Yield" => Resume::Yield,
        "Start" => Resume::Start,
        "Frame" => Resume::Frame,
        "After:Push" => Resume::After(Rest::Push),
        "After:Discard" => Resume::After(Rest::Discard),
        "After:Replace" => Resume::After(Rest::Replace),
        "After:Then" => Resume::After(Rest::Then),
        "After:AddNull" => Resume::After(Rest::AddNull),
        "After:Bool" => Resume::After(Rest::Bool),
        "After:Not" => Resume::After(Rest::Not),
        "After:With" => Resume::After(Rest::With),
        "After:Iterate" => Resume::After(Rest::Iterate),
        "After:JumpOrPop" => Resume::After(Rest::JumpOrPop),
        "After:Again" => Resume::After(Rest::Again),
        other => panic!("{other}"),
    }
}

fn hexed(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
