"""A file that is open when a process forks has one position."""

from multiprocessing import get_context


def work(file):
    print(f"child reads {file.read(3)}")


if __name__ == "__main__":
    fork = get_context("fork")
    with open("letters.txt", "w") as file:
        file.write("abcdef")
    with open("letters.txt", "rb", buffering=0) as file:
        child = fork.Process(target=work, args=(file,))
        child.start()
        child.join()
        print(f"parent reads {file.read(3)}")
