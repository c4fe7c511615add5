//! Writes in a thread of its own what is given to it: while the disk is at work, the next bytes are made.
//!
//! The thread is started with the first megabytes only: small images are written where they are made.
//! At most [`AHEAD`] pieces wait.

use std::io::{self, Write};
use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};

const AHEAD: usize = 8;
const SMALL: usize = 4 << 20;

/// A writer that is behind.
pub struct Behind<W: Write + Send + 'static> {
    state: State<W>,
}

enum State<W> {
    /// So many bytes were written, without a thread.
    Here(W, usize),
    There(There<W>),
    Ended,
}

struct There<W> {
    full: SyncSender<Vec<u8>>,
    empty: Receiver<Vec<u8>>,
    thread: JoinHandle<io::Result<W>>,
}

impl<W: Write + Send + 'static> Behind<W> {
    /// Will write to `to`.
    pub fn new(to: W) -> Self {
        Self {
            state: State::Here(to, 0),
        }
    }

    /// What was written to, once all is.
    ///
    /// # Errors
    /// Some of it could not be.
    pub fn into_inner(mut self) -> io::Result<W> {
        self.end()
    }

    fn end(&mut self) -> io::Result<W> {
        match mem::replace(&mut self.state, State::Ended) {
            State::Here(to, _) => Ok(to),
            State::There(There {
                full,
                empty,
                thread,
            }) => {
                drop((full, empty));
                thread
                    .join()
                    .unwrap_or_else(|_| Err(io::Error::other("what writes has ended")))
            }
            State::Ended => Err(io::Error::other("the writer has ended")),
        }
    }

    fn start(&mut self) -> io::Result<()> {
        let State::Here(mut to, _) = mem::replace(&mut self.state, State::Ended) else {
            return Ok(());
        };
        let (full, pieces) = sync_channel::<Vec<u8>>(AHEAD);
        let (back, empty) = channel();
        let thread = Builder::new()
            .name("pyteleport-image".to_owned())
            .spawn(move || {
                for piece in pieces {
                    to.write_all(&piece)?;
                    let _ = back.send(piece);
                }
                Ok(to)
            })?;
        self.state = State::There(There {
            full,
            empty,
            thread,
        });
        Ok(())
    }
}

impl<W: Write + Send + 'static> Write for Behind<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if matches!(&self.state, State::Here(_, written) if *written >= SMALL) {
            self.start()?;
        }
        match &mut self.state {
            State::Here(to, written) => {
                to.write_all(bytes)?;
                *written += bytes.len();
            }
            State::There(there) => {
                let mut piece = there.empty.try_recv().unwrap_or_default();
                piece.clear();
                piece.extend_from_slice(bytes);
                if there.full.send(piece).is_err() {
                    self.end()?; // tells why
                    return Err(io::Error::other("what writes has ended"));
                }
            }
            State::Ended => return Err(io::Error::other("the writer has ended")),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write + Send + 'static> Drop for Behind<W> {
    /// Waits for the thread, so that what it writes to is let go of by then.
    fn drop(&mut self) {
        let _ = self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_all_in_order() -> io::Result<()> {
        let mut behind = Behind::new(Vec::new());
        let mut expected = Vec::new();
        for number in 0..40_u8 {
            let piece = vec![number; 1 << 19];
            behind.write_all(&piece)?;
            expected.extend(piece);
        }
        assert!(matches!(behind.state, State::There(_)));
        assert!(behind.into_inner()? == expected);
        Ok(())
    }

    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn tells_what_went_wrong() {
        for room in [0, 5 << 20, 30 << 20] {
            let mut behind = Behind::new(Full(room));
            let mut written = Ok(());
            for _ in 0..64 {
                written = written.and_then(|()| behind.write_all(&[0; 1 << 20]));
            }
            let ended = written.and_then(|()| behind.into_inner().map(drop));
            assert_eq!(
                ended.err().map(|problem| problem.kind()),
                Some(io::ErrorKind::StorageFull)
            );
        }
    }
}
