"""The assistant is not significantly worse than the figures that were accepted."""

from pathlib import Path

import pytest

from assistant.factory import create_assistant
from eval.compare import compare
from eval.dataset import DATASETS, OWN_SETS, load_examples
from eval.doors import python_door
from eval.figures import Figures
from eval.outcome import Judge
from eval.run import dataset_settings, evaluate, summarise

BASELINES = DATASETS.parent / "baselines"
TESTED = [dataset for dataset in OWN_SETS if dataset.stem != "regulations"]
"""The regulations take as long as both others; `make accept` scores them and `eval compare` compares."""


@pytest.mark.parametrize("dataset", TESTED, ids=lambda path: path.stem)
def test_no_measure_is_significantly_worse_than_accepted(dataset: Path, tmp_path: Path) -> None:
    settings = dataset_settings(dataset, index=tmp_path / "index")
    assistant = create_assistant(settings)
    outcomes = evaluate(python_door(assistant), Judge(assistant.documents), load_examples(dataset, "dev"))
    now = summarise(outcomes, dataset=dataset.stem, split="dev", system="")
    accepted = Figures.load(BASELINES / f"{dataset.stem}-dev.json")
    losses = [one for one in compare(accepted, now) if one.is_loss]
    assert not losses, [(one.measure.name, one.before, one.after, one.worse) for one in losses]
