from flow_control import bash_teleport
from socket import gethostname
from os import getpid

def log(*args):
    print(f"[{gethostname()}/{getpid()}]", *args)

log("hi")
bash_teleport("ssh", "cartesius",
    "conda activate py39;",
    other_fn=("mem_view.py", "flow_control.py"))
log("bye")
