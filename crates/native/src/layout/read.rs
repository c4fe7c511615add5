//! Reads frames and generators through the `Layout` of the running version.
//!
//! This is the one place that dereferences CPython's private structures. Every function takes
//! objects whose type was checked, holds the GIL, and turns a slot into a strong reference before
//! anything is allocated: an allocation may run the collector, and the collector user code.
//!
//! It does not decide how deep a value stack is: the saved stack top is not valid inside a call
//! (see `bytecode::stack`), so depths come from the caller.
#![allow(unsafe_code)]

use pyo3::Borrowed;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;

use super::{Entry, LAYOUT, Slot};

/// What one slot of a frame holds.
pub enum Value {
    /// NULL: an unbound local, or CPython's own placeholder on the value stack.
    Null,
    /// An object.
    Object(Py<PyAny>),
    /// A tagged int (from 3.14): an index, or an instruction offset.
    Index(i64),
}

/// How a frame was entered from its caller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// The interpreter called it directly.
    None,
    /// C code stands between.
    Native,
    /// The interpreter's own shim for `__init__` stands between (from 3.13).
    InitShim,
}

/// The `_PyInterpreterFrame` of a frame object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FrameAddress(usize);

/// A generator, coroutine or asynchronous generator, its type checked.
#[derive(Clone, Copy)]
pub struct GeneratorAddress(usize);

fn word(address: usize) -> usize {
    // SAFETY: callers pass an address inside a live structure of the layout: the frame object
    // (or generator) is held by the caller, and f_frame points either into the thread's
    // data stack, or into a generator, or into the frame object itself, all of which live as long
    // as the frame object is reachable and the GIL is held (Objects/frameobject.c, take_ownership).
    unsafe { *(address as *const usize) }
}

fn byte(address: usize) -> i8 {
    // SAFETY: as for `word`.
    unsafe { *(address as *const i8) }
}

/// Checks that `frame` is a frame object and finds its interpreter frame.
pub fn frame_address(frame: &Bound<'_, PyAny>) -> PyResult<FrameAddress> {
    // SAFETY: PyFrame_Check only compares the type.
    if unsafe { ffi::PyFrame_Check(frame.as_ptr()) } == 0 {
        return Err(PyTypeError::new_err("a frame object is needed"));
    }
    Ok(FrameAddress(word(
        frame.as_ptr() as usize + LAYOUT.frame_pointer,
    )))
}

/// Checks that `generator` is a generator of one of the three kinds.
pub fn generator_address(generator: &Bound<'_, PyAny>) -> PyResult<GeneratorAddress> {
    let kind = generator.get_type().as_ptr() as usize;
    let known = [
        &raw const ffi::PyGen_Type as usize,
        &raw const ffi::PyCoro_Type as usize,
        &raw const ffi::PyAsyncGen_Type as usize,
    ];
    if !known.contains(&kind) {
        return Err(PyTypeError::new_err("a generator or coroutine is needed"));
    }
    Ok(GeneratorAddress(generator.as_ptr() as usize))
}

fn object(py: Python<'_>, pointer: usize) -> Option<Py<PyAny>> {
    // SAFETY: the word was read from a slot that owns (or, deferred, keeps alive) a reference, and
    // the GIL has been held since, so that the object is alive; a new strong reference is taken.
    unsafe { Borrowed::from_ptr_or_opt(py, pointer as *mut ffi::PyObject) }
        .map(|borrowed| borrowed.to_owned().unbind())
}

fn value(py: Python<'_>, slot: usize) -> Value {
    let pointer = match LAYOUT.slot {
        Slot::Pointer => slot,
        Slot::Tagged if slot & 3 == 3 => return Value::Index((slot as i64) >> 2),
        Slot::Tagged => slot & !3,
    };
    object(py, pointer).map_or(Value::Null, Value::Object)
}

/// Reads `count` slots of localsplus from `first` on. The caller vouches that these are within
/// the frame: fast locals, plus no more of the value stack than is in use.
pub fn slots(py: Python<'_>, frame: FrameAddress, first: usize, count: usize) -> Vec<Value> {
    let start = frame.0 + LAYOUT.localsplus;
    (first..first + count)
        .map(|index| value(py, word(start + index * size_of::<usize>())))
        .collect()
}

/// How `frame` was entered from `caller`; without a caller, whether C code lies directly below.
pub fn boundary(frame: FrameAddress, caller: Option<FrameAddress>) -> Boundary {
    match LAYOUT.entry {
        Entry::Flag(offset) => {
            if byte(frame.0 + offset) == 0 {
                Boundary::None
            } else {
                Boundary::Native
            }
        }
        Entry::Owner(native) => {
            let end = caller.map_or(0, |caller| caller.0);
            let mut between = word(frame.0 + LAYOUT.previous);
            let mut found = Boundary::None;
            while between != 0 && between != end {
                if byte(between + LAYOUT.owner) >= native {
                    return Boundary::Native;
                }
                found = Boundary::InitShim;
                between = word(between + LAYOUT.previous);
            }
            found
        }
    }
}

/// The namespace a module or class body runs in; `frame.f_locals` may be a view of it (from 3.13).
pub fn namespace(py: Python<'_>, frame: FrameAddress) -> Option<Py<PyAny>> {
    object(py, word(frame.0 + LAYOUT.namespace))
}

/// The generator a frame belongs to.
pub fn generator_of(py: Python<'_>, frame: FrameAddress) -> Option<Py<PyAny>> {
    if byte(frame.0 + LAYOUT.owner) != LAYOUT.owner_generator {
        return None;
    }
    object(py, frame.0 - LAYOUT.generator_frame)
}

/// "created", "suspended", "running" or "finished".
pub fn generator_state(generator: GeneratorAddress) -> &'static str {
    let state = byte(generator.0 + LAYOUT.generator_state);
    if state == LAYOUT.states.created {
        "created"
    } else if state >= LAYOUT.states.finished {
        "finished"
    } else if state == LAYOUT.states.executing {
        "running"
    } else {
        "suspended"
    }
}

/// The exception a generator is handling, and the one its resumer was handling.
pub fn handled(
    py: Python<'_>,
    generator: GeneratorAddress,
) -> (Option<Py<PyAny>>, Option<Py<PyAny>>) {
    let own = word(generator.0 + LAYOUT.generator_exception);
    let previous_item = word(generator.0 + LAYOUT.generator_exception + size_of::<usize>());
    let outer = if previous_item == 0 {
        0
    } else {
        word(previous_item)
    };
    (object(py, own), object(py, outer))
}

/// The object whose address stands at `offset` bytes inside `owner`, and the word itself. The
/// caller vouches that the field exists in `owner`'s type and holds an object (or NULL).
pub fn field_object(owner: &Bound<'_, PyAny>, offset: usize) -> Option<Py<PyAny>> {
    object(owner.py(), word(owner.as_ptr() as usize + offset))
}

/// The word at `offset` bytes inside `owner`.
pub fn field_word(owner: &Bound<'_, PyAny>, offset: usize) -> i64 {
    word(owner.as_ptr() as usize + offset) as i64
}

/// The words of the array whose address stands at `offset` bytes inside `owner`. The caller vouches
/// that the field exists in `owner`'s type and that the array has `count` words.
pub fn array_words(owner: &Bound<'_, PyAny>, offset: usize, count: usize) -> Vec<i64> {
    let start = word(owner.as_ptr() as usize + offset);
    (0..count)
        .map(|index| word(start + index * size_of::<usize>()) as i64)
        .collect()
}
