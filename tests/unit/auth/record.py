"""Records what the real packages make and read: ``python -m tests.unit.auth.record`` writes recorded.json.

It needs Node 20 and npm. ``package.json`` beside it names the versions, ``recorded.json`` those it found.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def record() -> None:
    """Install the packages in a folder of their own, and write what record.mjs prints."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "record.mjs"):
            shutil.copy(HERE / name, folder)
        install = ["npm", "install", "--legacy-peer-deps", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(install, cwd=folder, check=True)
        node = ["node", "record.mjs"]
        told = subprocess.run(node, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    (HERE / "recorded.json").write_text(json.dumps(json.loads(told.stdout), indent=1) + "\n")


if __name__ == "__main__":
    record()
