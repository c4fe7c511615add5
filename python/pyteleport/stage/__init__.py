"""What runs at the target on a stock interpreter, and what stays here once the program has left.

Here, before the move:   `handoff` (the transaction), `spawn` (the target's command), `bundle`.
At the target:           `first` (the text given to `python -c`), `finder`, `supervisor`, `program`.
Here, after the move:    `relay`.
Both sides:              `channel` (frames), `pump` (queues on file descriptors), `streams`, `terminal`.

Everything here is on the way of a move and imports next to nothing: no `subprocess`, `signal`,
`struct`, `json` or `typing`, but `os`, `select`, `marshal`, `_signal`.
"""
