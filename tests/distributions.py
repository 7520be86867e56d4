"""Builds each distribution alone, installs its wheel alone beside the core's, and loads its entry points."""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECTS = [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]
LOAD_ENTRY_POINTS = """
import sys
from importlib.metadata import distribution
for entry in distribution(sys.argv[1]).entry_points:
    entry.load()
    print(f"{sys.argv[1]}: {entry.group} {entry.name} loads")
"""


def run(*command: str | Path, cwd: Path | None = None) -> None:
    subprocess.run(command, check=True, cwd=cwd)


def build(project: Path, wheels: Path) -> tuple[str, Path]:
    """Build the source distribution, and the wheel from it; return the distribution's name and its wheel."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", wheels, project)
    name = tomllib.loads((project / "pyproject.toml").read_text())["project"]["name"]
    return name, next(wheels.glob(f"{name.replace('-', '_')}-*.whl"))


def install(wheel: Path, wheels: Path, environment: Path) -> Path:
    """Install a wheel with what it says that it depends on, nothing else; return the environment's Python."""
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    run(*pip, "install", "--find-links", wheels, wheel)
    run(*pip, "check")
    return python


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        wheels = work / "wheels"
        built = [build(project, wheels) for project in PROJECTS]
        for name, wheel in built:
            python = install(wheel, wheels, work / name)
            run(python, "-c", LOAD_ENTRY_POINTS, name, cwd=work)


if __name__ == "__main__":
    main()
