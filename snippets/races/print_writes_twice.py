"""Without a buffer, one print is several writes."""

import os
import subprocess
import sys


def writes(option, code):
    # A pipe in packet mode: each read returns what one write wrote.
    reader, writer = os.pipe2(os.O_DIRECT)
    words = [sys.executable, *option, "-c", code]
    subprocess.run(words, stdout=writer, check=True)
    os.close(writer)
    with open(reader, "rb", buffering=0) as pipe:
        return list(iter(lambda: pipe.read(100), b""))


if __name__ == "__main__":
    line_in_one = "import sys; sys.stdout.write('lap 1\\n')"
    for option in ([], ["-u"]):
        print("python", *option)
        for code in ("print('lap', 1)", line_in_one):
            print(f"  {code}: {writes(option, code)}")
