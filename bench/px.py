"""The Python peer: does what it is asked for, line by line, and says how long it took.

Usage: python px.py FRAME.arrow. The work is what a Dash callback does with a
cached frame: filter with pandas, build with plotly.express, serialise with
orjson.
"""
import gc
import json
import sys
import time

import pandas as pd
import plotly.express as px
import plotly.io as pio
import pyarrow as pa

pio.json.config.default_engine = "orjson"
with pa.OSFile(sys.argv[1]) as file:
    frame = pa.ipc.open_file(file).read_all().to_pandas()


def seed():
    kept = frame[frame["passenger_count"] == 1]
    return px.scatter(kept, x="trip_distance", y="total_amount").to_json()


WORK = {"seed": seed}

for line in sys.stdin:
    try:
        work = WORK[line.strip()]
        gc.collect()
        start = time.perf_counter()
        text = work()
        answer = {"seconds": time.perf_counter() - start, "bytes": len(text)}
    except Exception as error:  # told to the caller, who ends the run
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
