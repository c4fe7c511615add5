"""Another live thread, and a move from a thread that is not the main one.

refused: ThreadsAlive, naming worker
refused: ThreadsAlive, naming other
refused: ThreadsAlive, naming 2 other threads, one, two, also:
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
go_on.clear()
threads = [threading.Thread(target=go_on.wait, name=name) for name in ("one", "two")]
for thread in threads:
    thread.start()
text = str(refused("ThreadsAlive", "2 other threads", "one", "two", "also:"))
assert text.count("'one'") == text.count("'two'") == 1, text
go_on.set()
for thread in threads:
    thread.join()
del thread, threads
moves()
