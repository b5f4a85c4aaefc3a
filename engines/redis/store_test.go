package redis

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

var opened atomic.Int64

// opener opens empty stores in the given servers.
func opener(servers ...*server) cachetest.Open {
	return func(t *testing.T, l cachetest.Limits) cache.Store {
		var connect rueidis.ClientOption
		for _, s := range servers {
			connect.InitAddress = append(connect.InitAddress, s.addr)
		}
		s, err := Open(Options{
			Connect: connect, Prefix: fmt.Sprintf("test%d", opened.Add(1)), Timeout: patient,
			MaxBytes: l.MaxBytes, MaxEntries: l.MaxEntries, MaxEntryBytes: l.MaxEntryBytes, MaxOwnerBytes: l.MaxOwnerBytes, Lease: l.Lease, Now: l.Now,
		})
		require.NoError(t, err)
		return s
	}
}

func TestStore(t *testing.T) { cachetest.Run(t, opener(startServer(t))) }

func TestStoreInCluster(t *testing.T) { cachetest.Run(t, opener(startCluster(t)...)) }
