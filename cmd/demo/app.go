package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
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
	api   *serve.Handler
	store cache.Store
}

// newApp loads the frames. It tells how far it is on progress.
func newApp(ctx context.Context, o options, log *slog.Logger, progress io.Writer) (_ *app, err error) {
	store, secret, err := openStore(o)
	if err != nil {
		return nil, err
	}
	a := &app{store: store}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	keys, err := handle.NewRing(handle.Options{Secrets: []handle.Secret{secret}, Store: "demo"})
	if err != nil {
		return nil, err
	}
	if a.api, err = serve.New(serve.Options{Store: store, Keys: keys, Log: log}); err != nil {
		return nil, err
	}
	if err := a.load(ctx, o.data, progress); err != nil {
		return nil, err
	}
	a.api.Ready()
	page, err := pageHandler()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", page)
	for _, path := range serve.Paths() {
		mux.Handle(path, a.api)
	}
	a.Handler = onlyHost(o.listen, mux)
	return a, nil
}

// Close gives up the frames and leaves the store consistent.
func (a *app) Close() error {
	if a.api != nil {
		a.api.Close()
	}
	return a.store.Close()
}

func (a *app) load(ctx context.Context, data namedPaths, progress io.Writer) error {
	if len(data) == 0 {
		trips := taxi.New()
		defer trips.Release()
		a.api.Name("taxi", trips)
		return nil
	}
	for _, d := range data {
		f, err := loadFile(d, progress)
		if err != nil {
			return err
		}
		a.api.Name(d.name, f)
		f.Release()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func loadFile(d namedPath, progress io.Writer) (*frame.Frame, error) {
	start, said := time.Now(), time.Now()
	f, err := file.Open(d.path, file.Options{Progress: func(done, total int64) {
		if time.Since(said) > time.Second {
			said = time.Now()
			fmt.Fprintf(progress, "loading %s: %d %%\n", d.name, 100*done/max(total, 1))
		}
	}})
	if err == nil {
		fmt.Fprintf(progress, "loaded %s: %d rows, %d columns in %.1f s\n", d.name, f.Rows(), len(f.Columns()), time.Since(start).Seconds())
	}
	return f, err
}

// openStore opens the store of the frames that visitors send, and returns the
// secret that signs their handles: one that lasts where the frames do.
func openStore(o options) (cache.Store, handle.Secret, error) {
	if o.cacheDir == "" {
		store, err := cache.NewMemory(cache.MemoryOptions{MaxBytes: int64(o.maxBytes)})
		return store, handle.RandomSecret(), err
	}
	if err := os.MkdirAll(o.cacheDir, 0o700); err != nil {
		return nil, handle.Secret{}, err
	}
	secret, err := lastingSecret(filepath.Join(o.cacheDir, "secret"))
	if err != nil {
		return nil, handle.Secret{}, err
	}
	store, err := disk.Open(disk.Options{Dir: filepath.Join(o.cacheDir, "frames"), MaxBytes: int64(o.maxBytes)})
	return store, secret, err
}

// lastingSecret reads the secret of a file, which it makes if it is not there.
func lastingSecret(path string) (handle.Secret, error) {
	created, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		fresh := make([]byte, 32)
		rand.Read(fresh) // never fails
		_, err = created.Write(fresh)
		return handle.Secret{Bytes: fresh}, errors.Join(err, created.Close())
	}
	if !errors.Is(err, fs.ErrExist) {
		return handle.Secret{}, err
	}
	bytes, err := os.ReadFile(path)
	return handle.Secret{Bytes: bytes}, err
}
