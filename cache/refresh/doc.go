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
// # Restarts
//
// With [Options.Store] the newest version is in a store as well: on disk, in Redis,
// or in tiers. A process that starts serves it at once, as old as it is, until the
// source answers; and rows are appended to it, so what grows is loaded once and not
// at each start. The store is written in the background, at the cost of the new rows
// where there are only those; while it fails, readers have what they would have
// without it, and [Snapshot.StoreErr] says why it is not kept. The age of what was kept
// is counted from when it was put, which is later than the load began, by what that took.
//
// # Several processes
//
// Each process has its Live. Where they share a store and append, they go on from
// what any of them has appended: before rows are asked for, the store is asked whether another has. Of those
// who append at once one is first, and the others, who serve what they have,
// ask for the rows that are missing in his version next time. So versions agree from
// one period to the next, whoever is asked, and each process asks the source for
// the rows that nobody had.
//
// Where all is loaded each time, let Load be the store's Load, under a key of the
// period: then one of them asks the source, and the others' data may be one period
// older than their Age says.
package refresh
