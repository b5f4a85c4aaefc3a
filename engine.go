package pointillist

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// An Engine makes figures. It is safe for concurrent use.
type Engine struct {
	memo       *cache.Memo // nil keeps nothing
	selections *recent[*frame.Rows]
	indexes    *indexes
	workers    int
	maxPoints  int
}

// New returns an engine.
func New(o Options) *Engine {
	e := &Engine{
		selections: newRecent[*frame.Rows](orDefault(o.SelectionBytes, defaultSelectionBytes)),
		indexes:    newIndexes(orDefault(o.IndexBytes, defaultIndexBytes), o.IndexStore),
		workers:    o.Workers,
		maxPoints:  o.MaxPoints,
	}
	// Less than a page of memo keeps nothing.
	if bytes := orDefault(o.MemoBytes, defaultMemoBytes); bytes >= cache.PageBytes {
		memo, err := cache.NewMemo(cache.MemoOptions{MaxBytes: bytes})
		if err != nil {
			panic(err) // the sizes are in range
		}
		e.memo = memo
	}
	return e
}

// Figure returns the answer to a request: from the memo, or made now and, if it
// is not too large, memoised. Of several callers who ask for the same at the
// same time one makes it and the others wait.
//
// The frame must stay retained until Figure returns; the answer keeps it as
// long as it needs it. The caller releases the answer.
//
// Errors about the request are a *filter.Error or *filter.TypeError, one or
// more joined *figure.ArgumentError, *reduce.OptionError or *reduce.PointError, a
// *frame.NoColumnError, an *encode.Error, a *TooManyPointsError, or ErrNotExtended;
// else it is ctx's.
func (e *Engine) Figure(ctx context.Context, q Request) (*Answer, error) {
	if e.memo == nil {
		return e.make(ctx, q)
	}
	body, draft, err := e.memo.Acquire(ctx, q.key())
	switch {
	case err != nil:
		return nil, err
	case body != nil:
		return &Answer{request: q, body: body, stages: []Stage{{Name: "memo"}}}, nil
	}
	defer draft.Abort()
	answer, err := e.make(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := e.keep(ctx, answer, draft); err != nil {
		answer.Release()
		return nil, err
	}
	return answer, nil
}

// keep writes the answer to the draft, so that its length and the time it took
// are known before its first byte is sent. If it is too large for that, the
// answer is left to be written as it is made.
func (e *Engine) keep(ctx context.Context, a *Answer, draft *cache.Draft) error {
	size, _ := a.Size()
	if !draft.Reserve(size) {
		return nil
	}
	if _, err := a.Write(ctx, draft); err != nil {
		return err
	}
	if body, kept := draft.CommitAndGet(); kept {
		a.holdBody(body)
	}
	return nil
}

// make makes the answer up to its plan: nothing is encoded yet.
func (e *Engine) make(ctx context.Context, q Request) (*Answer, error) {
	if q.Coding != nil {
		return e.compressed(ctx, q)
	}
	a := &Answer{request: q}
	rows, err := e.rows(ctx, q, a)
	if err != nil {
		return nil, err
	}
	if err := e.limit(rows.Len()); err != nil && !q.reduces() {
		return nil, err
	}
	var fig *figure.Figure
	err = a.time("build", func() (err error) {
		fig, err = q.Kind.Build(q.Frame, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	if a.plan, err = e.plan(ctx, q, fig, rows, a); err != nil {
		return nil, err
	}
	q.Frame.Retain()
	a.frame = q.Frame
	return a, nil
}

// plan reduces the figure, and plans its bytes.
func (e *Engine) plan(ctx context.Context, q Request, fig *figure.Figure, rows *frame.Rows, a *Answer) (*encode.Plan, error) {
	options := encode.Options{Arrays: q.Arrays, Workers: e.workers}
	if q.Extends != (frame.Beginning{}) {
		operations, err := extend(q, fig, rows, a)
		if err != nil {
			return nil, err
		}
		return encode.NewList(operations, options)
	}
	if !q.reduces() {
		return encode.New(fig, options)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if q.Pick != nil {
		return pick(fig, q, a, options)
	}
	var record *reduce.Record
	err := a.time("reduce", func() (err error) {
		record, err = reduce.ApplyIndexed(fig, q.Reduce, keeper{e.indexes, q, rows})
		return err
	})
	if err != nil {
		return nil, err
	}
	if record != nil {
		if err := e.limit(record.RowsOut); err != nil {
			return nil, err
		}
	}
	if q.Refine && q.Since != nil {
		before, err := e.before(q, rows, a)
		if err != nil {
			return nil, err
		}
		return encode.NewObject(reduce.Delta(before, fig, q.Reduce), options)
	}
	if q.Refine {
		return encode.NewObject(reduce.Patch(fig, q.Reduce), options)
	}
	return encode.New(fig, options)
}

// before makes the figure that is on the screen again: nothing is kept of it. It
// takes as long as the new one.
func (e *Engine) before(q Request, rows *frame.Rows, a *Answer) (fig *figure.Figure, err error) {
	err = a.time("since", func() error {
		if fig, err = q.Kind.Build(q.Frame, rows); err != nil {
			return err
		}
		_, err = reduce.ApplyIndexed(fig, *q.Since, keeper{e.indexes, q, rows})
		return err
	})
	return fig, err
}

// extend returns what a page that shows the figure of the frame's first rows lacks.
// That figure is built again, of rows that say that they are not all.
func extend(q Request, fig *figure.Figure, rows *frame.Rows, a *Answer) (operations []*figure.Object, err error) {
	err = a.time("since", func() error {
		index := rows.AppendIndex(nil)
		n, _ := slices.BinarySearch(index, uint32(q.Extends.Rows))
		before, err := q.Kind.Build(q.Frame, rows.Index(index[:n]))
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNotExtended, err) // of values that the rows of now make up for
		}
		more, extended := reduce.Extend(before, fig)
		if !extended {
			return ErrNotExtended
		}
		operations = more
		return nil
	})
	return operations, err
}

// pick finds the rows under a point, and plans their bytes.
func pick(fig *figure.Figure, q Request, a *Answer, o encode.Options) (*encode.Plan, error) {
	var picked *reduce.Picked
	err := a.time("pick", func() (err error) {
		picked, err = reduce.Pick(fig, q.Reduce, *q.Pick)
		return err
	})
	if err != nil {
		return nil, err
	}
	return encode.NewObject(picked.Object(), o)
}

// limit returns an error if a figure may not draw that many rows.
func (e *Engine) limit(rows int) error {
	if e.maxPoints > 0 && rows > e.maxPoints {
		return &TooManyPointsError{rows, e.maxPoints}
	}
	return nil
}

// compressed makes an answer of the uncompressed one.
func (e *Engine) compressed(ctx context.Context, q Request) (*Answer, error) {
	request, coding := q, q.Coding
	q.Coding = nil
	plain, err := e.Figure(ctx, q)
	if err != nil {
		return nil, err
	}
	return &Answer{request: request, plain: plain, coding: coding, stages: plain.stages}, nil
}

// MemoStats returns the memo's counters; all zero if nothing is kept.
func (e *Engine) MemoStats() cache.MemoStats {
	if e.memo == nil {
		return cache.MemoStats{}
	}
	return e.memo.Stats()
}

func (e *Engine) rows(ctx context.Context, q Request, a *Answer) (rows *frame.Rows, err error) {
	err = a.time("filter", func() error {
		if q.Filter == nil {
			rows = frame.AllRows(q.Frame)
			return nil
		}
		key := selectionKey(q.Frame, q.filterText())
		if kept, ok := e.selections.get(key); ok {
			rows = kept
			return nil
		}
		program, err := filter.Compile(q.Filter, q.Frame)
		if err != nil {
			return err
		}
		if rows, err = program.Run(ctx); err != nil {
			return err
		}
		e.selections.put(key, rows)
		return nil
	})
	return rows, err
}

// A Stage is a part of the way and the time it took.
type Stage struct {
	Name string // filter, build, reduce or pick, since, encode, compress; or memo
	Took time.Duration
}
