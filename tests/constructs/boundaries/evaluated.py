"""eval and exec, with the namespaces of the caller, with their own, and nested.

('eval', 'resumed') 3
exec resumed
{'value': ('own', 'resumed')}
inner 7
nested ('deep', 'resumed')
raised resumed
ZeroDivisionError
None
"""

from point import here


def work():
    return eval("('eval', here())"), eval("here(a) + b", {"here": here, "a": 1}, {"b": 2})


print(*work())
exec("print('exec', here())")
space = {}
exec("value = ('own', here())\nhidden = 1", globals(), space)
del space["hidden"]
print(space)
exec("def inner(n):\n    here()\n    return n\nprint('inner', inner(7))")
exec('exec(\'print("nested", ("deep", here()))\')')
try:
    exec("print('raised', here())\n1 / here(0)")
except ZeroDivisionError as error:
    print(type(error).__name__)
print(exec(compile("here(1)", "text", "eval")))
