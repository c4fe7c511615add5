"""The objects: one dump of everything the frames reach, and its restore.

`dumper` pickles (protocol 5), with a table of reducers by type in `reducers_*`; `restore` and
`rebuild` hold what those reducers name and run at the target; `modules` knows which modules are the
program's own. Three orders matter, and a plain reduce tuple cannot express them:

1. *make, then fill*: module dicts, cells, functions and classes are made empty and filled later,
   so that cycles through them close;
2. *definitions before data*: functions and classes of the program's modules are in their
   module's dict before any instance is made, whose `__hash__` may need them;
3. *prime last*: suspended generators are run to where they stood once everything is loaded.
"""
