package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"strings"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/frame/parquet"
)

// A Format is a kind of file, known by its content type.
type Format string

// The formats.
const (
	CSV         Format = "text/csv"
	Parquet     Format = "application/vnd.apache.parquet"
	ArrowStream Format = "application/vnd.apache.arrow.stream"
	ArrowFile   Format = "application/vnd.apache.arrow.file"
	JSON        Format = "application/json"
)

// ErrFormat is wrapped by errors about a name or content type of no format.
var ErrFormat = errors.New("unknown format")

var extensions = map[string]Format{
	".csv": CSV, ".tsv": CSV, ".txt": CSV, ".parquet": Parquet,
	".arrow": ArrowFile, ".feather": ArrowFile, ".ipc": ArrowFile, ".arrows": ArrowStream, ".json": JSON,
}

// Options tell how to read. The zero value reads everything.
type Options struct {
	Source   string                  // what errors call the data; Open takes the path
	MaxBytes int64                   // of the data, and of what it is decompressed to; 0: the readers' defaults
	MaxRows  int                     // 0: frame.MaxRows
	Progress func(done, total int64) // bytes; total is 0 if it is not known; may be nil
}

// OfName returns the format of a file by the extension of its name: .csv, .tsv
// and .txt (also with .gz), .parquet, .arrow, .feather, .ipc, .arrows, .json.
func OfName(name string) (Format, error) {
	ext := strings.ToLower(filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")))
	format, ok := extensions[ext]
	if !ok || format != CSV && strings.HasSuffix(strings.ToLower(name), ".gz") {
		return "", fmt.Errorf("%s: %w: want .csv, .csv.gz, .parquet, .arrow, .feather or .json", name, ErrFormat)
	}
	return format, nil
}

// OfType returns the format of a Content-Type.
func OfType(contentType string) (Format, error) {
	media, _, err := mime.ParseMediaType(contentType)
	switch format := Format(media); format {
	case CSV, Parquet, ArrowStream, ArrowFile, JSON:
		if err == nil {
			return format, nil
		}
	}
	return "", fmt.Errorf("content type %q: %w: want %s, %s, %s, %s or %s", contentType, ErrFormat, CSV, Parquet, ArrowStream, ArrowFile, JSON)
}

// Open reads the file at path, whose format its name tells. Arrow files are
// mapped, not read: the file must not be changed while the frame is in use.
// Errors are *frame.SourceError, or wrap ErrFormat.
func Open(path string, o Options) (*frame.Frame, error) {
	format, err := OfName(path)
	if err != nil {
		return nil, err
	}
	o.Source = path
	switch format {
	case Parquet:
		return o.checkRows(parquet.Open(path, o.parquet()))
	case ArrowFile, ArrowStream:
		return o.checkRows(frame.OpenMapped(path, o.ipc()))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, o.error(errors.Unwrap(err))
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, o.error(err)
	}
	return o.read(f, info.Size(), format)
}

// Read reads a frame of the given format from r. Formats that are not read in
// order are first read to the end, into memory.
func Read(r io.Reader, format Format, o Options) (*frame.Frame, error) {
	return o.read(r, 0, format)
}

func (o Options) read(r io.Reader, total int64, format Format) (*frame.Frame, error) {
	if format == CSV {
		options := frame.CSVOptions{Source: o.Source, MaxBytes: o.MaxBytes, MaxRows: o.MaxRows}
		if o.Progress != nil {
			options.Progress = func(done int64) { o.Progress(done, total) }
		}
		return frame.ReadCSV(r, options)
	}
	if o.Progress != nil {
		r = &progress{r: r, total: total, report: o.Progress}
	}
	switch format {
	case JSON:
		return o.checkRows(frame.ReadJSON(r, frame.JSONOptions{Source: o.Source, MaxBytes: o.MaxBytes}))
	case ArrowStream, ArrowFile:
		return o.checkRows(frame.ReadIPC(r, o.ipc()))
	case Parquet:
		return o.readParquet(r)
	}
	return nil, o.error(fmt.Errorf("%q: %w", format, ErrFormat))
}

func (o Options) readParquet(r io.Reader) (*frame.Frame, error) {
	limit := o.MaxBytes
	if limit == 0 {
		limit = frame.DefaultMaxBytes
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("more than %d bytes: %w", limit, frame.ErrTooLarge)
	}
	if err != nil {
		return nil, o.error(err)
	}
	options := o.parquet()
	options.Progress = nil // the bytes have been reported
	return o.checkRows(parquet.Read(bytes.NewReader(data), int64(len(data)), options))
}

func (o Options) checkRows(f *frame.Frame, err error) (*frame.Frame, error) {
	if err == nil && o.MaxRows > 0 && f.Rows() > o.MaxRows {
		defer f.Release()
		return nil, o.error(fmt.Errorf("%d rows, more than %d: %w", f.Rows(), o.MaxRows, frame.ErrTooLarge))
	}
	return f, err
}

func (o Options) error(err error) error {
	return &frame.SourceError{Source: o.Source, Row: -1, Err: err}
}

func (o Options) parquet() parquet.Options {
	return parquet.Options{Source: o.Source, MaxBytes: o.MaxBytes, Progress: o.Progress}
}

func (o Options) ipc() frame.IPCOptions {
	return frame.IPCOptions{Source: o.Source, MaxBytes: o.MaxBytes}
}

type progress struct {
	r           io.Reader
	done, total int64
	report      func(done, total int64)
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.done += int64(n)
	p.report(p.done, p.total)
	return n, err
}
