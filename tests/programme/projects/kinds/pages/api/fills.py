import threading
import time

from nextwsgi.after import THREADS

lock = threading.Lock()


def handler(req, res):
    gate = threading.Barrier(THREADS + 1)
    with lock:  # two gates would wait for each other's threads
        for _ in range(THREADS):
            req._project.work._threads.submit(gate.wait)
        gate.wait()
    time.sleep(0.5)
    res.json(threading.active_count())
