"""Areas by cause, from tiles that are looked at one by one."""

import numpy as np

from pipeline.area_causes import area_table


def test_tiles_add_up_and_the_mapped_come_first():
    tiles = [
        {"causes": np.array(["missing:ndvi", "mapped"]), "areas_km2": np.array([1.0, 2.0])},
        {"causes": np.array([], dtype=str), "areas_km2": np.array([])},
        {"causes": np.array(["mapped", "mapped"]), "areas_km2": np.array([4.0, 8.0])},
    ]
    table = area_table(iter(tiles))
    assert table["cause"].tolist() == ["mapped", "missing:ndvi", "region"]
    assert table["area_km2"].tolist() == [14.0, 1.0, 15.0]
    assert table["n_cells"].tolist() == [3, 1, 4]
