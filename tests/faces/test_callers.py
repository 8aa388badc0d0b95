"""Where people call from: pools, threads, loops, notebooks, pipes; each with a real process, kept small."""

import os
import subprocess
import sys
import textwrap

import pytest

QUICK = "dict(world='synthetic:Z=2', scale=0.002, until='2023-Q1', runs=1, report=False)"
COMPARE = f"sim.compare('baseline', 'b.yaml', out=OUT, jobs=2, **{QUICK})"


FORMS = {"file": "mine.py", "stdin": "- < mine.py", "command": '-c "$(cat mine.py)"'}


def shell(line, folder):
    return subprocess.run(
        ["sh", "-c", f"exec {sys.executable} {line}"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.fixture
def called(tmp_path):
    """Run Python text in a process of its own, in an empty folder; return the lines it printed."""

    def call(text, out="'x'", redirect="", how="file"):
        text = textwrap.dedent(text).replace("COMPARE", COMPARE.replace("OUT", out))
        (tmp_path / "mine.py").write_text(f"import sim\n{text}")
        (tmp_path / "b.yaml").write_text("extends: baseline\npolicy: {talent_card: 1}\n")
        done = shell(f"{FORMS[how]} {redirect}", tmp_path)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
        return done.stdout.splitlines()

    return call


@pytest.mark.parametrize("how", ["file", "stdin", "command"])
def test_a_script_needs_no_guard_and_is_not_run_again(called, how):
    text = """
        print("begun", flush=True)
        print(COMPARE.done)
    """
    assert called(text, how=how) == ["begun", "2"]


def test_closed_streams_do_not_matter(called):
    assert called("print(COMPARE.done)", redirect="<&- 2>&-") == ["2"]


def test_the_command_lives_with_closed_streams(tmp_path):
    words = "compare baseline top_level_design --world synthetic:Z=2 --scale 0.002 --until 2023-Q1 --runs 1"
    done = shell(f"-m sim {words} --jobs 2 --out x <&- >&- 2>&-", tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert (tmp_path / "x" / "report.html").exists()


def test_a_pools_worker_runs_one_after_the_other_and_says_so(called):
    text = """
        import multiprocessing, sys, warnings
        def work(context):
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                outcome = COMPARE
            frame = outcome.frame()
            return outcome.done, [str(w.message) for w in told], frame["value"].sum()
        if __name__ == "__main__":
            for context in ("fork", "spawn"):
                with multiprocessing.get_context(context).Pool(1) as pool:
                    done, told, total = pool.map(work, [context])[0]
                    print(context, done, len(told), "pool" in told[0], repr(float(total)))
    """
    lines = called(text, out="context")
    fork, spawn = (line.split() for line in lines)
    assert fork[:4] == ["fork", "2", "1", "True"]
    assert spawn == ["spawn", *fork[1:]]


def test_threads_start_studies_side_by_side(called):
    text = """
        import sys, threading
        main, done = sys.modules["__main__"], []
        def work(name):
            done.append(COMPARE.done)
        threads = [threading.Thread(target=work, args=(f"x{i}",)) for i in range(3)]
        [t.start() for t in threads], [t.join() for t in threads]
        print(done, sys.modules["__main__"] is main)
    """
    assert called(text, out="name") == ["[2, 2, 2] True"]


def test_under_a_loop(called):
    text = """
        import asyncio
        async def work():
            first = COMPARE
            second = await asyncio.to_thread(lambda: COMPARE)
            print(first.done, second.skipped)
        asyncio.run(work())
    """
    assert called(text) == ["2 2"]


def test_in_a_notebook(tmp_path):
    manager = pytest.importorskip("jupyter_client.manager")
    pytest.importorskip("ipykernel")
    (tmp_path / "b.yaml").write_text("extends: baseline\npolicy: {talent_card: 1}\n")
    kernels = manager.KernelManager(kernel_name="python3")
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "IPYTHONDIR": str(tmp_path)}
    kernels.start_kernel(cwd=str(tmp_path), env=env)
    client = kernels.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=120)
        out = []
        code = f"import sim\n{COMPARE.replace('OUT', repr('x'))}"
        reply = client.execute_interactive(code, timeout=300, output_hook=out.append)
        shown = [m["content"]["data"] for m in out if m["msg_type"] == "execute_result"]
        assert reply["content"]["status"] == "ok", reply["content"]
        assert "2 of 2 runs done" in shown[0]["text/plain"]
        assert "<table>" in shown[0]["text/html"]
    finally:
        client.stop_channels()
        kernels.shutdown_kernel(now=True)
