//! Every code object of the standard library, of every CPython found here.
//!
//! The tables must come out of a decode and an encode as they went in, the decoders must agree with the
//! interpreter's own, the analysis must keep within the declared stack; and morphs written for places all
//! over the code must leave that code, its handlers and its positions as they were.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Instant;

use bytecode::stack::{Analysis, analyse};
use bytecode::versions::{ALL, Jump, Opcode, Role};
use bytecode::{
    CodeView, Morph, Phase, Rest, Resume, Shape, Site, SlotKind, StackSlot, Version, assemble,
    exception_table, instructions, line_table, locate, version,
};
use common::{Dumped, Library, interpreter_or_note};

/// One code object in so many is compared with `dis` and `co_positions`.
const SHARE: usize = 23;
/// Without optimisation all takes ten times as long: then fewer morphs are written.
const FEWER: usize = if cfg!(debug_assertions) { 29 } else { 1 };

#[derive(Default, Debug)]
struct Counts {
    objects: usize,
    instructions: usize,
    unreached: usize,
    compared: usize,
    deepest_equal: usize,
    morphs: usize,
    by_rest: std::collections::BTreeMap<String, usize>,
}

macro_rules! libraries {
    ($($test:ident $version:literal)*) => {
        $(#[test] fn $test() { library($version) })*

        #[test]
        fn every_version_is_listed() {
            assert_eq!(ALL.map(|version| version.name), [$($version),*]);
        }
    };
}

libraries! {
    library_of_3_11 "3.11"
    library_of_3_12 "3.12"
    library_of_3_13 "3.13"
    library_of_3_14 "3.14"
    library_of_3_15 "3.15"
}

fn library(name: &str) {
    let version = version(name).unwrap();
    let Some(python) = interpreter_or_note(name) else {
        return;
    };
    let begin = Instant::now();
    let mut counts = Counts::default();
    for dumped in Library::read(&python, SHARE) {
        check(version, &dumped, &mut counts);
    }
    assert!(counts.objects > 1000, "too few code objects: {counts:?}");
    eprintln!("CPython {name}: {counts:?} in {:.1?}", begin.elapsed());
}

fn check(version: &'static Version, dumped: &Dumped, counts: &mut Counts) {
    let name = &dumped.name;
    let view = dumped.view();
    counts.objects += 1;

    let decoded = instructions::decode(version, view.code).expect(name);
    assert_eq!(instructions::encode(version, &decoded), view.code, "{name}");
    counts.instructions += decoded.len();

    let handlers = exception_table::decode(version, view.exception_table).expect(name);
    let encoded = exception_table::encode(version, &handlers).expect(name);
    assert_eq!(encoded, view.exception_table, "{name}");

    let entries = line_table::decode(version, view.line_table).expect(name);
    assert_eq!(line_table::encode(&entries), view.line_table, "{name}");

    if !dumped.instructions.is_empty() {
        counts.compared += 1;
        compare(version, dumped, &decoded);
    }

    // the analysis itself fails where a stack would grow over co_stacksize
    let analysis = analyse(version, &view).unwrap_or_else(|error| panic!("{name}: {error}"));
    let depths = (0..decoded.len()).map(|index| analysis.depth(index));
    counts.unreached += depths.clone().filter(Option::is_none).count();
    let deepest = depths.clone().flatten().max().unwrap_or(0);
    // before an instruction, so what the last one pushes may be missing: at most a few
    counts.deepest_equal += usize::from(deepest + 2 >= view.stack_size);

    for (index, instruction) in decoded.iter().enumerate() {
        let share = match instruction.opcode.role {
            Role::Yield | Role::ForIter | Role::Send => 5,
            Role::JumpIfTrueOrPop | Role::JumpIfFalseOrPop => 5,
            _ => 61,
        };
        let chosen = (index * 31 + counts.objects * 7).is_multiple_of(share * FEWER);
        if chosen && analysis.depth(index).is_some() {
            morph(version, dumped, &analysis, index, counts);
        }
    }
}

fn compare(version: &Version, dumped: &Dumped, decoded: &[instructions::Instruction]) {
    let name = &dumped.name;
    let prefix = i32::from(version.named.extended_arg.number);
    let theirs: Vec<_> = dumped
        .instructions
        .iter()
        .filter(|i| i[1] != prefix)
        .collect();
    assert_eq!(theirs.len(), decoded.len(), "{name}");
    for (ours, &&[offset, number, arg, target]) in decoded.iter().zip(&theirs) {
        assert_eq!(ours.offset as i32, offset, "{name}");
        assert_eq!(i32::from(ours.opcode.number), number, "{name} at {offset}");
        if ours.opcode.has_arg {
            assert_eq!(ours.arg as i32, arg, "{name} at {offset}");
        }
        assert_eq!(
            ours.target(),
            (target >= 0).then_some(target.into()),
            "{name} at {offset}"
        );
    }
    let ours = line_table::positions(version, &dumped.view()).expect(name);
    let ours: Vec<_> = ours
        .iter()
        .map(|p| {
            let column = |column: Option<u32>| column.map_or(-1, |column| column as i32);
            let line = |line: Option<i32>| line.unwrap_or(-1);
            [
                line(p.line),
                line(p.end_line),
                column(p.column),
                column(p.end_column),
            ]
        })
        .collect();
    assert_eq!(ours, dumped.positions, "{name}");
}

/// Ways to take a frame up again that stands at this instruction.
fn ways(site: &Site, opcode: &Opcode, wide: bool) -> Vec<(Phase, Resume)> {
    let after = |rest| (Phase::Running, Resume::After(rest));
    let mut ways = vec![(Phase::Instruction, Resume::At)];
    match opcode.role {
        _ if !opcode.continues && opcode.jump == Jump::None => {} // a return, a raise
        Role::PushExcInfo => {}                                   // runs no code
        Role::Yield => ways.push((Phase::Suspended, Resume::Yield)),
        Role::Send => ways.push((Phase::Running, Resume::At)),
        Role::ForIter => ways.extend([(Phase::Running, Resume::At), after(Rest::Iterate)]),
        Role::JumpIfTrueOrPop | Role::JumpIfFalseOrPop => ways.push(after(Rest::JumpOrPop)),
        _ => match site.results {
            0 => ways.push(after(Rest::Discard)),
            1 if wide => ways.extend([Rest::Push, Rest::Replace, Rest::Then, Rest::Not].map(after)),
            1 => ways.extend([after(Rest::Push), after(Rest::Bool)]),
            2 => ways.extend([after(Rest::AddNull), after(Rest::With)]),
            _ => {}
        },
    }
    if site.operand_count == 1 && opcode.continues {
        ways.push(after(Rest::Again));
    }
    ways
}

fn shape(view: &CodeView, site: &Site, seed: usize) -> Shape {
    let locals = (0..view.local_count - view.free_count)
        .map(|slot| !(slot + seed).is_multiple_of(3))
        .collect();
    let stack = site
        .kinds
        .iter()
        .enumerate()
        .map(|(depth, kind)| match kind {
            SlotKind::PreviousException => StackSlot::PreviousException,
            SlotKind::Offset => StackSlot::Offset(site.offset as u32 / 2),
            SlotKind::Value if (depth + seed).is_multiple_of(5) => StackSlot::Null,
            SlotKind::Value | SlotKind::Exception => StackSlot::Value,
        });
    Shape {
        locals,
        stack: stack.collect(),
    }
}

fn morph(
    version: &'static Version,
    dumped: &Dumped,
    analysis: &Analysis,
    index: usize,
    counts: &mut Counts,
) {
    let view = dumped.view();
    let here = analysis.instructions[index];
    let lasti = here.offset as i32;
    let running = locate(version, &view, lasti, Phase::Running)
        .unwrap_or_else(|error| panic!("{}: {error}", dumped.name));
    let opcode = version.opcode_named(running.opcode).unwrap();
    let mut all = ways(&running, opcode, index.is_multiple_of(2));
    if view.suspends() && index.is_multiple_of(3) {
        all.push((Phase::Created, Resume::Start));
    }
    for (phase, resume) in all {
        let name = format!("{} at {lasti} {phase:?} {resume:?}", dumped.name);
        let Ok(site) = locate(version, &view, lasti, phase) else {
            panic!("{name}: no site");
        };
        if phase == Phase::Instruction {
            assert_eq!(site.kinds, analysis.kinds(index).unwrap(), "{name}");
        }
        let shape = shape(&view, &site, index);
        let morph = assemble(version, &view, &site, &shape, resume);
        let row = exception_table::covering(&analysis.handlers, site.offset);
        if matches!(resume, Resume::After(_)) && row.is_some_and(|r| r.depth > site.kinds.len()) {
            // no call is made here that could raise; see `Walk::enter_handler`
            assert!(morph.is_err(), "{name}");
            continue;
        }
        let morph = morph.unwrap_or_else(|error| panic!("{name}: {error}"));
        check_morph(version, &view, analysis, &site, resume, &morph, &name);
        counts.morphs += 1;
        *counts.by_rest.entry(format!("{resume:?}")).or_default() += 1;
    }
}

fn check_morph(
    version: &'static Version,
    view: &CodeView,
    before: &Analysis,
    site: &Site,
    resume: Resume,
    morph: &Morph,
    name: &str,
) {
    let length = morph.preamble.len();
    let whole = [&morph.preamble, view.code].concat();
    let morphed = CodeView {
        code: &whole,
        exception_table: &morph.exception_table,
        line_table: &morph.line_table,
        constant_count: view.constant_count + morph.constants.len(),
        stack_size: morph.stack_size,
        ..*view
    };
    let after = analyse(version, &morphed).unwrap_or_else(|error| panic!("{name}: {error}"));
    let depth_at = |offset: usize| {
        let index = instructions::containing(&after.instructions, offset)?;
        assert_eq!(
            after.instructions[index].start, offset,
            "{name}: not a start"
        );
        after.depth(index)
    };

    // no instruction of the original sees another depth than before
    let ours = instructions::containing(&after.instructions, length).unwrap();
    assert_eq!(
        after.instructions.len() - ours,
        before.instructions.len(),
        "{name}"
    );
    for (index, instruction) in before.instructions.iter().enumerate() {
        if let Some(depth) = after.depth(ours + index) {
            let at = instruction.offset;
            assert_eq!(Some(depth), before.depth(index), "{name}: depth at {at}");
        }
    }
    // where it goes on
    let at = |offset: usize| depth_at(length + offset);
    let own = before
        .instructions
        .iter()
        .position(|i| i.offset == site.offset)
        .unwrap();
    match resume {
        Resume::After(Rest::Again) => {
            assert_eq!(
                after.depth(ours + own),
                Some(site.kinds.len() + 1),
                "{name}"
            );
        }
        Resume::After(Rest::JumpOrPop) => {
            assert_eq!(at(site.next), Some(site.kinds.len() - 1), "{name}");
            let target = before.instructions[own].target().unwrap() as usize;
            assert_eq!(at(target), Some(site.kinds.len()), "{name}");
        }
        Resume::After(_) => {
            assert_eq!(
                at(site.next),
                Some(site.kinds.len() + site.results),
                "{name}"
            );
        }
        Resume::At if before.instructions[own].opcode.role == Role::Resume => {
            assert!(at(before.instructions[own].next).is_some(), "{name}");
        }
        Resume::At | Resume::Yield | Resume::Start | Resume::Frame => {
            assert!(after.depth(ours + own).is_some(), "{name}");
        }
    }
    if resume == Resume::After(Rest::Iterate) {
        let end = before.instructions[own].target().unwrap() as usize;
        let end = instructions::containing(&before.instructions, end).unwrap();
        let end = end + usize::from(version.facts.exhausted_skips > 0);
        assert!(
            after.depth(ours + end).is_some(),
            "{name}: the loop's end is not reached"
        );
    }

    // positions: the original's as before, the preamble's call the one it stands for
    let old = line_table::positions(version, view).expect(name);
    let new = line_table::positions(version, &morphed).expect(name);
    assert_eq!(new.len(), old.len() + length / 2, "{name}");
    assert_eq!(new[length / 2..], old[..], "{name}");
    if let Resume::After(rest) = resume {
        let mut calls = after.instructions[..ours].iter().rev();
        let call = calls.find(|i| i.opcode.role == Role::Call).unwrap();
        assert_eq!(new[call.offset / 2], old[site.offset / 2], "{name}");
        let theirs = exception_table::covering(&before.handlers, site.offset);
        let mine = exception_table::covering(&after.handlers, call.offset);
        if rest == Rest::Iterate {
            let mine = mine.unwrap();
            assert_eq!(
                (mine.depth, mine.lasti),
                (site.kinds.len(), false),
                "{name}"
            );
        } else {
            let what = |row: &exception_table::Handler| (row.depth, row.lasti);
            assert_eq!(mine.map(what), theirs.map(what), "{name}");
            let targets = (
                mine.map(|row| row.target),
                theirs.map(|row| row.target + length),
            );
            assert_eq!(targets.0, targets.1, "{name}");
        }
    }
    // every jump out of the preamble is forward
    assert!(
        after.instructions[..ours]
            .iter()
            .all(|i| i.opcode.jump != Jump::Backward)
    );
}
