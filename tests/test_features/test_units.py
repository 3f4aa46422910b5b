import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import InputError
from features.quantities import QUANTITIES, group_of
from features.unit_spelling import parse_unit
from features.units import canonical_unit, conversion, plausible_range

# (quantity, spelling, factor, offset) to the canonical unit, worked by hand.
ACCEPTED = [
    ("soc", "g/kg", 1, 0),
    ("soc", "g kg-1", 1, 0),
    ("soc", "g·kg⁻¹", 1, 0),
    ("soc", "g C/kg", 1, 0),
    ("soc", "g C kg-1", 1, 0),
    ("soc", "gC/kg", 1, 0),
    ("soc", "‰", 1, 0),
    ("soc", "permille", 1, 0),
    ("soc", "mg/kg", 1e-3, 0),
    ("soc", "dg/kg", 0.1, 0),
    ("soc", "%", 10, 0),
    ("soc", "wt%", 10, 0),
    ("soc", "% (w/w)", 10, 0),
    ("soc", "percent", 10, 0),
    ("soc", "fraction", 1000, 0),
    ("soc", "kg/kg", 1000, 0),
    ("som", "%", 10, 0),
    ("som", "g OM/kg", 1, 0),
    ("total_nitrogen", "g N/kg", 1, 0),
    ("total_nitrogen", "%", 10, 0),
    ("bulk_density", "g/cm3", 1, 0),
    ("bulk_density", "g cm-3", 1, 0),
    ("bulk_density", "g/cc", 1, 0),
    ("bulk_density", "Mg m-3", 1, 0),
    ("bulk_density", "t/m3", 1, 0),
    ("bulk_density", "kg/dm³", 1, 0),
    ("bulk_density", "kg m-3", 1e-3, 0),
    ("bulk_density", "kg/m3", 1e-3, 0),
    ("bulk_density", "kg m^-3", 1e-3, 0),
    ("bulk_density", "kg m**-3", 1e-3, 0),
    ("bulk_density", "kg·m⁻³", 1e-3, 0),
    ("bulk_density", "kg per m3", 1e-3, 0),
    ("coarse_fragments", "%", 0.01, 0),
    ("coarse_fragments", "vol%", 0.01, 0),
    ("coarse_fragments", "vol.%", 0.01, 0),
    ("coarse_fragments", "vol-%", 0.01, 0),
    ("coarse_fragments", "volume %", 0.01, 0),
    ("coarse_fragments", "% (v/v)", 0.01, 0),
    ("coarse_fragments", "wt%", 0.01, 0),
    ("coarse_fragments", "cm3/dm3", 1e-3, 0),
    ("coarse_fragments", "fraction", 1, 0),
    ("coarse_fragments", "1", 1, 0),
    ("soc_density", "kg C m-3", 1, 0),
    ("soc_density", "g/cm3", 1000, 0),
    ("soc_density_area", "kg C m-2", 1, 0),
    ("soc_density_area", "kgC/m²", 1, 0),
    ("soc_density_area", "t/ha", 0.1, 0),
    ("soc_density_area", "Mg C ha-1", 0.1, 0),
    ("soc_density_area", "MgC/ha", 0.1, 0),
    ("soc_density_area", "g/m2", 1e-3, 0),
    ("ph", "pH", 1, 0),
    ("ph", "PH", 1, 0),
    ("ph", "-", 1, 0),
    ("clay_silt", "g/kg", 0.1, 0),
    ("depth", "m", 100, 0),
    ("temperature", "degC", 1, 0),
    ("temperature", "°C", 1, 0),
    ("temperature", "deg C", 1, 0),
    ("temperature", "K", 1, -273.15),
    ("temperature", "degF", 5 / 9, -160 / 9),
    ("temperature_range", "degC", 1, 0),
    ("precipitation", "mm", 1, 0),
    ("precipitation", "mm/yr", 1, 0),
    ("precipitation", "mm a-1", 1, 0),
    ("precipitation", "mm/year", 1, 0),
    ("precipitation", "m/yr", 1000, 0),
    ("precipitation_month", "mm/month", 1, 0),
    ("npp", "kg C/m2/yr", 1000, 0),
    ("npp", "t ha-1 yr-1", 100, 0),
    ("slope", "rad", 57.2957795131, 0),
    ("slope", "°", 1, 0),
    ("profile_curvature", "m-1", 1, 0),
    ("tree_cover", "fraction", 100, 0),
    ("ndvi", "1", 1, 0),
    ("land_cover", "class", 1, 0),
]

# (quantity, spelling, word in the reason)
REFUSED = [
    ("soc", "kg/m3", "dimension"),
    ("soc", "t/ha", "dimension"),
    ("soc", "vol%", "volume"),
    ("soc", "g N/kg", "names N"),
    ("soc", "banana", "not understood"),
    ("soc", "0.1 g/kg", "starts with a number"),
    ("som", "g C/kg", "names C"),
    ("bulk_density", "%", "dimension"),
    ("bulk_density", "g/kg", "dimension"),
    ("soc_density_area", "kg/m3", "dimension"),
    ("soc_density_area", "t CO2/ha", "not understood"),
    ("ph", "%", "pH"),
    ("ph", "pF", "not understood"),
    ("temperature", "mm", "dimension"),
    ("temperature", "deg", "dimension"),
    ("precipitation", "mm/month", "annual_sum"),
    ("precipitation", "kg/m3", "dimension"),
    ("slope", "%", "dimension"),
    ("elevation", "m2", "dimension"),
]


@pytest.mark.parametrize(("quantity", "spelling", "factor", "offset"), ACCEPTED)
def test_accepted_spellings_convert_to_the_canonical_unit(quantity, spelling, factor, offset):
    found = conversion(spelling, quantity)
    assert found.factor == pytest.approx(factor, rel=1e-9)
    assert found.offset == pytest.approx(offset, rel=1e-9)
    assert found.unit == canonical_unit(quantity)


@pytest.mark.parametrize(("quantity", "spelling", "reason"), REFUSED)
def test_refused_spellings_say_why_and_name_accepted_ones(quantity, spelling, reason):
    with pytest.raises(InputError) as caught:
        conversion(spelling, quantity)
    problem = caught.value.problems[0]
    assert reason in problem.what
    assert repr(spelling) in problem.what
    assert QUANTITIES[quantity].spellings[0] in problem.mend


@pytest.mark.parametrize("quantity", sorted(QUANTITIES))
def test_every_canonical_unit_and_example_is_accepted(quantity):
    entry = QUANTITIES[quantity]
    assert conversion(entry.unit, quantity).factor == 1
    for spelling in (*entry.spellings, *entry.also):
        conversion(spelling, quantity)


def test_an_unknown_quantity_keeps_its_unit_unchecked():
    found = conversion("digital number (raw)", "landsat_band")
    assert (found.factor, found.offset, found.unit) == (1, 0, "digital number (raw)")
    assert canonical_unit("landsat_band") == "1"


def test_kelvin_and_celsius_meet_at_the_triple_point_of_water():
    assert conversion("K", "temperature").apply(273.16) == pytest.approx(0.01)


def test_the_place_named_is_in_the_problem():
    with pytest.raises(InputError, match=r"manifest.yaml:12 sites.columns.soc"):
        conversion("m", "soc", "manifest.yaml:12 sites.columns.soc")


@given(st.text(max_size=20))
def test_any_text_is_either_understood_or_refused(text):
    try:
        found = conversion(text, "soc")
    except InputError:
        return
    assert found.factor > 0


MASSES = st.sampled_from(["kg", "g", "mg", "Mg", "t"])
LENGTHS = st.sampled_from(["m", "cm", "dm", "km"])


@given(MASSES, LENGTHS, st.integers(1, 3))
def test_slash_power_and_superscript_forms_mean_the_same(mass, length, power):
    superscript = "⁻" + "⁰¹²³"[power]
    forms = [
        f"{mass}/{length}{power}",
        f"{mass} {length}-{power}",
        f"{mass} {length}^-{power}",
        f"{mass}·{length}{superscript}",
        f"{mass} C {length}-{power}",
    ]
    parsed = [parse_unit(form) for form in forms]
    assert all(each is not None for each in parsed)
    assert len({(each.factor, each.dimension) for each in parsed}) == 1


@pytest.mark.parametrize(
    ("names", "group"),
    [
        (("precipitation",), "climate"),
        (("index", "evi_mean"), "vegetation"),
        (("valley_depth",), "terrain"),
        (("land cover",), "vegetation"),
        (("terrain_ruggedness",), "terrain"),
        (("deviation_from_mean_elevation",), "terrain"),
        (("ph",), "soil"),
        (("gamma_potassium",), "soil"),
        (("noise",), "other"),
    ],
)
def test_groups_follow_quantity_then_name(names, group):
    assert group_of(*names) == group


def test_pure_organic_matter_bounds_soil_carbon():
    assert plausible_range("soc") == (0, 580)
    assert plausible_range("noise") is None
