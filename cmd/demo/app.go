package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/frame/file"
	"github.com/pointillist-go/pointillist/internal/taxi"
	"github.com/pointillist-go/pointillist/serve"
)

// An app is the page and the interface behind it.
type app struct {
	http.Handler
	api    *serve.Handler
	store  cache.Store
	loaded atomic.Bool
}

// newApp returns an app without frames: load comes next.
func newApp(o options, log *slog.Logger) (_ *app, err error) {
	page, err := pageHandler()
	if err != nil {
		return nil, err
	}
	store, secret, err := openStore(o)
	if err != nil {
		return nil, err
	}
	a := &app{store: store}
	defer func() {
		if err != nil {
			err = errors.Join(err, store.Close())
		}
	}()
	keys, err := handle.NewRing(handle.Options{Secrets: []handle.Secret{secret}, Store: "demo"})
	if err != nil {
		return nil, err
	}
	token, err := readToken(o.adminToken)
	if err != nil {
		return nil, err
	}
	if a.api, err = serve.New(serve.Options{Store: store, Keys: keys, AdminToken: token, Log: log}); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", a.onceLoaded(page))
	for _, path := range serve.Paths() {
		mux.Handle(path, a.api)
	}
	a.Handler = onlyHost(o.listen, mux)
	return a, nil
}

// onceLoaded tells who comes too early to come again.
func (a *app) onceLoaded(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.loaded.Load() {
			w.Header().Set("Refresh", "1")
			w.Header().Set("Retry-After", "1")
			http.Error(w, "The frames are being loaded.", http.StatusServiceUnavailable)
			return
		}
		page.ServeHTTP(w, r)
	})
}

// Close gives up the frames and leaves the store consistent.
func (a *app) Close() error {
	a.api.Close()
	return a.store.Close()
}

// load loads the frames, telling on progress how far it is, until ctx is done.
func (a *app) load(ctx context.Context, data namedPaths, progress io.Writer) error {
	if len(data) == 0 {
		trips := taxi.New()
		defer trips.Release()
		a.api.Name("taxi", trips)
	}
	for _, d := range data {
		if ctx.Err() != nil {
			return nil
		}
		f, err := loadFile(d, progress)
		if err != nil {
			return fmt.Errorf("-data %s: %w", d.name, err)
		}
		a.api.Name(d.name, f)
		f.Release()
	}
	a.api.Ready()
	a.loaded.Store(true)
	return nil
}

func loadFile(d namedPath, w io.Writer) (*frame.Frame, error) {
	start := time.Now()
	f, err := file.Open(d.path, file.Options{Progress: progress(w, d.name, time.Second)})
	if err == nil {
		_, _ = fmt.Fprintf(w, "loaded %s: %d rows, %d columns in %.1f s\n", d.name, f.Rows(), len(f.Columns()), time.Since(start).Seconds())
	}
	return f, err
}

// progress returns a function that tells w how far a file is loaded, and that
// is silent until the interval since it last did has passed.
func progress(w io.Writer, name string, interval time.Duration) func(done, total int64) {
	said := time.Now()
	return func(done, total int64) {
		if time.Since(said) >= interval {
			said = time.Now()
			_, _ = fmt.Fprintf(w, "loading %s: %d %%\n", name, 100*done/max(total, 1))
		}
	}
}

// openStore opens the store of the frames that visitors send, and returns the
// secret that signs their handles: one that lasts where the frames do.
func openStore(o options) (cache.Store, handle.Secret, error) {
	if o.cacheDir == "" {
		store, err := cache.NewMemory(cache.MemoryOptions{MaxBytes: int64(o.maxBytes), MaxOwnerBytes: o.quota()})
		return store, handle.RandomSecret(), err
	}
	secret, err := lastingSecret(o.cacheDir)
	if err != nil {
		return nil, handle.Secret{}, fmt.Errorf("-cache-dir: %w", err)
	}
	store, err := disk.Open(disk.Options{Dir: filepath.Join(o.cacheDir, "frames"), MaxBytes: int64(o.maxBytes), MaxOwnerBytes: o.quota()})
	if err != nil {
		return nil, handle.Secret{}, fmt.Errorf("-cache-dir: %w", err)
	}
	return store, secret, nil
}

// quota is that of a visitor, who cannot have more than there is.
func (o options) quota() int64 { return int64(min(o.sessionBytes, o.maxBytes)) }

// readToken returns the administrator's token, and "" if there is none.
func readToken(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("-admin-token: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", fmt.Errorf("-admin-token: %s is empty", path)
	}
	return token, nil
}

// lastingSecret reads the secret of a directory, and makes it, and the
// directory, if it is not there. Of several processes that do so one wins.
func lastingSecret(dir string) (handle.Secret, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return handle.Secret{}, err
	}
	path := filepath.Join(dir, "secret")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := writeOnce(path, handle.RandomSecret().Bytes); err != nil {
			return handle.Secret{}, err
		}
		text, err = os.ReadFile(path)
	}
	return handle.Secret{Bytes: text}, err
}

// writeOnce writes a file that then is whole, unless there is one.
func writeOnce(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "secret-*") // only its owner can read it
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // its other name stays
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
