package redis

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

var opened atomic.Int64

// opener opens empty stores in the given servers.
func opener(servers ...*server) cachetest.Open {
	return func(t *testing.T, l cachetest.Limits) cache.Store {
		return open(t, Options{}, l, servers...)
	}
}

// open adds to the options what the conformance suite wants.
func open(t *testing.T, o Options, l cachetest.Limits, servers ...*server) *Store {
	t.Helper()
	for _, s := range servers {
		o.Connect.InitAddress = append(o.Connect.InitAddress, s.addr)
	}
	o.Prefix, o.Timeout, o.Now = fmt.Sprintf("test%d", opened.Add(1)), patient, l.Now
	o.MaxBytes, o.MaxEntries, o.MaxEntryBytes, o.MaxOwnerBytes, o.Lease = l.MaxBytes, l.MaxEntries, l.MaxEntryBytes, l.MaxOwnerBytes, l.Lease
	s, err := Open(o)
	require.NoError(t, err)
	return s
}

func TestStore(t *testing.T) { cachetest.Run(t, opener(startServer(t))) }

func TestStoreInCluster(t *testing.T) { cachetest.Run(t, opener(startCluster(t)...)) }
