"""A daemonic process finishes its work because it is joined."""

from multiprocessing import Process


def work():
    print("child start")
    print("child over")


if __name__ == "__main__":
    print("parent start")
    child = Process(target=work, daemon=True)
    child.start()
    child.join()
    print(f"parent over, child's exit code: {child.exitcode}")
