"""A model of transformers and its tokenizer out of a folder: bearable files, no code and no pickles, all of its weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tasks.errors import DependencyError
from tasks.models.step_down import ran_out_of_memory
from tasks.models.strange_files import require_bearable_files
from tasks.models.torch_backend import OFFLINE, SAFE, quiet_transformers


def load_pretrained(
    auto_class: str, folder: Path, dtype: str, refused: Callable[[Path, str], DependencyError]
) -> tuple[Any, Any]:
    """The model, in the precision that torch calls `dtype`, and the tokenizer. Missing weights are not filled with chance.

    Args:
        auto_class: of transformers, such as `AutoModelForTokenClassification`.
        refused: the error to raise, made of the folder and of the reason why it cannot be used.
    """
    import torch
    from safetensors import SafetensorError

    require_bearable_files(folder)
    library = quiet_transformers()
    try:
        tokenizer = library.AutoTokenizer.from_pretrained(folder, **OFFLINE)
        model, report = getattr(library, auto_class).from_pretrained(folder, dtype=getattr(torch, dtype), **SAFE)
    except (OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError, SafetensorError) as error:
        if isinstance(error, RuntimeError) and ran_out_of_memory(error):
            raise
        raise refused(folder, str(error).strip().split("\n", 1)[0] or type(error).__name__) from error
    if missing := sorted({*report["missing_keys"], *report["mismatched_keys"]} - set(model._tied_weights_keys or ())):
        raise refused(folder, f"it lacks {len(missing)} weights, among them '{missing[0]}'")
    return model, tokenizer
