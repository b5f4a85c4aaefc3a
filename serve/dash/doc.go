// Package dash answers the callbacks of a Dash page whose output is a figure. The
// page, its layout and its other callbacks stay in Python: what is not answered
// here is passed on.
//
//	figures, err := serve.New(serve.Options{})
//	figures.Name("taxi", trips)
//	handler, err := dash.New(dash.Options{
//		Figures: figures,
//		Callbacks: map[string]dash.Callback{
//			"graph.figure": func(_ context.Context, call *dash.Call) (any, error) {
//				n, err := dash.Value[int](call, "passengers", "value")
//				return map[string]any{
//					"frame":  "taxi",
//					"filter": fmt.Sprintf("passenger_count == %d", n),
//					"args":   map[string]string{"x": "trip_distance", "y": "total_amount"},
//				}, err
//			},
//		},
//		Others: httputil.NewSingleHostReverseProxy(dashServer),
//	})
//	http.ListenAndServe("127.0.0.1:8050", handler)
//
// A callback is named by its output, as the layout in Python declares it:
// Output("graph", "figure") is "graph.figure". It returns what POST /v1/figure of
// package serve takes, and the page has the answer as it expects it,
//
//	{"multi":true,"response":{"graph":{"figure":{…}}}}
//
// with all that serve does: handles of frames that belong to the session, content
// codings, an ETag, the memo. A figure that is memoised is not encoded again, nor
// compressed.
//
// # Data that grows
//
// A page that is drawn anew every few seconds has most of its figure. It says
// which one it shows if the callback has two outputs, the second of which is also
// its state,
//
//	dcc.Graph(id="graph"), dcc.Store(id="drawn"), dcc.Interval(id="tick")
//
//	@app.callback(Output("graph", "figure"), Output("drawn", "data"),
//	              Input("tick", "n_intervals"), State("drawn", "data"))
//
// and is named by both, as Dash does: "..graph.figure...drawn.data..". Where rows
// were appended to the frame since (frame.Append, refresh.Options.Append), and all
// else in the figure is as it was, the answer is a Patch of Dash that extends the
// arrays by the new rows, adds new traces behind the others, and assigns what is
// not an array. It is whole at first, for other arguments, of a frame that was loaded
// anew or has lost rows to a window, of a figure that is reduced or animated or has a
// trendline, and after more than 64 appends. If there is nothing new, nothing is sent.
//
// The arrays of such a figure are lists, "arrays": "text": neither a Patch nor the
// graph's extendData can extend a typed one. A Patch it is, because the figure stays
// one property of the graph with one output, whole or not; extendData is another
// property, cannot change a layout or add a trace, and does not know on what it is put.
//
// The store must live as long as its graph: beside it in the layout, and in memory,
// which is the default of its storage_type.
//
// # Patterns
//
// Where Python declares a pattern, Input({"type": "store", "index": ALL}, "data"),
// [Values] has the property of each of the page's components for it.
//
// Python must still declare the callback, or the page would not call it; what
// its function returns there is never used.
package dash
