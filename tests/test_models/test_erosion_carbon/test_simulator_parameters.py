"""Parameters and settings of the simulator: every wrong one is named, every choice has its law."""

from typing import get_args

import pytest

from features.errors import InputError
from models.erosion_carbon import settings as choices
from models.erosion_carbon.carbon.scheme import SCHEMES
from models.erosion_carbon.erosion.kernel_hillslope_sediment import EROSION_LAWS
from models.erosion_carbon.erosion.kernel_transport_capacity import CAPACITY_LAWS
from models.erosion_carbon.kernel_hillslope_step import INFILTRATION_LAWS
from models.erosion_carbon.kernel_surface_day import EVAPORATION_LAWS
from models.erosion_carbon.parameters import KNOBS, TABLES, make_parameters
from models.erosion_carbon.profile.kernel_burial import BURIAL_LAWS
from models.erosion_carbon.profile.kernel_profile import ENRICHMENT_LAWS, PROFILE_SCHEMES


def test_all_problems_are_told_at_once():
    with pytest.raises(InputError) as raised:
        make_parameters(
            {
                "erosoin": {"erodibility_factor": 1.0},
                "erosion": {"erodibility_factor": 1e3, "rill_width": 1.0},
                "cover_forest": {"manning_n": -0.1},
            }
        )
    assert [problem.where for problem in raised.value.problems] == [
        "simulator.parameters.erosoin",
        "erosion.erodibility_factor",
        "erosion.rill_width",
        "cover_forest.manning_n",
    ]


def test_a_cover_that_passes_on_more_than_its_plants_make_is_refused():
    with pytest.raises(InputError, match=r"cover_grassland\.leaf_allocation.*add up to 1\.5"):
        make_parameters({"cover_grassland": {"leaf_allocation": 0.9}})


@pytest.mark.parametrize("knob", KNOBS)
def test_knobs_are_parameters_that_can_go_both_ways(knob):
    process, name = knob.split(".")
    parameter = TABLES[process].parameters[name]
    assert parameter.lower < parameter.value < parameter.upper
    changed = make_parameters({process: {name: parameter.upper}})
    assert getattr(getattr(changed, process), name) == parameter.upper


@pytest.mark.parametrize("carbon", SCHEMES)
def test_parameters_of_the_chosen_carbon_model_are_taken(carbon):
    assert make_parameters({}, carbon).carbon == SCHEMES[carbon].table.defaults


def test_changed_covers_are_kept_by_their_class():
    assert make_parameters({"cover_forest": {"manning_n": 0.5}}).covers == {
        "forest": {"manning_n": 0.5}
    }


@pytest.mark.parametrize("process", TABLES)
def test_every_parameter_tells_its_unit_source_and_meaning(process):
    for name, parameter in TABLES[process].parameters.items():
        assert parameter.unit, name
        assert parameter.source, name
        assert parameter.meaning, name


@pytest.mark.parametrize(
    ("choice", "laws"),
    [
        (choices.ErosionLaw, {*EROSION_LAWS, "musle", "rusle_watem"}),
        (choices.InfiltrationLaw, INFILTRATION_LAWS),
        (choices.CapacityLaw, CAPACITY_LAWS),
        (choices.CarbonModel, SCHEMES),
        (choices.ProfileScheme, PROFILE_SCHEMES),
        (choices.EnrichmentLaw, ENRICHMENT_LAWS),
        (choices.BurialLaw, BURIAL_LAWS),
        (choices.EvaporationLaw, EVAPORATION_LAWS),
    ],
)
def test_every_choice_has_its_law(choice, laws):
    assert set(get_args(choice)) == set(laws)
