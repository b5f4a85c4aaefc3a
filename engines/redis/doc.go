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
// An entry is an Arrow IPC stream for each column, one after the other, cut into
// chunks of 4 MB, and a manifest that is written after them, in one step: a
// reader finds the old value or the new, whole. All else is the ledger, which
// scripts keep for all processes: what is charged, owned, evicted, expired, read
// and being written.
//
//	<prefix>:chunk:{<id>}:<i>   bytes i·4194304 … of the streams; id is of one Put
//	{<prefix>}:manifest:<key>   the manifest
//	{<prefix>}:…                the ledger, see lua/shared.lua
//	<prefix>:count:{<key>}      a number of [Store.Add], see lua/count.lua
//
// In a cluster the braces choose the node: the chunks of an entry are on one, so
// that a node that is lost takes whole entries with it and not a part of each;
// the ledger and all manifests, some 500 bytes an entry, are on another, without
// which there is no store.
//
// The manifest, little-endian, times in nanoseconds since 1970:
//
//	  0  4  "PNTR"
//	  4  4  format: 1
//	  8 26  id; 2 zeros
//	 36  4  flags: 1 if it is signed
//	 40 16  key
//	 56 16  content version of the frame
//	 72 16  owner; 0 is nobody
//	 88 16  slot; 0 is none
//	104  8  rows
//	112  8  created
//	120  8  expires; 0 is never
//	128  8  idle time allowed; 0 is any
//	136  8  time for which it is kept once it has expired
//	144  4  c, the number of columns
//	148  4  s, the bytes of the schema
//	152 8c  where the stream of each column ends, a multiple of 64
//	  …  s  the schema: a stream of no rows
//	  …     CRC-32C of each chunk, 4 bytes each; SHA-256, 32 bytes, if it is signed
//	  …     CRC-32C of all before, 4 bytes; HMAC-SHA256, 32 bytes, if it is signed
//
// A chunk that has fewer bytes than it stands for, 4 MB or what is left for the
// last, is compressed (zstd): see [Options.Compress]. Its digest is that of the
// bytes in the server.
//
// Every byte is verified before anything parses it or decompresses it. Without [Options.Secret]
// that finds damage, not forgery: whoever may write to the server may forge
// entries. With it he can only bring back an older value of the same key, delete,
// or spoil the ledger.
//
// # Why there is no value
//
// A server that does not answer in time is [cache.ErrDown]: the default is
// 250 ms a call, and four times that a chunk, so a server that hangs costs no
// more. A chunk or manifest that the server evicted or somebody altered is
// [cache.ErrCorrupt], and the detail says which of the two; the entry is then
// deleted. A server that restarts without its data has [cache.ErrNotFound].
// Expired, evicted and superseded entries are explained as in other stores,
// for the last 4096 keys. What has expired is kept for Stale, as in other
// stores. A server without memory refuses chunks, which is
// [cache.ErrFull], and the entry that was to be replaced is still there.
//
// Set maxmemory-policy to noeviction, or to one of volatile-…, which leaves the
// ledger alone, and Options.MaxBytes below maxmemory: then this package evicts
// whole entries that nobody reads, and the server evicts nothing. MaxBytes
// counts chunks, as they are before they are compressed.
//
// # What readers share
//
// A frame from Get is in this process's memory, and all its readers share one
// copy. While they do, the entry is leased: it is not evicted. A process that
// was killed loses its leases after Options.ReadLease. [Store.GetColumns] reads
// only the chunks that some columns are in, and [Store.Lease] none: so a store
// can be the last of [cache.Tiered], and what memory or disk has a copy of moves
// no more over the network. [Store.Load] runs a loader in one process for all.
//
// The client caches manifests, and no chunks, so a Get of what another reader
// has needs no call; the server announces changes. This process sees its own at
// once, others within the time that the announcement takes.
//
// An entry with a TTL ends in the server even if no process is left; one that
// has only an idle time ends with the next call of any process.
//
// Times are those of Options.Now, in microseconds: processes that share a store
// should agree on them to well within the lifetimes they ask for.
package redis
