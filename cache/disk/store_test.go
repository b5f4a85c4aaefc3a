package disk_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/cache/disk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	cachetest.Run(t, func(t *testing.T, l cachetest.Limits) cache.Store {
		s, err := disk.Open(disk.Options{Dir: t.TempDir(), MaxBytes: l.MaxBytes, MaxEntries: l.MaxEntries, MaxEntryBytes: l.MaxEntryBytes, MinFree: 1, Now: l.Now})
		require.NoError(t, err)
		return s
	})
}
