"""The design table as models need it."""

import numpy as np
import pytest
from pyproj import CRS, Geod

from pipeline.design_table import equal_area_xy


@pytest.mark.parametrize("lon", [20.0, 180.0], ids=["Greenwich side", "across the date line"])
def test_distances_are_those_on_the_ground(lon):
    places = np.array([[lon - 0.5, 65.0], [lon + 0.5, 65.0], [lon - 0.5, 66.0]])
    places[:, 0] = (places[:, 0] + 180) % 360 - 180
    xy = equal_area_xy(CRS("EPSG:4326"), places)
    for k in (1, 2):
        on_ground = Geod(ellps="WGS84").inv(*places[0], *places[k])[2]
        assert np.linalg.norm(xy[k] - xy[0]) == pytest.approx(on_ground, rel=1e-3)
