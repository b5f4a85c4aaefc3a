package cache

// A Draft takes the bytes for a key as they are made. It never fails: what
// cannot be kept is given up, while the bytes go on to the client, as in
//
//	defer draft.Abort()
//	if err := encode(io.MultiWriter(client, draft)); err != nil {
//		return err
//	}
//	draft.Commit()
//
// One goroutine uses a draft. It must be committed or aborted: others wait.
type Draft struct {
	memo   *Memo
	key    Key
	flight *flight
	pages  []*page
	n      int64
	closed bool
}

// Reserve says that n bytes will be written in all, and reports whether they
// can be kept. If they cannot, the draft gives up now, before it has evicted
// others for the first of them. It need not be called.
func (d *Draft) Reserve(n int64) bool {
	if !d.closed && int64(len(d.pages))*PageBytes < n {
		d.grow((n+PageBytes-1)/PageBytes - int64(len(d.pages)))
	}
	return !d.closed
}

// Write adds p. It always returns len(p) and nil.
func (d *Draft) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0 && !d.closed; {
		at := d.n / PageBytes
		if at == int64(len(d.pages)) {
			d.grow(1)
			continue
		}
		n := copy(d.pages[at][d.n%PageBytes:], rest)
		rest = rest[n:]
		d.n += int64(n)
	}
	return len(p), nil
}

// Commit keeps what was written, which must be whole, and reports whether that
// could be done. A draft of nothing is aborted.
func (d *Draft) Commit() bool {
	_, kept := d.commit(0)
	return kept
}

// CommitAndGet is Commit, and returns what it kept, which the caller releases.
func (d *Draft) CommitAndGet() (*Body, bool) { return d.commit(1) }

func (d *Draft) commit(readers int) (*Body, bool) {
	if d.n == 0 {
		d.Abort()
	}
	if d.closed {
		return nil, false
	}
	b := &Body{memo: d.memo, key: d.key, n: d.n, readers: readers}
	d.memo.mu.Lock()
	defer d.memo.mu.Unlock()
	// A reservation may have been too large.
	need := int((d.n + PageBytes - 1) / PageBytes)
	b.pages, d.pages = d.pages[:need], d.pages[need:]
	d.memo.insert(b)
	d.close(false)
	return b, true
}

// Abort forgets what was written. After Commit it does nothing.
func (d *Draft) Abort() {
	if d.closed {
		return
	}
	d.memo.mu.Lock()
	defer d.memo.mu.Unlock()
	d.memo.stats.Aborted++
	d.close(false)
}

// grow adds n pages or gives up.
func (d *Draft) grow(n int64) {
	d.memo.mu.Lock()
	defer d.memo.mu.Unlock()
	if ok := n <= int64(d.memo.maxEntryPages-len(d.pages)); ok {
		if d.pages, ok = d.memo.takePages(d.pages, int(n)); ok {
			return
		}
	}
	d.memo.stats.Refused++
	d.close(true)
}

// close gives the pages back and ends the wait of others. memo.mu is held.
func (d *Draft) close(alone bool) {
	d.closed = true
	d.memo.free = append(d.memo.free, d.pages...)
	d.pages = nil
	delete(d.memo.flights, d.key)
	d.flight.alone = alone
	close(d.flight.done)
}
