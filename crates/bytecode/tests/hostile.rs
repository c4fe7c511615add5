//! Bytes from anywhere: an answer or an error, never a panic; and what is valid comes back as it was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bytecode::exception_table::{self, Handler};
use bytecode::instructions;
use bytecode::line_table::{self, Entry, Location, Region};
use bytecode::versions::{ALL, Jump, Role};
use bytecode::{
    CodeView, Phase, Position, Rest, Resume, Shape, Site, SlotKind, StackSlot, Version, assemble,
    locate, positions, stack_depths,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn any_version() -> impl Strategy<Value = &'static Version> {
    select(&ALL[..])
}

/// Instructions of this version, with what arguments and prefixes they may have.
fn valid_code(version: &'static Version, most: usize) -> impl Strategy<Value = Vec<u8>> {
    let argument = prop_oneof![4 => 0..4u32, 2 => 0..40u32, 1 => any::<u32>()];
    let one = (select(version.opcodes), argument, 0..4usize);
    vec(one, 0..most).prop_map(move |parts| {
        let mut code = Vec::new();
        for (opcode, argument, prefixes) in parts {
            if opcode.number == version.named.extended_arg.number {
                continue;
            }
            let bytes = argument.to_be_bytes();
            let needed = instructions::prefixes_of(argument).max(prefixes % 2);
            for byte in &bytes[3 - needed..3] {
                code.extend([version.named.extended_arg.number, *byte]);
            }
            code.extend([opcode.number, bytes[3]]);
            code.resize(code.len() + 2 * usize::from(opcode.caches), 0);
        }
        code
    })
}

/// Code whose stack works out: instructions that find their operands, and jumps to the next one.
fn plausible_code(version: &'static Version) -> impl Strategy<Value = Vec<u8>> {
    vec((select(version.opcodes), 0..4u32), 0..60).prop_map(move |parts| {
        let mut code = Vec::new();
        let mut depth = 0i64;
        for (opcode, argument) in parts {
            let argument = if opcode.jump == Jump::None {
                argument
            } else {
                0
            };
            let effect = opcode.effect.of(argument);
            let swaps = matches!(opcode.role, Role::Swap | Role::Copy);
            let wanted = if swaps {
                argument as usize
            } else {
                opcode.operands(argument)
            };
            let fits = wanted as i64 <= depth && depth + effect <= 12 && (argument > 0 || !swaps);
            let plain = opcode.continues && opcode.role != Role::ExtendedArg;
            if fits && plain && effect == opcode.jump_effect.of(argument) {
                depth += effect;
                code.extend([opcode.number, argument as u8]);
                code.resize(code.len() + 2 * usize::from(opcode.caches), 0);
            }
        }
        code.extend([
            version.named.load_const.number,
            0,
            version.named.return_value.number,
            0,
        ]);
        code
    })
}

fn version_and_code() -> impl Strategy<Value = (&'static Version, Vec<u8>)> {
    any_version().prop_flat_map(|version| {
        let code = prop_oneof![
            6 => plausible_code(version),
            1 => valid_code(version, 40),
            1 => vec(any::<u8>(), 0..200),
        ];
        (Just(version), code)
    })
}

/// Rows in order, mostly.
fn rows() -> impl Strategy<Value = Vec<Handler>> {
    let row = (0..12usize, 1..12usize, 0..30usize, 0..6usize, any::<bool>());
    vec(row, 0..4).prop_map(|parts| {
        let mut at = 0;
        let rows = parts.into_iter().map(|(gap, size, target, depth, lasti)| {
            let start = at + gap * 2;
            at = start + size * 2;
            Handler {
                start,
                end: at,
                target: target * 2,
                depth,
                lasti,
            }
        });
        rows.collect()
    })
}

fn any_location() -> impl Strategy<Value = Location> {
    // what the varints of the format can hold
    let delta = prop_oneof![30 => -40..40i32, 1 => -(1 << 30)..(1i32 << 30)];
    let column = proptest::option::of(0..u32::MAX - 1);
    prop_oneof![
        Just(Location::None),
        (0..80u8, 0..16u8).prop_map(|(column, width)| Location::Short { column, width }),
        (0..3u8, any::<u8>(), any::<u8>()).prop_map(|(delta, column, end_column)| {
            Location::OneLine {
                delta,
                column,
                end_column,
            }
        }),
        delta
            .clone()
            .prop_map(|delta| Location::NoColumns { delta }),
        (
            delta,
            prop_oneof![30 => 0..9u32, 1 => any::<u32>()],
            column.clone(),
            column
        )
            .prop_map(|(delta, lines, column, end_column)| Location::Long {
                delta,
                lines,
                column,
                end_column
            }),
    ]
}

fn any_phase() -> impl Strategy<Value = Phase> {
    select(
        &[
            Phase::Running,
            Phase::Suspended,
            Phase::Created,
            Phase::Instruction,
        ][..],
    )
}

fn any_resume() -> impl Strategy<Value = Resume> {
    use Rest::*;
    let rests = [
        Push, Discard, Replace, Then, AddNull, Bool, Not, With, Iterate, JumpOrPop, Again,
    ];
    let rest = select(rests.map(Resume::After).to_vec());
    let other = select(&[Resume::At, Resume::Yield, Resume::Start, Resume::Frame][..]);
    prop_oneof![rest, other]
}

fn any_slot() -> impl Strategy<Value = StackSlot> {
    prop_oneof![
        Just(StackSlot::Null),
        Just(StackSlot::Value),
        Just(StackSlot::PreviousException),
        any::<u32>().prop_map(StackSlot::Offset),
    ]
}

fn any_site() -> impl Strategy<Value = Site> {
    let kind = select(
        &[
            SlotKind::Value,
            SlotKind::PreviousException,
            SlotKind::Offset,
            SlotKind::Exception,
        ][..],
    );
    let offset = prop_oneof![0..200usize, any::<usize>()];
    (
        offset.clone(),
        vec(kind, 0..5),
        0..3usize,
        0..3usize,
        offset,
        any::<bool>(),
    )
        .prop_map(
            |(offset, kinds, operand_count, results, next, wraps)| Site {
                offset,
                opcode: "?",
                kinds,
                operand_count,
                results,
                next,
                wraps,
                ..Site::default()
            },
        )
}

fn fitting(kinds: &[SlotKind]) -> Vec<StackSlot> {
    let fit = |kind: &SlotKind| match kind {
        SlotKind::PreviousException => StackSlot::PreviousException,
        SlotKind::Offset => StackSlot::Offset(3),
        SlotKind::Value | SlotKind::Exception => StackSlot::Value,
    };
    kinds.iter().map(fit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables_of_any_bytes(version in any_version(), bytes in vec(any::<u8>(), 0..80)) {
        let _ = instructions::decode(version, &bytes);
        let _ = exception_table::decode(version, &bytes);
        let _ = line_table::decode(version, &bytes);
        let view = CodeView { code: &bytes, line_table: &bytes, first_line: i32::MAX, ..CodeView::default() };
        let _ = positions(version, &view);
    }

    #[test]
    fn instructions_come_back((version, code) in any_version().prop_flat_map(|v| (Just(v), valid_code(v, 40)))) {
        let decoded = instructions::decode(version, &code).unwrap();
        prop_assert_eq!(instructions::encode(version, &decoded), code);
    }

    #[test]
    fn exception_rows_come_back(version in any_version(), rows in rows()) {
        let table = exception_table::encode(version, &rows).unwrap();
        prop_assert_eq!(exception_table::decode(version, &table).unwrap(), rows);
    }

    #[test]
    fn line_entries_come_back(version in any_version(), parts in vec((1..9u8, any_location()), 0..30)) {
        let entries: Vec<_> = parts.into_iter().map(|(units, location)| Entry { units, location }).collect();
        let table = line_table::encode(&entries);
        prop_assert_eq!(line_table::decode(version, &table).unwrap(), entries);
    }

    /// A front put before a line table gives its regions their positions, and all behind it the same as ever.
    #[test]
    fn a_prefix_leaves_the_rest_alone(
        version in any_version(),
        first_line in 1..1000i32,
        parts in vec((0..20usize, 1..20usize, 1..2000i32, 0..5i32, 0..300u32, 0..300u32), 0..5),
        spare in 1..20usize,
    ) {
        let mut at = 0;
        let regions: Vec<_> = parts.into_iter().map(|(gap, size, line, lines, column, end_column)| {
            let start = at + gap;
            at = start + size;
            let position = Position {
                line: Some(line),
                end_line: Some(line + lines),
                column: Some(column),
                end_column: Some(end_column),
            };
            Region { start, end: at, position }
        }).collect();
        let units = at + spare;
        let mut table = line_table::prefix(units, first_line, &regions).unwrap();
        table.extend(line_table::encode(&[Entry { units: 1, location: Location::NoColumns { delta: 0 } }]));
        let view = CodeView { line_table: &table, first_line, ..CodeView::default() };
        let found = positions(version, &view).unwrap();
        prop_assert_eq!(found.len(), units + 1);
        prop_assert_eq!(found[units].line, Some(first_line));
        for region in &regions {
            for at in &found[region.start..region.end] {
                prop_assert_eq!(*at, region.position);
            }
        }
        let outside = (0..units - 1).filter(|unit| !regions.iter().any(|r| (r.start..r.end).contains(unit)));
        for unit in outside {
            prop_assert_eq!(found[unit], Position::default());
        }
    }

    /// Whatever the code, frame and wish: a morph or an error. A morph's tables can be read.
    #[test]
    fn morphs_of_anything(
        (version, code) in version_and_code(),
        rows in prop_oneof![Just(Vec::new()), rows()],
        lines in vec((1..9u8, any_location()), 0..20),
        counts in (0..5usize, 0..4usize, 0..6usize, 0..400usize),
        flags in select(&[0u32, 3, 0x20, 0x80, 0x200][..]),
        stack_size in prop_oneof![1 => 0..10usize, 4 => any::<usize>()],
        lasti in prop_oneof![9 => -2..80i32, 1 => any::<i32>()],
        phase in any_phase(),
        resume in any_resume(),
        site in proptest::option::weighted(0.2, any_site()),
        slots in proptest::option::weighted(0.2, vec(any_slot(), 0..6)),
        set in any::<bool>(),
        fits in prop::bool::weighted(0.8),
    ) {
        let (mut rows, mut lasti) = (rows, lasti);
        if fits {
            rows.retain(|row| row.end <= code.len() && row.target < code.len());
            lasti = lasti.rem_euclid(i32::try_from(code.len()).unwrap().max(1));
        }
        let exception_table = exception_table::encode(version, &rows).unwrap();
        let lines: Vec<_> = lines.into_iter().map(|(units, location)| Entry { units, location }).collect();
        let line_table = line_table::encode(&lines);
        let (own, free_count, argument_count, constant_count) = counts;
        let view = CodeView {
            code: &code,
            exception_table: &exception_table,
            line_table: &line_table,
            first_line: 1,
            local_count: own + free_count,
            free_count,
            argument_count,
            constant_count,
            flags,
            stack_size,
        };
        let _ = stack_depths(version, &view);
        let located = locate(version, &view, lasti, phase);
        if let Some(site) = site.or(located.ok()) {
            let stack = slots.unwrap_or_else(|| fitting(&site.kinds));
            let shape = Shape { locals: vec![set; own], stack };
            if let Ok(morph) = assemble(version, &view, &site, &shape, resume) {
                instructions::decode(version, &morph.preamble).unwrap();
                let shifted = exception_table::decode(version, &morph.exception_table).unwrap();
                let whole = morph.preamble.len() + code.len();
                exception_table::check(version, &shifted, whole).unwrap();
                line_table::decode(version, &morph.line_table).unwrap();
            }
        }
    }
}

/// Work stays bounded where code is made to cost: each of these would take hours if each step cost its depth.
#[test]
fn costly_code() {
    for version in ALL {
        let named = &version.named;
        let unpack = version.opcode_named("UNPACK_SEQUENCE").unwrap();
        let mut deep = vec![named.load_const.number, 0];
        for byte in [0x0f, 0xff] {
            deep.extend([named.extended_arg.number, byte]);
        }
        deep.extend([unpack.number, 0]);
        deep.resize(deep.len() + 2 * usize::from(unpack.caches), 0);
        for _ in 0..50_000 {
            for byte in [0x0f, 0xf0] {
                deep.extend([named.extended_arg.number, byte]);
            }
            deep.extend([named.swap.number, 0]);
        }
        deep.extend([named.return_value.number, 0]);
        let view = CodeView {
            code: &deep,
            stack_size: usize::MAX,
            ..CodeView::default()
        };
        let error = stack_depths(version, &view).unwrap_err();
        assert!(
            error.to_string().contains("bounded number of steps"),
            "{error}"
        );
    }
}

#[test]
fn messages_say_where() {
    let version = bytecode::version("3.12").unwrap();
    let error = instructions::decode(version, &[9, 0, 255, 0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "CPython 3.12, offset 2: 255 is no opcode of this version"
    );
    assert!(bytecode::version("3.10").is_none());
}
