"""Imports in functions, and modules that one side of the move has not loaded yet.

{"a": 1} (0.0, 0.0, 0.0) resumed - x
['a', 'b'] graphlib
No module named 'no_such_module' resumed
"""

from point import here


def imports_inside():
    import json

    text = json.dumps({"a": here(1)})
    import colorsys as colours

    here()
    from textwrap import dedent, indent

    print(text, colours.rgb_to_hls(0, 0, 0), here(), indent(dedent("  x"), "- "))


def imports_after():
    here()
    import graphlib

    sorter = graphlib.TopologicalSorter({"b": {"a"}})
    here()
    print(list(sorter.static_order()), graphlib.__name__)


def missing():
    try:
        here()
        import no_such_module
    except ImportError as error:
        print(error, here())


imports_inside()
imports_after()
missing()
