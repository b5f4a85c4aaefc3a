"""Records what a real Dash app answers: answer.json beside this file.

    .venv-store/bin/python serve/dash/testdata/answer.py
"""
import pathlib

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, dcc, html

trips = pd.DataFrame({"passengers": [1, 2, 1, 5, 1], "miles": [0.6, 1.25, 7.3, 0.0, 3.5], "fare": [5.8, 9.3, 24.5, -3.0, 12.0]})
app = Dash()
app.layout = html.Div([dcc.Slider(1, 6, 1, value=1, id="passengers"), dcc.Graph(id="graph")])


@app.callback(Output("graph", "figure"), Input("passengers", "value"))
def draw(n):
    return px.scatter(trips[trips.passengers == n], x="miles", y="fare")


here = pathlib.Path(__file__).parent
call = (here / "call.json").read_bytes()
answer = app.server.test_client().post("/_dash-update-component", data=call, content_type="application/json")
assert answer.status_code == 200, answer.data
(here / "answer.json").write_bytes(answer.data)
