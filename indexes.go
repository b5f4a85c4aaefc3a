package pointillist

import (
	"reflect"
	"strconv"

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
	store  cache.Store   // where they outlive the process; nil without
	drawn  *recent[once] // markers that were read
	flight singleflight.Group
}

// once is that something happened; Bytes bounds how much of it is remembered.
type once struct{}

func (once) Bytes() int64 { return 128 }

const drawnBytes = 1 << 20

func newIndexes(limit int64, store cache.Store) *indexes {
	return &indexes{from: indexFrom, recent: newRecent[*reduce.Index](limit), drawn: newRecent[once](drawnBytes), store: store}
}

// A keeper keeps the indexes of one request's traces.
type keeper struct {
	*indexes
	q    Request
	rows *frame.Rows // of the request
}

// Index returns the index of a trace; nil if it has few rows, or so many that
// their index would not be kept, or if it is of markers that are new and not in
// the store.
func (k keeper) Index(s reduce.Subject, build func(before *reduce.Index) *reduce.Index) *reduce.Index {
	if s.Rows.Len() < k.from || s.Bytes() > k.recent.limit {
		return nil
	}
	key := k.key(s, k.q.Frame.Version())
	if index, ok := k.recent.get(key); ok {
		return index
	}
	wanted := s.Line || k.again(key)
	index, _, _ := k.flight.Do(string(key[:])+strconv.FormatBool(wanted), func() (any, error) {
		return k.find(key, s, wanted, build), nil
	})
	return index.(*reduce.Index)
}

// again reports whether markers have been drawn before.
func (k keeper) again(key cache.Key) bool {
	_, again := k.drawn.get(key)
	k.drawn.put(key, once{})
	return again
}

// find returns the index that another caller has made by now, or that is in the
// store, or, if it is wanted, one that is made now. What goes on from another is not
// stored: it would be with every append.
func (k keeper) find(key cache.Key, s reduce.Subject, wanted bool, build func(before *reduce.Index) *reduce.Index) *reduce.Index {
	if index, ok := k.recent.get(key); ok {
		return index
	}
	before := k.before(s)
	var index *reduce.Index
	if before == nil {
		index = k.stored(key, s)
	}
	if index == nil && wanted {
		if index = build(before); before == nil {
			k.save(key, index)
		}
	}
	if index != nil {
		k.recent.put(key, index)
	}
	return index
}

// before returns the index of a line as it was before rows were appended to the
// frame; nil if there is none. A filter looks at each row by itself, so that what
// it keeps is a beginning too; of groups, which may change places, nothing is known.
func (k keeper) before(s reduce.Subject) *reduce.Index {
	if !s.Line || !k.ownRows(s) {
		return nil
	}
	for _, begin := range k.q.Frame.Beginnings() {
		if index, ok := k.recent.get(k.key(s, begin.Version)); ok {
			return index
		}
	}
	return nil
}

// ownRows reports whether a subject is of columns of the frame, and of the rows
// that the filter keeps.
func (k keeper) ownRows(s reduce.Subject) bool {
	return s.Rows == k.rows && k.own(s.X) && k.own(s.Y)
}

// key is the identity of an index of a version of the frame. Columns and filter tell
// what rows of the frame itself hold; those of a group, or columns made for the figure,
// are told by all of the figure's arguments.
func (k keeper) key(s reduce.Subject, version frame.Version) cache.Key {
	b := cache.NewKey("index", reduce.IndexVersion).Bytes(version[:]).Text(k.q.filterText())
	if k.ownRows(s) {
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
