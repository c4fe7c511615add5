//! What the tracer needs of the interpreter below its Python interface: a trace function in C's
//! sense, and where the traced frame stands.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::ffi::c_int;

use pyo3::Borrowed;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::trace::{Event, Tracer};

/// `sys.monitoring.DISABLE`.
pub fn disable(py: Python<'_>) -> Py<PyAny> {
    static DISABLE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let found = DISABLE.get_or_try_init(py, || {
        let monitoring = py.import("sys")?.getattr("monitoring")?;
        monitoring.getattr("DISABLE").map(Bound::unbind)
    });
    found.map_or_else(|_: PyErr| py.None(), |disable| disable.clone_ref(py))
}

/// Offset in bytes of the instruction the innermost Python frame stands at; 0 where there is none.
pub fn lasti(_py: Python<'_>) -> i32 {
    // SAFETY: the thread is attached, as the token says; PyEval_GetFrame returns a borrowed frame object
    // of this thread, or NULL, and the frame is on the stack as long as this runs.
    unsafe {
        let frame = ffi::PyEval_GetFrame();
        if frame.is_null() {
            0
        } else {
            ffi::PyFrame_GetLasti(frame)
        }
    }
}

/// What `sys.monitoring` calls at a line: as bare as it can be, for it is called at every one.
unsafe extern "C" fn line(
    tracer: *mut ffi::PyObject,
    args: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: a function in C is called with this thread attached.
    let py = unsafe { Python::assume_attached() };
    if count != 2 {
        PyTypeError::new_err("a code object and a line are needed").restore(py);
        return std::ptr::null_mut();
    }
    // SAFETY: METH_FASTCALL passes an array of `count` borrowed references, alive during the call.
    let (code, line) = unsafe { (&*args, &*args.add(1)) };
    // SAFETY: as above.
    let code = unsafe { Borrowed::from_ptr(py, *code) };
    // SAFETY: as above; what is no int is -1 and an error, which is cleared.
    let line = || match unsafe { ffi::PyLong_AsLong(*line) } {
        -1 => {
            drop(PyErr::take(py));
            -1
        }
        line => line as i32,
    };
    // SAFETY: `line_callback` alone makes this function, with a Tracer as its `self`, to which the
    // function object holds a reference.
    let tracer = unsafe { Borrowed::from_ptr(py, tracer).cast_unchecked::<Tracer>() };
    match tracer.get().monitored(Event::Line, &code, line) {
        Ok(answer) => answer.into_ptr(),
        Err(error) => {
            error.restore(py);
            std::ptr::null_mut()
        }
    }
}

/// The function that `sys.monitoring` is to call at lines.
pub fn line_callback(tracer: &Bound<'_, Tracer>) -> PyResult<Py<PyAny>> {
    struct Definition(UnsafeCell<ffi::PyMethodDef>);
    // SAFETY: nobody ever writes to it.
    unsafe impl Sync for Definition {}
    static DEFINITION: Definition = Definition(UnsafeCell::new(ffi::PyMethodDef {
        ml_name: c"line".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunctionFast: line,
        },
        ml_flags: ffi::METH_FASTCALL,
        ml_doc: std::ptr::null(),
    }));
    // SAFETY: the definition is static and fits its flags; the function takes a reference to the tracer.
    // A new reference comes back, or NULL with an error set.
    unsafe {
        let made =
            ffi::PyCFunction_NewEx(DEFINITION.0.get(), tracer.as_ptr(), std::ptr::null_mut());
        Bound::from_owned_ptr_or_err(tracer.py(), made).map(Bound::unbind)
    }
}

unsafe extern "C" fn trace(
    tracer: *mut ffi::PyObject,
    frame: *mut ffi::PyFrameObject,
    what: c_int,
    arg: *mut ffi::PyObject,
) -> c_int {
    let event = match what {
        ffi::PyTrace_LINE => Event::Line,
        ffi::PyTrace_CALL => Event::Call,
        ffi::PyTrace_RETURN if arg.is_null() => Event::Unwind,
        ffi::PyTrace_RETURN => Event::Return,
        _ => return 0,
    };
    // SAFETY: the interpreter calls a trace function with this thread attached.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: `install` alone sets this function, with a Tracer, to which the thread state holds a
    // reference. The callback may take the trace away: so one more is held here.
    let tracer = unsafe { Bound::from_borrowed_ptr(py, tracer).cast_into_unchecked::<Tracer>() };
    // SAFETY: `frame` is the frame object of the event, alive as long as this call. PyFrame_GetCode never
    // fails and returns a new reference.
    let code = unsafe { Bound::from_owned_ptr(py, ffi::PyFrame_GetCode(frame).cast()) };
    // SAFETY: as above.
    let lasti = || unsafe { ffi::PyFrame_GetLasti(frame) };
    // SAFETY: as above.
    let line = || unsafe { ffi::PyFrame_GetLineNumber(frame) };
    match tracer.get().saw(py, event, &code, lasti, line) {
        Ok(_) => 0,
        Err(error) => {
            error.restore(py);
            -1
        }
    }
}

/// Has this thread traced by `tracer`.
pub fn install(tracer: &Bound<'_, Tracer>) {
    // SAFETY: the thread is attached (there is a Bound). CPython takes a reference of its own to the object.
    unsafe { ffi::PyEval_SetTrace(Some(trace), tracer.as_ptr()) }
}

/// Takes the trace function of this thread away.
pub fn remove(_py: Python<'_>) {
    // SAFETY: the thread is attached, as the token says.
    unsafe { ffi::PyEval_SetTrace(None, std::ptr::null_mut()) }
}
