"""Every order in which two processes can take their steps."""

from collections import Counter

ADD = ["seen = total", "seen = seen + 1", "total = seen"]
LOCK = ["acquire a", *ADD, "release a"]
AB = ["acquire a", "acquire b", *ADD, "release b", "release a"]
BA = ["acquire b", "acquire a", *ADD, "release a", "release b"]
FLAG = ["stop if flag", "flag = 1", *ADD, "flag = 0"]


def ends(todo, memory):
    over = True
    for who, steps in todo.items():
        if not steps or steps[0].removeprefix("acquire ") in memory:
            continue
        over, after, (step, *rest) = False, dict(memory), steps
        match step.split():
            case ["acquire", lock]:
                after[lock] = who  # in memory while it is held
            case ["release", lock]:
                del after[lock]
            case ["stop", "if", flag]:
                if memory[flag]:
                    rest, after["end"] = [], ", one stopped"
            case _:
                exec(step.replace("seen", f"seen_{who}"), {}, after)
        yield from ends(todo | {who: rest}, after)
    if over:
        end = f"total = {memory['total']}{memory['end']}"
        yield "deadlock" if any(todo.values()) else end


if __name__ == "__main__":
    for p1, p2 in (ADD, ADD), (LOCK, LOCK), (AB, BA), (FLAG, FLAG):
        start = {"total": 0, "flag": 0, "end": ""}
        found = Counter(ends({"P1": p1, "P2": p2}, start))
        print(found.total(), "orders")
        for end, orders in found.most_common():
            print(f"{orders:5} {end}")
