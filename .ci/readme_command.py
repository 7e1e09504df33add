"""Print one of README's two set-up commands: ``serve`` or ``test``."""

import re
import sys
from pathlib import Path

COMMANDS = re.findall(
    r"```sh\n(python3 -m venv .*?)\n```", (Path(__file__).parents[1] / "README.md").read_text()
)

if __name__ == "__main__":
    print(COMMANDS[("serve", "test").index(sys.argv[1])])
