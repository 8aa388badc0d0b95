"""The commands that run the model: demo, run, compare, study, resume, status, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.app.defaults import DEFAULT_HOST, DEFAULT_PAIRS, DEFAULT_PORT, DEFAULT_SEATS
from sim.cli import options as o
from sim.cli.answers import DONE, conclude, costs, print_run, tell_run_failed
from sim.cli.lookups import register
from sim.cli.progress import shown
from sim.cli.worlds import world as world_commands
from sim.cli.write import line, note, print_json, warn
from sim.core.defaults import DEFAULT_SCALE, DEFAULT_SEED
from sim.core.errors import InputError, Problem
from sim.core.paths import path_of
from sim.lab.options import DEFAULT_RUNS
from sim.lab.outcome import Outcome
from sim.lab.precision import asked_for

app = typer.Typer(
    name="clusterlab",
    help="Which policy mix lets zones grow real clusters in future industries, at what public cost?",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from sim.lab.manifest import program_version

        line(f"clusterlab {program_version()}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def clusterlab(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Which policy mix lets zones grow real clusters in future industries, at what public cost?"""
    if context.invoked_subcommand is None:
        line(context.get_help())


@app.command()
def demo(
    seed: o.Seed = DEFAULT_SEED,
    scale: o.Scale = DEFAULT_SCALE,
    world: o.World = None,
    until: o.Until = None,
    sets: o.Sets = None,
    runs: o.Runs = DEFAULT_RUNS,
    out: o.Out = None,
    jobs: o.Jobs = None,
    precision: o.Precision = None,
    reuse: o.Reuse = None,
    lang: o.Lang = o.Language.EN,
) -> int:
    """Compare uncoordinated with coordinated layouts on the real zones and write the report."""
    from sim.scenario.find import shipped

    files = [str(shipped("baseline")), str(shipped("top_level_design"))]
    asked = {"seed": seed, "scale": scale, "world": world, "until": until, "sets": sets or ()}
    asked |= {"runs": runs, "precision": asked_for(precision)}
    return _compare(files, out, jobs, lang, reuse=reuse or (), **asked)


@app.command()
def compare(
    base: Annotated[
        str,
        typer.Argument(help="Scenario to compare with.", show_default=False, autocompletion=o.scenario_names),
    ],
    others: Annotated[
        list[str],
        typer.Argument(
            metavar="ALT...",
            help="One or more scenarios.",
            show_default=False,
            autocompletion=o.scenario_names,
        ),
    ],
    seed: o.Seed = DEFAULT_SEED,
    scale: o.Scale = DEFAULT_SCALE,
    world: o.World = None,
    until: o.Until = None,
    sets: o.Sets = None,
    runs: o.Runs = DEFAULT_RUNS,
    out: o.Out = None,
    jobs: o.Jobs = None,
    precision: o.Precision = None,
    equal_cost: Annotated[
        bool,
        typer.Option("--equal-cost", help="Give each ALT the budget at which it costs what BASE does."),
    ] = False,
    reuse: o.Reuse = None,
    lang: o.Lang = o.Language.EN,
) -> int:
    """Compare scenarios with a base under the same seeds, and write a report."""
    asked = {"seed": seed, "scale": scale, "world": world, "until": until, "sets": sets or ()}
    asked |= {"runs": runs, "precision": asked_for(precision)}
    return _compare([base, *others], out, jobs, lang, equal_cost=equal_cost, reuse=reuse or (), **asked)


def _compare(
    files: list[str],
    out: str | None,
    jobs: int | None,
    lang: str,
    *,
    equal_cost: bool = False,
    reuse: Sequence[str],
    **asked: Any,
) -> int:
    from sim.lab.planning import build

    plan = build("compare", files, jobs=jobs, out=out, equal_cost=equal_cost, **asked)
    warn(plan.warnings)
    return _carry_out(lambda watch: _into(plan, out, jobs, watch, reuse), lang)


def _into(plan: Any, out: str | None, jobs: int | None, watch: Any, reuse: Sequence[str] = ()) -> Outcome:
    from sim.lab.api import run_into

    return run_into(plan, out, jobs=jobs, on_progress=watch, reuse=reuse, tell=note)


def _carry_out(work: Callable[[Any], Outcome], lang: str) -> int:
    with shown() as watch:
        outcome = work(watch)
    return conclude(outcome, lang)


@app.command("run")
def run_once(
    scenario: o.Scenario,
    seed: o.Seed = DEFAULT_SEED,
    scale: o.Scale = DEFAULT_SCALE,
    world: o.World = None,
    until: o.Until = None,
    sets: o.Sets = None,
    out: o.Out = None,
    jobs: o.Jobs = None,
    panel: Annotated[
        list[str] | None,
        typer.Option(help="Microdata to keep: firms, deals, talent, layout, funds (with commas)."),
    ] = None,
    json: o.Json = False,
    check: Annotated[
        bool, typer.Option("--check", help="Verify accounts and declared columns every quarter.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Show the time and memory of each mechanism.")
    ] = False,
    lang: o.Lang = o.Language.EN,
) -> int:
    """Run one scenario once and write a report, or print its metrics with --json."""
    from sim.lab.api import simulate_plan
    from sim.lab.planning import build

    panels = [name.strip() for item in panel or () for name in item.split(",") if name.strip()]
    if json and panels and out is None:
        remedy = "add --out DIR, or leave --json out"
        raise InputError(Problem("--panel", 0, 0, "'run --json' alone writes no files", remedy=remedy))
    asked = {"seed": seed, "scale": scale, "world": world, "until": until, "sets": sets or ()}
    plan = build("run", [scenario], jobs=jobs, out=out, panels=panels, check=check, **asked)
    warn(plan.warnings)
    if not json or out is not None:
        with shown() as watch:
            outcome = _into(plan, out, jobs, watch)
        return print_run(outcome, json=json, profile=profile, lang=lang)
    try:
        with shown() as watch:
            result = simulate_plan(plan, on_progress=watch)
    except InputError:
        raise
    except Exception as error:
        return tell_run_failed(error)
    if profile:
        note(*costs(result.profile, result.memory))
    keys = ("scenario", "seed", "world", "scale", "metrics")
    print_json({key: getattr(result, key) for key in keys})
    return DONE


@app.command()
def study(
    file: Annotated[
        Path,
        typer.Argument(help="Study file (YAML).", metavar="FILE", parser=path_of, show_default=False),
    ],
    out: o.Out = None,
    jobs: o.Jobs = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be run, and stop.")] = False,
    json: Annotated[bool, typer.Option("--json", help="With --dry-run: print JSON only.")] = False,
    part: Annotated[
        str | None,
        typer.Option(
            metavar="I/N",
            help="Take one part of the runs; auto/N, or auto in a SLURM array, takes I from the scheduler.",
        ),
    ] = None,
    executor: Annotated[
        str | None, typer.Option(metavar="dask:FILE", help="Let a Dask cluster carry the runs out.")
    ] = None,
    reuse: o.Reuse = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            min=0, help="Time there is; no run begins that may not end.  [default: SLURM's, if any]"
        ),
    ] = None,
    lang: o.Lang = o.Language.EN,
) -> int:
    """Carry out a study file."""
    from sim.cli.check import as_dict, tell
    from sim.lab.kinds import KINDS
    from sim.lab.studyfile import read_study

    if json and not dry_run:
        raise InputError(Problem("--json", 0, 0, "only a dry run is told as JSON", remedy="add --dry-run"))
    plan = read_study(file, jobs=jobs, out=out)
    warn(plan.warnings)
    if json:
        print_json(as_dict(plan, jobs))
        return DONE
    if dry_run:
        line(f"{plan.kind} {plan.name!r}: {len(plan.arms)} scenarios x {plan.runs} runs on {plan.world}")
        line(f"seeds {plan.seed} to {plan.seed + plan.runs - 1}, scale {plan.scale:g}, until {plan.until}")
        for arm in plan.written:
            line(f"  {arm.name}: {arm.source}")
        for words in KINDS[plan.kind].told(plan):
            line(f"  {words}")
        tell(plan, jobs)
        return DONE
    from sim.lab.api import run_into
    from sim.lab.executors import named
    from sim.lab.parts import part_of

    asked: dict[str, Any] = {"part": part_of(part) if part else None, "minutes": minutes}
    asked["reuse"] = reuse or ()
    with named(executor) if executor else nullcontext() as crew:
        asked |= {"executor": crew, "jobs": jobs}
        return _carry_out(lambda watch: run_into(plan, out, on_progress=watch, tell=note, **asked), lang)


@app.command()
def resume(folder: o.Folder, jobs: o.Jobs = None, lang: o.Lang = o.Language.EN) -> int:
    """Go on with a study that was stopped."""
    from sim.lab import api

    return _carry_out(lambda watch: api.resume(folder, jobs=jobs, on_progress=watch), lang)


@app.command()
def retry(folder: o.Folder, jobs: o.Jobs = None, lang: o.Lang = o.Language.EN) -> int:
    """Try the failed runs of a results folder again, and no others."""
    from sim.lab import api

    return _carry_out(lambda watch: api.retry(folder, jobs=jobs, on_progress=watch), lang)


@app.command()
def merge(
    folder: o.Folder,
    others: Annotated[
        list[Path] | None,
        typer.Argument(metavar="OTHER...", help="Folders to take runs from.", parser=path_of),
    ] = None,
    lang: o.Lang = o.Language.EN,
) -> int:
    """Bring parts of a study together in FOLDER, which may be new, and compare what is there."""
    from sim.lab import api

    return conclude(api.merge(folder, *(others or ())), lang)


@app.command()
def status(folder: o.Folder, json: o.Json = False) -> None:
    """Count the runs of a results folder: total, done, failed, running."""
    from sim.lab import api

    counts = api.status(folder)
    if json:
        print_json(counts)
    else:
        line(", ".join(f"{name} {count}" for name, count in counts.items()))


@app.command()
def report(folder: o.Folder, lang: o.Lang = o.Language.EN) -> None:
    """Write report.html again from a results folder's files."""
    from sim.report import write

    line(str(write(folder.absolute(), lang).absolute()))


@app.command("app")
def visual(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO|FILE",
            help="Shipped scenarios' names or own files to offer first; the page begins with the first.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[int, typer.Option(help="TCP port; 0 for any free one.")] = DEFAULT_PORT,
    host: Annotated[
        str, typer.Option(help="Address to listen at. Any but the default lets others run models here.")
    ] = DEFAULT_HOST,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Further name of the server, as behind a proxy; may be repeated."),
    ] = None,
    root_path: Annotated[
        str, typer.Option(help="Path at which a proxy shows the server, such as /user/ann/proxy/8765.")
    ] = "",
    sessions: Annotated[
        int, typer.Option(min=1, max=1000, help="Visitors who may have a model at once; others wait.")
    ] = DEFAULT_SEATS,
    scale: o.Scale = DEFAULT_SCALE,
    runs: o.Runs = DEFAULT_PAIRS,
    ahead: Annotated[
        bool,
        typer.Option(help="Compute beforehand what each main lever does, for answers at once (minutes)."),
    ] = True,
) -> None:
    """Serve the planner's page, to this computer only unless --host says otherwise."""
    from sim.app import serve

    more = {"allow_hosts": allow_host or (), "root_path": root_path, "scale": scale, "runs": runs}
    more["ahead"] = ahead
    serve(port, host, scenarios or (), sessions=sessions, **more)


register(app)
app.add_typer(world_commands, name="world")
