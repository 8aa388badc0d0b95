"""The command line: exit codes, what goes to stdout and stderr."""

import pytest

import sim.cli


@pytest.fixture
def scenario(tmp_path):
    """Write a scenario file and return its path."""

    def write(name="plain", text="", file=None):
        path = tmp_path / (file or f"{name}.yaml")
        path.write_text(f"name: {name}\n{text}")
        return str(path)

    return write


@pytest.fixture
def command(capsys, monkeypatch, tmp_path):
    """Run a command in this process and return its exit code, stdout and stderr lines."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = sim.cli.run([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return code, out, err.splitlines()

    return run
