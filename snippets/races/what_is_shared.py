"""A child changes its own global, and what is really shared."""

from multiprocessing import Process, RawValue

total = 0


def work(shared):
    global total
    total = 1
    shared.value = 1
    with open("total.txt", "w") as file:
        file.write("1")
    print(f"child's global: {total}")


if __name__ == "__main__":
    shared = RawValue("i", 0)
    child = Process(target=work, args=(shared,))
    child.start()
    child.join()
    print(f"parent's global: {total}")
    print(f"shared memory: {shared.value}")
    with open("total.txt") as file:
        print(f"file: {file.read()}")
