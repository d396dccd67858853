"""A child cannot end before somebody reads what it has put."""

from multiprocessing import Event, Process, Queue


def work(queue, done):
    queue.put("x" * 1_000_000)
    done.set()


if __name__ == "__main__":
    queue, done = Queue(), Event()
    child = Process(target=work, args=(queue, done))
    child.start()
    done.wait()
    # join() without a timeout would wait for ever.
    child.join(timeout=0.5)
    print(f"child is alive: {child.is_alive()}")
    print(f"read: {len(queue.get()):,} characters")
    child.join()
    print(f"child's exit code: {child.exitcode}")
