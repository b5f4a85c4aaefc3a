package cache

import (
	"container/list"
	"io"
)

const bodyReleased = "cache: Body released twice"

// A Body is bytes that a memo keeps. It cannot change, and stays valid until
// Release. It is safe for concurrent use.
type Body struct {
	memo  *Memo
	key   Key
	pages []*page
	n     int64

	place   *list.Element // in memo.used
	readers int           // guarded by memo.mu
}

// Len returns the number of bytes: the Content-Length.
func (b *Body) Len() int64 { return b.n }

// WriteTo writes the bytes to w, PageBytes at a time.
func (b *Body) WriteTo(w io.Writer) (int64, error) {
	var written int64
	for _, p := range b.pages {
		n, err := w.Write(p[:min(PageBytes, b.n-written)])
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Release says that the caller reads no more: the bytes may be evicted and
// their pages overwritten. It panics if it is called more often than Get and
// Acquire returned b.
func (b *Body) Release() {
	b.memo.mu.Lock()
	defer b.memo.mu.Unlock()
	if b.readers == 0 {
		panic(bodyReleased)
	}
	b.readers--
}

func (b *Body) held() int64 { return int64(len(b.pages)) * PageBytes }
