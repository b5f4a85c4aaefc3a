// Package cache keeps frames and encoded figures, and knows nothing of either
// but their bytes. It stands beside the path of the data and is asked only by
// whoever runs a request.
//
// # Stores of frames
//
// A [Store] keeps frames by [Key]: [Memory] in this process, package disk in
// mapped files that several processes share, [Tiered] in several of these, and
// [Null] nowhere. All keep the same promises, which package cachetest checks:
//
//   - A limit is a limit: at no time are more bytes or entries held. Room is
//     made when it is needed, in the order expired, least recently used of
//     those that expire, least recently used of those that never do.
//   - What somebody reads is never evicted. Where everything is read, Put
//     says [ErrFull]: no neighbour loses anything.
//   - Get returns a frame that is the caller's to release, or a [*Miss] that
//     says why there is none and since when. There is no third case.
//   - A Put that fails leaves what was there before.
//
// An [OwnerStore] knows whose its entries are. A new value for a slot of an
// owner, say an output of a session's page, supersedes the old one; an owner
// over its quota makes room of its own or is told [ErrQuota]; and all that an
// owner has is deleted together. Where the store grants leases, an entry that
// was used of late is evicted for nobody but its owner's next value for it:
// who comes too late is told [ErrFull], and nobody who was there loses.
//
// A [StaleStore] keeps what has expired for a while, for who would rather have
// old data than none. An [Admin] shows what it holds, as the command
// pointillist-store does for a directory.
//
// [GetMany], [PutMany] and [DeleteMany] ask for many entries, each with a result
// of its own, and of a store across a network side by side. A [Counter] keeps numbers
// too, such as of requests in a minute, which all processes add to.
//
// # The memo of encoded bytes
//
// A [Memo] keeps answers as they were sent, by a key of all that they depend
// on: the content version of the frame, the filter, the figure's arguments,
// the reduction, the encoding. Nothing in it is ever stale, because each of
// those is in the key. It is written while the answer is sent:
//
//	body, draft, err := memo.Acquire(ctx, key)
//	if err != nil {
//		return err
//	}
//	if body != nil {
//		defer body.Release()
//		_, err = body.WriteTo(client)
//		return err
//	}
//	defer draft.Abort()
//	if err := encode(io.MultiWriter(client, draft)); err != nil {
//		return err
//	}
//	draft.Commit()
//
// # Single flight
//
// A [Group] runs a loader once for all who wait for it, and stops it when
// nobody does. A [LoadStore] does the same for all processes that share it;
// [Fills] is what it takes, for a store that gives claims.
// Package load declares what is loaded: by which arguments, for whom, for how
// long. Package refresh keeps what was loaded fresh.
//
// # Aliasing
//
// Frames from a store share memory with the entry, and a [Body] is the memo's
// own pages: both are valid until they are released, whatever happens to the
// entry, and must be released, because they hold their room until then.
package cache
