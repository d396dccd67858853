"""What a small message costs, sent one way or answered."""

from multiprocessing import Lock, Manager, Pipe, Process, Queue
from os import cpu_count
from platform import machine, python_version
from timeit import Timer

MANY = [False] * 49 + [True]  # only True is answered
WAYS = {  # what makes 50 of it, and how often it is timed at once
    "Lock alone": ("with lock: pass", 50),
    "Pipe, one way": ("list(map(pipe.send, MANY)); pipe.recv()", 1),
    "Queue, one way": ("list(map(to.put, MANY)); back.get()", 1),
    "Pipe, answered": ("pipe.send(True); pipe.recv()", 50),
    "Queue, answered": ("to.put(True); back.get()", 50),
    "Manager call": ("shared.get()", 50),
}


def answer(receive, send):
    while True:
        if receive():
            send(True)


if __name__ == "__main__":
    print(f"Python {python_version()}, {cpu_count()} x {machine()}")
    lock, (pipe, end), to, back = Lock(), Pipe(), Queue(), Queue()
    manager = Manager()
    shared = manager.Value("i", 0)
    for args in (end.recv, end.send), (to.get, back.put):
        Process(target=answer, args=args, daemon=True).start()
    for way, (do, number) in WAYS.items():
        times = Timer(do, globals=globals()).repeat(6, number)
        five = sorted(times[1:])  # the first warms up
        if way == "Lock alone":
            one = five[2]
        low, _, mid, _, high = (f"{t / one:,.1f}" for t in five)
        print(f"{way}: {mid} times a Lock ({low} to {high})")
    print(f"a Lock takes {one * 1e9 / 50:.0f} ns")
