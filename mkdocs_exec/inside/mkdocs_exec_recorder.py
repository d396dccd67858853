"""Append what the processes of a program do to the file that MKDOCS_EXEC_RECORD names.

The program stays as it is: multiprocessing's methods are wrapped when its modules are imported, in
every Python that finds this folder on its PYTHONPATH. Each event is a line, written at once: a
process that is killed leaves all that it did. A line is a tuple of nanoseconds, process, thread
(0 for the main one), operation, object, and what belongs to the operation; `timeline.py` reads it.
`time.monotonic_ns()` is one clock for all processes of a Linux machine.

A lock counts as taken once `acquire` has returned, and as given back before `release` is called:
what is recorded as held was held.
"""

import atexit
import os
import sys
from _thread import _local, get_ident  # not threading: a program that needs none imports none
from functools import partial, wraps
from importlib.machinery import PathFinder
from time import monotonic_ns

LIMIT = 1000  # lines of one process; no figure has room for more
_PATH = os.environ["MKDOCS_EXEC_RECORD"]
_QUIET = ("multiprocessing.", "concurrent.futures.")  # their own locks and pipes are no story


class _State(_local):
    inside = 0  # of a recorded call: what it does itself is no event of its own


_state = _State()
_left = LIMIT
_main_thread = get_ident()
_named = set()
_numbers = iter(range(1_000_000_000))


def _open():
    flags = os.O_WRONLY | os.O_APPEND
    try:
        descriptor, first = os.open(_PATH, flags | os.O_CREAT | os.O_EXCL, 0o600), True
    except FileExistsError:
        descriptor, first = os.open(_PATH, flags), False
    try:
        from fcntl import F_DUPFD_CLOEXEC, fcntl
    except ImportError:
        return descriptor, first
    # a program that prints its descriptors is to see the usual ones
    high = fcntl(descriptor, F_DUPFD_CLOEXEC, 200)
    os.close(descriptor)
    return high, first


def _write(operation, key=None, *details):
    global _left
    now = monotonic_ns()
    if _left > 0:
        _left -= 1
        thread = get_ident()
        thread = 0 if thread == _main_thread else thread
        line = (now, os.getpid(), thread, operation, key, *details)
        os.write(_descriptor, f"{line!a}\n".encode())


def _caller():
    """Return the frame that called into this module."""
    frame = sys._getframe(1)
    while frame.f_globals is globals():
        frame = frame.f_back
    return frame


def _module(frame):
    return str(frame.f_globals.get("__name__"))


def _short(value):
    """Describe what is handed over; no `repr` of the program's own classes is called."""
    if type(value) in (int, float, bool, type(None), str, bytes):
        text = repr(value) if not hasattr(value, "__len__") or len(value) <= 20 else ""
        if text and len(text) <= 24:
            return text
    kind = type(value).__name__
    if type(value) in (str, bytes, list, tuple, dict, set):
        return f"{kind} of {len(value):,}"
    return kind


# --- what is told about: objects by a key that is the same in every process ------------------


def _key(thing):
    if key := getattr(thing, "_recorded_key", None):
        return key
    for part in ("_flag", "_cond", "_lock"):  # Event, Barrier, Condition
        if inner := getattr(thing, part, None):
            return _key(inner)
    if token := getattr(thing, "_token", None):  # a proxy
        return f"{token.address}{token.id}"
    connection = getattr(thing, "_reader", thing)  # of a queue, or one itself
    try:
        return f"pipe{os.fstat(connection.fileno()).st_ino}"
    except (OSError, AttributeError):
        return "closed"


def _tell_names(frame, wanted=None):
    """Write under which names the program knows its objects; `wanted` is the key of one."""
    while frame:
        if not _module(frame).startswith(_QUIET) and frame.f_globals is not globals():
            # a name in the program's own functions first, then the module's
            for names in (frame.f_locals, frame.f_globals):
                for name, value in list(names.items()):
                    _tell_name(name, value, wanted)
                    if type(value) is list:
                        for index, each in enumerate(value[:20]):
                            _tell_name(f"{name}[{index}]", each, wanted)
        frame = frame.f_back


def _tell_name(name, thing, wanted):
    if isinstance(thing, _tracked()) and not name.startswith("__"):
        key = _key(thing)
        if key not in _named and wanted in (None, key):
            _named.add(key)
            _write("name", key, name)


def _tracked():
    modules = (
        ("synchronize", ("SemLock", "Condition", "Event", "Barrier")),
        ("queues", ("Queue", "SimpleQueue")),
        ("connection", ("_ConnectionBase",)),
        ("managers", ("BaseProxy",)),
    )
    found = []
    for module, names in modules:
        # imported whole, or its patch has not been applied yet
        if loaded := sys.modules.get(f"multiprocessing.{module}"):
            found += [getattr(loaded, name) for name in names if hasattr(loaded, name)]
    return tuple(found)


# --- recorded calls ---------------------------------------------------------------------------


def _call(operation, thing, function, about=(), answer=None, quiet=True):
    """Call a function between two lines; `answer` makes the second one's detail of its result."""
    frame = _caller()
    if _state.inside or (quiet and _module(frame).startswith(_QUIET)):
        return function()
    key = _key(thing)
    if key not in _named:
        _tell_names(frame, key)
        _named.add(key)  # looked for once, found or not
    return _between(operation, key, function, about, answer)


def _between(operation, key, function, about=(), answer=None):
    _state.inside += 1
    _write(f"{operation}(", key, *about)
    outcome = None
    try:
        result = function()
        outcome = answer(result) if answer else None
        return result
    except BaseException as error:
        outcome = f"!{type(error).__name__}"
        raise
    finally:
        _write(f"{operation})", key, outcome)
        _state.inside -= 1


def _replace(owner, name, operation, about=lambda *args, **kwargs: (), answer=None, quiet=True):
    original = getattr(owner, name)

    @wraps(original)
    def recorded(self, *args, **kwargs):
        function = partial(original, self, *args, **kwargs)
        details = () if _state.inside else about(*args, **kwargs)
        return _call(operation, self, function, details, answer, quiet)

    setattr(owner, name, recorded)


# --- what is wrapped, by module ---------------------------------------------------------------


def _synchronize(module):
    lock = module.SemLock
    make_methods = lock._make_methods

    def acquire(self, original, *args, **kwargs):
        return _call("acquire", self, partial(original, *args, **kwargs), answer=bool)

    def release(self, original):
        if not _state.inside and not _module(_caller()).startswith(_QUIET):
            key = _key(self)
            _write("release", key)
        return original()

    def recorded(self):
        # the name of a semaphore is the same everywhere; one that only a fork can pass on has none
        if not hasattr(self, "_recorded_key"):
            name = self._semlock.name
            self._recorded_key = name or f"lock{os.getpid()}.{next(_numbers)}"
        make_methods(self)
        self.acquire = partial(acquire, self, self.acquire)
        self.release = partial(release, self, self.release)

    lock._make_methods = recorded
    for kind in (lock, module.Condition):
        kind.__enter__ = _enter
        kind.__exit__ = _exit

    condition_wait = module.Condition.wait

    @wraps(condition_wait)
    def wait(self, timeout=None):
        if not _state.inside and not _module(_caller()).startswith(_QUIET):
            _write("release", _key(self))
            try:
                return _call("wait", self, partial(condition_wait, self, timeout), answer=bool)
            finally:
                _write("acquire)", _key(self), True)
        return condition_wait(self, timeout)

    module.Condition.wait = wait
    _replace(module.Condition, "notify", "set")
    _replace(module.Event, "wait", "wait", answer=bool)
    _replace(module.Event, "set", "set")
    _replace(module.Event, "clear", "clear")
    # inherited from a class of threading, which is to stay as it is
    module.Barrier.wait = module.Barrier.wait
    _replace(module.Barrier, "wait", "meet")


def _enter(self):
    return self.acquire()


def _exit(self, *args):
    self.release()


def _sharedctypes(module):
    module.SynchronizedBase.__enter__ = _enter
    module.SynchronizedBase.__exit__ = _exit


def _queues(module):
    for kind in (module.Queue, module.JoinableQueue, module.SimpleQueue):
        if "put" in vars(kind):
            _replace(kind, "put", "put", lambda item, *args, **kwargs: (_short(item),))
        if "get" in vars(kind):
            _replace(kind, "get", "get", answer=_short)
    _replace(module.JoinableQueue, "join", "wait")
    _replace(module.JoinableQueue, "task_done", "task_done")


def _connection(module):
    base = module._ConnectionBase
    for name in ("send", "send_bytes"):
        _replace(base, name, "send", lambda item, *args, **kwargs: (_short(item),))
    for name in ("recv", "recv_bytes", "recv_bytes_into", "poll"):
        _replace(base, name, "poll" if name == "poll" else "recv", answer=_short)
    send_bytes = base.send_bytes

    @wraps(send_bytes)
    def from_a_queue(self, buffer, *args, **kwargs):
        # the thread of a queue, which has taken from its process what was put
        if not _state.inside and _module(_caller()) == "multiprocessing.queues":
            function = partial(send_bytes, self, buffer, *args, **kwargs)
            return _between("feed", _key(self), function, (len(buffer),))
        return send_bytes(self, buffer, *args, **kwargs)

    base.send_bytes = from_a_queue
    pipe = module.Pipe

    @wraps(pipe)
    def recorded_pipe(*args, **kwargs):
        ends = pipe(*args, **kwargs)
        if not _module(_caller()).startswith("multiprocessing.queues"):
            _write("pipe", *map(_key, ends))
        return ends

    module.Pipe = recorded_pipe


def _managers(module):
    call = module.BaseProxy._callmethod

    @wraps(call)
    def recorded(self, method, args=(), kwds={}):  # noqa: B006
        function = partial(call, self, method, args, kwds)
        if isinstance(self, module.AcquirerProxy):
            if method == "acquire":
                return _call("acquire", self, function, answer=bool, quiet=False)
            if method == "release":
                _write("release", _key(self))
                return function()
        about = (method, *map(_short, args))
        return _call("call", self, function, about, _short, quiet=False)

    module.BaseProxy._callmethod = recorded


def _process(module):
    base = module.BaseProcess
    start, join, bootstrap = base.start, base.join, base._bootstrap

    @wraps(start)
    def recorded_start(self):
        _tell_names(_caller())
        target = getattr(self, "_target", None)

        def about(result):
            return (
                self.pid,
                self.name,
                getattr(target, "__name__", type(self).__name__),
                bool(self.daemon),
                getattr(self._popen, "method", ""),
            )

        return _between("start", None, partial(start, self), answer=about)

    @wraps(join)
    def recorded_join(self, timeout=None):
        function = partial(join, self, timeout)
        if _state.inside:
            return function()
        return _between("join", self.pid, function, answer=lambda _: self._popen.returncode)

    @wraps(bootstrap)
    def recorded_bootstrap(self, *args, **kwargs):
        _write("begin")
        run = self.run

        def recorded_run():
            try:
                run()
            finally:
                _write("returned")

        self.run = recorded_run
        code = bootstrap(self, *args, **kwargs)
        _write("end", None, code)
        return code

    base.start, base.join = recorded_start, recorded_join
    base._bootstrap = recorded_bootstrap


def _popen(module):
    poll = module.Popen.poll

    @wraps(poll)
    def recorded(self, *args, **kwargs):
        before, code = self.returncode, poll(self, *args, **kwargs)
        if before is None and code is not None:
            _write("reaped", self.pid, code)
        return code

    module.Popen.poll = recorded


def _util(module):
    # called first at exit, before what multiprocessing does there
    atexit.register(_write, "returned")


def _os_and_time():
    import time

    leave, kill, sleep = os._exit, os.kill, time.sleep

    @wraps(leave)
    def recorded_exit(status):
        _write("end", None, status)
        leave(status)

    @wraps(kill)
    def recorded_kill(pid, signal):
        if signal:
            _write("kill", pid, int(signal))
        return kill(pid, signal)

    @wraps(sleep)
    def recorded_sleep(seconds, /):
        if _state.inside or _module(_caller()).startswith(_QUIET):
            return sleep(seconds)
        return _between("sleep", None, partial(sleep, seconds), (_short(seconds),))

    os._exit, os.kill, time.sleep = recorded_exit, recorded_kill, recorded_sleep


_PATCHES = {
    f"multiprocessing.{name}": patch
    for name, patch in {
        "process": _process,
        "util": _util,
        "synchronize": _synchronize,
        "sharedctypes": _sharedctypes,
        "queues": _queues,
        "connection": _connection,
        "managers": _managers,
        "popen_fork": _popen,
        "popen_forkserver": _popen,
    }.items()
}


class _Finder:
    """Apply a patch as soon as its module has been imported, and import none for it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in _PATCHES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None:
            return None
        patch, execute = _PATCHES.pop(name), spec.loader.exec_module

        def execute_and_patch(module):
            execute(module)
            patch(module)

        spec.loader.exec_module = execute_and_patch
        return spec


def _after_fork_in_child():
    global _left, _main_thread
    _left, _main_thread, _state.inside = LIMIT, get_ident(), 0


_descriptor, _is_main = _open()
if _is_main:
    _write("program", None, sys.version.split()[0])
atexit.register(_write, "end")  # first, so that it is called last
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
sys.meta_path.insert(0, _Finder)
_os_and_time()
