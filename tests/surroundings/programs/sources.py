"""Tracebacks show the source of generated code that only linecache has, on the stack or not.

ZeroDivisionError at: return 1 / zero
inspect: def generated(zero):
"""

import inspect
import linecache
import traceback

from point import here

SOURCE = "def generated(zero):\n    return 1 / zero\n"
namespace = {}
exec(compile(SOURCE, "<generated 1>", "exec"), namespace)
linecache.cache["<generated 1>"] = (len(SOURCE), None, SOURCE.splitlines(True), "<generated 1>")
here()
here()
try:
    namespace["generated"](0)
except ZeroDivisionError as error:
    print("ZeroDivisionError at:", traceback.extract_tb(error.__traceback__)[-1].line)
print("inspect:", inspect.getsource(namespace["generated"]).splitlines()[0])
