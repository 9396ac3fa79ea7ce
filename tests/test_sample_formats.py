"""The sample's model as .skops, as ONNX, and as predictions alone: the same counts and findings, other reach."""

import pytest
import skl2onnx
import skops.io
from conftest import NOON, SAMPLE, without_checklist
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

from fateaudit import audit
from fateaudit.report.evidence_level import evidence_level

WORDS = {"sex", "employed", "citizen"}


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """An audit of the sample in each format."""
    folder = tmp_path_factory.mktemp("formats")
    text = without_checklist((SAMPLE / "fateaudit.yaml").read_text(encoding="utf-8"))
    unpinned = "\n".join(line for line in text.splitlines() if "sha256:" not in line)
    for name in ("model.skops", "evaluation.csv"):
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    model = skops.io.load(SAMPLE / "model.skops")
    kinds = [
        (name, StringTensorType([None, 1]) if name in WORDS else FloatTensorType([None, 1]))
        for name in model.feature_names_in_
    ]
    graph = skl2onnx.convert_sklearn(model, initial_types=kinds, options={"zipmap": False})
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
    onnx = unpinned.replace("path: model.skops", "path: model.onnx")
    found = {}
    for name, policy in {"skops": unpinned, "onnx": onnx}.items():
        (folder / f"{name}.yaml").write_text(policy, encoding="utf-8")
        found[name] = audit(folder / f"{name}.yaml", clock=NOON)
    return found


def test_onnx_gives_the_counts_and_the_findings_of_skops(records) -> None:
    skops_record, onnx = records["skops"], records["onnx"]

    assert onnx.counts == skops_record.counts
    differing = [one.check for one, other in zip(onnx.findings, skops_record.findings, strict=True) if one != other]
    # A graph shows what goes in and what comes out, and no steps between.
    assert differing == ["T-02"]


def test_what_can_be_seen_of_a_graph_is_less_and_is_said_so(records) -> None:
    for name, is_open in {"skops": True, "onnx": False}.items():
        assert records[name].access.is_open is is_open
    traced = {name: set(record.insights.trace.stages) for name, record in records.items()}
    assert traced["skops"] - traced["onnx"] == {"encoded", "weighed"}
    assert evidence_level(records["skops"]).words.startswith("the model file was run here, on cases")
    assert evidence_level(records["onnx"]).words.startswith("the model file was run here, its parts unseen, on cases")


def test_reasons_are_the_same_whichever_file_gives_them(records) -> None:
    first, second = (record.insights.importances.columns for record in records.values())

    assert [one.column for one in first] == [one.column for one in second]
    for one, other in zip(first, second, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-6)
