"""Four players want one prize."""

from multiprocessing import Lock, Process, RawArray, RawValue


def play(player, prizes, winners, lock):
    with lock:
        if prizes.value > 0:
            prizes.value -= 1
            winners[player] = 1


if __name__ == "__main__":
    prizes, winners = RawValue("i", 1), RawArray("i", 4)
    args = (prizes, winners, Lock())
    players = [
        Process(target=play, args=(player, *args))
        for player in range(4)
    ]
    for player in players:
        player.start()
    for player in players:
        player.join()
    print(f"winners: {sum(winners)}")
