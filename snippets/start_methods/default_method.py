"""The start methods of this Python, and its default one."""

import multiprocessing
import platform
import sys

if __name__ == "__main__":
    methods = multiprocessing.get_all_start_methods()
    print(f"Python {platform.python_version()} on {sys.platform}")
    print(f"start methods: {', '.join(methods)}")
    print(f"default: {multiprocessing.get_start_method()}")
