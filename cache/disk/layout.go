package disk

import (
	"bytes"
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A layout is what the beginning of a file says of it.
type layout struct {
	header      // of the first part, with rows, version and life of them all
	first  part // at the beginning
	last   slot // what the last Append has made of the entry
}

// A part is a header and an Arrow file.
type part struct {
	at     int64
	header *header
	sum    uint32 // of the header
}

func (p part) end() int64 { return p.at + p.header.length() + p.header.payload }

// small parts are copied together for who reads them, and written together
// once they are many.
func (p part) small() bool { return p.end()-p.at <= smallPart }

// aligned returns where a part may begin.
func aligned(at int64) int64 { return (at + 63) &^ 63 }

func (l *layout) info() cache.Info {
	i := l.header.info()
	i.Bytes = l.last.end
	return i
}

// parseFile reads what stands at the beginning. All else may be damaged.
func parseFile(f *os.File) (*layout, error) {
	stat, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !stat.Mode().IsRegular() {
		return nil, corrupt(fmt.Errorf("it is not a regular file but %v", stat.Mode()))
	}
	return parseLayout(f, stat.Size())
}

// parseLayout is parseFile for a file of so many bytes.
func parseLayout(r io.ReaderAt, size int64) (*layout, error) {
	first, slots, err := parsePart(r, 0, size)
	if err != nil {
		return nil, err
	}
	l := &layout{header: *first.header, first: first}
	if l.last, err = parseSlots(slots); err != nil {
		return nil, corrupt(err)
	}
	switch s := &l.last; {
	case s.number == 0:
		l.last = unappended(first)
	case s.dropped < 0 || s.dropped > s.rows:
		return nil, corrupt(fmt.Errorf("%d of %d rows are left out", s.dropped, s.rows))
	case s.end > size || s.end < first.end():
		return nil, corrupt(fmt.Errorf("it has %d bytes and says %d", size, s.end))
	default:
		l.rows, l.version, l.created, l.expires = s.rows-s.dropped, s.version, s.created, s.expires
	}
	return l, nil
}

// readHeader reads what a file that is not opened otherwise says of itself.
func readHeader(path string) (*layout, error) {
	f, err := openEntry(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return parseFile(f)
}

// A section is what a file has from an offset on.
type section struct {
	from int64
	data []byte
}

// ReadAt implements [io.ReaderAt], with the file's offsets.
func (s section) ReadAt(b []byte, at int64) (int, error) {
	return bytes.NewReader(s.data).ReadAt(b, at-s.from)
}

func (s section) payload(p part) []byte {
	at := p.at + p.header.length() - s.from
	return s.data[at : at+p.header.payload]
}

// parts follows the parts from the last one back to the one after a slot that
// the entry had before, or to the first of all for the zero slot. It returns
// none if that is not what the entry had.
func (l *layout) parts(r io.ReaderAt, since slot) (parts []part, err error) {
	at, end := l.last.part, l.last.end
	for at > since.part {
		if at < l.first.end() || at >= end || at%64 != 0 {
			return nil, corrupt(fmt.Errorf("a part at byte %d of %d", at, end))
		}
		p, slots, err := parsePart(r, at, end-at)
		if err != nil {
			return nil, err
		}
		if s, err := parseSlots(slots); err != nil || s.number != 0 || p.header.key != l.key || p.header.schema != l.schema || p.header.signed != l.signed {
			return nil, corrupt(fmt.Errorf("the part at byte %d is another entry's", at))
		}
		parts = append(parts, p)
		at, end = p.header.previous, at
	}
	if since.chain == (chain{}) {
		parts = append(parts, l.first)
	}
	slices.Reverse(parts)
	sum := since.chain
	for _, p := range parts {
		sum = sum.with(p)
	}
	if sum != l.last.chain || len(parts) > 0 && parts[len(parts)-1].end() != l.last.end {
		return nil, corrupt(errors.New("its parts are not those that were appended"))
	}
	return parts, nil
}

// parsePart reads the header at an offset, where size bytes are left, and
// returns its slots as they are.
func parsePart(r io.ReaderAt, at, size int64) (part, []byte, error) {
	fixed := make([]byte, fixedBytes)
	if n, err := r.ReadAt(fixed, at); n < fixedBytes {
		if errors.Is(err, io.EOF) {
			err = corrupt(fmt.Errorf("it has only %d bytes", at+int64(n)))
		}
		return part{}, nil, err
	}
	n, err := headerLength(fixed, size)
	if err != nil {
		return part{}, nil, corrupt(err)
	}
	b := make([]byte, n)
	if _, err := r.ReadAt(b, at); err != nil {
		return part{}, nil, err
	}
	h, err := parseHeader(b)
	if err != nil {
		return part{}, nil, corrupt(err)
	}
	return part{at, h, headerSum(b)}, b[atSlots:fixedBytes], nil
}

func (l *layout) verifyAll(data section, secret []byte) error {
	parts, err := l.parts(data, slot{})
	if err != nil {
		return err
	}
	return l.verify(parts, 0, data, secret)
}

// verify checks every byte of the parts from an offset on, the zeros between
// them, and the MACs if there is a secret.
func (l *layout) verify(parts []part, from int64, data section, secret []byte) error {
	for _, p := range parts {
		between := data.data[from-data.from : p.at-data.from]
		if len(between) < 64 && slices.ContainsFunc(between, func(c byte) bool { return c != 0 }) {
			return fmt.Errorf("the bytes before part %d", p.at)
		}
		from = p.end()
		if err := p.header.verify(data.payload(p), secret); err != nil {
			return err
		}
	}
	if l.last.number > 0 && secret != nil && !hmac.Equal(l.last.sign(secret), l.last.mac[:]) {
		return errors.New("the signature of its last append is not ours")
	}
	return nil
}

// open returns the frame of the rows of all parts, which are all that the entry
// has, but for those that have left its window.
func (l *layout) open(parts []part, data section) (*frame.Frame, error) {
	whole, err := openParts(parts, data, "entry "+l.key.String())
	if err != nil {
		return nil, err
	}
	if int64(whole.Rows()) != l.last.rows {
		whole.Release()
		return nil, fmt.Errorf("it has %d rows and says %d", whole.Rows(), l.last.rows)
	}
	if l.last.dropped > 0 {
		defer whole.Release()
		whole = whole.Slice(int(l.last.dropped), whole.Rows())
	} else {
		whole.SetBeginnings(beginnings(parts))
	}
	whole.SetVersion(l.version)
	return whole, nil
}

func beginnings(parts []part) (begins []frame.Beginning) {
	rows := 0
	for _, p := range parts[:len(parts)-1] {
		rows += int(p.header.rows)
		begins = append(begins, frame.Beginning{Version: p.header.version, Rows: rows})
	}
	slices.Reverse(begins)
	return begins
}

// openParts returns the frame of the rows of some parts. It copies the small
// ones: they are few bytes, and a chunk for each would be many.
func openParts(parts []part, data section, source string) (*frame.Frame, error) {
	var runs frames
	defer func() { runs.release() }()
	for len(parts) > 0 {
		n := 0
		for n < len(parts) && parts[n].small() && parts[n].at > 0 {
			n++
		}
		f, err := openRun(parts[:max(n, 1)], data, source)
		if err != nil {
			return nil, err
		}
		runs, parts = append(runs, f), parts[max(n, 1):]
	}
	return runs.concat()
}

// openRun returns the frame of one part, or of several that are small.
func openRun(parts []part, data section, source string) (*frame.Frame, error) {
	var all frames
	defer func() { all.release() }()
	for _, p := range parts {
		f, err := frame.OpenIPC(data.payload(p), frame.IPCOptions{Source: source})
		if err != nil {
			return nil, err
		}
		f.SetStats(p.header.stats)
		all = append(all, f)
	}
	run, err := all.concat()
	if err != nil || len(parts) == 1 {
		return run, err
	}
	defer run.Release()
	return run.Compact()
}

type frames []*frame.Frame

func (f frames) release() {
	for _, one := range f {
		one.Release()
	}
}

// concat returns the only one as it is, with what is known of it.
func (f frames) concat() (*frame.Frame, error) {
	if len(f) == 1 {
		f[0].Retain()
		return f[0], nil
	}
	return frame.Concat(f...)
}
