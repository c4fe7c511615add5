"""State that the standard library keeps for the whole process goes on as it was.

0.15084917392450192
DEBUG:own:logged
handled 10
"""

import decimal
import gc
import logging
import os
import random
import signal
import sys
import warnings

from point import here

random.seed(7)
random.random()
decimal.getcontext().prec = 9
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
logger = logging.getLogger("own")
logger.addHandler(logging.NullHandler())
warnings.simplefilter("error")
signal.signal(signal.SIGUSR1, lambda number, frame: print("handled", number))
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
gc.disable()

for number in range(3):
    here()
print(random.random())
assert str(decimal.Decimal(1) / 3) == "0.333333333"
logger.debug("logged")
assert len(logger.handlers) == 1 and logger.handlers[0].level == 0
assert not gc.isenabled()
try:
    warnings.warn("an error by now", stacklevel=1)
except UserWarning:
    os.kill(os.getpid(), signal.SIGUSR2)
    os.kill(os.getpid(), signal.SIGUSR1)
here()
