//! What Python sees of `layout::read`: the six questions the capture asks of frames and
//! generators. The generic reader (`pyteleport.capture.reader`) answers the same six on a stock
//! interpreter; keep the two alike.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::layout::{LAYOUT, read};

fn to_python(
    py: Python<'_>,
    values: Vec<read::Value>,
    null: &Bound<'_, PyAny>,
    index: &Bound<'_, PyAny>,
) -> PyResult<Py<PyList>> {
    let objects = values
        .into_iter()
        .map(|value| match value {
            read::Value::Null => Ok(null.clone().unbind()),
            read::Value::Object(object) => Ok(object),
            read::Value::Index(number) => index.call1((number,)).map(Bound::unbind),
        })
        .collect::<PyResult<Vec<_>>>()?;
    Ok(PyList::new(py, objects)?.unbind())
}

/// The layout of this version as a dict of numbers, for the generic reader.
#[pyfunction]
pub fn layout(py: Python<'_>) -> PyResult<Py<PyDict>> {
    let fields = PyDict::new(py);
    for (name, number) in LAYOUT.fields() {
        fields.set_item(name, number)?;
    }
    Ok(fields.unbind())
}

/// Slots of a frame from `first` on: NULL comes as `null`, a tagged int as `index(number)`.
#[pyfunction]
pub fn slots(
    frame: &Bound<'_, PyAny>,
    first: usize,
    count: usize,
    null: &Bound<'_, PyAny>,
    index: &Bound<'_, PyAny>,
) -> PyResult<Py<PyList>> {
    let address = read::frame_address(frame)?;
    to_python(
        frame.py(),
        read::slots(frame.py(), address, first, count),
        null,
        index,
    )
}

/// How the frame was entered from its caller: 0 directly, 1 through C code, 2 through the
/// interpreter's `__init__` shim.
#[pyfunction]
#[pyo3(signature = (frame, caller=None))]
pub fn boundary(frame: &Bound<'_, PyAny>, caller: Option<&Bound<'_, PyAny>>) -> PyResult<u8> {
    let caller = caller.map(read::frame_address).transpose()?;
    Ok(match read::boundary(read::frame_address(frame)?, caller) {
        read::Boundary::None => 0,
        read::Boundary::Native => 1,
        read::Boundary::InitShim => 2,
    })
}

/// The namespace a module or class body runs in, or None for a function's frame.
#[pyfunction]
pub fn namespace(frame: &Bound<'_, PyAny>) -> PyResult<Option<Py<PyAny>>> {
    Ok(read::namespace(frame.py(), read::frame_address(frame)?))
}

/// The generator, coroutine or asynchronous generator a frame belongs to, or None.
#[pyfunction]
pub fn generator_of(frame: &Bound<'_, PyAny>) -> PyResult<Option<Py<PyAny>>> {
    Ok(read::generator_of(frame.py(), read::frame_address(frame)?))
}

/// "created", "suspended", "running" or "finished".
#[pyfunction]
pub fn generator_state(generator: &Bound<'_, PyAny>) -> PyResult<&'static str> {
    Ok(read::generator_state(read::generator_address(generator)?))
}

/// An object, or None.
type Maybe = Option<Py<PyAny>>;

/// The exception a generator is handling and the one its resumer was handling (None for none).
#[pyfunction]
pub fn handled(generator: &Bound<'_, PyAny>) -> PyResult<(Maybe, Maybe)> {
    Ok(read::handled(
        generator.py(),
        read::generator_address(generator)?,
    ))
}

/// The object at `offset` bytes inside `owner` (a field the caller knows to exist), or None.
#[pyfunction]
pub fn field_object(owner: &Bound<'_, PyAny>, offset: usize) -> Option<Py<PyAny>> {
    read::field_object(owner, offset)
}

/// The machine word at `offset` bytes inside `owner` (a field the caller knows to exist).
#[pyfunction]
pub fn field_word(owner: &Bound<'_, PyAny>, offset: usize) -> i64 {
    read::field_word(owner, offset)
}

/// `count` machine words from where the pointer at `offset` bytes inside `owner` leads (an array
/// the caller knows to be that long).
#[pyfunction]
pub fn array_words(owner: &Bound<'_, PyAny>, offset: usize, count: usize) -> Vec<i64> {
    read::array_words(owner, offset, count)
}
