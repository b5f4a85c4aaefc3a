#!/usr/bin/env python3
"""Write what figure must know of plotly.py's constants: templates, colours, symbols.

These are facts of the installed plotly.py, kept as data so that the Go package
needs no Python. `make generate` runs this program with the pinned peers of
internal/peers/requirements.txt; `make test` runs it with --check, which writes
nothing and fails if a file differs from what it would write.

    templates/NAME.json  one template object as px.scatter embeds it, no spaces
    templates.json       the version, the default's name, all names in order
    colors.json          the version, px.colors by kind and name ("_r" reverses and
                         is not listed), "named": the scales that a string means
                         to px, by its lower-case name, and "css": names of colors
    symbols.json         the version, marker symbols by name, and the number that
                         plotly.js takes for each
"""

import argparse
import json
import pathlib
import sys

import plotly
import plotly.express as px
import plotly.io as pio
from _plotly_utils.basevalidators import ColorscaleValidator, ColorValidator
from plotly.validator_cache import ValidatorCache

HERE = pathlib.Path(__file__).resolve().parent
KINDS = ("sequential", "diverging", "cyclical", "qualitative")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="compare only; exit 1 on a difference"
    )
    check = parser.parse_args().check

    want = files()
    have = {
        path.relative_to(HERE).as_posix(): path.read_text(encoding="utf-8")
        for path in HERE.rglob("*.json")
    }
    stale = sorted(name for name in want.keys() | have.keys() if want.get(name) != have.get(name))
    source = f"plotly {plotly.__version__}"
    if check:
        for name in stale:
            print(f"figure/data/{name} is not what {source} gives: run make generate", file=sys.stderr)
        print(f"figure/data: {len(want.keys() - stale)} of {len(want)} files equal {source}")
        return 1 if stale else 0

    for name in stale:
        path = HERE / name
        if name not in want:
            path.unlink()
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(want[name], encoding="utf-8")
    print(f"figure/data: {len(stale)} of {len(want)} files rewritten from {source}")
    return 0


def files():
    """The text of every generated file, by its path under this directory."""
    out = {f"templates/{name}.json": compact(embedded(name)) for name in pio.templates}
    out["templates.json"] = listing({"default": pio.templates.default, "templates": list(pio.templates)})
    out["colors.json"] = listing({**{kind: palettes(kind) for kind in KINDS}, "named": named_scales(), "css": ColorValidator.named_colors})
    out["symbols.json"] = listing(symbols())
    return out


def embedded(name):
    """The template as px.scatter's figure carries it: the keys of most are sorted there."""
    return px.scatter(x=[0], y=[0], template=name).to_plotly_json()["layout"]["template"]


def palettes(kind):
    """px.colors.KIND by name, the reversed twins left out."""
    module = getattr(px.colors, kind)
    return {
        name: colors
        for name, colors in vars(module).items()
        if isinstance(colors, list) and not name.startswith("_") and not name.endswith("_r")
    }


def named_scales():
    """What a string means as color_continuous_scale. Two kinds share the name
    RdBu; the validator's answer is px's answer."""
    return dict(ColorscaleValidator("colorscale", "generate").named_colorscales)


def symbols():
    """The validator lists each symbol three times: 100, "100", "circle-open"."""
    values = ValidatorCache.get_validator("scatter.marker", "symbol").values
    numbers, digits, names = values[0::3], values[1::3], values[2::3]
    assert [str(number) for number in numbers] == digits, "the validator's layout has changed"
    return {"symbols": dict(zip(names, numbers))}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def listing(value):
    """JSON with the version first and one named entry a line, so that a diff
    shows which scale or symbol changed."""
    return "{\n" + ",\n".join(
        f"{compact(key)}: {entries(entry)}"
        for key, entry in {"plotly": plotly.__version__, **value}.items()
    ) + "\n}\n"


def entries(value):
    if not isinstance(value, dict):
        return compact(value)
    return "{\n" + ",\n".join(f"  {compact(k)}: {compact(v)}" for k, v in value.items()) + "\n}"


if __name__ == "__main__":
    sys.exit(main())
