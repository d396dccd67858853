"""How the proxy of a list differs from a list."""

from multiprocessing import Manager

if __name__ == "__main__":
    with Manager() as manager:
        shared = manager.list([1, 2])
        print(f"type: {type(shared).__name__}")
        print(f"is a list: {isinstance(shared, list)}")
        print(f"str: {shared}")
        print(f"repr: {shared!r}")
        print(f"equals [1, 2]: {shared == [1, 2]}")
        print(f"its copy equals [1, 2]: {shared[:] == [1, 2]}")
