package frame

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

// CSVOptions tell how to read CSV. The zero value is right for most files.
type CSVOptions struct {
	Source    string                    // what errors call the file; may be empty
	Delimiter byte                      // 0: whichever of , ; tab | cuts the first records evenly
	Types     map[string]arrow.DataType // of columns that are not to be inferred: see ReadCSV
	MaxBytes  int64                     // of text, after gzip; 0: DefaultMaxBytes
	MaxRows   int                       // 0: MaxRows
	Progress  func(bytes int64)         // is told the bytes of r read so far; may be nil
}

// DefaultMaxBytes bounds the text of a CSV or JSON source if nothing else does.
const DefaultMaxBytes = 1 << 30

// sampleRows are the records that the first guess of the types is made from.
const sampleRows = 100

// ReadCSV reads a frame from CSV as RFC 4180 describes it: a header with the
// names of the columns, then records of as many fields; fields in quotes may
// hold anything. A byte order mark, \r\n and blank lines are tolerated, gzip is
// recognized. Text must be UTF-8. A blank name becomes "Unnamed: 0", by the
// column's number, as pandas has it; names that occur twice are an error.
//
// A column has the first of these types that can read every field of it,
// however late in the file the field is that decides:
//
//	bool                   true, True, TRUE, false, …
//	int64                  decimal digits with or without a sign
//	float64                decimal or scientific, inf; also integers beyond int64
//	date32                 2006-01-02
//	timestamp[us]          2006-01-02 15:04[:05[.123456]] or with T; ns if there are more decimals
//	timestamp[us, tz=UTC]  the same with Z, ±07, ±0700 or ±07:00; instants, whatever the zone
//	utf8                   anything
//
// Empty fields are null, and so is what pandas takes for null: NA, NaN, null,
// None, N/A and the like. A column without any value is float64. Text is not
// made a dictionary: Column.Codes does so for the columns that are grouped by.
//
// The file is read in pieces, in parallel. A piece that contradicts the type
// guessed from the first records widens it, and the pieces read before are
// read again for that column alone, from memory. So ReadCSV holds the text
// beside the frame until it is done. It takes about 20 ns a field and core.
//
// An error is a *SourceError with the line and the column; it wraps ErrTooLarge
// if a limit was reached.
func ReadCSV(r io.Reader, o CSVOptions) (*Frame, error) {
	text, err := o.open(r)
	if err != nil {
		return nil, &SourceError{Source: o.Source, Row: -1, Err: err}
	}
	return readCSV(text, o, firstCSVPiece)
}

func readCSV(text io.Reader, o CSVOptions, pieceBytes int) (*Frame, error) {
	c := &csvReader{options: o, pieces: csvPieces{r: text, size: pieceBytes, left: cmp.Or(o.MaxBytes, DefaultMaxBytes)}}
	if err := c.read(); err != nil {
		return nil, err
	}
	return c.frame()
}

// open counts the bytes of r for Progress, and undoes gzip.
func (o CSVOptions) open(r io.Reader) (io.Reader, error) {
	if o.Progress != nil {
		r = &counter{r: r, report: o.Progress}
	}
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := b.Peek(2); string(magic) == "\x1f\x8b" {
		return gzip.NewReader(b)
	}
	return b, nil
}

type counter struct {
	r      io.Reader
	n      int64
	report func(int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.report(c.n)
	return n, err
}

type csvReader struct {
	options   CSVOptions
	pieces    csvPieces
	delimiter byte
	header    int // lines before the first piece
	names     []string
	kinds     []textKind
	given     []bool // the kind is not inferred
	done      []*csvPiece
}

// read fills done with pieces whose columns are of c.kinds.
func (c *csvReader) read() error {
	first, err := c.first()
	if err != nil {
		return err
	}
	c.guess(first)
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	start := func(data []byte) {
		p := &csvPiece{data: data, columns: make([]*textColumn, len(c.names))}
		c.done = append(c.done, p)
		limit <- struct{}{}
		wg.Go(func() {
			defer func() { <-limit }()
			p.checkText()
			p.parse(c.delimiter, c.kinds, c.given)
		})
	}
	start(first)
	for err == nil {
		var data []byte
		if data, err = c.pieces.next(); err == nil {
			start(data)
		}
	}
	wg.Wait()
	if failed := c.check(); failed != nil {
		return failed
	}
	if !errors.Is(err, io.EOF) {
		return c.sourceError(0, err)
	}
	return c.settle(limit)
}

// first reads the first piece that holds a record, and takes the header off.
func (c *csvReader) first() ([]byte, error) {
	for {
		data, err := c.pieces.next()
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		if err != nil {
			return nil, c.sourceError(0, err)
		}
		s := splitter{data: bytes.TrimPrefix(data, []byte("\ufeff"))}
		if s.record() {
			return c.takeHeader(s.data)
		}
		c.header += bytes.Count(data, []byte{'\n'})
	}
}

func (c *csvReader) takeHeader(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, c.sourceError(1, errors.New("the text is UTF-16: save the file as UTF-8"))
	}
	if c.delimiter = c.options.Delimiter; c.delimiter == 0 {
		c.delimiter = detectDelimiter(data)
	}
	s := splitter{data: data, delimiter: c.delimiter}
	s.record()
	for last := false; !last; {
		var field []byte
		var err error
		if field, last, err = s.field(); err != nil {
			return nil, c.sourceError(1, err)
		}
		c.names = append(c.names, strings.TrimSpace(string(field)))
	}
	s.pos = min(s.pos, len(data))
	if !utf8.Valid(data[:s.pos]) {
		return nil, c.sourceError(1, errors.New("the header is not UTF-8: save the file as UTF-8"))
	}
	c.header += bytes.Count(data[:s.pos], []byte{'\n'})
	return data[s.pos:], c.checkNames()
}

func (c *csvReader) checkNames() error {
	for i, name := range c.names {
		if name == "" {
			c.names[i] = fmt.Sprintf("Unnamed: %d", i)
		}
		if j := slices.Index(c.names[:i], c.names[i]); j >= 0 {
			return c.sourceError(1, fmt.Errorf("columns %d and %d are both named %q", j+1, i+1, name))
		}
	}
	c.kinds = make([]textKind, len(c.names))
	c.given = make([]bool, len(c.names))
	for name, t := range c.options.Types {
		i := slices.Index(c.names, name)
		if i < 0 {
			return c.sourceError(1, &NoColumnError{Name: name, Columns: c.names, Nearest: nearest.Of(name, c.names)})
		}
		kind := slices.IndexFunc(textTypes[1:], func(have arrow.DataType) bool { return arrow.TypeEqual(have, t) })
		if kind < 0 {
			return c.sourceError(1, fmt.Errorf("column %q: CSV cannot be read as %s: %w", name, t, ErrType))
		}
		c.kinds[i], c.given[i] = textKind(kind+1), true
	}
	return nil
}

// guess infers the kinds from the first records. Errors in them are found later.
func (c *csvReader) guess(data []byte) {
	s := splitter{data: data, delimiter: c.delimiter}
	for row := 0; row < sampleRows && s.record(); row++ {
		for i := range c.kinds {
			field, last, err := s.field()
			if err != nil || last != (i == len(c.kinds)-1) {
				return
			}
			if !c.given[i] {
				c.kinds[i] = wider(c.kinds[i], kindOfText(field))
			}
		}
	}
}

// settle widens the kinds until they read every field. It ends, since a kind
// can be widened a few times only.
func (c *csvReader) settle(limit chan struct{}) error {
	for c.widen() {
		var wg sync.WaitGroup
		for _, p := range c.done {
			limit <- struct{}{}
			wg.Go(func() {
				defer func() { <-limit }()
				p.parse(c.delimiter, c.kinds, c.given)
			})
		}
		wg.Wait()
	}
	return c.check()
}

// widen adjusts the kinds to the fields that could not be read, and reports
// whether there were any.
func (c *csvReader) widen() bool {
	widened := false
	for _, p := range c.done {
		for i, column := range p.columns {
			if column.failed != textUnknown && !c.given[i] {
				c.kinds[i] = wider(c.kinds[i], column.failed)
				widened = true
			}
		}
	}
	return widened
}

// check returns the first error, in the order of the file.
func (c *csvReader) check() error {
	line, row, limit := int64(c.header), int64(0), cmp.Or(int64(c.options.MaxRows), MaxRows)
	for _, p := range c.done {
		if e := p.err; e != nil {
			err := &SourceError{Source: c.options.Source, Row: -1, Err: e.err}
			err.Line = line + int64(bytes.Count(p.data[:e.pos], []byte{'\n'})) + 1
			if e.row >= 0 {
				err.Row = row + int64(e.row)
			}
			if e.column >= 0 {
				err.Column = c.names[e.column]
			}
			return err
		}
		if row += int64(p.rows); row > limit {
			return c.sourceError(0, fmt.Errorf("more than %d rows: %w", limit, ErrTooLarge))
		}
		line += int64(bytes.Count(p.data, []byte{'\n'}))
	}
	return nil
}

func (c *csvReader) sourceError(line int64, err error) error {
	return &SourceError{Source: c.options.Source, Row: -1, Line: line, Err: err}
}

func (c *csvReader) frame() (*Frame, error) {
	fields := make([]arrow.Field, len(c.names))
	for i, name := range c.names {
		fields[i] = arrow.Field{Name: name, Type: textTypes[c.kinds[i]], Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	batches := make([]arrow.Record, len(c.done))
	for i, p := range c.done {
		batches[i] = array.NewRecord(schema, p.arrays(), int64(p.rows))
	}
	return New(schema, batches)
}
