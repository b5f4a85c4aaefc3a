package refresh

import (
	"context"

	"github.com/pointillist-go/pointillist/frame"
)

// found is what an attempt found. Without a frame the source is unchanged.
type found struct {
	frame   *frame.Frame
	more    *frame.Frame  // the rows that make it of what was there before; nil if it was not made so
	before  frame.Version // what rows were asked for besides
	adopted bool          // that is what the store has from another process
	mark    string
}

func (f found) each(fn func(*frame.Frame)) {
	for _, f := range []*frame.Frame{f.frame, f.more} {
		if f != nil {
			fn(f)
		}
	}
}

// ask runs in a goroutine that nobody waits for if it takes too long.
func (l *Live) ask(ctx context.Context) (f found, err error) {
	if l.o.Mark != nil {
		// Before the load: a change while it runs is seen next time.
		if f.mark, err = l.o.Mark(ctx); err != nil {
			return f, err
		}
		l.mu.Lock()
		unchanged := len(l.versions) > 0 && !l.restored && f.mark == l.mark
		l.mu.Unlock()
		if unchanged {
			return f, nil
		}
	}
	if l.o.Append != nil {
		if done, err := l.grow(ctx, &f); done {
			return f, err
		}
	}
	f.frame, err = l.o.Load(ctx)
	if err == nil {
		f.frame.Version() // readers do not wait for it
	}
	return f, err
}

// grow asks for rows to append, and reports whether that is the answer. Where
// what the store has is of no use for that, as after a change of the columns, all has to be loaded.
func (l *Live) grow(ctx context.Context, f *found) (done bool, err error) {
	base, foreign, adopted := l.base(ctx)
	if base == nil {
		return false, nil
	}
	defer base.Release()
	if err = l.appended(ctx, base, f); err != nil {
		return !foreign || ctx.Err() != nil, err
	}
	f.before, f.adopted = base.Version(), adopted
	if f.frame == nil && adopted {
		base.Retain()
		f.frame = base
	}
	return true, nil
}

// base returns the frame that rows are appended to, which the caller releases, or
// nil: the newest, or what another process has made of it in the store. It is
// foreign if this process has not loaded it, and adopted if it has not served it.
func (l *Live) base(ctx context.Context) (base *frame.Frame, foreign, adopted bool) {
	l.mu.Lock()
	if len(l.versions) > 0 {
		base = l.versions[0].Frame
		base.Retain()
	}
	foreign = l.restored
	l.mu.Unlock()
	if base == nil || l.kept == nil {
		return base, foreign, false
	}
	if other := l.kept.others(ctx, base.Version()); other != nil {
		base.Release()
		return other, true, true
	}
	return base, foreign, false
}

// appended finds the frame with the rows that came since, if there are any.
func (l *Live) appended(ctx context.Context, base *frame.Frame, f *found) error {
	more, err := l.o.Append(ctx, base)
	if err != nil || more == nil {
		return err
	}
	if more.Rows() > 0 {
		f.frame, err = base.Append(more, l.o.Window)
	}
	if f.frame == nil {
		more.Release()
		return err
	}
	f.more = more
	return nil
}
