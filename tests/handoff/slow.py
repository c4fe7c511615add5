"""A link of few megabytes a second to a command: `shell("python", "slow.py", "sh", "-c")`."""

import os
import subprocess
import sys
import time

with subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE) as shell:
    assert shell.stdin is not None
    while data := os.read(0, 64 << 10):
        shell.stdin.write(data)
        shell.stdin.flush()
        time.sleep(0.02)
    shell.stdin.close()
