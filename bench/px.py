"""The Python peer: does what it is asked for, line by line, and says how long it took.

Usage: python px.py FOLDER. The work is what a Dash callback does with a cached
frame: build with plotly.express, serialise with orjson; the seed's filters with
pandas before that. The frame of a work is FOLDER/NAME.arrow.
"""
import functools
import gc
import json
import os
import sys
import time

import plotly.express as px
import plotly.io as pio
import pyarrow as pa

pio.json.config.default_engine = "orjson"


@functools.lru_cache(maxsize=1)
def read(name):
    with pa.OSFile(os.path.join(sys.argv[1], name + ".arrow")) as file:
        return pa.ipc.open_file(file).read_all().to_pandas()


def seed(frame):
    kept = frame[frame["passenger_count"] == 1]
    return px.scatter(kept, x="trip_distance", y="total_amount").to_json()


def scatter(**arguments):
    return lambda frame: px.scatter(frame, x="x", y="y", **arguments).to_json()


WORK = {
    "seed": seed,
    "plain": scatter(),
    "hover": scatter(color="group", size="size", hover_data=["text", "day"]),
    "groups": scatter(color="group"),
    "facets": scatter(facet_row="row", facet_col="col"),
    "lowess": scatter(trendline="lowess"),
}

for line in sys.stdin:
    try:
        name = line.strip()
        work, frame = WORK[name], read(name)
        gc.collect()
        start = time.perf_counter()
        text = work(frame)
        answer = {"seconds": time.perf_counter() - start, "bytes": len(text)}
    except Exception as error:  # told to the caller, who ends the run
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
