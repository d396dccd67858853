"""Two processes print in turn; a pipe does not show it."""

from multiprocessing import Process, Semaphore


def speak(name, my_turn, your_turn):
    for number in (1, 2):
        my_turn.acquire()
        print(f"{name}: line {number}")
        your_turn.release()


if __name__ == "__main__":
    childs_turn, parents_turn = Semaphore(1), Semaphore(0)
    args = ("child", childs_turn, parents_turn)
    child = Process(target=speak, args=args)
    child.start()
    speak("parent", parents_turn, childs_turn)
    child.join()
    print(f"child's exit code: {child.exitcode}")
