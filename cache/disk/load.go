package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

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
	return s.fills.Load(ctx, key, load)
}

// A claimer is the store for those who load.
type claimer struct{ *Store }

// Find implements [cache.Claimer].
func (s claimer) Find(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	m, info, err := s.find(ctx, key, false)
	if err != nil {
		return nil, info, err
	}
	f := m.frame.Share()
	f.OnFree(m.release)
	return f, info, nil
}

// A claim is the right to make an entry: a locked file "load-<key>". The lock
// ends with the process. A claim that has lasted too long is not unlocked but
// replaced by another file, which is how its owner, when it wants to commit,
// sees that it is fenced off.
type claim struct {
	store *Store
	key   cache.Key
	file  *os.File
	stat  fs.FileInfo
}

const loadPrefix = "load-"

func (s *Store) loadPath(key cache.Key) string {
	return filepath.Join(s.o.Dir, loadPrefix+key.String())
}

// Claim implements [cache.Claimer].
func (s claimer) Claim(ctx context.Context, key cache.Key) (c cache.Claim, err error) {
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

func (s *Store) newClaim(key cache.Key, path string) (cache.Claim, error) {
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
	return &claim{s, key, f, stat}, nil
}

// Put implements [cache.Claim].
func (c *claim) Put(ctx context.Context, f *frame.Frame, o cache.PutOptions) error {
	return c.store.putIf(ctx, c.key, f, o, func() error {
		if !c.holds() {
			return cache.ErrFenced
		}
		return nil
	})
}

// Yield implements [cache.Claim].
func (c *claim) Yield() {
	_ = c.store.change(context.Background(), func(*usage) error { // what is left is free to be claimed
		if c.holds() {
			return os.Remove(c.store.loadPath(c.key))
		}
		return nil
	})
	_ = c.file.Close()
}

// holds reports whether nobody has taken over. The store's lock is held.
func (c *claim) holds() bool { return isAt(c.stat, c.store.loadPath(c.key)) }
