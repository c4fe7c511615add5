"""Locks and what is built on them, moved within this process."""

import io
import queue
import sys
import threading
from _pickle import Unpickler


def there_and_back(obj):
    from pyteleport.graph import image
    from pyteleport.graph.dumper import Dumper

    image.install_all()
    dumper = Dumper(set())
    dumper.dump(obj)
    return Unpickler(io.BytesIO(b"".join(dumper.take()))).load()


def main():
    lock, reentrant = threading.Lock(), threading.RLock()
    event, condition = threading.Event(), threading.Condition()
    semaphore, tasks = threading.Semaphore(3), queue.Queue()
    bounded, barrier = threading.BoundedSemaphore(2), threading.Barrier(1)
    event.set()
    semaphore.acquire()
    tasks.put("a")
    tasks.put("b")
    simple = queue.SimpleQueue()
    simple.put(simple)
    simple.put(2)
    ended = threading.Thread(target=print, args=("in a thread",), name="ended")
    ended.start()
    ended.join()
    waiting = threading.Thread(target=print, args=("in a later thread",))
    local = threading.local()
    local.value = [local]
    everything = [lock, reentrant, event, condition, semaphore, tasks, bounded, barrier, simple,
                  ended, waiting, local, threading.main_thread(), lock]  # fmt: skip
    (lock2, reentrant2, event2, condition2, semaphore2, tasks2, bounded2, barrier2, simple2,
     ended2, waiting2, local2, main2, again) = there_and_back(everything)  # fmt: skip
    print(lock2 is again, lock2 is not lock, lock2.acquire(False), lock2.acquire(False))
    print(reentrant2.acquire(False), reentrant2.acquire(False))
    print(event2.is_set(), event2.wait(0))
    with condition2:
        print(condition2.wait(0.01))
    print(semaphore2.acquire(False), semaphore2.acquire(False), semaphore2.acquire(False))
    print(tasks2.get(), tasks2.get(), tasks2.empty(), tasks.qsize())
    print(bounded2.acquire(False), barrier2.wait())
    print(simple2.get() is simple2, simple2.get(), simple2.empty(), simple.qsize())
    print(ended2.is_alive(), ended2.name, ended2.join())
    waiting2.start()
    waiting2.join()
    print(local2.value[0] is local2, main2 is threading.main_thread())


sys.exit(main())
