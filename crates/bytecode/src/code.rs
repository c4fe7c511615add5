//! A code object, as far as this crate looks at it.

/// The parts of a code object that decide what a morph of it looks like, borrowed.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodeView<'a> {
    /// `co_code`: instructions and zeroed inline caches, never the specialised ones.
    pub code: &'a [u8],
    /// `co_exceptiontable`.
    pub exception_table: &'a [u8],
    /// `co_linetable`.
    pub line_table: &'a [u8],
    /// `co_firstlineno`.
    pub first_line: i32,
    /// Locals, cells and free variables, as slots of the frame (CPython's `nlocalsplus`).
    pub local_count: usize,
    /// Free variables: the last slots.
    pub free_count: usize,
    /// Slots that hold arguments: positional, keyword-only, `*args` and `**kwargs`.
    pub argument_count: usize,
    /// `len(co_consts)`.
    pub constant_count: usize,
    /// `co_flags`.
    pub flags: u32,
    /// `co_stacksize`.
    pub stack_size: usize,
}

/// `CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR`.
const SUSPENDS: u32 = 0x20 | 0x80 | 0x200;
const ASYNC_GENERATOR: u32 = 0x200;

impl CodeView<'_> {
    /// Is this the code of a generator, a coroutine or an asynchronous generator?
    pub fn suspends(&self) -> bool {
        self.flags & SUSPENDS != 0
    }

    /// Is this the code of an asynchronous generator?
    pub fn is_async_generator(&self) -> bool {
        self.flags & ASYNC_GENERATOR != 0
    }
}
