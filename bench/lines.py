"""The peer that decimates lines: tsdownsample.

Usage: python lines.py FOLDER. A line of input is METHOD SERIES TYPE THREADS. y is in
FOLDER/SERIES.TYPE and x in FOLDER/SERIES.x, raw, x as float64. They are mapped: whoever
wrote them reads the same memory. The rows chosen are left in FOLDER/rows, as raw uint32.
"""
import functools
import json
import os
import sys
import time

# It makes its threads when it is first used.
os.environ["TSDOWNSAMPLE_MAX_THREADS"] = "2"

import numpy as np
import tsdownsample

FOLDER = sys.argv[1]

# How many rows: the buckets are those of lines.go.
METHODS = {
    "minmax": (tsdownsample.MinMaxDownsampler(), 2048),
    "m4": (tsdownsample.M4Downsampler(), 2048),
    "lttb": (tsdownsample.LTTBDownsampler(), 2050),
    "minmaxlttb": (tsdownsample.MinMaxLTTBDownsampler(), 2050),
}


@functools.lru_cache(maxsize=1)
def read(series, dtype):
    def mapped(kind, dtype):
        return np.asarray(np.memmap(os.path.join(FOLDER, f"{series}.{kind}"), dtype, mode="r"))

    return mapped("x", np.float64), mapped(dtype, dtype)


for line in sys.stdin:
    try:
        method, series, dtype, threads = line.split()
        x, y = read(series, dtype)
        downsampler, n_out = METHODS[method]
        # LTTB has no parallel form, and would say so each time.
        parallel = threads == "2" and method != "lttb"
        clock = time.process_time if threads == "1" else time.perf_counter
        start = clock()
        rows = downsampler.downsample(x, y, n_out=n_out, parallel=parallel)
        answer = {"seconds": clock() - start, "bytes": y.nbytes}
        rows.astype(np.uint32).tofile(os.path.join(FOLDER, "rows"))
    except Exception as error:  # told to the caller, who ends the run
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
