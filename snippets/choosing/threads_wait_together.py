"""Threads wait together and share every object of a process."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

WAITS = 8

if __name__ == "__main__":
    all_wait = Barrier(WAITS)
    answers = []

    def ask(number):
        all_wait.wait()
        answers.append(number)
        return os.getpid()

    with ThreadPoolExecutor(WAITS) as executor:
        processes = set(executor.map(ask, range(WAITS)))
    print(f"{all_wait.parties} waited at once")
    print(f"answers in one list: {sorted(answers)}")
    print(f"in this process only: {processes == {os.getpid()}}")
