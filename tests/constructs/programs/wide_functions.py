"""Functions too large for one-byte arguments: over 256 names, constants and jumps.

(1170451.0, 301.5)
(299, 0)
(299, 0) resumed
"""

from point import here

COUNT = 300

lines = [
    "def wide(values):",
    "    total = 0",
    "    for value in iter(values):",
    "        if value == 2:",
]
lines += [f"            local{number} = {number}.5 + value" for number in range(COUNT)]
lines += ["            here()"]
lines += [f"            total += local{number}" for number in range(COUNT)]
lines += ["        else:"]
lines += [f"            other{number} = attributes.name{number}" for number in range(COUNT)]
lines += ["            with attributes:", "                total += here(other299)"]
lines += [f"            total += other{number}" for number in range(COUNT)]
lines += ["        try:", "            total += here(1)"]
lines += [f"            total += {number + 1000}" for number in range(COUNT)]
lines += ["        finally:", "            here()"]
lines += ["    return total, here(local299)"]

many = ", ".join(f"argument{number}=0" for number in range(COUNT))
lines += [f"def many_arguments({many}):", "    return here(argument299), argument0"]


class Attributes:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return False


attributes = Attributes()
for number in range(COUNT):
    setattr(attributes, f"name{number}", number)
exec(compile("\n".join(lines), "wide", "exec"))
print(wide([1, 2, 3]))
print(many_arguments(**{f"argument{number}": number for number in range(COUNT)}))
print(many_arguments(*range(COUNT)), here())
