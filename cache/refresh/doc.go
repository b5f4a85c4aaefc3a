// Package refresh keeps data that changes at its source: a table, a file, a
// service. A [Live] loads it once, again every so often, and serves the last
// good value meanwhile, to any number of readers:
//
//	trips, err := refresh.Start(refresh.Options{Load: query, Every: 30 * time.Second})
//	…
//	page, err := trips.Get(ctx)         // the newest version, at once
//	defer page.Release()
//	figure, err := trips.At(page.Version) // in the requests for the page's other figures
//
// # Ages and versions
//
// A version is a content: a load that finds what was there before makes no new
// one, and what depends on it stays valid. The age of a snapshot is the time
// since its source was last known to have it, so it grows while the source is
// down, and [Snapshot.Err] says why.
//
// The figures of one page are drawn by several requests, between which a new
// version may come. Each asks by [Live.At] for the version that the first had;
// the last few are kept for that.
//
// # Data that grows
//
// Of a table that only ever gets rows, [Options.Append] asks for the new ones,
// and [Options.Window] drops the oldest. The frame shares the memory of the one
// before: a thousand rows more for ten million cost what the thousand do.
//
// # Several processes
//
// Each process has its Live. Where they share a store on disk, let Load be
// its Load, under a key of the period: then one of them asks the source, and
// the others' data may be one period older than their Age says.
package refresh
