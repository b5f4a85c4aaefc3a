package disk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A layout is what a file says of itself: the parts that it has, and what the
// last Append has made of the entry.
type layout struct {
	header        // of the first part, with rows, version and life of them all
	parts  []part // that are read, in the order of their rows
	end    int64  // the bytes of the file
	last   slot   // Append; zero if there was none
}

// A part is a header and an Arrow file. The first stands at the beginning.
type part struct {
	at     int64
	header *header
	sum    uint32 // of the header
}

func (p part) payload(data []byte) []byte {
	at := p.at + p.header.length()
	return data[at : at+p.header.payload]
}

func (p part) end() int64 { return p.at + p.header.length() + p.header.payload }

// aligned returns where a part may begin.
func aligned(at int64) int64 { return (at + 63) &^ 63 }

func (l *layout) info() cache.Info {
	i := l.header.info()
	i.Bytes = l.end
	return i
}

// A slot is one of two places in the first header to which Append writes in
// turn, at last: until then, what was there before is the entry. See the
// package's documentation.
type slot struct {
	number    uint64
	end, part int64
	rows      int64
	version   frame.Version
	created   time.Time
	expires   time.Time // zero is never
	heads     uint32
	mac       [sha256.Size]byte
}

const (
	slotBytes = 128
	atSlotCRC = 92
	atSlotMAC = 96
)

func (s *slot) bytes() []byte {
	le := binary.LittleEndian
	b := le.AppendUint64(make([]byte, 0, slotBytes), s.number)
	b = le.AppendUint64(b, uint64(s.end))
	b = le.AppendUint64(b, uint64(s.part))
	b = le.AppendUint64(b, uint64(s.rows))
	b = append(b, s.version[:]...)
	b = le.AppendUint64(b, uint64(s.created.UnixNano()))
	if s.expires.IsZero() {
		b = le.AppendUint64(b, 0)
	} else {
		b = le.AppendUint64(b, uint64(s.expires.UnixNano()))
	}
	b = le.AppendUint32(b, s.heads)
	b = b[:slotBytes]
	copy(b[atSlotMAC:], s.mac[:])
	le.PutUint32(b[atSlotCRC:], crc32.Checksum(b, castagnoli))
	return b
}

func parseSlot(b []byte) (s slot, err error) {
	le := binary.LittleEndian
	if !slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) {
		return s, nil
	}
	s = slot{
		number:  le.Uint64(b),
		end:     int64(le.Uint64(b[8:])),
		part:    int64(le.Uint64(b[16:])),
		rows:    int64(le.Uint64(b[24:])),
		version: frame.Version(b[32:]),
		created: time.Unix(0, int64(le.Uint64(b[48:]))),
		heads:   le.Uint32(b[64:]),
		mac:     [sha256.Size]byte(b[atSlotMAC:]),
	}
	if ns := int64(le.Uint64(b[56:])); ns != 0 {
		s.expires = time.Unix(0, ns)
	}
	if s.number == 0 || string(s.bytes()) != string(b) {
		return slot{}, errors.New("checksum of an append")
	}
	return s, nil
}

// parseSlots returns the newer of both. Neither may be missing: what is lost
// would be taken for what was before.
func parseSlots(b []byte) (slot, error) {
	even, err := parseSlot(b[:slotBytes])
	odd, oerr := parseSlot(b[slotBytes:])
	if err = errors.Join(err, oerr); err != nil {
		return slot{}, err
	}
	older, newer := even, odd
	if even.number > odd.number {
		older, newer = odd, even
	}
	if even.number%2 != 0 || odd.number%2 == 0 && odd.number != 0 || newer.number != 0 && older.number != newer.number-1 {
		return slot{}, fmt.Errorf("appends %d and %d", even.number, odd.number)
	}
	return newer, nil
}

// sign returns the slot's MAC, for what follows after the given parts.
func (s slot) sign(secret []byte, parts []part) []byte {
	s.mac = [sha256.Size]byte{}
	b := s.bytes()
	clear(b[atSlotCRC : atSlotCRC+4])
	mac := hmac.New(sha256.New, secret)
	mac.Write(b)
	for _, p := range parts {
		mac.Write(p.header.mac[:])
	}
	return mac.Sum(nil)
}

func headsSum(parts []part) uint32 {
	var b []byte
	for _, p := range parts {
		b = binary.LittleEndian.AppendUint32(b, p.sum)
	}
	return crc32.Checksum(b, castagnoli)
}

// parseFile reads what stands before the payloads. The payloads may be damaged.
func parseFile(f *os.File) (*layout, error) {
	stat, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !stat.Mode().IsRegular() {
		return nil, corrupt(fmt.Errorf("it is not a regular file but %v", stat.Mode()))
	}
	first, slots, err := parsePart(f, 0, stat.Size())
	if err != nil {
		return nil, err
	}
	l := &layout{header: *first.header, parts: []part{first}, end: first.end()}
	if l.last, err = parseSlots(slots); err != nil {
		return nil, corrupt(err)
	}
	switch {
	case l.last.number == 0:
		return l, nil
	case l.last.end > stat.Size():
		return nil, corrupt(fmt.Errorf("it has %d bytes and says %d", stat.Size(), l.last.end))
	}
	return l, l.follow(f)
}

// follow reads the parts from the last one back to the first.
func (l *layout) follow(f *os.File) error {
	s, end := l.last, l.last.end
	l.end, l.rows, l.version, l.created, l.expires = s.end, s.rows, s.version, s.created, s.expires
	first := l.parts[0]
	for at := s.part; at != 0; {
		if at < first.end() || at >= end || at%64 != 0 {
			return corrupt(fmt.Errorf("a part at byte %d of %d", at, end))
		}
		p, slots, err := parsePart(f, at, end-at)
		if err != nil {
			return err
		}
		if s, err := parseSlots(slots); err != nil || s.number != 0 || p.header.key != first.header.key || p.header.schema != first.header.schema || p.header.signed != first.header.signed {
			return corrupt(fmt.Errorf("the part at byte %d is another entry's", at))
		}
		l.parts = append(l.parts, p)
		at, end = p.header.previous, at
	}
	slices.Reverse(l.parts[1:])
	last := l.parts[len(l.parts)-1]
	if last.end() != s.end || headsSum(l.parts) != s.heads {
		return corrupt(errors.New("its parts are not those that were appended"))
	}
	return nil
}

// parsePart reads the header at an offset, where size bytes are left, and
// returns its slots as they are.
func parsePart(f *os.File, at, size int64) (part, []byte, error) {
	fixed := make([]byte, fixedBytes)
	if n, err := f.ReadAt(fixed, at); n < fixedBytes {
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
	if _, err := f.ReadAt(b, at); err != nil {
		return part{}, nil, err
	}
	h, err := parseHeader(b)
	if err != nil {
		return part{}, nil, corrupt(err)
	}
	return part{at, h, headerSum(b)}, b[atSlots:fixedBytes], nil
}

// verify checks every byte of the parts, but for those whose headers have one
// of the checksums known, and the MACs if there is a secret. It returns the
// checksums of all.
func (l *layout) verify(data, secret []byte, known []uint32) (heads []uint32, err error) {
	end := int64(0)
	for _, p := range l.parts {
		heads = append(heads, p.sum)
		if p.at-end < 64 && slices.ContainsFunc(data[end:p.at], func(c byte) bool { return c != 0 }) {
			return nil, fmt.Errorf("the bytes before part %d", p.at)
		}
		end = p.end()
		if slices.Contains(known, p.sum) {
			continue
		}
		if err := p.header.verify(p.payload(data), secret); err != nil {
			return nil, err
		}
	}
	if l.last.number > 0 && secret != nil && !hmac.Equal(l.last.sign(secret, l.parts), l.last.mac[:]) {
		return nil, errors.New("the signature of its last append is not ours")
	}
	return heads, nil
}

// open returns the frame of the rows of all parts.
func (l *layout) open(data []byte, source string) (*frame.Frame, error) {
	whole, err := openParts(l.parts, data, source)
	if err == nil {
		whole.SetVersion(l.version)
	}
	return whole, err
}

func openParts(parts []part, data []byte, source string) (whole *frame.Frame, err error) {
	for _, p := range parts {
		f, err := frame.OpenIPC(p.payload(data), frame.IPCOptions{Source: source})
		if err == nil {
			f.SetVersion(p.header.version)
			f.SetStats(p.header.stats)
			whole, err = joined(whole, f)
		} else if whole != nil {
			whole.Release()
		}
		if err != nil {
			return nil, err
		}
	}
	return whole, nil
}

// joined takes over both frames; there may be no first one.
func joined(f, more *frame.Frame) (*frame.Frame, error) {
	if f == nil {
		return more, nil
	}
	defer f.Release()
	defer more.Release()
	return f.Append(more, 0)
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
