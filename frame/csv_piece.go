package frame

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
)

// How much of a file is read, and parsed by one goroutine, at a time: a piece
// becomes a chunk of the frame. Small files do not pay for large pieces.
const (
	firstCSVPiece = 256 << 10
	maxCSVPiece   = 8 << 20
)

// A csvPiece is a run of whole records. Its text is kept until all is read: a
// later piece can show that a column is not what it seemed.
type csvPiece struct {
	data    []byte
	rows    int
	columns []*textColumn // nil: not read yet
	err     *csvError     // the first, if any
}

// A csvError is an error at a place in a piece.
type csvError struct {
	pos    int
	row    int // in the piece
	column int // −1 if it is not about one
	err    error
}

// csvPieces cuts a stream into pieces.
type csvPieces struct {
	r    io.Reader
	size int   // of the next piece
	left int64 // bytes that may still be read
	tail []byte
}

// next returns the next piece's text, or io.EOF.
func (p *csvPieces) next() ([]byte, error) {
	data := append(make([]byte, 0, p.size+len(p.tail)), p.tail...)
	p.size = min(2*p.size, maxCSVPiece)
	for {
		var err error
		data, err = p.fill(data)
		switch {
		case errors.Is(err, io.EOF) && len(data) == 0:
			return nil, io.EOF
		case errors.Is(err, io.EOF):
			p.tail = nil
			return data, nil
		case err != nil:
			return nil, err
		}
		if end := lastRecord(data); end > 0 {
			p.tail = data[end:]
			return data[:end:end], nil
		}
		if len(data) > math.MaxInt32/2 {
			return nil, fmt.Errorf("a record of more than %d bytes: is a quote not closed?", len(data))
		}
		data = append(make([]byte, 0, 2*cap(data)), data...)
	}
}

// fill reads until data has no room left. (io.ReadFull would not tell the end
// of a file from compressed data that is cut off.)
func (p *csvPieces) fill(data []byte) ([]byte, error) {
	for len(data) < cap(data) {
		n, err := p.r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if p.left -= int64(n); p.left < 0 {
			return nil, fmt.Errorf("the text is too long: %w", ErrTooLarge)
		}
		if err != nil {
			return data, err
		}
	}
	return data, nil
}

// parse reads the columns that are not of the wanted kinds yet. A given kind
// must read all fields.
func (p *csvPiece) parse(delimiter byte, want []textKind, given []bool) {
	if p.err != nil {
		return
	}
	room := bytes.Count(p.data, []byte{'\n'}) + 1
	targets := make([]*textColumn, len(want)) // nil: has been read
	for i, kind := range want {
		if p.columns[i] == nil || p.columns[i].kind != kind || p.columns[i].failed != textUnknown {
			targets[i] = newTextColumn(kind, room)
			p.columns[i] = targets[i]
		}
	}
	s := splitter{data: p.data, delimiter: delimiter}
	for p.rows = 0; s.record(); p.rows++ {
		if err := addRecord(&s, targets, given); err != nil {
			err.row = p.rows
			p.err = err
			return
		}
	}
}

// addRecord adds the fields of the next record to the targets.
func addRecord(s *splitter, targets []*textColumn, given []bool) *csvError {
	start := s.pos
	for i, target := range targets {
		field, last, err := s.field()
		if err != nil {
			return &csvError{pos: s.pos, column: i, err: err}
		}
		if last != (i == len(targets)-1) {
			return &csvError{pos: start, column: -1, err: s.ragged(start, len(targets))}
		}
		if target == nil || target.failed != textUnknown {
			continue
		}
		if !target.add(field) && given[i] {
			return &csvError{pos: start, column: i, err: fmt.Errorf("%.40q is not %s", field, textTypes[target.kind])}
		}
	}
	return nil
}

func (s *splitter) ragged(start, want int) error {
	s.pos = start
	for n := 1; ; n++ {
		if _, last, err := s.field(); last || err != nil {
			return fmt.Errorf("%d fields, but the header has %d", n, want)
		}
	}
}

// checkText finds bytes that are not UTF-8.
func (p *csvPiece) checkText() {
	if utf8.Valid(p.data) {
		return
	}
	pos := 0
	for {
		r, n := utf8.DecodeRune(p.data[pos:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		pos += n
	}
	p.err = &csvError{pos: pos, row: -1, column: -1,
		err: fmt.Errorf("byte 0x%02X is not UTF-8: save the file as UTF-8", p.data[pos])}
}

// arrays returns the columns.
func (p *csvPiece) arrays() []arrow.Array {
	arrays := make([]arrow.Array, len(p.columns))
	for i, c := range p.columns {
		arrays[i] = c.array()
	}
	return arrays
}
