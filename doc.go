// Package pointillist turns a data frame in memory into a Plotly figure, as
// JSON, in about the time of a copy of the bytes.
//
// An [Engine] takes a [Request] (which frame, which rows, which figure)
// through the stages of the path
//
//	frame → filter → figure → reduce → encode
//
// and returns an [Answer] that writes the figure to any io.Writer:
//
//	engine := pointillist.New(pointillist.Options{})
//	http.HandleFunc("GET /figure", func(w http.ResponseWriter, r *http.Request) {
//		answer, err := engine.Figure(r.Context(), pointillist.Request{
//			Frame:  trips,
//			Filter: filter.Col("passenger_count").Eq(1),
//			Kind:   figure.Scatter{X: "trip_distance", Y: "total_amount"},
//		})
//		if err != nil {
//			http.Error(w, err.Error(), http.StatusBadRequest)
//			return
//		}
//		defer answer.Release()
//		w.Header().Set("Content-Type", "application/json")
//		answer.WriteTo(w)
//	})
//
// The browser draws it with Plotly.newPlot(div, figure).
//
// Equal requests have equal answers, byte for byte, so answers are memoised
// and their [Answer.ETag] is known before any work is done. The packages of the
// stages can be used alone; package serve has the whole as an http.Handler.
package pointillist
