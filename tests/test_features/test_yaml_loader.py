import pytest

from features.errors import InputError
from features.yaml_loader import load_yaml, parse_scalar


@pytest.fixture
def load(tmp_path):
    def from_text(text, encoding="utf-8"):
        path = tmp_path / "manifest.yaml"
        path.write_bytes(text.encode(encoding))
        return load_yaml(path)

    return from_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e5", 1e5),
        ("1E-3", 1e-3),
        (".5", 0.5),
        ("-3000", -3000),
        ("010", 10),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("true", True),
        ("0_10", "0_10"),
        ("2000-2020", "2000-2020"),
        ("2007-01-01", "2007-01-01"),
        ("12:30", "12:30"),
        ("", None),
        ("[rf, xgb]", ["rf", "xgb"]),
    ],
)
def test_scalars_mean_what_they_say(load, text, value):
    data, _ = load(f"key: {text}\n")
    assert data["key"] == value
    assert type(data["key"]) is type(value)
    assert parse_scalar(text) == value


def test_lines_are_kept_for_keys_list_entries_and_what_is_below_them(load):
    _, lines = load("name: a\ncovariates:\n  - id: ndvi\n    unit: 1\n  - id: evi\n")
    assert lines.line(("name",)) == 1
    assert lines.line(("covariates", 0, "unit")) == 4
    assert lines.line(("covariates", 1)) == 5
    assert lines.line(("covariates", 1, "unit")) == 5  # absent: its nearest parent
    assert lines.line(("nowhere",)) == 1


def test_every_repeated_key_is_told_with_both_lines(load):
    with pytest.raises(InputError) as caught:
        load("name: a\nsites: {file: a, file: b}\nname: c\n")
    places = [problem.where.rpartition(":")[2] for problem in caught.value.problems]
    assert places == ["2 sites.file", "3 name"]
    assert "line 1" in caught.value.problems[1].what


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a: [1\nb: 2\n", "not valid YAML"),
        ("a:\n\t- 1\n", "not valid YAML"),
        ("- 1\n- 2\n", "key: value"),
        ("", "key: value"),
        ("a: !!python/object/apply:os.getcwd []\n", "not valid YAML"),
    ],
)
def test_what_is_no_mapping_is_refused(load, text, word):
    with pytest.raises(InputError, match=word):
        load(text)


def test_a_file_in_another_encoding_is_refused(load):
    with pytest.raises(InputError, match="UTF-8"):
        load("name: Möglich\n", encoding="latin-1")


def test_a_missing_file_and_a_directory_are_refused(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        load_yaml(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        load_yaml(tmp_path)
