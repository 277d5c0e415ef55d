"""`minutes evaluate`: how good the minutes of a folder are, measured by references that lie beside the recordings."""

from typing import Annotated

import typer

from flows.cli.options import DEFAULT_OUT, ConfigOption, FolderArgument, ForceOption, JsonOption, OutOption, SetOption


def evaluate(  # noqa: PLR0913, PLR0917 - the options of the command
    folder: FolderArgument,
    config: ConfigOption = None,
    settings: SetOption = None,
    out: OutOption = DEFAULT_OUT,
    force: ForceOption = False,
    as_json: JsonOption = False,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="OWNER/NAME@COMMIT", help="Lay a data set of the Hub out in the folder first, and measure that."),
    ] = None,
    files: Annotated[str, typer.Option(metavar="PATTERN", help="Which Parquet files of the data set.")] = "data/test-*",
    most: Annotated[int, typer.Option(min=1, help="How many recordings of the data set, the first ones.")] = 50,
) -> None:
    """Measure the minutes of recordings that have references beside them: words, speakers, tasks, decisions, summary, speed."""
    from configs.load import load_config
    from flows.cli.process import work_on
    from flows.cli.progress import print_error, print_note
    from flows.cli.tables import print_figures, print_json
    from flows.evaluate import CSV_NAME, JSON_NAME, PAGE_NAME, references_in, require_libraries
    from flows.evaluate import evaluate as measure_all
    from flows.folder.classify import Order
    from tasks.evaluation.dataset import dataset_need, lay_out
    from tasks.evaluation.results import as_json as json_of
    from tasks.files import displayable
    from tasks.schema import Status

    require_libraries("minutes evaluate")
    loaded = load_config(config, settings or ())
    if dataset:
        count = lay_out(dataset_need(dataset, files), folder, most)
        print_note(f"{count} recordings of {dataset} in {displayable(str(folder))}")
    references = references_in(Order(folder, loaded, out))
    found, notes = work_on(
        [loaded],
        as_json,
        lambda say, observer: measure_all(references, loaded, out, force=force, say=say, observer=observer),
        list(references),
    )
    if as_json:
        print_json(json_of(found.rows, found.about) | ({"notes": notes} if notes else {}))
    else:
        print_figures(found.rows)
        for outcome in found.outcomes:
            if outcome.error:
                print_error(outcome.error)
        print_note(f"read: {displayable(str(out / PAGE_NAME))}; beside it {JSON_NAME} and {CSV_NAME}")
    raise typer.Exit(1 if any(outcome.status is Status.FAILED for outcome in found.outcomes) else 0)
