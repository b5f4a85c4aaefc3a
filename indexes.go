package pointillist

import (
	"reflect"

	"golang.org/x/sync/singleflight"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// indexFrom is the number of rows from which traces are indexed. A line is when it
// is first reduced, for that takes about as long as to read it, which takes some
// milliseconds from there on. Markers are when they are reduced again, for their
// index takes several times as long to make: few figures are zoomed.
const indexFrom = 1 << 19

// indexes keeps the indexes of traces. Of several callers who need the same at
// the same time one makes it and the others wait.
type indexes struct {
	from   int // rows
	recent *recent[*reduce.Index]
	drawn  *recent[once] // markers that were read
	flight singleflight.Group
}

// once is that something happened; Bytes bounds how much of it is remembered.
type once struct{}

func (once) Bytes() int64 { return 128 }

const drawnBytes = 1 << 20

func newIndexes(limit int64) *indexes {
	return &indexes{from: indexFrom, recent: newRecent[*reduce.Index](limit), drawn: newRecent[once](drawnBytes)}
}

// A keeper keeps the indexes of one request's traces.
type keeper struct {
	*indexes
	q    Request
	rows *frame.Rows // of the request
}

// Index returns the index of a trace; nil if it has few rows, or so many that
// their index would not be kept, or if it is of markers that are new.
func (k keeper) Index(s reduce.Subject, build func() *reduce.Index) *reduce.Index {
	if s.Rows.Len() < k.from || s.Bytes() > k.recent.limit {
		return nil
	}
	key := k.key(s)
	if index, ok := k.recent.get(key); ok {
		return index
	}
	if _, again := k.drawn.get(key); !s.Line && !again {
		k.drawn.put(key, once{})
		return nil
	}
	index, _, _ := k.flight.Do(string(key[:]), func() (any, error) {
		if index, ok := k.recent.get(key); ok {
			return index, nil
		}
		index := build()
		k.recent.put(key, index)
		return index, nil
	})
	return index.(*reduce.Index)
}

// key is the identity of an index. Columns and filter tell what rows of the frame
// itself hold; those of a group, or columns made for the figure, are told by all
// of the figure's arguments.
func (k keeper) key(s reduce.Subject) cache.Key {
	version := k.q.Frame.Version()
	b := cache.NewKey("index", reduce.IndexVersion).Bytes(version[:]).Text(k.q.filterText())
	if s.Rows == k.rows && k.own(s.X) && k.own(s.Y) {
		b.Text(s.X.Name()).Text(s.Y.Name())
	} else {
		addValue(b.Text(k.q.Kind.Name()), reflect.ValueOf(k.q.Kind))
		b.Int(int64(s.Trace))
	}
	return b.Bool(s.LogX).Bool(s.LogY).Bool(s.Line).Key()
}

// own reports whether a column is the frame's.
func (k keeper) own(c *frame.Column) bool {
	own, err := k.q.Frame.Column(c.Name())
	return err == nil && own == c
}
