"""An executor brings results and exceptions back to the caller."""

from concurrent.futures import ProcessPoolExecutor


def read(text):
    return int(text)


if __name__ == "__main__":
    with ProcessPoolExecutor(max_workers=2) as executor:
        futures = [executor.submit(read, t) for t in ("10", "ten")]
        for future in futures:
            try:
                print(f"result: {future.result()}")
            except ValueError as error:
                print(f"exception: {error}")
