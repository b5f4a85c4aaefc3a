package serve_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

const short = 50 * time.Millisecond

// large is a frame whose figure is longer than the buffers of a connection.
func large(t testing.TB) (f *frame.Frame, freed <-chan struct{}) {
	t.Helper()
	const rows = 2 << 20
	f, err := frame.FromSlices(frame.Slice("x", make([]float64, rows)))
	require.NoError(t, err)
	done := make(chan struct{})
	f.OnFree(func() { close(done) })
	return f, done
}

const largeRequest = `{"frame":"large","args":{"x":"x"},"arrays":"typed"}`

// startLarge starts a service with the large frame, whose only reference is
// the handler's.
func startLarge(t testing.TB, o serve.Options) (s *service, drop func(), freed <-chan struct{}) {
	t.Helper()
	s = start(t, o)
	f, freed := large(t)
	s.handler.Name("large", f)
	f.Release()
	drop = func() {
		small := trips(t)
		defer small.Release()
		s.handler.Name("large", small)
	}
	return s, drop, freed
}

// stall asks for a figure and reads no more than its head.
func stall(t testing.TB, s *service) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	fmt.Fprintf(conn, "GET /v1/figure?q=%s HTTP/1.1\r\nHost: x\r\n\r\n", url.QueryEscape(largeRequest))
	status, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, status, "200 OK")
	return conn
}

func within(t testing.TB, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		require.Fail(t, what)
	}
}

func TestAClientThatStopsReading(t *testing.T) {
	for name, memo := range map[string]int64{"while it is made": -1, "from the memo": 256 << 20} {
		t.Run(name, func(t *testing.T) {
			engine := pointillist.New(pointillist.Options{MemoBytes: memo})
			s, drop, freed := startLarge(t, serve.Options{Engine: engine, Patience: short})
			defer stall(t, s).Close()
			drop()
			within(t, freed, "the frame is still held")
			require.Eventually(t, func() bool { return strings.Contains(s.log.String(), "broken off") }, 10*time.Second, time.Millisecond)
		})
	}
}

func TestAClientThatGoesAway(t *testing.T) {
	engine := pointillist.New(pointillist.Options{MemoBytes: -1})
	s, drop, freed := startLarge(t, serve.Options{Engine: engine})
	stall(t, s).Close()
	drop()
	within(t, freed, "the frame is still held")
}

// TestABodyThatDoesNotCome sends a part of it and waits, or ends the connection.
func TestABodyThatDoesNotCome(t *testing.T) {
	s := start(t, serve.Options{Patience: short})
	for path, contentType := range map[string]string{"/v1/figure": jsonType, "/v1/frames": csvType} {
		for end, status := range map[bool]int{false: http.StatusRequestTimeout, true: http.StatusBadRequest} {
			conn, err := net.Dial("tcp", s.Listener.Addr().String())
			require.NoError(t, err)
			fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\nx,y\n", path, contentType)
			if end {
				require.NoError(t, conn.(*net.TCPConn).CloseWrite())
			}
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			require.NoError(t, err)
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			answer{response.StatusCode, response.Header, body}.problem(t, status)
			require.NoError(t, conn.Close())
		}
	}
}

// A slowStore holds every Get until it is let go.
type slowStore struct {
	cache.Store
	asked, let chan struct{}
}

func (s *slowStore) Get(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	s.asked <- struct{}{}
	select {
	case <-s.let:
		return s.Store.Get(ctx, key)
	case <-ctx.Done():
		return nil, cache.Info{}, ctx.Err()
	}
}

func slow(t testing.TB) *slowStore {
	t.Helper()
	store, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	return &slowStore{store, make(chan struct{}, 10), make(chan struct{})}
}

func TestAFigureThatTakesTooLong(t *testing.T) {
	c := start(t, serve.Options{Store: slow(t), Timeout: short}).session()
	a := c.figure(`{"frame":"` + c.upload(csvType, smallCSV) + `"}`)
	assert.Equal(t, "Too slow", a.problem(t, http.StatusServiceUnavailable)["title"])
	assert.NotEmpty(t, a.header.Get("Retry-After"))
	assert.Equal(t, http.StatusOK, c.figure(figureRequest).status)
}

func TestACancelledRequest(t *testing.T) {
	store := slow(t)
	s := start(t, serve.Options{Store: store})
	c := s.session()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "POST", s.URL+"/v1/figure", strings.NewReader(`{"frame":"`+c.upload(csvType, smallCSV)+`"}`))
	require.NoError(t, err)
	go func() {
		<-store.asked
		cancel()
	}()
	_, err = c.http.Do(r) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, context.Canceled)
	s.Server.Close() // waits for the handler
	assert.NotContains(t, s.log.String(), "ERROR", "nobody's fault")
}

// TestTooManyFigures fills the places of the gate with clients who read slowly.
func TestTooManyFigures(t *testing.T) {
	engine := pointillist.New(pointillist.Options{MemoBytes: -1})
	s, _, _ := startLarge(t, serve.Options{Engine: engine, MaxFigures: 1, MaxWaiting: 1, Patience: 300 * time.Millisecond})
	c := s.session()
	defer stall(t, s).Close()
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { // one waits in vain, or is let in; one need not wait
			a := c.figure(figureRequest)
			if a.status != http.StatusOK {
				assert.Equal(t, "Busy", a.problem(t, http.StatusServiceUnavailable)["title"])
				assert.NotEmpty(t, a.header.Get("Retry-After"))
			}
		})
	}
	all.Wait()
	assert.Eventually(t, func() bool { return c.figure(figureRequest).status == http.StatusOK }, 10*time.Second, time.Millisecond)
}

// TestTooManyUploads: a slow one makes other large ones wait, but no figures.
func TestTooManyUploads(t *testing.T) {
	s := start(t, serve.Options{MaxUploads: 1, Patience: 200 * time.Millisecond})
	c := s.session()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	fmt.Fprint(conn, "POST /v1/frames HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 9000000\r\n\r\nx\n")
	var dripping sync.WaitGroup
	dripping.Go(func() {
		for {
			if _, err := conn.Write([]byte("1\n")); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
	long := "x\n" + strings.Repeat("1.25\n", 1<<18)
	upload := func() answer { return c.do("POST", "/v1/frames", long, "Content-Type: text/csv") }
	require.Eventually(t, func() bool { return upload().status == http.StatusServiceUnavailable }, 10*time.Second, time.Millisecond)
	busy := upload()
	assert.Equal(t, "Busy", busy.problem(t, http.StatusServiceUnavailable)["title"])
	assert.NotEmpty(t, busy.header.Get("Retry-After"))
	assert.Equal(t, http.StatusOK, c.figure(figureRequest).status)
	c.upload(csvType, smallCSV)

	require.NoError(t, conn.Close())
	dripping.Wait()
	require.Eventually(t, func() bool { return upload().status == http.StatusCreated }, 10*time.Second, time.Millisecond)
}

// TestManyClients do everything at once. Afterwards nothing is held: see start.
func TestManyClients(t *testing.T) {
	const memo = 1 << 20
	engine := pointillist.New(pointillist.Options{MemoBytes: memo})
	s := start(t, serve.Options{Engine: engine, MaxFigures: 4})
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			c := s.session()
			for j := range 4 {
				handle := c.upload(csvType, fmt.Sprintf("x,y\n%d,%d\n", i, j))
				for _, coding := range []string{"identity", "gzip", "zstd", "br"} {
					request := fmt.Sprintf(`{"frame":%q,"filter":"x == %d","args":{"x":"x","opacity":0.%d}}`, handle, i, j+1)
					assert.Equal(t, http.StatusOK, c.figure(request, "Accept-Encoding: "+coding).status)
					assert.Equal(t, http.StatusOK, c.figure(figureRequest, "Accept-Encoding: "+coding).status)
				}
				c.get("/v1/frames")
				c.get("/v1/frames/" + handle + "/data")
				if j%2 == 0 {
					c.do("DELETE", "/v1/frames/"+handle, "")
				}
				c.figure(`{"frame":"`+handle+`"`).problem(t, http.StatusBadRequest)
			}
		})
	}
	all.Wait()
	stats := engine.MemoStats()
	assert.LessOrEqual(t, stats.PageBytes, int64(memo))
	assert.Positive(t, stats.Evicted, "there were more figures than room")
	// All entries can be evicted: nobody has one still.
	whole := `{"frame":{"columns":[{"name":"x","type":"float64","values":[0.1` + strings.Repeat(",0.1", 12_000) + `]}]},"args":{"x":"x"},"arrays":"typed"}`
	for i := range 8 {
		c := s.session()
		before := engine.MemoStats().Refused
		c.figure(strings.Replace(whole, "0.1", fmt.Sprint(i), 1))
		assert.Equal(t, before, engine.MemoStats().Refused)
	}
}
