"""`pyteleport rehearse`: runs a program, moves it at chosen points, and compares with the run that was not moved.

```
 control (the command)                             the program's processes
   plain run         python SCRIPT ...             as the user would start it
   counting run      child: start                  traced, no point chosen; how many points are there?
   rehearsal         child: start, stopped at a point ── image ──> child: load, goes on ── image ──> ...
   compare, report
```

`control` supervises and owns all files, `child` is what runs below the program in its processes,
`wire` what the two say to each other, `folder` copies and compares working folders, `outcome` compares runs,
`report` says what came out. Nothing of this travels: a moved program does not know that it is a rehearsal.
"""
