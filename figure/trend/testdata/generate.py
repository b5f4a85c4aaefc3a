"""Writes the goldens beside it: what px's own trendline functions answer.

    python generate.py        in the environment of internal/peers/requirements.txt

data.json   the points by name, sorted by x: null is missing, "inf" infinite;
            "unit" (of a time, in ns) makes x a time since the Unix epoch
<kind>.json one case a line: the data, px's trendline_options, and either the
            heights where neither x nor y is missing with the header, or the error
"""

import json
import math
import pathlib
import warnings

import narwhals as nw
import numpy as np
import pandas as pd
from plotly.express import trendline_functions

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
NAN = math.nan
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def points():
    rng = np.random.default_rng(20260901)
    x = np.sort(rng.uniform(0, 10, 60)).round(3)
    y = (np.sin(x) + rng.normal(0, 0.3, 60)).round(3)
    data = {"smooth": (x, y)}
    data["outliers"] = (x, (x + rng.standard_cauchy(60)).round(3))
    data["ties"] = (np.sort(rng.integers(0, 10, 50)), rng.normal(5, 2, 50).round(2))
    data["column"] = ([3.5] * 6, [1, 2, 4, 8, 16, 32])
    data["column, one missing"] = ([3.5] * 5 + [NAN], [1, 2, 4, 8, 16, 32])
    data["zero column"] = ([0] * 4, [1, 2, 4, 8])
    data["line"] = (np.arange(12), 2 * np.arange(12) + 1)
    data["falling"] = ([1, 2, 3, 4], [-1.5, -2, -2.25, -4])
    data["two"] = ([1, 2], [5, 3])
    data["days"] = (1.6e9 + 86400.0 * np.arange(20), rng.normal(size=20).round(3))
    data["minutes"] = (1.6e9 + 60.0 * np.arange(20), rng.normal(size=20).round(3))
    data["huge"] = (x * 1e12, y * 1e9 + 1e12)
    data["tiny"] = (x * 1e-8, y)
    data["zeros"] = ([0, 1, 2], [0, -1, 2])
    gx, gy = x[:40].copy(), y[:40].copy()
    gx[36:], gy[[0, 1, 7, 8, 20, 38]] = NAN, NAN
    data["gaps"] = (gx, gy)
    spikes = rng.normal(size=40).round(3)
    spikes[[5, 20]], spikes[30:36] = (1e9, -1e13), 0.1
    spikes[12] = NAN
    data["spikes"] = (np.arange(40), spikes)
    infinite = y[:12].copy()
    infinite[[0, 6]] = math.inf, -math.inf
    data["infinite"] = (x[:12], infinite)
    large = np.sort(np.concatenate([rng.lognormal(0, 1, 900), rng.integers(0, 12, 300)])).round(3)
    data["large"] = (large, (np.sqrt(large) + rng.standard_t(2, 1200)).round(3))
    pairs = (np.arange(800) // 2 + np.arange(800) % 2 * 1e-6).round(6)
    heights = (2 + np.sin(np.arange(800) * 7)).round(3)
    data["cliff"] = (pairs, np.where(pairs < 240, heights * 1e16, heights * 1e-5))
    hours = np.cumsum(rng.choice([0, 1, 5, 24, 47, 48, 49], 40))
    hy = rng.normal(size=40).round(3)
    hy[[3, 4, 25]] = NAN
    data["times"] = (hours * 3_600_000_000 + 1_577_836_800_000_000, hy, "us")
    data["milliseconds"] = (np.cumsum(rng.integers(0, 4, 40)) + 1_577_836_800_000, hy, "ms")
    data["centuries"] = (np.linspace(-8.2e18, 8.2e18, 9).astype(np.int64), hy[5:14], "ns")
    return data


def cases():
    yield "ols", ["smooth", "outliers", "ties", "column", "column, one missing", "zero column", "line", "falling", "two",
                  "days", "minutes", "huge", "tiny", "gaps", "infinite"], [{}, {"add_constant": False}]
    yield "ols", ["falling", "smooth"], [{"log_x": True}]
    yield "ols", ["ties", "large"], [{"log_y": True}]
    yield "ols", ["two"], [{"log_x": True, "log_y": True}, {"log_x": True, "log_y": True, "add_constant": False}, {"logx": True}]
    yield "ols", ["zeros"], [{"log_x": True}, {"log_y": True}]

    yield "lowess", ["smooth", "outliers", "ties", "column", "line", "two", "days", "minutes", "huge", "tiny", "gaps"], [
        {}, {"frac": 0.3}]
    yield "lowess", ["smooth"], [{"frac": 0}, {"frac": 1}, {"frac": 1.5}, {"frac": -1}, {"it": 3}]
    yield "lowess", ["infinite"], [{}]
    yield "lowess", ["large", "cliff"], [{}, {"frac": 0.2}, {"frac": 0.4}]

    functions = [{"function": f} for f in
                 "mean median sum min max std var sem skew kurt count first last".split()]
    arguments = [{"function": f, "function_args": {"ddof": d}} for f in ("std", "var", "sem") for d in (0, 2)]
    quantiles = [{"function": "quantile", "function_args": {"q": q, "interpolation": i}}
                 for q in (0, 0.1, 0.5, 0.7, 1) for i in ("linear", "lower", "higher", "nearest", "midpoint")]
    reductions = functions + arguments + quantiles
    yield "rolling", ["gaps", "spikes", "infinite"], [{"window": 5, "min_periods": 2} | f for f in functions]
    yield "rolling", ["gaps"], [{"window": 5, "min_periods": 1} | f for f in arguments + quantiles]
    yield "rolling", ["gaps"], [{"window": 4, "min_periods": 0} | f for f in functions]
    yield "rolling", ["smooth"], [{"window": w} for w in (1, 3, 60, 61)] + [{"window": 3, "function": "median"}]
    yield "rolling", ["gaps"], [{"window": w, "center": c, "closed": s, "min_periods": 1, "function": "sum"}
                                for w in (1, 2, 5, 50) for c in (False, True) for s in ("right", "left", "both", "neither")]
    yield "rolling", ["times"], [{"window": w, "center": c, "closed": s, "function": "sum"}
                                 for w in ("2D", "1D", "49h") for c in (False, True)
                                 for s in ("right", "left", "both", "neither")]
    yield "rolling", ["times"], [{"window": "1D12h", "min_periods": 2} | f for f in functions]
    yield "rolling", ["times"], [{"window": w} for w in ("D", "1.5D", "2880min", ".5D", " 2D 3h ", "2d", "1e3s", "2H", "2ME", "W",
                                                         "2 days", "P2D", "", "1D,3h", "0.5ns", "200000D")]
    yield "rolling", ["milliseconds"], [{"window": w, "center": c, "closed": s, "function": "count"} for w in ("3ms", "1500us")
                                        for c in (False, True) for s in ("left", "right")]
    yield "rolling", ["centuries"], [{"window": "100000D"}, {"window": "100000D", "center": True}]
    yield "rolling", ["smooth"], [{}, {"window": "2D"}, {"window": -1}, {"window": 2.5}, {"window": 2, "min_periods": 3},
                                  {"window": 2, "min_periods": -1}, {"window": 2, "closed": "up"}, {"window": 2, "center": "yes"},
                                  {"window": 2, "function": "mode"}, {"window": 2, "function": "quantile"},
                                  {"window": 2, "function": "quantile", "function_args": {"q": 1.5}},
                                  {"window": 2, "function": "quantile", "function_args": {"q": 0.5, "interpolation": "up"}},
                                  {"window": 2, "function": "mean", "function_args": {"q": 1}}, {"window": 2, "foo": 1},
                                  {"window": 2, "method": "table"}, {"window": 2, "step": 2}]

    yield "expanding", ["gaps", "spikes"], [{"min_periods": 3} | f for f in reductions]
    yield "expanding", ["infinite"], [{}, {"min_periods": 0}, {"min_periods": 99}, {"min_periods": 0, "function": "sum"},
                                      {"function": "count"}, {"center": True}, {"min_periods": -1}]

    speeds = [{"com": 0}, {"com": 2.5}, {"span": 1}, {"span": 5}, {"halflife": 2}, {"alpha": 0.3}, {"alpha": 1}]
    yield "ewm", ["gaps"], speeds
    yield "ewm", ["gaps", "infinite", "spikes"], [
        {"halflife": 2, "adjust": a, "ignore_na": i, "min_periods": 3} | f for a in (True, False) for i in (True, False)
        for f in [{"function": "mean"}] + [{"function": f, "function_args": {"bias": b}} for f in ("std", "var") for b in (True, False)]]
    yield "ewm", ["gaps"], [{"span": 4, "function": "sum", "ignore_na": i} for i in (True, False)]
    yield "ewm", ["smooth"], [{}, {"com": 1, "span": 2}, {"alpha": 0}, {"alpha": 1.5}, {"span": 0.5}, {"com": -1}, {"halflife": 0},
                              {"halflife": "2D"}, {"span": 2, "function": "median"}, {"span": 2, "function": "sum", "adjust": False},
                              {"span": 2, "function": "mean", "function_args": {"bias": True}}, {"window": 2}]


def fit(kind, data, options):
    x, y = np.asarray(data[0]), np.asarray(data[1], float)
    unit = data[2] if len(data) > 2 else None
    index = pd.Series(x.astype(f"datetime64[{unit}]") if unit else x.astype(float))
    seconds = x * (UNITS[unit] / 1e9) if unit else x.astype(float)
    present = ~(np.isnan(seconds) | np.isnan(y))
    function = getattr(trendline_functions, kind)
    out, header, _ = function(options, nw.from_native(index, series_only=True), seconds, y, "x", "y", present)
    out = np.asarray(out, float)
    assert len(out) == present.sum(), "px: missing-data-handling failure"
    return {"want": [number(float(f"{v:.13g}")) for v in out], "header": header}


def number(v):
    if isinstance(v, float):
        if math.isnan(v):
            return None
        if math.isinf(v):
            return "inf" if v > 0 else "-inf"
        return int(v) if v == int(v) and abs(v) < 1e15 else v
    return v


def write(name, lines):
    (HERE / name).write_text("\n".join(lines) + "\n")


def dump(value):
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def main():
    data = points()
    lines = []
    for name, (x, y, *unit) in data.items():
        columns = {"x": [number(v) for v in np.asarray(x).tolist()], "y": [number(v) for v in np.asarray(y).tolist()]}
        lines.append(f"{dump(name)}:{dump(columns | ({'unit': UNITS[unit[0]]} if unit else {}))}")
    write("data.json", ["{" + ",\n".join(lines) + "}"])
    files = {}
    for kind, names, options in cases():
        for name in names:
            for o in options:
                case = {"data": name, "options": o}
                try:
                    case |= fit(kind, data[name], dict(o))
                except Exception as err:
                    case["error"] = f"{type(err).__name__}: {err}"
                files.setdefault(kind, []).append(dump(case))
    for kind, cases_ in files.items():
        write(f"{kind}.json", ["[" + ",\n".join(cases_) + "]"])


main()
