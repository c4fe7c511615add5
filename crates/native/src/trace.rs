//! Stopping a running program at chosen points: what counts events and decides, natively, and calls
//! Python only at the points that were chosen.
//!
//! ```text
//!   sys.monitoring, or a trace function where there is none (3.11)
//!      │ event
//!      v
//!   of this thread? of the kind asked for? in code that counts? ──> count ──> chosen? ──> callback(kind, count)
//! ```
//!
//! At a line event the frame stands *before* the instruction at its `f_lasti`, with the whole of its
//! value stack in place (`bytecode::Phase::Instruction`); so it does at a call event (at the `RESUME`) and at
//! a return event (at the instruction that returns or yields). A function that ends by an exception
//! is no point. What code counts is decided in Python, once for each code object (`judge`).
//!
//! Events in the preamble of a morph are not the program's and are never seen.

use std::sync::Mutex;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::trace_ffi;

/// An event of the interpreter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A function begins, or a generator goes on.
    Call,
    /// A line begins.
    Line,
    /// A function returns, or a generator yields.
    Return,
    /// It ends by an exception.
    Unwind,
}

impl Event {
    fn parse(name: &str) -> PyResult<Self> {
        Ok(match name {
            "line" => Self::Line,
            "call" => Self::Call,
            "return" => Self::Return,
            _ => return Err(PyValueError::new_err(format!("no such event: {name}"))),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Line => "line",
            Self::Return | Self::Unwind => "return",
        }
    }
}

/// What an event was good for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// The next one at the same place may be a point.
    Something,
    /// No event at this place will ever be of use.
    Nothing,
}

/// What `judge` says of a code object.
struct Judged {
    code: Py<PyAny>,
    /// Length of the preamble in bytes; 0 where it is no morph.
    preamble: i32,
    /// Its points count.
    counts: bool,
    /// Nothing counts while it runs.
    silences: bool,
    /// With `within`: points count only while it runs.
    opens: bool,
    /// Only these lines count (first, last), where there are any.
    lines: Option<Vec<(i32, i32)>>,
}

/// Which of the counted points are chosen.
enum Chosen {
    /// Every so many.
    Every(u64),
    /// These numbers, in order.
    Numbers(Vec<u64>),
}

/// Judgements are kept in so many places, by address; an older one in the same place is dropped.
const PLACES: usize = 2048;

struct State {
    judged: Vec<Option<Judged>>,
    count: u64,
    next: usize,
    silent: u32,
    inside: u32,
    repeats: bool,
}

/// A number that no other living thread has.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here) as usize)
}

/// One trace of one thread.
#[pyclass(frozen, module = "pyteleport._native")]
pub struct Tracer {
    callback: Py<PyAny>,
    judge: Py<PyAny>,
    event: Event,
    chosen: Chosen,
    within: bool,
    thread: usize,
    // Of one thread only, but events of all come here. Never held while Python runs.
    state: Mutex<State>,
}

impl Tracer {
    /// Handles one event. Errors are those of `callback` and `judge`.
    pub fn saw(
        &self,
        py: Python<'_>,
        event: Event,
        code: &Bound<'_, PyAny>,
        lasti: impl Fn() -> i32,
        line: impl Fn() -> i32,
    ) -> PyResult<Worth> {
        if this_thread() != self.thread {
            return Ok(Worth::Something);
        }
        let place = (code.as_ptr() as usize >> 5) % PLACES;
        let first = self.look(event, code, place, &lasti, &line);
        let seen = if let Some(seen) = first {
            seen
        } else {
            self.ask(code, place)?;
            let again = self.look(event, code, place, &lasti, &line);
            again.unwrap_or(Seen::Passed(Worth::Something))
        };
        match seen {
            Seen::Passed(worth) => Ok(worth),
            Seen::Point(count) => {
                self.callback.call1(py, (event.name(), count))?;
                Ok(Worth::Something)
            }
        }
    }

    /// Counts the event; None where its code was not judged yet.
    fn look(
        &self,
        event: Event,
        code: &Bound<'_, PyAny>,
        place: usize,
        lasti: impl Fn() -> i32,
        line: impl Fn() -> i32,
    ) -> Option<Seen> {
        let mut guard = self.state.try_lock().ok()?;
        let state = &mut *guard;
        let judged = state.judged.get(place)?.as_ref()?;
        if !judged.code.is(code) {
            return None;
        }
        let something = Some(Seen::Passed(Worth::Something));
        let nothing = Some(Seen::Passed(Worth::Nothing));
        let scope = judged.silences || (self.within && judged.opens);
        let ours = event == self.event;
        if (!ours || !judged.counts) && (!scope || event == Event::Line) {
            return nothing;
        }
        if judged.preamble > 0 && event != Event::Unwind && lasti() < judged.preamble {
            return something;
        }
        let step = |number: u32| match event {
            Event::Call => number + 1,
            Event::Line => number,
            Event::Return | Event::Unwind => number.saturating_sub(1),
        };
        let was_inside = state.inside;
        if judged.opens {
            state.inside = step(state.inside);
        }
        if judged.silences {
            state.silent = step(state.silent);
        }
        if !ours || !judged.counts || state.silent > 0 {
            return something;
        }
        if self.within && was_inside.max(state.inside) == 0 {
            return something;
        }
        if let Some(lines) = &judged.lines {
            let line = line();
            if !lines
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&line))
            {
                return if scope { something } else { nothing };
            }
        }
        if std::mem::take(&mut state.repeats) {
            return something;
        }
        state.count += 1;
        if self.is_chosen(state) {
            return Some(Seen::Point(state.count));
        }
        something
    }

    fn is_chosen(&self, state: &mut State) -> bool {
        match &self.chosen {
            Chosen::Every(step) => *step > 0 && state.count.is_multiple_of(*step),
            Chosen::Numbers(numbers) => {
                while numbers
                    .get(state.next)
                    .is_some_and(|number| *number < state.count)
                {
                    state.next += 1;
                }
                numbers.get(state.next) == Some(&state.count)
            }
        }
    }

    /// Has the code judged. The judgement keeps it alive, so that its address stays its own.
    fn ask(&self, code: &Bound<'_, PyAny>, place: usize) -> PyResult<()> {
        type Verdict = (i32, bool, bool, bool, Option<Vec<(i32, i32)>>);
        let verdict: Verdict = self.judge.bind(code.py()).call1((code,))?.extract()?;
        let mut judged = Some(Judged {
            code: code.clone().unbind(),
            preamble: verdict.0,
            counts: verdict.1,
            silences: verdict.2,
            opens: verdict.3,
            lines: verdict.4,
        });
        if let Ok(mut state) = self.state.try_lock()
            && let Some(slot) = state.judged.get_mut(place)
        {
            std::mem::swap(slot, &mut judged);
        }
        drop(judged); // the older one, now that the state is free again
        Ok(())
    }

    /// Handles an event of `sys.monitoring`; what its callback is to return.
    pub fn monitored(
        &self,
        event: Event,
        code: &Bound<'_, PyAny>,
        line: impl Fn() -> i32,
    ) -> PyResult<Py<PyAny>> {
        let py = code.py();
        let lasti = || trace_ffi::lasti(py);
        Ok(match self.saw(py, event, code, lasti, line)? {
            Worth::Something => py.None(),
            Worth::Nothing => trace_ffi::disable(py),
        })
    }
}

enum Seen {
    Passed(Worth),
    Point(u64),
}

#[pymethods]
impl Tracer {
    /// (points counted, how many frames of `within` are open): to go on counting elsewhere.
    fn state(&self) -> (u64, u32) {
        self.state
            .try_lock()
            .map_or((0, 0), |state| (state.count, state.inside))
    }

    /// For `sys.monitoring`: what to call at LINE.
    #[getter]
    fn line(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        trace_ffi::line_callback(slf)
    }

    /// For `sys.monitoring`: PY_START and PY_RESUME.
    fn call(&self, code: &Bound<'_, PyAny>, _offset: i32) -> PyResult<Py<PyAny>> {
        self.monitored(Event::Call, code, || 0)
    }

    /// For `sys.monitoring`: PY_RETURN and PY_YIELD.
    fn leave(
        &self,
        code: &Bound<'_, PyAny>,
        _offset: i32,
        _value: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        self.monitored(Event::Return, code, || 0)
    }

    /// For `sys.monitoring`: PY_UNWIND.
    fn unwind(
        &self,
        code: &Bound<'_, PyAny>,
        _offset: i32,
        _error: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.monitored(Event::Unwind, code, || 0).map(drop)
    }

    /// A program that puts back what `sys.gettrace()` gave makes this a trace function in Python's sense:
    /// at the first event it becomes one in C's sense again.
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        _frame: &Bound<'_, PyAny>,
        _event: &Bound<'_, PyAny>,
        _argument: &Bound<'_, PyAny>,
    ) -> Bound<'py, Self> {
        trace_ffi::install(slf);
        slf.clone()
    }

    /// For `PyEval_SetTrace`, where there is no `sys.monitoring`.
    fn set_trace_function(slf: &Bound<'_, Self>) {
        trace_ffi::install(slf);
    }
}

/// Makes what traces the calling thread; see `pyteleport.capture.points`, which sets it going.
///
/// At each chosen point `callback(event, count)` is called, in a frame right above the one that stands
/// there. It is not traced itself. What it raises is raised at that point.
///
/// Args:
///     callback: as above.
///     judge: `judge(code)` says of a code object, once: (length of its preamble in bytes, do its points
///         count, do none while it runs, does `within` mean it, the lines that count or None).
///     event: "line", "call" or "return".
///     every: every so many points is chosen; 0 for none.
///     numbers: instead, these points by number, in order.
///     within: points count only while code runs of which `judge` said so.
///     count, inside: as the `state()` of the Tracer told where the program was before.
///     repeats: the point it stands at comes once more and does not count: a return event does so after a
///         move, the others do not.
#[pyfunction]
#[pyo3(signature = (callback, judge, *, event="line", every=0, numbers=None, within=false, count=0,
    inside=0, repeats=false))]
#[expect(
    clippy::too_many_arguments,
    reason = "keyword arguments of a Python function"
)]
pub fn tracer(
    callback: Py<PyAny>,
    judge: Py<PyAny>,
    event: &str,
    every: u64,
    numbers: Option<Vec<u64>>,
    within: bool,
    count: u64,
    inside: u32,
    repeats: bool,
) -> PyResult<Tracer> {
    Ok(Tracer {
        callback,
        judge,
        event: Event::parse(event)?,
        chosen: numbers.map_or(Chosen::Every(every), Chosen::Numbers),
        within,
        thread: this_thread(),
        state: Mutex::new(State {
            judged: (0..PLACES).map(|_| None).collect(),
            count,
            next: 0,
            silent: 0,
            inside,
            repeats,
        }),
    })
}

/// Takes the trace function of this thread away, whoever set it.
#[pyfunction]
pub fn remove_trace_function(py: Python<'_>) {
    trace_ffi::remove(py);
}
