package cache

// PageBytes is the size of a memo's pages: what an entry is rounded up to, and
// what is written to a client at once.
const PageBytes = 64 << 10

type page [PageBytes]byte

// takePages appends n pages to dst, or none if there is no room for all.
func (m *Memo) takePages(dst []*page, n int) ([]*page, bool) {
	for len(m.free) < n {
		switch made := int(m.stats.PageBytes / PageBytes); {
		case made < m.maxPages:
			m.free = append(m.free, new(page))
			m.stats.PageBytes += PageBytes
		case !m.evict():
			return dst, false
		}
	}
	rest := len(m.free) - n
	dst = append(dst, m.free[rest:]...)
	clear(m.free[rest:])
	m.free = m.free[:rest]
	return dst, true
}
