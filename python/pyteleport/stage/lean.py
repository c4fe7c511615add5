"""Makes code small before it is sent: no docstrings, no annotations, no columns.

What is dropped is a good third of it. Line numbers stay, so that a traceback through pyteleport's
own modules at a target still says where. Compiling takes a while; the result is kept (see `bundle`).
"""

from __future__ import annotations
import __future__

import ast
from types import CodeType

FUTURE = "from __future__ import annotations\n"
FUTURE_FLAG = __future__.annotations.compiler_flag
NO_COLUMNS = 13 << 3 | 0x80  # entries of the line table, see CPython's InternalDocs/code_objects.md
NO_LOCATION = 15 << 3 | 0x80


class _Bare(ast.NodeTransformer):
    """Drops what a function's signature is annotated with."""

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    visit_FunctionDef = _function  # noqa: N815
    visit_AsyncFunctionDef = _function  # noqa: N815

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Drops `if TYPE_CHECKING:`."""
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" and not node.orelse:
            return None
        return self.generic_visit(node)


def compile_lean(source: str, filename: str) -> CodeType:
    """The code of a module's source, without what is not needed to run it."""
    flags = FUTURE_FLAG if FUTURE in source else 0
    tree = _Bare().visit(ast.parse(source.replace(FUTURE, "\n", 1)))
    code = compile(tree, filename, "exec", flags, True, 2)
    assert isinstance(code, CodeType)
    return without_columns(code)


def without_columns(code: CodeType) -> CodeType:
    """The same code with a line table that knows lines only."""
    table = bytearray()
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        units = (end - start) // 2
        first = True
        while units > 0:
            count = min(units, 8)
            units -= count
            if number is None:
                table.append(NO_LOCATION | count - 1)
                continue
            table.append(NO_COLUMNS | count - 1)
            _signed(table, number - line if first else 0)
            line = number
            first = False
    constants = tuple(
        without_columns(constant) if isinstance(constant, CodeType) else constant
        for constant in code.co_consts
    )
    return code.replace(co_linetable=bytes(table), co_consts=constants)


def _signed(table: bytearray, value: int) -> None:
    """Appends a signed variable-length number: the sign is the lowest bit."""
    value = (-value << 1 | 1) if value < 0 else value << 1
    while value >= 64:
        table.append(0x40 | value & 63)
        value >>= 6
    table.append(value)
