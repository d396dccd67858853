"""set_start_method works once, before anything needs it."""

import multiprocessing


def work():
    print(f"child: {multiprocessing.get_start_method()}")


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    child = multiprocessing.Process(target=work)
    child.start()
    child.join()
    try:
        multiprocessing.set_start_method("fork")
    except RuntimeError as error:
        print(f"RuntimeError: {error}")
    print(f"parent: {multiprocessing.get_start_method()}")
