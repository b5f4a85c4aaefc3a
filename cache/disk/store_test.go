package disk

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

func TestStore(t *testing.T) {
	cachetest.Run(t, func(t *testing.T, l cachetest.Limits) cache.Store {
		s, err := Open(Options{Dir: t.TempDir(), MaxBytes: l.MaxBytes, MaxEntries: l.MaxEntries, MaxEntryBytes: l.MaxEntryBytes, MaxOwnerBytes: l.MaxOwnerBytes, Lease: l.Lease, MinFree: 1, Now: l.Now})
		require.NoError(t, err)
		return s
	})
}

func TestMemoryOverDisk(t *testing.T) {
	cachetest.Run(t, func(t *testing.T, l cachetest.Limits) cache.Store {
		last, err := Open(Options{Dir: t.TempDir(), MaxBytes: l.MaxBytes, MaxEntries: l.MaxEntries, MaxEntryBytes: l.MaxEntryBytes, MaxOwnerBytes: l.MaxOwnerBytes, Lease: l.Lease, MinFree: 1, Now: l.Now})
		require.NoError(t, err)
		fast, err := cache.NewMemory(cache.MemoryOptions{Now: l.Now})
		require.NoError(t, err)
		s, err := cache.NewTiered(cache.TieredOptions{Faster: []cache.Store{fast}, Last: last})
		require.NoError(t, err)
		return s
	})
}
