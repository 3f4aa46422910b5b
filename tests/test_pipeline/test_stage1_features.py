"""Sites lost to gaps of a covariate are counted, and many of them are worth a word."""

import numpy as np
import pandas as pd
import pytest

from features.issues import Issue, IssueLog
from features.sites import SiteRecords
from pipeline.stage1_features import gap_doubts


def log_of(lost: dict[str, int]) -> IssueLog:
    return IssueLog(
        [
            Issue("sites", None, name, "covariate_missing_at_site", "", "dropped", "")
            for name, count in lost.items()
            for _ in range(count)
        ]
    )


@pytest.fixture
def records() -> SiteRecords:
    sites = pd.DataFrame({"id": np.arange(100).astype(str)})
    return SiteRecords(sites, pd.DataFrame(), "socd", "kg m-2", "EPSG:4326")


def test_few_lost_sites_are_only_logged(records):
    assert gap_doubts(records, log_of({"ndvi": 5})) == []


def test_many_lost_sites_name_the_covariate_and_the_count(records):
    (doubt,) = gap_doubts(records, log_of({"ndvi": 5, "rain": 12}))
    assert doubt.startswith("rain has no value at 12 of 100 sites")


def test_sites_that_lack_several_covariates_count_for_each(records):
    assert len(gap_doubts(records, log_of({"ndvi, rain": 6}))) == 2
