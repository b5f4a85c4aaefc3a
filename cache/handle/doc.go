// Package handle makes the small tokens that stand for frames outside the
// server: opaque, signed, bound to a store, a content, a session and a time.
//
// A handle is what a browser sends back instead of the data. It discloses no
// path, cannot be made or changed without the secret (HMAC-SHA256), and opens
// for nobody but the session it was signed for. [Ring.Open] needs neither the
// store nor any other I/O: a handle that is not ours never reaches a store.
//
// # Where they stand
//
// A handler says where in its requests handles may stand, and finds them there
// alone: [Positions] are JSON Pointers with wildcards, for lists of components of
// any length. A handle that a user has pasted into a text field is a text.
//
// # Layout
//
// A handle is 160 characters of URL-safe base64 without padding, of 120 bytes:
//
//	offset  size
//	     0     4  id of the secret: the first bytes of SHA-256("pointillist handle key" ‖ secret)
//	     4    20  store: SHA-256 of its name, cut
//	    24    16  key of the entry
//	    40    16  content version of the frame
//	    56    24  session: SHA-256 of it, cut; zero if everyone may open it
//	    80     8  time of expiry, ns since the Unix epoch, big endian; 0 is never
//	    88    32  HMAC-SHA256 of "pointillist handle 1" ‖ the bytes before ‖ the recipe
//	   120     0  or more: a recipe, in AES-256-CTR from the first 16 bytes of that on,
//	              the key being HMAC-SHA256 of "pointillist handle recipe 1"
//
// A recipe tells how the frame is made again when the store has lost it; package
// cache/load writes them. They are the only reason why a handle is longer.
//
// # Rotation
//
// A [Ring] signs with its first secret and accepts all of them. To change the
// secret, start with the new one first and the old one second, with a NotAfter
// that gives the handles that are out time to be used; later drop the old one.
// All processes that share a store need the same secrets, or a handle made in
// one is refused by another: [RandomSecret] is for a single process.
package handle
