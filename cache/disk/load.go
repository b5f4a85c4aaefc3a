package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A Loader makes the frame of an entry, and says how long it lives.
type Loader = cache.Loader

// Load implements [cache.LoadStore]. It is Get, and where there is no entry it puts what load returns. Of all
// who call Load for a key at the same time, in all processes, one runs its
// loader and the others wait for the result. Whoever waited takes over at once
// if the loader fails or its process ends, and after Options.LoadLease if it
// does not return: then what it returns after all is not kept, and its own
// callers have what took its place.
//
// Errors are not kept. A panic is a *[cache.PanicError]. A frame that cannot
// be put, or while the directory cannot be reached, is returned all the same.
func (s *Store) Load(ctx context.Context, key cache.Key, load Loader) (*frame.Frame, cache.Info, error) {
	f, info, err := s.Get(ctx, key)
	if err == nil || ctx.Err() != nil {
		return f, info, err
	}
	l, _, err := s.fills.Do(ctx, key, func(ctx context.Context) (*loaded, error) { return s.fillOnce(ctx, key, load) })
	if err != nil {
		return nil, cache.Info{}, err
	}
	return l.frame, l.info, nil
}

// A loaded is what Load returns, to each of its callers.
type loaded struct {
	frame *frame.Frame
	info  cache.Info
}

func (l *loaded) retain()  { l.frame.Retain() }
func (l *loaded) release() { l.frame.Release() }

// fillOnce waits until there is an entry, or until it is this process that
// makes it.
func (s *Store) fillOnce(ctx context.Context, key cache.Key, load Loader) (*loaded, error) {
	for wait := time.Millisecond; ; wait = min(2*wait, 20*time.Millisecond) {
		l, err := s.look(ctx, key)
		if l != nil || ctx.Err() != nil {
			return l, err
		}
		var c *claim
		if !errors.Is(err, cache.ErrDown) {
			c, err = s.claim(ctx, key)
		}
		if err != nil { // nobody can be waited for
			f, o, err := load(ctx)
			if err != nil {
				return nil, err
			}
			return s.unkept(f, o), nil
		}
		if c != nil {
			if l, err = s.runClaimed(ctx, c, load); !errors.Is(err, errFenced) {
				return l, err
			}
			continue
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// look is Get for who has been counted already.
func (s *Store) look(ctx context.Context, key cache.Key) (*loaded, error) {
	m, info, err := s.find(ctx, key, false)
	if err != nil {
		return nil, err
	}
	f := m.frame.Share()
	f.OnFree(m.release)
	return &loaded{f, info}, nil
}

// unkept is a frame that is only returned.
func (s *Store) unkept(f *frame.Frame, o cache.PutOptions) *loaded {
	return &loaded{f, cache.NewInfo(o, f.Bytes(), s.o.Now())}
}

// A claim is the right to make an entry: a locked file "load-<key>". The lock
// ends with the process. A claim that has lasted too long is not unlocked but
// replaced by another file, which is how its owner, when it wants to commit,
// sees that it is fenced off.
type claim struct {
	key  cache.Key
	file *os.File
	stat fs.FileInfo
}

const loadPrefix = "load-"

var errFenced = errors.New("another process has taken over the load")

func (s *Store) loadPath(key cache.Key) string {
	return filepath.Join(s.o.Dir, loadPrefix+key.String())
}

// claim returns nil while another has the claim.
func (s *Store) claim(ctx context.Context, key cache.Key) (c *claim, err error) {
	path := s.loadPath(key)
	err = s.change(ctx, func(*usage) error {
		before, err := openEntry(path)
		if err == nil {
			free, lerr := tryLock(before, true)
			stat, serr := before.Stat()
			if err = errors.Join(lerr, serr, before.Close()); err != nil {
				return err
			}
			if !free && s.o.Now().Sub(stat.ModTime()) < s.o.LoadLease {
				return nil
			}
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		c, err = s.newClaim(key, path)
		return err
	})
	return c, err
}

func (s *Store) newClaim(key cache.Key, path string) (*claim, error) {
	f, err := createFile(path)
	if err != nil {
		return nil, err
	}
	_, err = tryLock(f, true) // nobody else can have opened it: they want the store's lock first
	err = errors.Join(err, setUsed(path, s.o.Now()))
	stat, serr := f.Stat()
	if err = errors.Join(err, serr); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return &claim{key, f, stat}, nil
}

// runClaimed runs the loader, unless another has finished just before.
func (s *Store) runClaimed(ctx context.Context, c *claim, load Loader) (*loaded, error) {
	defer s.yield(c)
	if l, err := s.look(ctx, c.key); err == nil {
		return l, nil
	}
	f, o, err := load(ctx)
	if err != nil {
		return nil, err
	}
	if err = s.putIf(ctx, c.key, f, o, func() error { return s.check(c) }); errors.Is(err, errFenced) {
		f.Release()
		return nil, err
	}
	// An entry that is gone already, or was never kept, is returned as it was made.
	if l, err := s.look(ctx, c.key); err == nil {
		f.Release()
		return l, nil
	}
	return s.unkept(f, o), nil
}

// holds reports whether the claim has not been taken over. The store's lock is held.
func (s *Store) holds(c *claim) bool { return isAt(c.stat, s.loadPath(c.key)) }

// check returns errFenced if another has taken over.
func (s *Store) check(c *claim) error {
	if !s.holds(c) {
		return errFenced
	}
	return nil
}

// yield ends a claim.
func (s *Store) yield(c *claim) {
	_ = s.change(context.Background(), func(*usage) error { // what is left is free to be claimed
		if s.holds(c) {
			return os.Remove(s.loadPath(c.key))
		}
		return nil
	})
	_ = c.file.Close()
}
