"""Models on the workers of a Ray or Dask cluster: `workers` hands tasks over, one file per kind of cluster connects."""
