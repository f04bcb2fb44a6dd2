"""Write the Python stubs of the service's interface, or check that the ones in the tree are current.

    python proto/generate.py            writes clients/python/src/integrationcontrol/v1/
    python proto/generate.py --check    writes nothing; prints a diff and exits 1 where the tree differs

The versions of the generators are asserted, since they fix the oldest grpcio and protobuf that a client may run.
"""

from __future__ import annotations

import difflib
import re
import sys
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

PROTO = Path(__file__).resolve().parent
PACKAGE = Path("integrationcontrol/v1")
TREE = PROTO.parent / "clients/python/src"
GENERATORS = {"grpcio-tools": "1.85.1", "mypy-protobuf": "5.1.0"}

# The client must do without `googleapis-common-protos`, so its stubs take these messages from a module of its own.
FOREIGN_IMPORT = re.compile(r"^from google\.rpc import \w+_pb2 as (\w+)$", re.MULTILINE)
OWN_IMPORT = r"from integrationcontrol import _google_rpc as \1"


def main() -> int:
    """Generate into the tree, or with `--check` compare a fresh generation with it."""
    assert_versions()
    if "--check" not in sys.argv[1:]:
        return write_tree()
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        differences = compare(Path(folder) / PACKAGE, TREE / PACKAGE)
    sys.stdout.write("".join(differences))
    return 1 if differences else 0


def assert_versions() -> None:
    """Stop unless the generators are exactly those that the stubs in the tree were made with."""
    for name, wanted in GENERATORS.items():
        if version(name) != wanted:
            sys.exit(f"`{name}` is {version(name)}, the stubs need {wanted}; change both or neither")


def write_tree() -> int:
    """Replace the stubs in the tree; a stub whose .proto file has gone goes too."""
    for stale in stubs(TREE / PACKAGE):
        stale.unlink()
    generate(TREE)
    sys.stdout.write(f"{len(stubs(TREE / PACKAGE))} stubs written to {TREE / PACKAGE}\n")
    return 0


def generate(target: Path) -> None:
    """Run the generators over every .proto file of the package; the stubs land in `target` / PACKAGE."""
    target.mkdir(parents=True, exist_ok=True)
    sources = sorted((PROTO / PACKAGE).glob("*.proto"))
    services = [source for source in sources if re.search(r"^service ", source.read_text("utf-8"), re.MULTILINE)]
    run_protoc(sources, f"--python_out={target}", f"--pyi_out={target}")
    run_protoc(services, f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}")
    for stub in stubs(target / PACKAGE):
        stub.write_text(FOREIGN_IMPORT.sub(OWN_IMPORT, stub.read_text("utf-8")), "utf-8")


def run_protoc(sources: list[Path], *outputs: str) -> None:
    """Call the compiler that grpcio-tools carries; it prints its own complaints."""
    if not sources:
        sys.exit(f"no .proto file to generate from in {PROTO / PACKAGE}")
    includes = [f"-I{PROTO}", f"-I{files('grpc_tools') / '_proto'}", f"-I{files('google.rpc').joinpath('../..')}"]
    plugin = f"--plugin=protoc-gen-mypy_grpc={Path(sys.executable).parent / 'protoc-gen-mypy_grpc'}"
    if protoc.main(["protoc", plugin, *includes, *outputs, *map(str, sources)]) != 0:
        sys.exit("the stubs were not generated; mend the .proto file named above")


def stubs(folder: Path) -> list[Path]:
    """The generated files of a folder, in order of name."""
    return sorted([*folder.glob("*_pb2*.py"), *folder.glob("*_pb2*.pyi")])


def compare(fresh: Path, tree: Path) -> list[str]:
    """A unified diff from the tree's stubs to fresh ones; empty when they are the same."""
    names = sorted({path.name for folder in (fresh, tree) for path in stubs(folder)})
    return [line for name in names for line in diff(tree / name, fresh / name)]


def diff(old: Path, new: Path) -> list[str]:
    """The unified diff of two files, either of which may be missing."""
    before, after = (
        [] if not path.exists() else path.read_text("utf-8").splitlines(keepends=True) for path in (old, new)
    )
    return list(difflib.unified_diff(before, after, f"tree/{old.name}", f"fresh/{new.name}"))


if __name__ == "__main__":
    sys.exit(main())
