//! The bytecode crate for Python: plain data in (bytes, ints, strings), plain data out, so that
//! the same call can be made over the channel.

use bytecode::{
    CodeView, Constant, Phase, Rest, Resume, Shape, Site, SlotKind, StackSlot, Version,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A code object's fields: co_code, co_exceptiontable, co_linetable, co_firstlineno, slots of
/// localsplus, free variables, argument slots, constants, co_flags, co_stacksize.
#[derive(FromPyObject)]
pub struct Fields<'py>(
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    i32,
    usize,
    usize,
    usize,
    usize,
    u32,
    usize,
);

impl Fields<'_> {
    fn view(&self) -> CodeView<'_> {
        CodeView {
            code: self.0.as_bytes(),
            exception_table: self.1.as_bytes(),
            line_table: self.2.as_bytes(),
            first_line: self.3,
            local_count: self.4,
            free_count: self.5,
            argument_count: self.6,
            constant_count: self.7,
            flags: self.8,
            stack_size: self.9,
        }
    }
}

fn error(problem: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(problem.to_string())
}

fn version(py: Python<'_>) -> PyResult<&'static Version> {
    let here = py.version_info();
    let name = format!("{}.{}", here.major, here.minor);
    bytecode::version(&name).ok_or_else(|| error(format!("no bytecode table for CPython {name}")))
}

fn phase(name: &str) -> PyResult<Phase> {
    Ok(match name {
        "running" => Phase::Running,
        "suspended" => Phase::Suspended,
        "created" => Phase::Created,
        "instruction" => Phase::Instruction,
        _ => return Err(error(format!("no such phase: {name}"))),
    })
}

fn resume(name: &str) -> PyResult<Resume> {
    Ok(match name {
        "at" => Resume::At,
        "yield" => Resume::Yield,
        "start" => Resume::Start,
        "frame" => Resume::Frame,
        "push" => Resume::After(Rest::Push),
        "discard" => Resume::After(Rest::Discard),
        "replace" => Resume::After(Rest::Replace),
        "then" => Resume::After(Rest::Then),
        "add-null" => Resume::After(Rest::AddNull),
        "bool" => Resume::After(Rest::Bool),
        "not" => Resume::After(Rest::Not),
        "with" => Resume::After(Rest::With),
        "iterate" => Resume::After(Rest::Iterate),
        "jump-or-pop" => Resume::After(Rest::JumpOrPop),
        "again" => Resume::After(Rest::Again),
        _ => return Err(error(format!("no such way to resume: {name}"))),
    })
}

/// One letter for each kind of slot: v value, p previous exception, o offset, x exception.
fn letter(kind: SlotKind) -> char {
    match kind {
        SlotKind::Value => 'v',
        SlotKind::PreviousException => 'p',
        SlotKind::Offset => 'o',
        SlotKind::Exception => 'x',
    }
}

/// Where a frame stands: (offset, opcode, argument, kinds, operand count, results, next, wraps,
/// keyword names' constant or None).
type Place = (
    usize,
    &'static str,
    u32,
    String,
    usize,
    usize,
    usize,
    bool,
    Option<u32>,
);

/// A morph: (preamble, exception table, line table, stack size, constants).
type Parts = (
    Py<PyBytes>,
    Py<PyBytes>,
    Py<PyBytes>,
    usize,
    Vec<(&'static str, u32)>,
);

fn site(view: &CodeView<'_>, py: Python<'_>, lasti: i32, phase_name: &str) -> PyResult<Site> {
    bytecode::locate(version(py)?, view, lasti, phase(phase_name)?).map_err(error)
}

/// Locates a frame whose `f_lasti` is given in `phase`; see `bytecode::locate`.
#[pyfunction]
pub fn locate(py: Python<'_>, code: Fields<'_>, lasti: i32, phase: &str) -> PyResult<Place> {
    let found = site(&code.view(), py, lasti, phase)?;
    Ok((
        found.offset,
        found.opcode,
        found.argument,
        found.kinds.iter().map(|kind| letter(*kind)).collect(),
        found.operand_count,
        found.results,
        found.next,
        found.wraps,
        found.previous_call_keywords,
    ))
}

/// Assembles the morph of a frame: `locals` has a true byte for each set slot, `stack` a letter
/// for each value-stack slot (v value, n NULL, p previous exception, o offset), `offsets` the
/// offsets in order; see `bytecode::assemble`.
#[pyfunction]
#[expect(
    clippy::too_many_arguments,
    reason = "plain data, mirrored over the channel"
)]
pub fn assemble(
    py: Python<'_>,
    code: Fields<'_>,
    lasti: i32,
    phase: &str,
    locals: &[u8],
    stack: &str,
    offsets: Vec<u32>,
    way: &str,
) -> PyResult<Parts> {
    let view = code.view();
    let found = site(&view, py, lasti, phase)?;
    let mut offsets = offsets.into_iter();
    let stack = stack
        .chars()
        .map(|letter| match letter {
            'v' => Ok(StackSlot::Value),
            'n' => Ok(StackSlot::Null),
            'p' => Ok(StackSlot::PreviousException),
            'o' => offsets
                .next()
                .map(StackSlot::Offset)
                .ok_or_else(|| error("an offset is missing")),
            _ => Err(error(format!("no such kind of slot: {letter}"))),
        })
        .collect::<PyResult<Vec<_>>>()?;
    let shape = Shape {
        locals: locals.iter().map(|set| *set != 0).collect(),
        stack,
    };
    let morph =
        bytecode::assemble(version(py)?, &view, &found, &shape, resume(way)?).map_err(error)?;
    Ok((
        PyBytes::new(py, &morph.preamble).unbind(),
        PyBytes::new(py, &morph.exception_table).unbind(),
        PyBytes::new(py, &morph.line_table).unbind(),
        morph.stack_size,
        morph.constants.iter().map(constant).collect(),
    ))
}

fn constant(constant: &Constant) -> (&'static str, u32) {
    match constant {
        Constant::Pull => ("pull", 0),
        Constant::None => ("none", 0),
        Constant::StopIteration => ("stop-iteration", 0),
        Constant::Exception => ("exception", 0),
        Constant::GetFrame => ("get-frame", 0),
        Constant::Int(number) => ("int", *number),
    }
}
