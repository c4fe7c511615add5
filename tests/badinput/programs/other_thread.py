"""Another live thread, and a move from a thread that is not the main one.

refused: ThreadsAlive, naming worker
refused: ThreadsAlive, naming other
moved
"""

import threading

from refusing import moves, refused

go_on = threading.Event()
thread = threading.Thread(target=go_on.wait, name="worker")
thread.start()
refused("ThreadsAlive", "worker")
go_on.set()
thread.join()
thread = threading.Thread(target=refused, args=("ThreadsAlive", "other"), name="other")
thread.start()
thread.join()
del thread
moves()
