"""Records what a real page of Dash sends for a pattern: all.json beside this file.

    .venv-store/bin/python serve/dash/testdata/all.py

and open http://127.0.0.1:8052/ in a browser.
"""
import pathlib

from dash import ALL, Dash, Input, Output, State, dcc, html
from flask import request

app = Dash()
app.layout = html.Div([
    dcc.Store({"type": "store", "index": 1}, data="trips"),
    html.Div([dcc.Store({"type": "store", "index": 2}), dcc.Store({"type": "store", "index": 3}, data="trips")]),
    dcc.Input(id="text", value="a text"),
    dcc.Graph(id="all"),
])


@app.callback(Output("all", "figure"), Input({"type": "store", "index": ALL}, "data"), State("text", "value"))
def draw(stores, text):
    assert (stores, text) == (["trips", None, "trips"], "a text")
    (pathlib.Path(__file__).parent / "all.json").write_bytes(request.get_data())
    return {}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8052)
