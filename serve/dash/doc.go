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
// Where Python declares a pattern, Input({"type": "store", "index": ALL}, "data"),
// [Values] has the property of each of the page's components for it.
//
// Python must still declare the callback, or the page would not call it; what
// its function returns there is never used.
package dash
