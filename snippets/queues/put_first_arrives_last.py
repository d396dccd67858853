"""Of two producers, the one that puts first arrives last."""

from multiprocessing import Event, Process, Queue


class Report:
    """A report that takes long to pickle: until it is signed."""

    def __init__(self, signed):
        self.signed = signed

    def __reduce__(self):
        self.signed.wait()
        return str, ("Ann's report",)


def ann(queue, ann_has_put, signed):
    queue.put(Report(signed))
    queue.put("Ann's note")
    ann_has_put.set()


def ben(queue, ann_has_put, signed):
    ann_has_put.wait()
    queue.put("Ben's note")


if __name__ == "__main__":
    queue, ann_has_put, signed = Queue(), Event(), Event()
    args = (queue, ann_has_put, signed)
    producers = [
        Process(target=put, args=args) for put in (ann, ben)
    ]
    for producer in producers:
        producer.start()
    print(queue.get())
    signed.set()
    print(queue.get(), queue.get(), sep="\n")
    for producer in producers:
        producer.join()
