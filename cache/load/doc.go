// Package load declares where a frame comes from, what it depends on, whose it
// is and for how long it is kept. Whoever asks for it has it from a store, or
// has it made:
//
//	trips, err := load.New(load.Options[Query]{
//		Name: "trips", Version: 1, Store: store, TTL: time.Hour,
//		Load: func(ctx context.Context, q Query) (*frame.Frame, error) { … },
//		Key:  func(b *cache.KeyBuilder, q Query) { b.Text(q.City).Int(q.Year) },
//	})
//	…
//	r, err := trips.Get(ctx, load.Caller{}, Query{City: "Oslo", Year: 2026})
//	defer r.Release()
//
// # Keys
//
// The key of an entry is of the loader's Name and Version, of who it is for and
// of what Options.Key writes. An argument that Key does not write, such as the
// button that was clicked, makes no difference; without a Key no argument does.
// Change Version with what Load returns: then nothing old is found.
//
// # Modes
//
//	Memo     Load runs where there is no entry, once for all who ask: the default
//	Replace  Load runs at each call, and takes the place of what was there
//	Store    Load runs at each call, and each different content is an entry of
//	         its own. Of a user's or session's, the new one supersedes the old
//
// # Handles
//
// [Handles] sign results for a session, or for everyone, and find them again,
// each in the store of its loader: equal content has an equal handle (package
// cache/handle). They know loaders by name, so two of one name are an error at
// the start. With [HandleOptions.Rebuild] a handle carries the arguments,
// encrypted, and what a store has lost is loaded again: a store may be wiped, or
// be none. What is loaded then and is not the same is no answer but a
// [ChangedError], which has a handle of its own for who wants to go on with that.
//
// # Whose it is
//
// What is loaded for [Global] is everybody's. What is loaded for a [User] or a
// [Session] is found by nobody else, is limited by that owner's quota, and is
// freed by DeleteOwner of the store with [cache.UserOwner] or [cache.SessionOwner].
//
// # When something fails
//
// A store that is down or does not answer in time costs its timeout and no more:
// Load runs, and OnStoreError is told. If Load fails in mode Memo, the last good
// value is returned, with the error in Result.Err, where Options.Stale keeps
// that; else the error, which others who ask have too for NegativeTTL. A panic
// is an error. A Load that ignores its context is left behind by callers whose
// own ends.
//
// # What is not here
//
// What is one line in Go: a call that is to bypass the store calls the function
// itself; several values are got in a loop, and entries deleted by any condition
// in another (the example of [cache.Admin]); a frame without rows is kept like
// any other. Outputs that share a computation are loaders that get what they
// share from another (see the example), each in a store of its own: only what
// is missing is made. Data that is to be loaded before it is asked for is a
// Live of package refresh.
package load
