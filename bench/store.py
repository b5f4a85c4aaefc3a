"""The Python peer of the store: cachelib's files, and a real Dash app with dash-extensions.

Usage: python store.py FOLDER. The frame is FOLDER/store.arrow. "put" and "get" are
timed; "serve" starts the app on Flask's own server, and says where.
"""
import gc
import json
import os
import sys
import threading
import time
from importlib.metadata import version

import plotly.express as px
import pyarrow as pa
from cachelib import FileSystemCache
from dash_extensions.enrich import DashProxy, FileSystemBackend, Input, Output, Serverside, ServersideOutputTransform, dcc, html
from werkzeug.serving import WSGIRequestHandler, make_server

folder = sys.argv[1]
with pa.OSFile(os.path.join(folder, "store.arrow")) as file:
    trips = pa.ipc.open_file(file).read_all().to_pandas()
cache = FileSystemCache(os.path.join(folder, "cachelib"))


def put():
    assert cache.set("trips", trips)


def get():
    assert len(cache.get("trips")) == len(trips)


def serve():
    """The seed's two callbacks: the frame into the store, its token; the token, the frame, the figure."""
    app = DashProxy("seed", transforms=[ServersideOutputTransform(backends=[FileSystemBackend(os.path.join(folder, "dash"))])])
    app.layout = html.Div([html.Button(id="load"), dcc.Store(id="token"), dcc.Graph(id="graph")])

    @app.callback(Output("token", "data"), Input("load", "n_clicks"), prevent_initial_call=True)
    def load(_):
        return Serverside(trips)

    @app.callback(Output("graph", "figure"), Input("token", "data"), prevent_initial_call=True)
    def draw(frame):
        return px.scatter(frame[frame.passenger_count == 1], x="trip_distance", y="total_amount")

    WSGIRequestHandler.log = lambda *_: None
    WSGIRequestHandler.protocol_version = "HTTP/1.1"  # connections stay open, as ours do
    app.server.test_client().get("/_dash-layout")  # what the first request does once
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.port}"


def versions():
    return ", ".join(f"{name} {version(name)}" for name in ("dash-extensions", "dash", "cachelib"))


WORK = {"put": put, "get": get, "serve": serve, "versions": versions}

for line in sys.stdin:
    try:
        work = WORK[line.strip()]
        gc.collect()
        start = time.perf_counter()
        text = work()
        answer = {"seconds": time.perf_counter() - start, "text": text or ""}
    except Exception as error:  # told to the caller, who ends the run
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
