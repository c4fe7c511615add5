"""A link of few megabytes a second to a command: `shell("python", "slow.py", "sh", "-c")`."""

import os
import subprocess
import sys
import time

shell = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)
assert shell.stdin is not None
down = shell.stdin.fileno()
try:
    while data := os.read(0, 64 << 10):
        os.write(down, data)
        time.sleep(0.02)
    os.close(down)
except BrokenPipeError:  # it has ended
    pass
os._exit(shell.wait())
