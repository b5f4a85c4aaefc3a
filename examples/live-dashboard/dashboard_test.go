package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/engines/sqldb"
	"github.com/pointillist-go/pointillist/engines/sqldb/sqltest"
	"github.com/pointillist-go/pointillist/frame"

	_ "embed"
)

//go:embed orders.sql
var ordersSQL string

func TestFlags(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"neither": {nil, "want either -dsn"},
		"both":    {[]string{"-dsn", "postgres://x", "-simulate"}, "want either -dsn"},
		"address": {[]string{"-dsn", "shop"}, "the scheme"},
		"period":  {[]string{"-simulate", "-every", "-1s"}, "Every must be positive"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, run(t.Context(), test.args, io.Discard, io.Discard), test.want)
		})
	}
}

func TestOtherHosts(t *testing.T) {
	nobody := onlyHere("127.0.0.1:8060", http.NotFoundHandler())
	for host, want := range map[string]int{"localhost:8060": 404, "127.0.0.1": 404, "[::1]:8060": 404, "evil.example:8060": 421} {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		r.Host = host
		nobody.ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, host)
	}
}

// shop starts a real PostgreSQL with orders.
func shop(t *testing.T) (*sqltest.Server, *sqldb.DB) {
	server, err := sqltest.StartPostgres()
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	db, err := sqldb.Open(server.URL)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	for statement := range strings.SplitSeq(ordersSQL, ";\n") {
		_, err := db.Exec(statement)
		require.NoError(t, err)
	}
	return server, db
}

// Twenty viewers look at ten graphs over several periods: the database answers one
// query in each.
func TestManyViewersOneQuery(t *testing.T) {
	server, db := shop(t)
	o := options{dsn: server.URL, every: 500 * time.Millisecond, listen: "127.0.0.1:0"}
	s, err := openSource(o)
	require.NoError(t, err)
	defer s.close()
	var queries atomic.Int64
	load := s.load
	s.load = func(ctx context.Context) (*frame.Frame, error) { queries.Add(1); return load(ctx) }
	begun := time.Now()
	board, err := newDashboard(s, nil, o)
	require.NoError(t, err)
	defer board.Close()
	page := httptest.NewServer(board)
	defer page.Close()

	view(t, page.URL) // the orders are there, and are not one of the changes
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var viewers sync.WaitGroup
	var views atomic.Int64
	for range 20 {
		viewers.Go(func() {
			for ctx.Err() == nil {
				view(t, page.URL)
				views.Add(1)
			}
		})
	}
	for i := range int64(3) { // rows change, thrice
		before := board.orders.Stats().Versions
		_, err := db.Exec("update orders set minutes = $1 where id = 1", 100+i)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return board.orders.Stats().Versions > before && views.Load() > 20*i }, time.Minute, 10*time.Millisecond)
	}
	stop()
	viewers.Wait()
	periods := int64(time.Since(begun)/o.every) + 1
	t.Logf("%d views of ten graphs, %d queries in %d periods", views.Load(), queries.Load(), periods)
	assert.LessOrEqual(t, queries.Load(), periods)
	assert.GreaterOrEqual(t, queries.Load(), int64(4))
}

// A dashboard that starts while the database is away shows what was kept.
func TestRestartWithoutTheDatabase(t *testing.T) {
	kept, err := disk.Open(disk.Options{Dir: t.TempDir(), MinFree: 1})
	require.NoError(t, err)
	defer kept.Close()
	o := options{simulate: true, every: time.Hour, listen: "127.0.0.1:0"}
	s, err := openSource(o)
	require.NoError(t, err)
	defer s.close()
	for range 2 {
		board, err := newDashboard(s, kept, o)
		require.NoError(t, err)
		page := httptest.NewServer(board)
		view(t, page.URL)
		require.Eventually(t, func() bool { return kept.Stats().Entries == 1 }, time.Minute, time.Millisecond)
		page.Close()
		board.Close()
		s.load = func(context.Context) (*frame.Frame, error) { return nil, errors.New("connection refused") }
	}
}

// view asks for ten graphs of one version.
func view(t *testing.T, url string) {
	var orders struct {
		Version string
		Columns []struct{ Name, Type string }
	}
	response, err := http.Get(url + "/v1/frames/orders")
	if !assert.NoError(t, err) {
		return
	}
	assert.NoError(t, json.NewDecoder(response.Body).Decode(&orders))
	response.Body.Close()
	assert.Len(t, orders.Columns, 9)
	for range 10 {
		body := `{"frame": "orders@` + orders.Version + `", "args": {"x": "distance", "y": "minutes"}, "reduce": {"method": "auto", "width": 400, "height": 200}}`
		response, err := http.Post(url+"/v1/figure", "application/json", bytes.NewBufferString(body))
		if !assert.NoError(t, err) {
			return
		}
		if assert.Equal(t, http.StatusOK, response.StatusCode) {
			assert.Equal(t, orders.Version, response.Header.Get("Frame-Version"))
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
}

func TestSimulated(t *testing.T) {
	load := simulated()
	first, err := load(t.Context())
	require.NoError(t, err)
	defer first.Release()
	second, err := load(t.Context())
	require.NoError(t, err)
	defer second.Release()
	assert.Greater(t, second.Rows(), first.Rows())
	same := second.Slice(0, first.Rows())
	defer same.Release()
	assert.Equal(t, first.Version(), same.Version(), "orders are added, and stay what they are")
}
