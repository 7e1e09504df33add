"""What cannot be seen in an answer: work after it, errors that were reported, how often something ran."""

from threading import Lock

lock = Lock()
counts = {}
mixed = []


def count(name):
    with lock:
        counts[name] = counts.get(name, 0) + 1


def same(name, one, other):
    count(name)
    if one != other and len(mixed) < 16:
        mixed.append((name, one, other))
