// Package redis keeps frames in a Redis or Valkey server, or a cluster of them:
// a [cache.Store] that the web servers of one application share. It is a module
// of its own, so that nobody else needs its client, rueidis. It needs Redis 7
// or any Valkey.
//
//	store, err := redis.Open(redis.Options{
//		Connect: rueidis.ClientOption{InitAddress: []string{"cache.internal:6379"}},
//	})
//
// # What is where
//
// An entry is an Arrow IPC stream, cut into chunks of 4 MB, and a manifest that
// is written after them, in one step: a reader finds the old value or the new,
// whole. All else is the ledger, which scripts keep for all processes: what is
// charged, evicted, expired, read and being written.
//
//	<prefix>:chunk:{<id>}:<i>   bytes i·4194304 … of the stream; id is of one Put
//	{<prefix>}:manifest:<key>   the manifest
//	{<prefix>}:…                the ledger, see lua/shared.lua
//
// In a cluster the braces choose the node: the chunks of an entry are on one, so
// that a node that is lost takes whole entries with it and not a part of each;
// the ledger and all manifests, some 500 bytes an entry, are on another, without
// which there is no store.
//
// The manifest, little-endian, times in nanoseconds since 1970:
//
//	 0  4  "PNTR"
//	 4  4  format: 1
//	 8 26  id; 6 zeros
//	40 16  key
//	56 16  content version of the frame
//	72  8  bytes of all chunks
//	80  8  created
//	88  8  expires; 0 is never
//	96  8  idle time allowed; 0 is any
//	104    CRC-32C of each chunk, 4 bytes each
//	…   4  CRC-32C of all before
//
// Every byte is verified before anything parses it. That finds damage, not
// forgery: whoever may write to the server may forge entries.
//
// # Why there is no value
//
// A server that does not answer in time is [cache.ErrDown]: the default is
// 250 ms a call, and four times that a chunk, so a server that hangs costs no
// more. A chunk or manifest that the server evicted or somebody altered is
// [cache.ErrCorrupt], and the detail says which of the two; the entry is then
// deleted. A server that restarts without its data has [cache.ErrNotFound].
// Expired, evicted and superseded entries are explained as in other stores,
// for the last 4096 keys. A server without memory refuses chunks, which is
// [cache.ErrFull], and the entry that was to be replaced is still there.
//
// Set maxmemory-policy to noeviction, or to one of volatile-…, which leaves the
// ledger alone, and Options.MaxBytes below maxmemory: then this package evicts
// whole entries that nobody reads, and the server evicts nothing. MaxBytes
// counts chunks.
//
// # What readers share
//
// A frame from Get is in this process's memory, and all its readers share one
// copy. While they do, the entry is leased: it is not evicted. A process that
// was killed loses its leases after Options.Lease. The client caches manifests,
// and no chunks, so a Get of what another reader has needs no call; the server
// announces changes. This process sees its own at once, others within the
// time that the announcement takes.
//
// An entry with a TTL ends in the server even if no process is left; one that
// has only an idle time ends with the next call of any process.
//
// Times are those of Options.Now, in microseconds: processes that share a store
// should agree on them to well within the lifetimes they ask for.
package redis
