//! `pyteleport._native`: frames as they lie in memory, and the bytecode crate as functions over
//! plain data. What moves, and how, is decided in Python (`pyteleport.capture`), which runs here
//! and, without this module, at a target.

mod analysis;
mod frames;
mod images;
mod layout;
mod trace;
mod trace_ffi;

use pyo3::prelude::*;

/// The native part of pyteleport; see `_native.pyi`.
#[pymodule(gil_used = true)]
mod _native {
    #[pymodule_export]
    use crate::analysis::{assemble, locate};
    #[pymodule_export]
    use crate::frames::{
        array_words, boundary, field_object, field_word, generator_of, generator_state, handled,
        layout, namespace, slots,
    };
    #[pymodule_export]
    use crate::images::{
        ImageProblem, ImageReader, ImageStore, ImageWriter, key_id, new_key, read_key, write_key,
    };
    #[pymodule_export]
    use crate::trace::{Tracer, remove_trace_function, tracer};
}
