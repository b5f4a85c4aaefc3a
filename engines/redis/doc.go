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
// An entry is parts, what was put and what was appended, and a manifest. A part is
// an Arrow IPC stream for each column, one after the other, cut into chunks of
// 4 MB. The manifest is written after them, in one step: a reader finds the old
// value or the new, whole. All else is the ledger, which scripts keep for all
// processes: what is charged, owned, evicted, expired, read and being written.
//
//	<prefix>:chunk:{<id>}:<i>   bytes i·4194304 … of the streams; id is of one part
//	{<prefix>}:manifest:<key>   the manifest
//	{<prefix>}:…                the ledger, see lua/shared.lua
//	<prefix>:count:{<key>}      a number of [Store.Add], see lua/count.lua
//
// In a cluster the braces choose the node: the chunks of a part are on one, so
// that a node that is lost takes few entries with it and not some of each;
// the ledger and all manifests, some 500 bytes an entry, are on another, without
// which there is no store.
//
// The manifest, little-endian, times in nanoseconds since 1970:
//
//	  0  4  "PNTR"
//	  4  4  format: 2
//	  8 26  id, which is that of the last part; 2 zeros
//	 36  4  flags: 1 if it is signed
//	 40 16  key
//	 56 16  content version of the frame
//	 72 16  owner; 0 is nobody
//	 88 16  slot; 0 is none
//	104  8  rows: the last ones of all parts, the first have left a window
//	112  8  created
//	120  8  expires; 0 is never
//	128  8  idle time allowed; 0 is any
//	136  8  time for which it is kept once it has expired
//	144  4  c, the number of columns
//	148  4  s, the bytes of the schema
//	152  4  the number of parts; 4 zeros
//	160  s  the schema: a stream of no rows
//	  …     the parts
//	  …     CRC-32C of all before, 4 bytes; HMAC-SHA256, 32 bytes, if it is signed
//
// and each part in it:
//
//	 0 26  id; 2 zeros
//	28  4  level: 0, or one more than that of the parts that were joined in it
//	32  8  rows
//	40  8  until when the server keeps the chunks at least; 0 is for ever
//	48 16  content version of the entry once it had the part; 0 if rows have left since
//	64 8c  where the stream of each column ends, a multiple of 64
//	 …     CRC-32C of each chunk, 4 bytes each; SHA-256, 32 bytes, if it is signed
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
// # Appends
//
// What is appended is a part of its own. The entry with it is another, with an id
// and leases of its own, that has the other parts in common with the one before
// and takes its place in one step. So who reads the one before keeps all of its
// parts, and a part is deleted, and charged no more, when the last entry that has
// it is read no more: when it has left a window, was joined, or all is gone. 63
// parts of less than 1 MiB are joined with what is appended then, and 63 of what
// that makes: there are never many, and an append is written once more for each
// factor of 64 in how many there are. Who has the frame before in this process
// reads only the parts that are new, and shares the memory of the others;
// [Store.GetColumns] reads all parts.
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
