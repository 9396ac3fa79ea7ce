"""Make the sample reports of docs/samples: three outcomes on one real table, each a PDF and a picture of page 1.

Run by `make samples`. Keys are made anew each time, so two runs differ in their signatures. The pictures need pdftoppm.
"""

import csv
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from fateaudit.accountability import Situation, asked, read_checklist
from fateaudit.cli.demo import perform
from fateaudit.cli.folder import write_audit
from fateaudit.cli.run import carry_out
from fateaudit.documents import read_yaml
from fateaudit.record import Clock

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_models" / "toronto_release"
SAMPLES = ROOT / "docs" / "samples"
CLOCK = Clock.from_text("2026-11-21T12:00:00Z")
DOTS_PER_INCH = "100"

LOOSER = {
    "min: 0.80": "min: 0.30",
    "max: 1.25": "max: 9",
    "max: 0.05": "max: 0.60",
    "max: 0.15": "max: 0.40",
    "min: 0.90": "min: 0.50",
}
INVENTED = (
    "Invented for this sample report: it shows what a list looks like on which somebody ticked every box with yes."
)


def does_not_meet(folder: Path) -> None:
    """Perform the demonstration as it is."""
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True)
    perform(folder, CLOCK)


def no_opinion(folder: Path) -> None:
    """Audit 200 cases that a supplier chose, with outputs and without the model."""
    with (SAMPLE / "evaluation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:200]
    for row in rows:
        row["suggested"] = "No" if row["employed"] == "No" and int(row["checks"]) > 1 else "Yes"
    with (folder / "supplied.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    policy = re.sub(r"  sha256: .*\n", "", _policy())
    policy = re.sub(r"  - id: A-01\n(    .*\n)+", "", policy)
    policy = re.sub(r"# What the model's maker documents(.*\n)+?(?=\ndemonstration)", "", policy)
    policy = policy.replace("path: model.skops", "path: none").replace("path: evaluation.csv", "path: supplied.csv")
    policy = policy.replace("role: holdout ", "role: vendor_supplied ")
    policy = re.sub("provenance: .*", 'provenance: "200 arrests that the supplier chose from its own table."', policy)
    policy = policy.replace("  missing: report_as_group", "  prediction: suggested\n  missing: report_as_group")
    (folder / "fateaudit.yaml").write_text(policy, encoding="utf-8")
    write_audit(carry_out(folder / "fateaudit.yaml", CLOCK), folder / "fateaudit.yaml", folder)


def falls_short(folder: Path) -> None:
    """Loosen every limit and tick every box: what a bought report could look like."""
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True)
    policy = _policy()
    for old, new in LOOSER.items():
        policy = policy.replace(old, new)
    (folder / "fateaudit.yaml").write_text(policy, encoding="utf-8")
    (folder / "evidence" / "invented.txt").write_text(f"{INVENTED}\n", encoding="utf-8")
    (folder / "answers.yaml").write_text(_all_yes(folder / "answers.yaml"), encoding="utf-8")
    perform(folder, CLOCK)


def _policy() -> str:
    return (SAMPLE / "fateaudit.yaml").read_text(encoding="utf-8")


def _all_yes(path: Path) -> str:
    """Return the head of the sample's answers, and yes to every question that is asked."""
    content = path.read_bytes()
    head = content.decode().partition("\nanswers:\n")[0]
    data = read_yaml(content, path.name).data
    ruled_out = tuple(flag for flag, said in data["flags"].items() if said == "no")
    situation = Situation(stage=data["stage"], ruled_out=ruled_out, category="prediction_analysis", autonomy="advisory")
    lines = [head, "answers:"]
    for item in asked(read_checklist(data["checklist"]["id"]).checklist, situation):
        by = "reviewer" if item.declaration else "owner"
        lines += [
            f"  {item.id}:",
            "    value: yes",
            f'    statement: "{INVENTED}"',
            "    evidence: [evidence/invented.txt]",
            f"    answered_by: {by}",
            "    at: 2026-11-20",
        ]
        if not item.declaration:
            lines.append("    review: { by: reviewer, at: 2026-11-20, result: confirmed, opened: true }")
    return "\n".join(lines) + "\n"


OUTCOMES: dict[str, Callable[[Path], None]] = {
    "does-not-meet": does_not_meet,
    "no-opinion": no_opinion,
    "falls-short": falls_short,
}


def main() -> None:
    """Make every sample report, or those named on the command line."""
    if shutil.which("pdftoppm") is None:
        sys.exit("error: the pictures need pdftoppm\n  apt-get install poppler-utils")
    SAMPLES.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or OUTCOMES:
        with tempfile.TemporaryDirectory() as away:
            OUTCOMES[name](Path(away))
            target = SAMPLES / name
            shutil.copyfile(Path(away) / "report.pdf", target.with_suffix(".pdf"))
            picture = ["pdftoppm", "-r", DOTS_PER_INCH, "-f", "1", "-l", "1", "-png", "-singlefile"]
            subprocess.run([*picture, target.with_suffix(".pdf"), target], check=True)
            sys.stdout.write(f"{target.relative_to(ROOT)}.pdf and .png\n")


if __name__ == "__main__":
    main()
