"""The assistant is not significantly worse than the figures that were accepted.

Here on the bundled document. The other sets take minutes to index: `make accept` scores them, `eval compare` compares.
"""

from pathlib import Path

from assistant.factory import create_assistant
from eval.compare import compare
from eval.dataset import BUNDLED_SET, DATASETS, load_examples
from eval.doors import python_door
from eval.figures import Figures
from eval.outcome import Judge
from eval.run import dataset_settings, evaluate, summarise


def test_no_measure_is_significantly_worse_than_accepted(tmp_path: Path) -> None:
    assistant = create_assistant(dataset_settings(BUNDLED_SET, index=tmp_path / "index"))
    outcomes = evaluate(python_door(assistant), Judge(assistant.documents), load_examples(BUNDLED_SET, "dev"))
    now = summarise(outcomes, dataset=BUNDLED_SET.stem, split="dev", system="")
    accepted = Figures.load(DATASETS.parent / "baselines" / f"{BUNDLED_SET.stem}-dev.json")
    losses = [one for one in compare(accepted, now) if one.is_loss]
    assert not losses, [(one.measure.name, one.before, one.after, one.worse) for one in losses]
