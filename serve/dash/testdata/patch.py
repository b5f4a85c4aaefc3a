"""Records what a real Dash app answers with a Patch of its figure: patch.json beside
this file.

    .venv-store/bin/python serve/dash/testdata/patch.py
"""
import json
import pathlib

from dash import Dash, Input, Output, Patch, State, dcc, html

app = Dash()
app.layout = html.Div([dcc.Interval(id="tick"), dcc.Graph(id="graph"), dcc.Store(id="drawn")])


@app.callback(Output("graph", "figure"), Output("drawn", "data"), Input("tick", "n_intervals"), State("drawn", "data"))
def draw(n, drawn):
    patch = Patch()
    patch["data"][0]["x"].extend([4.5])
    patch["data"][0]["y"].extend([15.25])
    patch["data"][0]["marker"]["size"].extend([8])
    patch["data"][0]["marker"]["sizeref"] = 0.02
    return patch, "TAG"


call = {
    "output": "..graph.figure...drawn.data..",
    "outputs": [{"id": "graph", "property": "figure"}, {"id": "drawn", "property": "data"}],
    "inputs": [{"id": "tick", "property": "n_intervals", "value": 2}],
    "state": [{"id": "drawn", "property": "data", "value": "TAG"}],
    "changedPropIds": ["tick.n_intervals"],
}
answer = app.server.test_client().post("/_dash-update-component", json=call)
assert answer.status_code == 200, answer.data
(pathlib.Path(__file__).parent / "patch.json").write_bytes(answer.data)
