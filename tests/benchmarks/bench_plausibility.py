"""Is the virtual landscape as wet and as eroded as the basins of Lu et al. 2024?

    python -m tests.benchmarks.bench_plausibility [--years 5] [--seeds 1 2] [--set process.name=1.0]

In each virtual landscape of 1 km, sub-basins that resemble the three basins of Lu et al. (2024) in
land cover, precipitation, temperature and slope are simulated with the default parameters. The
first of each in the first landscape is the one that the calibration knobs were fitted on, by hand;
the others check it.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from features.virtual_landscape import write_virtual_landscape
from models.erosion_carbon import KNOBS, TABLES, Settings, Simulation, Year
from models.erosion_carbon.basin_bands import EVERYWHERE, Band, bands_of
from models.erosion_carbon.basins import BasinLoads, basin_summary
from pipeline.config import load_manifest
from pipeline.simulator_forcing import PreparedForcing, prepare_forcing
from tests.benchmarks.like_lu_basins import LU_BASINS, SubBasin, similar_sub_basins
from tests.benchmarks.measuring import keep, machine, table

FIRST_YEAR = 2001
OTHER_CHOICES = (
    "Four values that once had been chosen with these bands in view were taken from elsewhere "
    "before this fit (the parameter tables have the sources): friction of grass (7; was 12; by "
    "the same rule of forest floor 13; 3), rill erodibility of undisturbed ground (1.2e-4; 2e-4),"
    " the hillslope's curvature (0.4; 0.6) and transpiration of forests. That was 1 at first, as "
    "two French basins want it, and the best fit left forests at a runoff coefficient of 0.37, "
    "with a conductivity of 0.0057. Only then was it set to 0.6, the middle of what is published "
    "for forests, and the knobs were fitted anew; the French basins run off 14 and 19 % too much "
    "since. The other sub-basins were seen after an earlier fit, and not in this one."
)
SECONDS_PER_DAY = 86_400.0
HELD = (
    "runoff_coefficient",
    "net_soil_erosion_g_m2",
    "gross_soc_erosion_of_npp",
    "land_deposition_share",
)
HEADER = [
    "virtual seed", "like", "km2", "rain mm", "runoff coefficient", "net soil g/m2",
    "SOC eroded % of NPP", "settled on land", "delivered", "DOC mg/L", "POC mg/L", "in all bands",
]  # fmt: skip


def main() -> None:
    """Simulate the sub-basins of every landscape and hold them against the bands."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--each", type=int, default=3, help="sub-basins a basin of Lu et al.")
    parser.add_argument("--nodes", type=int, default=Settings.hillslope_nodes)
    parser.add_argument("--set", nargs="*", default=[], help="process.name=value")
    options = parser.parse_args()
    changes: dict[str, dict[str, float]] = {}
    for each in options.set:
        key, value = each.split("=")
        process, name = key.split(".")
        changes.setdefault(process, {})[name] = float(value)
    settings = Settings(parameters=changes, hillslope_nodes=options.nodes)
    rows = []
    for seed in options.seeds:
        for row in landscape_rows(seed, settings, options.years, options.each):
            print(row, flush=True)
            rows.append([str(seed), *row])
    keep("plausibility" if not options.set else "plausibility_changed", report(rows, options.years))


def report(rows: list[list[str]], n_years: int) -> str:
    """Return the page of results."""
    knobs = ", ".join(f"`{knob}` {_default(knob):g}" for knob in KNOBS)
    bands = [
        [
            f"{name} ({basin.cover})",
            f"{basin.rain_mm:.0f}",
            _between(bands_of(basin.cover)["runoff_coefficient"]),
            _between(bands_of(basin.cover)["net_soil_erosion_g_m2"]),
        ]
        for name, basin in LU_BASINS.items()
    ]
    carbon, land = EVERYWHERE["gross_soc_erosion_of_npp"], EVERYWHERE["land_deposition_share"]
    inside = sum(row[-1] == "yes" for row in rows)
    return (
        f"# Is the virtual landscape as wet and as eroded as the basins of Lu et al. 2024?\n\n"
        f"{machine()}\n\n"
        f"Synthetic landscapes of 1 km, sub-basins of 300 to 1000 km2 that resemble the three "
        f"basins in cover, rain, temperature and slope; means of {n_years} years after spin-up, "
        f"default parameters. The first sub-basin of each in the first landscape is the one the "
        f"knobs were fitted on by hand ({knobs}). {OTHER_CHOICES} Bands:\n\n"
        + table(["basin", "rain mm", "runoff coefficient", "net soil g/m2/yr"], bands)
        + f"\n\ncarbon eroded {carbon.lowest:.1%} to {carbon.highest:.0%} of NPP; settled "
        f"on land {land.lowest:.0%} to {land.highest:.0%} of the eroded "
        f"soil. Numbers outside their band are bold; dissolved and particulate carbon have no band "
        f"(Lu et al. observed 9.1 and 3.9 mg/L of DOC, 4.6 and 33 mg/L of POC).\n\n"
        f"{inside} of {len(rows)} sub-basins lie in all bands.\n\n" + table(HEADER, rows)
    )


def _between(band: Band) -> str:
    return f"{band.lowest:.3g} to {band.highest:.3g}"


def _default(knob: str) -> float:
    process, _, name = knob.partition(".")
    return float(getattr(TABLES[process].defaults, name))


def landscape_rows(seed: int, settings: Settings, n_years: int, n_each: int) -> list[list[str]]:
    """Return a row of results for each sub-basin of a virtual landscape."""
    prepared = prepared_landscape(seed)
    chosen = similar_sub_basins(prepared, n_each)
    simulation, years = simulated(prepared, chosen, settings, n_years)
    return [basin_row(basin, k, prepared, simulation, years) for k, basin in enumerate(chosen)]


def prepared_landscape(seed: int) -> PreparedForcing:
    """Return the forcing of a virtual landscape at 1 km."""
    built_in = load_manifest(None, (f"virtual.seed={seed}",)).manifest.virtual
    assert built_in is not None
    with tempfile.TemporaryDirectory() as folder:
        sources = load_manifest(write_virtual_landscape(built_in, Path(folder)))
        return prepare_forcing(sources, [FIRST_YEAR], print)


def simulated(
    prepared: PreparedForcing, chosen: Sequence[SubBasin], settings: Settings, n_years: int
) -> tuple[Simulation, list[Year]]:
    """Return the simulation of the sub-basins alone, and its years."""
    network = prepared.network
    inside = np.zeros(network.shape[0] * network.shape[1], dtype=bool)
    for basin in chosen:
        inside[network.cell_of[network.upstream_of(basin.cell)]] = True
    forcing = dataclasses.replace(prepared.forcing, region=inside.reshape(network.shape))
    places = [divmod(int(network.cell_of[basin.cell]), network.shape[1]) for basin in chosen]
    simulation = Simulation(forcing, settings, places, n_threads=2)
    simulation.spin_up(FIRST_YEAR)
    return simulation, [simulation.run_year(FIRST_YEAR + k) for k in range(n_years)]


def basin_row(
    basin: SubBasin,
    k: int,
    prepared: PreparedForcing,
    simulation: Simulation,
    years: Sequence[Year],
) -> list[str]:
    """Return what the k-th outlet's basin gives, bold where it leaves its band."""
    network, cell = simulation.landscape.network, int(simulation.outlets[k])
    cover = prepared.forcing.cover.ravel()[network.cell_of]
    means = {
        name: np.mean([year.values[name] for year in years], axis=0) for name in years[0].values
    }
    series = [year.outlets for year in years]
    loads = [
        float(np.mean([getattr(one, name)[:, k].sum() for one in series]))
        for name in ("sediment_kg", "poc_g", "doc_g")
    ]
    water_m3 = np.mean([one.discharge_m3_s[:, k].sum() for one in series]) * SECONDS_PER_DAY
    values = basin_summary(network, cell, cover, means, BasinLoads(*loads))
    like = LU_BASINS[basin.like]
    bands = bands_of(like.cover)
    said = {}
    for name in HELD:
        scale = 100.0 if name == "gross_soc_erosion_of_npp" else 1.0
        text = f"{scale * values[name]:.3g}"
        said[name] = text if bands[name].holds(values[name]) else f"**{text}**"
    all_inside = all(bands[name].holds(values[name]) for name in HELD)
    return [
        f"{basin.like} ({like.cover})",
        f"{values['area_km2']:.0f}",
        f"{values['precipitation_mm']:.0f}",
        *said.values(),
        f"{values['delivery_ratio']:.2f}",
        f"{loads[2] / water_m3:.1f}",
        f"{loads[1] / water_m3:.1f}",
        "yes" if all_inside else "no",
    ]


if __name__ == "__main__":
    main()
