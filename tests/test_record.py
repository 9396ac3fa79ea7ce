"""The record has one serialised form, and nothing else is read."""

import json

import jsonschema
import pytest
from conftest import NOON, SAMPLE, a_check, rows_of, write_audit
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.auditing import audit
from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.record import AuditRecord, Clock, record_schema
from fateaudit.recounting import refuse_other_evidence


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A record with measured and unmeasured evidence, and an infinite ratio."""
    folder = tmp_path_factory.mktemp("small")
    rows = rows_of(a=(100, 100), b=(20, 50), c=(1, 3))
    never = a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25})
    alone = a_check(id="F-03", metric="false_positive_rate_ratio", severity="minor")
    return audit(write_audit(folder, rows, a_check(), never, alone), clock=NOON)


def test_the_record_round_trips_byte_for_byte(small, sample_record) -> None:
    for record in (small, sample_record):
        content = record.to_bytes()
        assert AuditRecord.from_bytes(content) == record
        assert AuditRecord.from_bytes(content).to_bytes() == content


def test_the_small_record_holds_what_the_tests_need(small) -> None:
    kinds = {(item.id, item.kind) for item in small.figures}
    assert kinds == {("F-01/group", "measurement"), ("F-02/group", "measurement"), ("F-03/group", "unmeasured")}
    assert '"value": "infinite"' in small.to_bytes().decode()


def test_the_serialised_form_is_sorted_indented_text_that_ends_with_a_newline(small) -> None:
    content = small.to_bytes()

    assert content == (json.dumps(json.loads(content), sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def test_figures_are_rounded_to_twelve_significant_digits(sample_record) -> None:
    def floats(node):
        if isinstance(node, dict):
            node = list(node.values())
        if isinstance(node, list):
            return [number for item in node for number in floats(item)]
        return [node] if isinstance(node, float) else []

    numbers = floats(json.loads(sample_record.to_bytes())["evidence"])
    assert len(numbers) > 100
    assert all(float(f"{number:.12g}") == number for number in numbers)


def test_records_conform_to_the_printed_schema(small, sample_record) -> None:
    schema = record_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for record in (small, sample_record):
        jsonschema.validate(json.loads(record.to_bytes()), schema)


def test_the_schema_refuses_what_is_not_a_record(small) -> None:
    validator = jsonschema.Draft202012Validator(record_schema())
    for change in ({"schema": "other/1"}, {"findings": [{}]}, {"unknown": 1}):
        assert list(validator.iter_errors(json.loads(small.to_bytes()) | change))


def test_the_record_holds_no_row(sample_record, sample_rows) -> None:
    text = sample_record.to_bytes().decode()

    assert not [row["case_id"] for row in sample_rows if row["case_id"] in text]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-40],
        lambda content: content[:1000],
        lambda _: b"",
        lambda _: b"not json",
        lambda content: content.replace(b'"schema": "fateaudit/audit/1"', b'"schema": "fateaudit/audit/2"'),
        lambda content: content.replace(b'"verdict": "not_met"', b'"verdict": "fine"'),
        lambda content: content.replace(b'"demonstration": false', b'"demonstration": "no"'),
        lambda content: json.dumps(json.loads(content)).encode(),
        lambda content: content.rstrip(),
        lambda content: content.replace(b'"clock"', b'"clock": "system",\n "clock"', 1),
        lambda content: content.replace(b'"value": "infinite"', b'"value": Infinity'),
        lambda content: b"\xff" + content,
        lambda _: b"[" * 100_000,
    ],
)
def test_a_damaged_record_is_refused(small, damage) -> None:
    content = damage(small.to_bytes())

    assert content != small.to_bytes()
    with pytest.raises(DamagedFileError):
        AuditRecord.from_bytes(content)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_flipped_byte_is_refused_or_is_another_record(small, data) -> None:
    content = bytearray(small.to_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        read = AuditRecord.from_bytes(bytes(content))
    except DamagedFileError:
        return
    assert read != small
    assert read.to_bytes() == bytes(content)


def test_the_evidence_of_a_record_follows_from_its_counts(small, sample_record) -> None:
    for record in (small, sample_record):
        refuse_other_evidence(record, "audit.json")


def test_a_record_without_a_fairness_check_is_not_thereby_altered(tmp_path) -> None:
    check = a_check(id="T-01", principle="transparency", metric="documentation_completeness", across="overall")
    record = audit(write_audit(tmp_path, rows_of(a=(50, 100), b=(40, 100)), check), clock=NOON)

    refuse_other_evidence(record, "audit.json")


def forged(record, **changes):
    first = record.evidence[0]
    return record.model_copy(update={"evidence": (first.model_copy(update=changes), *record.evidence[1:])})


def test_evidence_that_does_not_follow_from_the_counts_is_refused(small) -> None:
    claim = small.evidence[0].claims[0].model_copy(update={"ends": (1.0, 1.0)})
    for changes in ({"claims": (claim,)}, {"sentence": "All is well."}, {"value": 0.9}, {"confidence": 0.5}):
        with pytest.raises(DamagedFileError, match="does not follow from its counts"):
            refuse_other_evidence(forged(small, **changes), "audit.json")
    with pytest.raises(DamagedFileError):
        refuse_other_evidence(small.model_copy(update={"evidence": small.evidence[1:]}), "audit.json")


def test_counts_that_do_not_add_up_are_refused(small) -> None:
    content = small.to_bytes().replace(b'"rows": 153', b'"rows": 99')

    assert content != small.to_bytes()
    with pytest.raises(DamagedFileError):
        AuditRecord.from_bytes(content)


def test_the_time_comes_from_outside_and_says_where_from() -> None:
    assert Clock.from_text("0") == Clock("1970-01-01T00:00:00Z", "supplied")
    assert Clock.from_text("2026-11-21T01:00:00+01:00") == Clock("2026-11-21T00:00:00Z", "supplied")
    assert Clock.from_text(None).source == "system"


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-11-21", "2026-11-21T00:00:00", "9" * 30, "-1", "20261121", "0001-01-01T00:00:00+05:00"]
)
def test_what_is_not_a_time_with_a_zone_is_refused(text) -> None:
    with pytest.raises(UsageError):
        Clock.from_text(text)


def test_another_time_or_another_input_gives_another_audit_id(small, tmp_path) -> None:
    path = write_audit(tmp_path, rows_of(a=(100, 100), b=(20, 50)), a_check())
    same, later = audit(path, clock=NOON), audit(path, clock=Clock.from_text("0"))

    assert len(small.audit_id) == 12
    assert len({small.audit_id, same.audit_id, later.audit_id}) == 3


def test_paths_of_the_machine_are_not_in_the_record(sample_record) -> None:
    assert str(SAMPLE).encode() not in sample_record.to_bytes()
