// Package serve is Pointillist's HTTP interface, for front ends in any
// language: frames go in, figures come out.
//
//	handler, err := serve.New(serve.Options{})
//	…
//	handler.Name("taxi", trips)
//	handler.NameLive("orders", orders) // of package cache/refresh
//	handler.Ready()
//	for _, path := range serve.Paths() {
//		mux.Handle(path, handler)
//	}
//
// # Calls
//
//	POST   /v1/frames               store the body (CSV, Parquet, Arrow, JSON) as a frame of this session;
//	                                ?name=… is for people, ?slot=… the place of an older one that it takes;
//	                                answers with its handle, rows, bytes and columns, and no more
//	GET    /v1/frames               the frames that this session may use
//	GET    /v1/frames/{frame}       schema, rows, bytes, version, age, bounds of each column
//	GET    /v1/frames/{frame}/data  the columns as JSON, as POST takes them; ?column=… chooses
//	DELETE /v1/frames/{frame}       free it
//	DELETE /v1/frames               free all of this session
//	POST   /v1/figure               the figure that the JSON body asks for, for Plotly.newPlot; with "have", the
//	                                ETag of the one that is shown, only what rows have come to it, or 204
//	GET    /v1/figure?q=…           the same, cacheable
//	POST   /v1/refine               the columns of a reduced figure for another view of it
//	POST   /v1/pick                 every row under a point of a figure, those under others too
//	GET    /client.js               the script that draws a figure and refines it as the reader zooms
//	GET    /healthz, /readyz, /metrics
//
// Who looks after the store has, with Options.AdminToken as a bearer token,
//
//	GET    /v1/store/entries        all entries; /{key} is one, which DELETE frees
//	GET    /v1/store/doctor         what is wrong with the store, and what to do
//	POST   /v1/store/verify         read all entries, and remove the corrupt ones
//	POST   /v1/store/gc             free what has expired, and what killed processes left
//
// A frame is named by its handle, which only the session that stored it can use,
// or by the name that the server gave it. With Options.Loaded there are handles,
// too, of what the server's own loaders have loaded (package cache/load), for a
// [Session] or for everyone: where such a frame is gone, it can be loaded again. Behind some names the data is kept
// fresh: answers made of it say how old it may be in Age, in seconds, and which
// version it is in Frame-Version. The other figures of the page ask for
// NAME@VERSION, and are of the same data, whatever was loaded meanwhile. Where a figure is asked for, the frame
// may also be an object of columns as POST /v1/frames takes it, for those who
// carry their data with them.
//
// # Errors
//
// Every error is an application/problem+json with type, title, status and
// detail and, where it applies, pointer (a JSON Pointer into the request), column
// and row:
//
//	400  the request is wrong, or its data cannot be read
//	403  a handle of another session, a frame of the server to be deleted, another origin
//	404  no such frame, no such path;  405  no such method
//	406  no coding is left by Accept-Encoding
//	408  the body stopped coming
//	410  the frame has expired, or was evicted or deleted: why, and since when where that is known;
//	     frame is the handle of other data that has taken its place, where there is such
//	413  a limit on bytes or rows;  415  no format of frames
//	422  values that cannot be drawn so, or too many of them
//	429  the session has no more room for frames; Retry-After says when to come again
//	500  a fault of the server, whose log says which
//	503  busy, too slow, or the store is full or down; Retry-After says when to come again
//
// A body that fails after its head was sent is broken off.
//
// # Limits
//
// Bodies, rows, large bodies and figures at a time, requests that wait, the time of
// a figure and of each read from and write to a client are bounded by Options. Cross-origin requests that
// change something are refused.
package serve
