"""A Dash page whose graph grows: main.go answers its callback, with a Patch of the
rows that have come since the page drew its last.

    python live.py 8051 &    # with dash 4
    go run .                 # in this directory; the page is http://127.0.0.1:8050/
"""
import sys

from dash import Dash, Input, Output, State, dcc, html

app = Dash()
app.layout = html.Div([
    html.H3("Readings, as they come"),
    dcc.Graph(id="graph"),
    dcc.Store(id="drawn"),  # which figure the graph shows: beside it, so that both go together
    dcc.Interval(id="tick", interval=1000),
])


@app.callback(Output("graph", "figure"), Output("drawn", "data"), Input("tick", "n_intervals"), State("drawn", "data"))
def draw(n, drawn):
    raise RuntimeError("this callback is declared here, and answered in main.go")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]))
