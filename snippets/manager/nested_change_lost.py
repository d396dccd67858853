"""A change inside a nested list reaches the manager or does not."""

from multiprocessing import Manager, Process


def change_copy(shared):
    shared["names"].append("Ada")


def assign_again(shared):
    names = shared["names"]
    names.append("Ada")
    shared["names"] = names


if __name__ == "__main__":
    with Manager() as manager:
        cases = (
            ("list", change_copy, []),
            ("list, assigned again", assign_again, []),
            ("proxy", change_copy, manager.list()),
        )
        for case, target, names in cases:
            shared = manager.dict(names=names)
            child = Process(target=target, args=(shared,))
            child.start()
            child.join()
            print(f"{case}: {shared['names']}")
