"""A Dash page as any other, but for its figure: main.go answers that callback.

    python app.py 8051 &     # with dash 4
    go run .                 # in this directory; the page is http://127.0.0.1:8050/
"""
import sys

from dash import Dash, Input, Output, dcc, html

app = Dash()
app.layout = html.Div([
    html.H3("630,918 taxi trips"),
    html.Label("Passengers"),
    dcc.Slider(1, 6, 1, value=1, id="passengers"),
    dcc.Graph(id="graph"),
    html.P(id="choice"),
])


@app.callback(Output("graph", "figure"), Input("passengers", "value"))
def draw(passengers):
    raise RuntimeError("this callback is declared here, and answered in main.go")


@app.callback(Output("choice", "children"), Input("passengers", "value"))
def tell(passengers):
    return f"{passengers} passengers, says Python"


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]))
