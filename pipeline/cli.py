"""The command ``solum``. Heavy libraries are imported inside the commands that need them."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from features.errors import InputError, Problem

INPUT_AT_FAULT = 1
INTERRUPTED = 130

app = typer.Typer(
    name="solum",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Map soil organic carbon density and stocks, and say how sure they are.",
)

OUTSIDE_CAUSES = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EEXIST,
    errno.EISDIR,
    errno.ENOTDIR,
)
"""Errors of the file system that a person can mend; others are ours and keep their traceback."""

OptionalManifest = Annotated[
    Path | None, typer.Argument(help="data_manifest.yaml; none: the built-in virtual landscape")
]
ManifestFile = Annotated[Path, typer.Argument(help="data_manifest.yaml")]
RunDirectory = Annotated[Path, typer.Argument(help="directory of a finished run")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", help="replace one setting, such as model.bootstraps=20; repeatable"),
]


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except InputError as error:
        _say_problems(error.problems)
        raise typer.Exit(INPUT_AT_FAULT) from None
    except OSError as error:
        if error.errno not in OUTSIDE_CAUSES:
            raise
        what = f"{error.strerror or error}".lower()
        mend = "choose another place, or make room and check permissions there"
        _say_problems([Problem(str(error.filename or "output"), what, mend)])
        raise typer.Exit(INPUT_AT_FAULT) from None
    except KeyboardInterrupt:
        Console(stderr=True).print("interrupted; the same command resumes where this one stopped")
        raise typer.Exit(INTERRUPTED) from None


def _say_problems(problems: Sequence[Problem]) -> None:
    console = Console(stderr=True)
    count = len(problems)
    console.print(f"[bold red]{count} problem{'s' * (count != 1)} with the input[/]")
    for problem in problems:
        console.print(str(problem), highlight=False, markup=False, soft_wrap=True)


@app.command()
def run(
    manifest: OptionalManifest = None,
    out: Annotated[Path | None, typer.Option(help="run directory; default runs/<name>")] = None,
    stage: Annotated[
        list[str] | None,
        typer.Option(help="only these stages: features models stocks simulator report"),
    ] = None,
    overrides: Overrides = None,
    workers: Annotated[
        int | None,
        typer.Option(min=0, help="local worker processes, 0 for threads; default: one a core"),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="address of a dask scheduler, tcp://host:port")
    ] = None,
) -> None:
    """Run the stages: from profiles and rasters to maps, stocks and a report. Resumes."""
    with _clear_errors():
        from .execution import default_workers
        from .run import run_stages

        processes = default_workers() if workers is None else workers
        run_stages(manifest, out, stage or (), overrides or (), processes, scheduler)


@app.command()
def init(
    sites: Annotated[Path, typer.Argument(help="CSV table of sites or soil layers")],
    rasters: Annotated[Path, typer.Argument(help="folder of covariate rasters")],
    out: Annotated[Path, typer.Option("-o", "--out")] = Path("data_manifest.yaml"),
) -> None:
    """Look at the files and write a commented manifest, saying what is uncertain."""
    with _clear_errors():
        from features.atomic_files import write_text
        from features.guess import guess_manifest

        if out.exists():
            raise InputError(Problem(str(out), "exists already", "choose another name with -o"))
        text, unsure = guess_manifest(sites, rasters, out.parent)
        write_text(out, text)
        console = Console()
        console.print(f"wrote {out}")
        for doubt in unsure:
            console.print(f"  unsure: {doubt}", highlight=False, markup=False)
        console.print(f"next: look it through, then  solum check {out}")


@app.command()
def check(manifest: ManifestFile, overrides: Overrides = None) -> None:
    """Find everything that can be wrong with the input, in seconds."""
    with _clear_errors():
        from .check import check_manifest

        check_manifest(manifest, overrides or ())


@app.command()
def predict(
    run_dir: RunDirectory,
    points: Annotated[Path, typer.Argument(help="CSV with columns x and y")],
    out: Annotated[Path | None, typer.Option("-o", "--out")] = None,
    depth: Annotated[
        str | None, typer.Option(help="depth, such as 0_30; default: the first")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="CRS of x, y; default: the run's")] = None,
    covariates: Annotated[
        str, typer.Option(help="stack: sample the run's stack; columns: the points' own columns")
    ] = "stack",
) -> None:
    """Predict at points: mean, 90 % interval and applicability, beside all input columns."""
    with _clear_errors():
        from .predict import predict_points

        path = predict_points(run_dir, points, out, depth, crs, covariates)
        Console().print(f"wrote {path}")


@app.command()
def simulate(
    manifest: OptionalManifest = None,
    out: Annotated[
        Path | None, typer.Option(help="directory; default runs/<name>-simulator")
    ] = None,
    overrides: Overrides = None,
    years: Annotated[
        str | None, typer.Option(help="first and last year, as in 2001-2005, or how many")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="threads; default: one a core")] = None,
) -> None:
    """Simulate water, erosion and carbon: maps, outlet series and a ledger. Resumes by year."""
    with _clear_errors():
        from .simulate import simulate_manifest

        simulate_manifest(manifest, out, overrides or (), years, threads)


@app.command()
def explain(
    run_dir: RunDirectory,
    at: Annotated[str | None, typer.Option(help="X,Y in the run's CRS: why this cell")] = None,
) -> None:
    """SHAP values and partial dependence of the run's model; with --at, of one cell."""
    with _clear_errors():
        from .explain import explain_run

        explain_run(run_dir, at)


@app.command()
def report(run_dir: RunDirectory) -> None:
    """Rebuild report.html from the run directory."""
    with _clear_errors():
        from .report import build_report

        Console().print(f"wrote {build_report(run_dir)}")


def main() -> None:
    """Entry point of the command ``solum``."""
    app(prog_name="solum")
