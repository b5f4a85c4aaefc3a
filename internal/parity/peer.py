#!/usr/bin/env python3
"""The judge of figure's tests: runs the real plotly.express.

Reads one call a line from stdin and writes one answer a line to stdout:

    {"frame": "/path/of.arrows", "kind": "scatter", "args": {"x": "a", ...}}
    {"figure": {...}}  or  {"error": "ValueError: ..."}

A call with "rows" is about those rows of the frame.

A line {"data": "iris()", "frame": "/path.arrows"} writes a frame of px.data there.

The frame is an Arrow IPC stream, which px sees as a pyarrow Table. JSON has only
texts as keys and no dates, so a text in category_orders or a map that names a
value of a column of another type is replaced by that value, found by its str().
"""

import json
import sys
import warnings

import plotly.express as px
import pyarrow as pa
import pyarrow.ipc

ROLE_OF_MAP = {
    "color_discrete_map": "color",
    "symbol_map": "symbol",
    "line_dash_map": "line_dash",
}


def main():
    warnings.showwarning = lambda *_, **__: None  # statsmodels has much to say about poor fits
    frames = {}
    for line in sys.stdin:
        call = json.loads(line)
        path = call["frame"]
        if "data" in call:
            write(call["data"], path)
            print("{}", flush=True)
            continue
        if path not in frames:
            with pa.ipc.open_stream(path) as reader:
                frames[path] = reader.read_all()
        print(answer(frames[path], call), flush=True)


def write(name, path):
    table = pa.Table.from_pandas(eval("px.data." + name), preserve_index=False)
    table = table.replace_schema_metadata(None)
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)


def answer(table, call):
    try:
        if call.get("rows") is not None:
            table = table.take(pa.array(call["rows"], pa.uint32()))
        args = with_values(table, call["args"])
        figure = getattr(px, call["kind"])(table, **args)
        return '{"figure":' + figure.to_json(engine="json") + "}"
    except Exception as error:
        return json.dumps({"error": f"{type(error).__name__}: {error}"})


def with_values(table, args):
    args = dict(args)
    if "category_orders" in args:
        args["category_orders"] = {
            column: [value_of(table, column, v) for v in values]
            for column, values in args["category_orders"].items()
        }
    for name, role in ROLE_OF_MAP.items():
        if isinstance(args.get(name), dict):
            values = args.get(role)
            listed = [] if isinstance(values, list) else args.get("category_orders", {}).get(values, [])
            args[name] = {value_of(table, values, k, listed): v for k, v in args[name].items()}
    return args


def value_of(table, values, text, listed=()):
    """The value that the text names, of a list or a column, or of what category_orders
    lists beside it; else the text itself."""
    if not isinstance(text, str):
        return text
    if not isinstance(values, list):
        if values not in table.column_names:
            return text
        values = table.column(values).unique().to_pylist()
    for known in [*values, *listed]:
        if not isinstance(known, str) and known is not None and str(known) == text:
            return known
    return text


if __name__ == "__main__":
    main()
