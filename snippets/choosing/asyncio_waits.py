"""One thread waits for a thousand things at once."""

import asyncio
import threading

WAITS = 1000


async def ask(number, all_wait):
    await all_wait.wait()
    return number


async def main():
    all_wait = asyncio.Barrier(WAITS)
    asked = [ask(number, all_wait) for number in range(WAITS)]
    answers = await asyncio.gather(*asked)
    print(f"{all_wait.parties} waited at once")
    print(f"answers: {len(answers)}")
    print(f"threads: {threading.active_count()}")


if __name__ == "__main__":
    asyncio.run(main())
