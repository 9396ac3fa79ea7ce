"""Models that end, hang, flood, lie or answer for the loop that asks them: one process each, as Python source."""

from dataclasses import dataclass

HEAD = """
import ctypes, json, mmap, os, resource, signal, struct, sys, threading, time
import numpy as np
from fateaudit.worker import framing
INPUTS = {"place": "number", "name": "text"}
CLASSES = ["no", "yes"]
AIMS = {}
framed = framing.frame
REPLIES = json.loads(sys.argv[1])["ends"]["replies"]
def score(rows):
    return np.full(len(rows), 0.5)
"""

SHAPED = "the model did not give one score a row and class"
NO_PROBABILITIES = "the model's outputs are not the probabilities of its outcomes"
LATE = "it did not answer within"
LOST = "the model's process was lost while"
STRANGE = "it answered something else than was asked"


@dataclass(frozen=True, slots=True)
class Loud:
    """One model that misbehaves."""

    source: str
    said: str = ""
    """What the error must say; empty where there is none, because what was done is harmless."""
    seconds: int = 30
    """How long it may take to answer."""


FORGED = "framing.frame = lambda message: framed(answer)"


def predicting(body):
    """Return the source of a model whose `score` is `body`."""
    return f"{HEAD}\ndef score(rows):\n" + "".join(f"    {line}\n" for line in body.splitlines())


def opening(body):
    """Return the source of a model that does `body` when it is opened."""
    return f"{HEAD}\n{body}\n"


def answering(answer):
    """Return the source of a model that has every answer after it was opened replaced by `answer`."""
    return predicting(f"answer = {answer!r}\n{FORGED}\nreturn [0.5]")


def described(**changes):
    """Return the source of a model that describes itself as nobody would."""
    honest = {
        "inputs": [["place", "number"]],
        "classes": ["no", "yes"],
        "structure": ["score"],
        "is_open": False,
        "encoded": [],
        "linear": None,
    }
    return opening(f"nan = float('nan')\nanswer = {honest | changes!r}\n{FORGED}")


def writing(content, *, then="time.sleep(60)"):
    """Return the source of a model that writes bytes where its answers go."""
    return predicting(f"framing.frame = lambda message: (os.write(REPLIES, {content!r}), {then})\nreturn [0.5]")


def framed(text):
    """Return a message as it crosses the pipe."""
    return len(text).to_bytes(4, "big") + text


ENDINGS = {
    "exit at once": Loud(predicting("os._exit(0)"), "it ended by itself, with 0"),
    "exit at once when opened": Loud(opening("os._exit(7)"), "it ended by itself, with 7"),
    "leave by SystemExit": Loud(predicting("sys.exit(3)"), "failed while predicting (SystemExit)"),
    "leave by SystemExit when opened": Loud(opening("sys.exit(3)"), "(SystemExit)"),
    "pretend that Ctrl-C was pressed": Loud(predicting("raise KeyboardInterrupt"), "(KeyboardInterrupt)"),
    "raise, with a row in the message": Loud(predicting("raise ValueError(rows.name[0])"), "(ValueError)"),
    "raise, with a row in the kind": Loud(
        predicting('raise type(rows.name[0], (ValueError,), {"__module__": "builtins"})'), "(ValueError)"
    ),
    "raise, with an escape in the kind": Loud(
        opening('raise type("\\x1b[2J", (OSError,), {"__module__": "builtins"})'), "(OSError)"
    ),
    "read an address that is not there": Loud(predicting("ctypes.string_at(0)"), "SIGSEGV"),
    "abort": Loud(predicting("os.abort()"), "SIGABRT"),
    "stop itself": Loud(predicting("signal.raise_signal(signal.SIGSTOP)"), LATE, 1),
    "recurse for ever": Loud(predicting("def f(): f()\nf()"), "(RecursionError)"),
    "recurse beyond the stack": Loud(
        predicting("sys.setrecursionlimit(1 << 30)\ndef f(a): return [*map(f, [a])]\nf(0)"), LOST
    ),
    "make a 32-bit system call": Loud(
        predicting(
            'm = mmap.mmap(-1, 4096, prot=7)\nm.write(b"\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3")\n'
            "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()\nreturn [9.0]"
        ),
        LOST,
    ),
}

GREED = {
    "spin": Loud(predicting("while True: pass"), LATE, 1),
    "spin when opened": Loud(opening("while True: pass"), LATE, 1),
    "spin where no signal is heard": Loud(
        predicting("signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass"), LATE, 1
    ),
    "sleep for ever": Loud(predicting("time.sleep(1e6)"), LATE, 1),
    "exhaust memory": Loud(predicting("kept = []\nwhile True: kept.append(np.ones(1 << 24))"), "needs more memory"),
    "exhaust memory when opened": Loud(opening("kept = []\nwhile True: kept.append(bytes(1 << 27))"), "more memory"),
    "exhaust memory by mapping it": Loud(
        predicting("kept = []\nwhile True: kept.append(mmap.mmap(-1, 1 << 27))"), "needs more memory"
    ),
    "fork without end": Loud(predicting("while True: os.fork()"), "(PermissionError)"),
    "open files without end": Loud(predicting('kept = []\nwhile True: kept.append(open("/dev/null"))'), "(OSError)"),
    "hold the processor from threads": Loud(
        predicting(
            "def spin():\n    while True: pass\nfor _ in range(8): threading.Thread(target=spin, daemon=True).start()\n"
            "return [0.5] * len(rows)"
        )
    ),
    "refuse to be ended": Loud(
        predicting(
            "for n in range(1, 32):\n    n in (9, 19) or signal.signal(n, signal.SIG_IGN)\nreturn [0.5] * len(rows)"
        )
    ),
    "close every descriptor": Loud(predicting("os.closerange(0, 256)\nreturn [0.5] * len(rows)"), LOST),
    "print without end": Loud(
        predicting(
            'for _ in range(1000): print("was here" * 1000); os.write(1, b"was here" * 1000)\nreturn [0.5] * len(rows)'
        )
    ),
}

NUMBERS = {
    "give too few rows": Loud(predicting("return [0.5]"), SHAPED),
    "give too many rows": Loud(predicting("return [0.5] * 1000"), SHAPED),
    "give too many classes": Loud(predicting("return np.full((len(rows), 3), 1 / 3)"), SHAPED),
    "give a number of no shape": Loud(predicting("return 0.5"), SHAPED),
    "give nothing": Loud(predicting("return None"), "did not give"),
    "give words": Loud(predicting('return ["yes"] * len(rows)'), "failed while predicting"),
    "give objects": Loud(predicting("return np.array([object()] * len(rows))"), "failed while predicting"),
    "give lists of many lengths": Loud(predicting("return [[1], [1, 2]] * len(rows)"), "failed while predicting"),
    "give probabilities above 1": Loud(predicting("return np.full((len(rows), 2), 1.5)"), NO_PROBABILITIES),
    "give probabilities below 0": Loud(predicting("return np.full((len(rows), 2), [-0.5, 1.5])"), NO_PROBABILITIES),
    "give probabilities of no sum": Loud(predicting("return np.full((len(rows), 2), 0.9)"), NO_PROBABILITIES),
    "give an array that lies about its shape": Loud(
        predicting(
            "class Lying(np.ndarray):\n    shape = property(lambda self: (len(rows), 2))\n"
            "    def __array__(self, *a, **k): return self\nreturn np.zeros(7).view(Lying)"
        ),
        "did not give",
    ),
    "change its numbers while they are read": Loud(
        predicting(
            'names = ["/proc/self/fd/" + name for name in os.listdir("/proc/self/fd")]\n'
            'end = next(int(name[14:]) for name in names if "memfd:numbers" in os.readlink(name))\n'
            "memory = np.frombuffer(mmap.mmap(end, 4096), np.float64)\n"
            "def flip():\n    while True:\n        memory[:] = 1e300\n        memory[:] = np.nan\n"
            "threading.Thread(target=flip, daemon=True).start()\nreturn [0.5] * len(rows)"
        ),
        # It may win or lose: what is never seen is a number that was not checked.
        "any",
    ),
}

ANSWERS = {
    "answer with no message": Loud(writing(framed(b"[]")), STRANGE),
    "answer with what is no JSON": Loud(writing(framed(b"{")), STRANGE),
    "answer with bytes that are no text": Loud(writing(framed(b"\xff\xfe\x00")), STRANGE),
    "answer with lists in lists": Loud(writing(framed(b"[" * 100_000)), STRANGE),
    "answer with a number of many digits": Loud(writing(framed(b'{"shape":[' + b"9" * 10_000 + b"]}")), STRANGE),
    "answer at huge length": Loud(writing(b"\xff\xff\xff\xff"), STRANGE),
    "answer with half a message": Loud(writing(b"\0\0\0\x10{", then="os._exit(0)"), LOST),
    "answer drop by drop": Loud(
        writing(b"\0\1\0\0", then="[(time.sleep(.1), os.write(REPLIES, b' ')) for _ in range(600)]"), LATE, 1
    ),
    "answer twice at once": Loud(
        predicting("framing.frame = lambda message: framed(message) + framed(message)\nreturn [0.5] * len(rows)")
    ),
    "answer before it is asked": Loud(
        predicting('framing.frame = lambda message: framed({"shape": [1 << 40]}) + framed(message)\nreturn [0.5]'),
        STRANGE,
    ),
    "answer in every descriptor": Loud(
        predicting(
            "for end in range(256):\n    try: os.set_blocking(end, False); os.write(end, b'\\xff' * 99)\n"
            "    except OSError: pass\ntime.sleep(60)"
        ),
        STRANGE,
    ),
    "take its own answer back": Loud(
        predicting(
            "def send_and_take(message):\n    os.write(REPLIES, framed(message))\n"
            '    os.read(os.open(f"/proc/self/fd/{REPLIES}", os.O_RDONLY), 99999); time.sleep(60)\n'
            "framing.frame = send_and_take\nreturn [0.5]"
        ),
        # It is a race, which the audit may win: then what it read is checked like any other answer.
        "any",
        1,
    ),
    "answer with a shape too large": Loud(answering({"shape": [1 << 40, 2]}), STRANGE),
    "answer with a shape below nothing": Loud(answering({"shape": [-1, -2]}), STRANGE),
    "answer with a shape of truths": Loud(answering({"shape": [True, True]}), STRANGE),
    "answer with a shape of words": Loud(answering({"shape": ["8", "2"]}), STRANGE),
    "answer with too many dimensions": Loud(answering({"shape": [1] * 64}), STRANGE),
    "answer with no shape": Loud(answering({}), STRANGE),
    "name a problem that is a list": Loud(answering({"problem": [], "names": []}), STRANGE),
    "name a problem that is none": Loud(answering({"problem": "all is well", "names": []}), STRANGE),
    "name a problem without names": Loud(answering({"problem": "failed"}), STRANGE),
    "name a problem, with a row in it": Loud(
        predicting(
            'answer = {"problem": "unknown_types", "names": [str(rows.name[0])]}\n'
            "framing.frame = lambda message: framed(answer)\nreturn [0.5]"
        ),
        "types that are not on the list",
    ),
    "always say that rows are too many": Loud(answering({"problem": "too_large", "names": []}), "too large"),
}

LONG = "n" * 501
DESCRIPTIONS = {
    "describe itself with an escape sequence": Loud(described(classes=["\x1b[31mno", "yes"]), "no single line of text"),
    "describe itself with a line break": Loud(described(structure=["a\nerror: all is well"]), "no single line of text"),
    "describe itself with half a character": Loud(described(classes=["\ud800", "yes"]), "in a way that cannot be"),
    "describe a direction of writing": Loud(described(classes=["\u202eno", "yes"]), "no single line of text"),
    "describe two columns of one name": Loud(described(inputs=[["place", "number"]] * 2), "of one name"),
    "describe two outcomes of one name": Loud(described(classes=["no", "no"]), "of one name"),
    "describe a column of no kind": Loud(described(inputs=[["place", "pickle"]]), "in a way that cannot be"),
    "describe ten thousand columns and one": Loud(
        described(inputs=[[f"c{place}", "number"] for place in range(10_001)]), "in a way that cannot be"
    ),
    "describe a name without end": Loud(described(classes=[LONG, "yes"]), "in a way that cannot be"),
    "describe no outcome": Loud(described(classes=[]), "in a way that cannot be"),
    "describe weights that are no numbers": Loud(
        described(is_open=True, linear={"coef": [float("nan")], "intercept": 0.0}), "in a way that cannot be"
    ),
    "describe more than is asked": Loud(described(trusted=True), "in a way that cannot be"),
}

LOUD = {**ENDINGS, **GREED, **NUMBERS, **ANSWERS, **DESCRIPTIONS}
