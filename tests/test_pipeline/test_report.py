import json
import re
import shutil
import sys
from html.parser import HTMLParser
from subprocess import run

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from features.errors import InputError
from pipeline.report import build_report
from pipeline.report.accuracy_section import accuracy_section
from pipeline.report.data_section import data_section
from pipeline.report.depth_section import depth_section
from pipeline.report.driver_section import driver_section
from pipeline.report.headline import headline_cards
from pipeline.report.map_section import map_section
from pipeline.report.provenance_section import provenance_section
from pipeline.report.run_directory import RunDirectory
from pipeline.report.score_tables import score_table_blocks
from pipeline.report.stock_section import stock_section
from pipeline.report.truth_section import truth_section
from tests.test_pipeline.example_run import write_example_run

SECTIONS = {
    "maps",
    "point",
    "stocks",
    "accuracy",
    "depth",
    "drivers",
    "truth",
    "physics",
    "data",
    "reading",
    "provenance",
}
FIGURES = {
    "maps_0_10",
    "maps_0_30",
    "maps_0_50",
    "histograms",
    "observed_predicted",
    "interval_coverage",
    "depth_lines",
    "groups",
    "importance",
    "shap_beeswarm",
    "partial_dependence",
    "partial_dependence_classes",
    "truth_0_10",
}


class Page(HTMLParser):
    """Collects what a page refers to, its anchors, and its visible text."""

    def __init__(self, text):
        super().__init__()
        self.references, self.anchors, self.words, self._hidden = [], set(), [], 0
        self.unclosed = []
        self.feed(text)
        self.text = re.sub(r"[ \n]+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "img", "br", "link", "input"):
            self.unclosed.append(tag)
        self._hidden += tag in ("script", "style")
        for name, value in attributes:
            if name in ("src", "href", "data", "action", "srcset"):
                self.references.append(value)
            if name == "id":
                self.anchors.add(value)

    def handle_endtag(self, tag):
        assert self.unclosed.pop() == tag
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return write_example_run(tmp_path_factory.mktemp("pristine") / "run", cell_m=20_000)


@pytest.fixture(scope="module")
def complete(pristine, tmp_path_factory):
    directory = tmp_path_factory.mktemp("complete") / "run"
    shutil.copytree(pristine, directory)
    build_report(directory)
    return directory


@pytest.fixture(scope="module")
def page(complete):
    return Page((complete / "report.html").read_text(encoding="utf-8"))


@pytest.fixture
def copy(pristine, tmp_path):
    shutil.copytree(pristine, tmp_path / "run")
    return tmp_path / "run"


def change_summary(directory, **changes):
    file = directory / "summary.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def bare_run(directory, **changes):
    summary = {"name": "bare", "depths": ["0_10"], "unit": "kg m-2", "best_learner": "rf"}
    (directory / "summary.json").write_text(json.dumps(summary | changes))
    return directory


def notes(section):
    return " ".join(block.text for block in section.blocks if block.kind == "note")


def read(directory):
    return Page(build_report(directory).read_text(encoding="utf-8"))


def test_page_has_every_section(page):
    assert page.anchors >= SECTIONS


def test_page_is_well_formed(page):
    assert page.unclosed == []


def test_page_refers_to_nothing_outside_itself(page):
    outside = [r for r in page.references if not r.startswith(("data:image/", "#"))]
    assert outside == []


def test_links_lead_somewhere(page):
    assert {r[1:] for r in page.references if r.startswith("#")} <= page.anchors


def test_script_fetches_nothing(complete):
    text = (complete / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=[\"']?(https?:)?//", text)
    assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", text.split("</style>")[0])


def test_figures_are_written_and_not_blank(complete):
    drawn = {file.stem for file in (complete / "figures").glob("*.png")}
    assert drawn == FIGURES
    for name in drawn:
        pixels = imread(complete / "figures" / f"{name}.png")[..., :3]
        assert pixels.shape[0] > 300
        assert np.mean(np.any(pixels < 0.97, axis=-1)) > 0.02, name


def test_virtual_data_are_called_virtual(page):
    assert "VIRTUAL DATA" in page.text


def test_real_data_are_not_called_virtual(tmp_path):
    text = read(bare_run(tmp_path, virtual=False)).text
    assert "VIRTUAL DATA" not in text
    assert "Against the true map" not in text


def test_flattering_scores_are_marked(page):
    assert re.search(r"the study’s way\s*OPTIMISTIC", page.text)


def test_headline_numbers_are_those_of_the_tables(complete, page):
    stocks = pd.read_csv(complete / "3-stocks" / "stocks.csv")
    stock = stocks.query("depth == '0_30' and group == 'all'")["stock_pg"].iloc[0]
    assert f"{stock:.2f}\u00a0Pg\u00a0C" in page.text
    scores = pd.read_csv(complete / "2-models" / "scores.csv")
    chosen = scores.query("learner == 'xgb' and depth == '0_10'").set_index("scheme")["mec"]
    for scheme, title in (("random", "random folds"), ("spatial", "spatial blocks")):
        assert f"Model efficiency, {title} {chosen[scheme]:.2f}" in page.text


def test_scores_with_covariates_measured_at_the_sites_are_marked_as_flattering(copy):
    file = copy / "2-models/scores.csv"
    scores = pd.read_csv(file)
    flattering = scores[scores["scheme"] == "random"].assign(scheme="random_site_covariates")
    pd.concat([scores, flattering]).to_csv(file, index=False)
    table = score_table_blocks(RunDirectory.open(copy))[0]
    headings = {row[0].text: row[0] for row in table.rows}
    heading = headings["Random folds, covariates measured at the sites"]
    assert heading.style == "doubt"
    assert heading.small.startswith("OPTIMISTIC")


def test_text_from_the_data_is_escaped(complete, page):
    assert "Fill value <fill>." in page.text
    assert "<fill>" not in (complete / "report.html").read_text(encoding="utf-8")


def test_whole_page_is_small_enough_to_send(complete):
    assert (complete / "report.html").stat().st_size < 6e6


@pytest.mark.parametrize(
    ("gone", "section", "sentence"),
    [
        ("2-models/explain", driver_section, "holds no SHAP values"),
        ("2-models/importance.csv", driver_section, "holds no importance"),
        ("2-models/cv_predictions.csv", accuracy_section, "holds no cross-validated predictions"),
        ("2-models/scores.csv", accuracy_section, "holds no scores"),
        ("3-stocks/stocks.csv", stock_section, "holds no stocks"),
        ("3-stocks/group_tests.csv", stock_section, "No groups were compared"),
        ("3-stocks/area.csv", stock_section, "no account of mapped and unmapped area"),
        ("3-stocks/depth_lines.csv", depth_section, "holds no depth lines"),
        ("3-stocks", map_section, "no map of the area of applicability"),
        ("3-stocks", map_section, "no map of SOCD at 0–10\u00a0cm"),
        ("1-features/screening.csv", data_section, "were not screened"),
        ("1-features/issues.csv", data_section, "Nothing was dropped"),
        ("provenance.json", provenance_section, "holds no provenance.json"),
    ],
)
def test_a_missing_piece_is_said_in_a_sentence(copy, gone, section, sentence):
    path = copy / gone
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    assert sentence in notes(section(RunDirectory.open(copy)))


def test_without_a_truth_there_is_no_section_of_it(copy):
    shutil.rmtree(copy / "1-features" / "truth")
    assert truth_section(RunDirectory.open(copy)) is None


def test_a_run_of_nothing_but_its_summary_has_a_report(tmp_path):
    assert "This run holds no scores" in read(bare_run(tmp_path)).text


def test_one_depth_has_no_depth_lines(copy):
    change_summary(copy, depths=["0_10"])
    assert "maps one depth only" in notes(depth_section(RunDirectory.open(copy)))


def test_no_stock_is_made_of_another_target(copy):
    change_summary(copy, target="ocs_cookbook", unit="1")
    (copy / "3-stocks" / "stocks.csv").unlink()
    for file in (copy / "3-stocks").glob("socd_*.tif"):
        file.rename(file.with_name(file.name.replace("socd", "ocs_cookbook")))
    other = RunDirectory.open(copy)
    assert "no stock is made of it" in notes(stock_section(other))
    titles = [card.title for card in headline_cards(other)]
    assert "Mapped mean, 0–10\u00a0cm" in titles
    assert not any(title.startswith("Stock") for title in titles)


def test_figures_of_an_earlier_report_are_removed(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "old.png").write_bytes(b"x")
    build_report(bare_run(tmp_path))
    assert not (tmp_path / "figures" / "old.png").exists()


def test_a_directory_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"summary\.json.*no readable summary"):
        build_report(tmp_path)


def test_report_is_imported_without_plotting_libraries():
    code = (
        "import sys, pipeline.report, pipeline.maps;"
        "print([m for m in ('matplotlib', 'bokeh', 'jinja2') if m in sys.modules])"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
