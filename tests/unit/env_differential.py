"""Compare nextwsgi.env with @next/env.

    python tests/unit/env_differential.py --count 20000 --seed 1 --modules node_modules
    python tests/unit/env_differential.py --record --modules node_modules

Needs Node 20 and a folder with Next.js in it. Prints a line for each reason why answers differ, and exits 1
when one differs for a reason that is not in tests/programme/nextjs/differences.py. --record writes what
@next/env gives for the inputs that test_env.py compares without Node.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nextwsgi.env import EnvFile, file_names, values
from nextwsgi.errors import RouteError
from tests.programme.nextjs.differences import explained

RECORDED = Path(__file__).parent / "env_recorded.json"

JAVASCRIPT = r"""
const fs = require('fs');
const os = require('os');
const path = require('path');
const place = require.resolve(process.env.NEXT_MODULES + '/@next/env');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'env-'));

function load([mode, env, files]) {
  for (const [name, text] of files) fs.writeFileSync(path.join(home, name), text);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env, { NODE_ENV: mode });
  delete require.cache[place]; // it remembers the first environment that it saw
  const failed = [];
  const log = { info() {}, error: (text) => failed.push(text) };
  const { parsedEnv } = require(place).loadEnvConfig(home, mode === 'development', log, true);
  for (const [name] of files) fs.unlinkSync(path.join(home, name));
  return failed.length ? 'failed' : parsedEnv;
}

let text = '';
process.stdin.setEncoding('utf8').on('data', (more) => text += more).on('end', () => {
  process.stdout.write(JSON.stringify(JSON.parse(text).map(load)));
  fs.rmdirSync(home);
});
"""

Case = tuple[str, dict[str, str], list[tuple[str, str]]]
"""A mode, the environment before, and the files with their texts, the strongest first."""

# By hand: what people write, and each rule that surprised somebody.
BY_HAND = [
    "A=1", "A = 1", "A=", "A", "=1", "A: 1", "A:1", "export A=1", "export  A=1", "exportA=1", " A=1 ",
    "A=1\r\nB=2\rC=3", "A=a b", "A=a#b", "A=a #b", "# A=1", "A='a#b' # c", 'A="a#b"#c', "A=`a'b\"`",
    "A='a\\'b'", 'A="a\\"b"', 'A="a\\nb\\rc\\td"', "A='a\\nb'", "A=a\\nb", 'A="1\n2\n3"', "A='1\n2'\nB=3",
    'A="1\n2', "A='1", "A=''", 'A=""', "A='a' 'b'", 'A="a" b', "A=\n'b'", "A.B-C=1", "1A=2", "É=1", "A=é",
    "A=😀", "\ufeffA=1", "A=\xa01\xa0", "A=1\u2028B=2", "A\xa0=1", "A=1\x85B=2", "A=1\x1cB=2", "A=1\nA=2",
    "A=1\nB=$A", "B=$A\nA=1", "A=1\nB=${A}", "A=1\nB=${A}2", "A=1\nB=$A2", "A=1\nB=\\$A", "A=1\nB='$A'",
    "B=${A:-2}", "A=1\nB=${A:-2}", "B=${A:-}", "B=${A-2}", "B=${A:-${C}}", "B=$", "B=a$", "B=$$", "B=$$A",
    "B=$A and $", "A=1\nB=$A\\$A$A", "B=$SET", "B=$EMPTY", "B=${EMPTY:-1}", "SET=2", "EMPTY=2", "B=$MONEY",
    "B=pa$$word", "B=pa$word", "B=p\\$\\$word", "A=$A", "A=$B\nB=$A", "A=1\nB=$A\nC=$B", "C=$B\nB=$A\nA=1",
    "A=x$&y\nB=1$A", "A=x$$y\nB=$A", "A=x$'y\nB=1${A}2", "A=x$`y\nB=1${A}2", "B=${A", "B=$A}", "B={$A}",
    "B=${}", "B=${A:-a b}", "B=${A:-a}b}", 'B="${A:-a}"', "A=1\nB=${A:-a\\}b}", "B=$(echo 1)", "B=`echo 1`",
    "DATABASE_URL=postgresql://ada:secret@localhost:5432/demo?schema=public",
    "KEY='-----BEGIN\na\n-----END'", "A=1;B=2", "A='1'B='2'", "\n\n\nA=1\n\n", "A=1 \\\nB=2", "A==1",
    "A= =1", "- A=1", "A:\nB=1", "A: 'x'", "A=\"x'\"", "A='\\\\'", "A=\\", "A=a\0b", "__proto__=1",
    "toString=1", "B=$toString", "2=\\$SET\n1=$2", "NODE_ENV=x", "A=$NODE_ENV",
]  # fmt: skip
SET = {"SET": "s", "EMPTY": "", "MONEY": "a$b", "PATH": "/bin"}


def by_hand() -> Iterator[Case]:
    """Yield each text as .env, and a few over several files."""
    for text in BY_HAND:
        yield "production", SET, [(".env", text)]
    for mode in ("production", "development", "test"):
        yield mode, SET, [(name, f"A={name}\n{name[-3:]}={mode}") for name in every_name()]
    yield (
        "production",
        SET,
        [(".env.local", "A=\\$B"), (".env.production", "A=x\nB=1"), (".env", "C=$A\nB=2")],
    )
    yield "production", SET, [(".env.local", "A=$B"), (".env", "B=1")]
    yield "production", SET, [(".env.local", "B=$A"), (".env", "A=1\nC=$B")]
    yield "production", SET, [(".env.local", "B=$MONEY\nMONEY=c"), (".env", "A=$MONEY")]


def every_name() -> list[str]:
    """Name the files of all modes."""
    modes = ("development", "production", "test")
    return (
        [f".env.{mode}.local" for mode in modes]
        + [".env.local"]
        + [f".env.{mode}" for mode in modes]
        + [".env"]
    )


NAMES = ["A", "B", "C", "SET", "EMPTY", "MONEY", "LONG_NAME", "a.b", "x-y", "D1"]
PIECES = [
    "a", "b c", "1", " ", "  ", "\t", "'", '"', "`", "#", "\\", "\\n", "\\'", '\\"', "$", "\\$", "$$", "$&",
    "${", "}", ":-", "=", ":", "\n", "\r\n", "\r", "\\r", "é", "😀", "\xa0", "\u2028", "\ufeff", "\x85", "-",
    ".", ",", "{", "export ", "\0", *(f"${name}" for name in NAMES), *(f"${{{name}}}" for name in NAMES),
    *(f"${{{name}:-d}}" for name in NAMES),
]  # fmt: skip
WEIGHTS = [0.2 if piece == "\0" else 1 for piece in PIECES]


def _value(rng: random.Random) -> str:
    text = "".join(rng.choices(PIECES, WEIGHTS, k=rng.choice((0, 1, 1, 2, 3, 4, 8))))
    quote = rng.choice(("", "", "", "'", '"', "`"))
    return f"{quote}{text}{quote}"


def _line(rng: random.Random) -> str:
    if rng.random() < 0.05:
        return "".join(rng.choices(PIECES, WEIGHTS, k=4))
    name = rng.choice(NAMES)
    before = rng.choice(("", "", "", "", "export ", " ", "#"))
    sign = rng.choice(("=", "=", "=", "=", " = ", ": ", ":", "= "))
    return f"{before}{name}{sign}{_value(rng)}{rng.choice(('', '', '', ' # c', '#c', ' '))}"


def generated(count: int, seed: int) -> Iterator[Case]:
    """Yield as many cases as asked for, the same for the same seed."""
    rng = random.Random(seed)
    for _ in range(count):
        mode = rng.choice(("production", "production", "development", "test"))
        names = [name for name in every_name() if rng.random() < 0.3] or [".env"]
        env = {name: rng.choice(("", "s", "a$b", "$A", "it's", "p$$w")) for name in rng.sample(NAMES, 2)}
        if rng.random() < 0.7:
            env = SET
        yield mode, env, [(name, "\n".join(_line(rng) for _ in range(rng.randint(1, 5)))) for name in names]


# --- Both sides -------------------------------------------------------------------------------------------

Answer = dict[str, str] | str


def of_next(cases: list[Case], modules: str) -> list[Answer]:
    """Ask @next/env."""
    env = {**os.environ, "NEXT_MODULES": os.path.abspath(modules)}
    command = ["node", "--stack-size=200", "-e", JAVASCRIPT]  # a name that refers to itself ends sooner
    result = subprocess.run(
        command, input=json.dumps(cases), capture_output=True, text=True, env=env, check=True
    )
    answers: list[Answer] = json.loads(result.stdout)
    return answers


def of_ours(case: Case) -> Answer:
    """Ask nextwsgi.env."""
    mode, env, files = case
    read = [EnvFile(name, dict(files)[name]) for name in file_names(mode) if name in dict(files)]
    try:
        return values(read, {**env, "NODE_ENV": mode})
    except RouteError:
        return "failed"


REFUSED = "a name refers to itself: refused; Next.js says so and leaves the file out"


def reason(case: Case, theirs: Answer, ours: Answer) -> str | None:
    """Give why answers differ: "" where they do not, None where nothing explains it."""
    if theirs == ours:
        return REFUSED if ours == "failed" else ""
    entry = explained("env", case, theirs, ours)
    return None if entry is None else entry.reason


def main() -> int:
    """Run the command line; 1 where something differs without a reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modules", default="node_modules")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if options.record:
        cases = [*by_hand(), *generated(300, 0)]
        pairs = [[case, answer] for case, answer in zip(cases, of_next(cases, options.modules), strict=True)]
        RECORDED.write_text("[\n" + ",\n".join(map(json.dumps, pairs)) + "\n]\n")
        return 0
    cases = [*by_hand(), *generated(options.count, options.seed)]
    counts: Counter[str] = Counter()
    for case, theirs in zip(cases, of_next(cases, options.modules), strict=True):
        ours = of_ours(case)
        why = reason(case, theirs, ours)
        counts["not explained" if why is None else why or "the same"] += 1
        if why is None and counts["not explained"] <= 10:
            print(json.dumps(case, indent=1), f"theirs: {theirs!r}", f"ours:   {ours!r}", sep="\n")
    for text, count in counts.most_common():
        print(f"{count:>8}  {text}")
    return int(bool(counts["not explained"]))


if __name__ == "__main__":
    sys.exit(main())
