r"""f-strings: values, conversions, format specifications, nested and multi-line.

value and    3 'r' '\xfc'
  3.14|0xff
here('self')='self' width=   6
1 inside 2 outside
first resumed second 3 third
{literal} **resumed***
resumed and 'resumed' 1 2
"""

from point import here

width = 6
print(f"{here('value')} and {here(3):>4} {here('r')!r} {here('ü')!a}")
print(f"{here(3.14159):{here(width)}.{here(2)}f}|{here(255):#x}")
print(f"{here('self')=} {width=!r:>{here(4)}}")
print(f"{f'{here(1)} inside {here(2)}'} outside")
print(f"first {here()} second {here(2) + 1} third")
print(f"{{literal}} {here():*^12}")
print("%s and %r" % (here(), here()), "{} {}".format(here(1), here(2)))
