"""Writes the opcode table of the interpreter it runs under, for the bytecode crate.

    python3.13 scripts/opcode_tables.py > crates/bytecode/src/versions/v3_13.rs

Everything that the interpreter can tell is asked from it: numbers, inline caches, jumps, and the effect on
the stack, to which a formula is fitted and then checked. What it cannot tell stands in the tables below by
opcode name: what an instruction pushes itself, and what part it plays in the analysis. An opcode that is
in none of them gets the commonest values, so a new CPython shows up as a difference in the tests, not here.
"""

import dis
import opcode
import random
import sys

NAME = "%d.%d" % sys.version_info[:2]

# What only the specialiser, the tracer, the optimiser or the interpreter itself writes.
INTERNAL = {"CACHE", "RESERVED", "ENTER_EXECUTOR", "TRACE_RECORD"}

# Control does not go on at the next instruction.
LAST = {
    "RETURN_VALUE",
    "RETURN_CONST",
    "RERAISE",
    "RAISE_VARARGS",
    "INTERPRETER_EXIT",
    "JUMP_FORWARD",
    "JUMP_BACKWARD",
    "JUMP_BACKWARD_NO_INTERRUPT",
}

# How many values an instruction pushes as its own result (1 where it is not listed).
NOTHING = set(
    """
    NOP POP_TOP POP_ITER POP_EXCEPT END_FOR END_ASYNC_FOR NOT_TAKEN SWAP RESUME KW_NAMES PRECALL EXTENDED_ARG
    STORE_FAST STORE_FAST_STORE_FAST STORE_NAME STORE_GLOBAL STORE_DEREF STORE_ATTR STORE_SUBSCR STORE_SLICE
    DELETE_FAST DELETE_NAME DELETE_GLOBAL DELETE_DEREF DELETE_ATTR DELETE_SUBSCR MAKE_CELL COPY_FREE_VARS
    LIST_APPEND SET_ADD MAP_ADD LIST_EXTEND SET_UPDATE DICT_UPDATE DICT_MERGE SETUP_ANNOTATIONS IMPORT_STAR
    PRINT_EXPR EXIT_INIT_CHECK RETURN_VALUE RETURN_CONST RERAISE RAISE_VARARGS INTERPRETER_EXIT
    JUMP_FORWARD JUMP_BACKWARD JUMP_BACKWARD_NO_INTERRUPT
    POP_JUMP_IF_TRUE POP_JUMP_IF_FALSE POP_JUMP_IF_NONE POP_JUMP_IF_NOT_NONE
    POP_JUMP_FORWARD_IF_TRUE POP_JUMP_FORWARD_IF_FALSE POP_JUMP_FORWARD_IF_NONE POP_JUMP_FORWARD_IF_NOT_NONE
    POP_JUMP_BACKWARD_IF_TRUE POP_JUMP_BACKWARD_IF_FALSE POP_JUMP_BACKWARD_IF_NONE
    POP_JUMP_BACKWARD_IF_NOT_NONE JUMP_IF_TRUE_OR_POP JUMP_IF_FALSE_OR_POP
""".split()
)
TWO = set(
    """
    LOAD_METHOD LOAD_SPECIAL BEFORE_WITH BEFORE_ASYNC_WITH LOAD_FAST_LOAD_FAST CHECK_EG_MATCH CLEANUP_THROW
    LOAD_FAST_BORROW_LOAD_FAST_BORROW PUSH_EXC_INFO
""".split()
)
FLAGGED = {"LOAD_GLOBAL", "LOAD_SUPER_ATTR"}  # one more with the lowest bit of the argument
if sys.version_info >= (3, 12):
    FLAGGED.add("LOAD_ATTR")

ROLES = {
    "EXTENDED_ARG": "ExtendedArg",
    "RESUME": "Resume",
    "RETURN_GENERATOR": "ReturnGenerator",
    "YIELD_VALUE": "Yield",
    "SEND": "Send",
    "FOR_ITER": "ForIter",
    "PUSH_EXC_INFO": "PushExcInfo",
    "COPY": "Copy",
    "SWAP": "Swap",
    "PRECALL": "Precall",
    "CALL": "Call",
    "KW_NAMES": "KeywordNames",
    "MAKE_CELL": "MakeCell",
    "JUMP_IF_TRUE_OR_POP": "JumpIfTrueOrPop",
    "JUMP_IF_FALSE_OR_POP": "JumpIfFalseOrPop",
}

# Where `dis.stack_effect` says what suits the compiler rather than what happens:
CORRECTIONS = {
    # up to 3.12 it is counted as if the generator's first None were not pushed
    "RETURN_GENERATOR": lambda arg: 1,
}
if "PRECALL" in opcode.opmap:
    # counted as popping the arguments; they are there until the CALL
    CORRECTIONS["PRECALL"] = lambda arg: 0
    CORRECTIONS["CALL"] = lambda arg: -1 - arg

NAMED = {  # field of `Named`: the opcode, or its name on older versions
    "call": "CALL",
    "check_exc_match": "CHECK_EXC_MATCH",
    "copy_free_vars": "COPY_FREE_VARS",
    "delete_fast": "DELETE_FAST",
    "extended_arg": "EXTENDED_ARG",
    "jump_forward": "JUMP_FORWARD",
    "load_const": "LOAD_CONST",
    "make_cell": "MAKE_CELL",
    "nop": "NOP",
    "not_taken": "NOT_TAKEN?",
    "pop_except": "POP_EXCEPT",
    "pop_jump_if_false": "POP_JUMP_IF_FALSE POP_JUMP_FORWARD_IF_FALSE",
    "pop_jump_if_true": "POP_JUMP_IF_TRUE POP_JUMP_FORWARD_IF_TRUE",
    "pop_top": "POP_TOP",
    "precall": "PRECALL?",
    "push_exc_info": "PUSH_EXC_INFO",
    "push_null": "PUSH_NULL",
    "reraise": "RERAISE",
    "resume": "RESUME",
    "return_generator": "RETURN_GENERATOR",
    "return_value": "RETURN_VALUE",
    "store_fast": "STORE_FAST",
    "swap": "SWAP",
    "to_bool": "TO_BOOL?",
    "unary_not": "UNARY_NOT",
}

random.seed(311)
SAMPLES = list(range(4096)) + [random.randrange(4096, 1 << 24) for _ in range(256)]


def real_opcodes():
    for name, number in sorted(opcode.opmap.items(), key=lambda item: item[1]):
        if number < 256 and name not in INTERNAL and not name.startswith("INSTRUMENTED_"):
            yield name, number


def has_argument(number):
    if hasattr(dis, "hasarg"):
        return number in dis.hasarg
    return number >= dis.HAVE_ARGUMENT


def caches(name, number):
    if hasattr(opcode, "_inline_cache_entries") and isinstance(opcode._inline_cache_entries, list):
        return opcode._inline_cache_entries[number]
    return sum(opcode._cache_format.get(name, {}).values())


def jump_of(name, number):
    if name == "END_ASYNC_FOR":  # listed as a jump for the debugger's sake; it is none
        return None
    if number in dis.hasjabs:
        raise SystemExit("%s jumps to an absolute target; the crate knows no such jump" % name)
    if number not in dis.hasjrel:
        return None
    return "backward" if "BACKWARD" in name else "forward"


def effect_function(name, number, jump):
    if name in CORRECTIONS:
        return CORRECTIONS[name]
    if not has_argument(number):
        return lambda arg: dis.stack_effect(number, None, jump=jump)
    return lambda arg: dis.stack_effect(number, arg, jump=jump)


def fit(name, effect):
    """The formula that gives `effect` for every sample, as (Rust text, function)."""
    base = effect(0)
    steps = [effect(1 << bit) - base for bit in range(4)]
    per_arg = (effect(32) - base) // 32
    weights = [steps[bit] - (per_arg << bit) for bit in range(4)]
    candidates = [
        ("fixed(%d)" % base, lambda arg: base),
        ("linear(%d, %d)" % (base, per_arg), lambda arg: base + per_arg * arg),
        (
            "bits(%d, %d, %r)" % (base, per_arg, weights),
            lambda arg: (
                base + per_arg * arg + sum(w * (arg >> i & 1) for i, w in enumerate(weights))
            ),
        ),
        ("two_counts(%d)" % base, lambda arg: base + (arg & 255) + (arg >> 8)),
    ]
    odd = [arg for arg in range(64) if effect(arg) != base]
    if len(odd) == 1:
        more = effect(odd[0]) - base
        candidates.append(
            (
                "exactly(%d, %d, %d)" % (base, odd[0], more),
                lambda arg: base + more * (arg == odd[0]),
            )
        )
    for text, formula in candidates:
        if all(formula(arg) == effect(arg) for arg in SAMPLES):
            return text
    raise SystemExit("no formula fits the stack effect of %s" % name)


def results_of(name, number):
    if name == "UNPACK_SEQUENCE":
        return "Argument", lambda arg: arg
    if name == "UNPACK_EX":
        return "TwoCounts", lambda arg: (arg & 255) + (arg >> 8) + 1
    if name in FLAGGED:
        return "Flagged(1)", lambda arg: 1 + (arg & 1)
    if name == "GET_ITER":  # an iterator, or a sequence and an index
        count = 1 + dis.stack_effect(number, 0 if has_argument(number) else None)
    else:
        count = 0 if name in NOTHING else 2 if name in TWO else 1
    return "Fixed(%d)" % count, lambda arg: count


def row(name, number):
    effect = effect_function(name, number, False)
    text, results = results_of(name, number)
    for arg in SAMPLES:
        # BUILD_SLICE has two or three operands and its effect means nothing for other arguments
        if results(arg) - effect(arg) < 0 and not (name == "BUILD_SLICE" and arg not in (2, 3)):
            raise SystemExit("%s %d would take a negative number of operands" % (name, arg))
    line = 'Opcode::new(%d, "%s", %d, %s, %s)' % (
        number,
        name,
        caches(name, number),
        fit(name, effect),
        text,
    )
    if has_argument(number):
        line += ".arg()"
    jump = jump_of(name, number)
    if jump:
        line += ".%s(%s)" % (jump, fit(name, effect_function(name, number, True)))
    if name in LAST:
        line += ".last()"
    if name in ROLES:
        line += ".role(Role::%s)" % ROLES[name]
    return "    %s," % line


def named(places):
    for field, names in NAMED.items():
        optional = names.endswith("?")
        found = [places[name] for name in names.rstrip("?").split() if name in places]
        if not found and not optional:
            raise SystemExit("this version has no %s" % names)
        value = "&ROWS[%d]" % found[0] if found else None
        if optional:
            value = "Some(%s)" % value if found else "None"
        yield "        %s: %s," % (field, value)


def facts():
    code = compile("f()", "", "eval")
    names = [i.opname for i in dis.get_instructions(code)]
    yield (
        "null_below",
        names.index("PUSH_NULL") < max(names.index(n) for n in names if n.startswith("LOAD_")),
    )

    # Cannot be asked for; tests/execution.py sees where a re-raise takes its frame with either.
    yield "tagged_offsets", sys.version_info >= (3, 14)

    get_iter = opcode.opmap["GET_ITER"]
    yield (
        "iterates_by_index",
        dis.stack_effect(get_iter, 0 if has_argument(get_iter) else None) == 1,
    )

    end_for = opcode.opmap.get("END_FOR")
    yield "exhausted_skips", 0 if end_for is None else 1
    yield "exhausted_pops", end_for is None or dis.stack_effect(end_for) == -2

    def generate():
        yield

    generator = generate()
    next(generator)
    at = generator.gi_frame.f_lasti
    yield "suspended_at_resume", opcode.opname[generate.__code__.co_code[at]] == "RESUME"

    if "ASYNC_GEN_WRAP" in opcode.opmap:
        yield "async_gen_wrap", '("ASYNC_GEN_WRAP", None)'
    else:
        yield (
            "async_gen_wrap",
            '("CALL_INTRINSIC_1", Some(%d))'
            % (opcode._intrinsic_1_descs.index("INTRINSIC_ASYNC_GEN_WRAP")),
        )


def main():
    rows, places = [], {}
    for place, (name, number) in enumerate(real_opcodes()):
        places[name] = place
        rows.append(row(name, number))
    used = [
        name
        for name in ("bits", "exactly", "fixed", "linear", "two_counts")
        if any(name + "(" in text for text in rows)
    ]
    print("//! CPython %s. Written by `scripts/opcode_tables.py`; do not edit." % NAME)
    print()
    print("use super::opcode::{%s};" % ", ".join(used))
    print("use super::{Facts, Named, Opcode, Results::*, Role, Version, index};")
    print()
    print("pub(super) static VERSION: Version = Version {")
    print('    name: "%s",' % NAME)
    print("    opcodes: &ROWS,")
    print("    index: index(&ROWS),")
    print("    named: Named {")
    print("\n".join(named(places)))
    print("    },")
    print("    facts: Facts {")
    for field, value in facts():
        print(
            "        %s: %s,"
            % (field, str(value).lower() if isinstance(value, (bool, int)) else value)
        )
    print("    },")
    print("};")
    print()
    print("#[rustfmt::skip]")
    print("static ROWS: [Opcode; %d] = [" % len(rows))
    print("\n".join(rows))
    print("];")


main()
