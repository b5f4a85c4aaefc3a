package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// asDemo makes the test binary be the demo itself, for tests of its signals.
const asDemo = "POINTILLIST_TEST_AS_DEMO"

func TestMain(m *testing.M) {
	if os.Getenv(asDemo) != "" {
		main()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// A demo is one that runs in this process.
type demo struct {
	url  string
	said *lines // on stderr
	stop func() error
}

const anyPort = "-listen=127.0.0.1:0"

// start runs the demo until it is ready. It is stopped when the test ends.
func start(t testing.TB, args ...string) *demo {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	stdout, out := io.Pipe()
	d := &demo{said: &lines{}}
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{anyPort}, args...), out, d.said)
		out.CloseWithError(err)
		ended <- err
	}()
	d.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		assert.NoError(t, d.stop())
	})
	d.url = readyURL(t, stdout)
	return d
}

// small is the flag of a frame that is made sooner than the taxis.
func small(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "small.csv")
	require.NoError(t, os.WriteFile(path, []byte("x,y\n1,2\n"), 0o600))
	return "-data=small=" + path
}

func readyURL(t testing.TB, stdout io.Reader) string {
	t.Helper()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	url, found := strings.CutPrefix(line, "Pointillist is ready on ")
	require.True(t, found, line)
	require.Regexp(t, `^http://127\.0\.0\.1:[0-9]+/\n$`, url)
	return strings.TrimSuffix(url, "/\n")
}

// lines are what a demo says.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func get(t testing.TB, c *http.Client, url string) (status int, body string) {
	t.Helper()
	response, err := c.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

func TestFlags(t *testing.T) {
	o, err := parse([]string{"-listen", ":9000", "-data", "a=b.csv", "-data", "c=d=e.csv", "-cache-dir", "x", "-max-bytes", "512MB", "-session-bytes", "1MB", "-admin-token", "t"}, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, options{listen: ":9000", data: namedPaths{{"a", "b.csv"}, {"c", "d=e.csv"}}, cacheDir: "x", maxBytes: 512_000_000, sessionBytes: 1_000_000, adminToken: "t"}, o)

	o, err = parse(nil, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, options{listen: "127.0.0.1:8050", maxBytes: 2 << 30, sessionBytes: 1 << 30}, o)
}

func TestHelp(t *testing.T) {
	var said bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-h"}, io.Discard, &said))
	for _, flag := range []string{"-listen address", "-data NAME=PATH", "-cache-dir directory", "-max-bytes size", "-session-bytes size", "-admin-token file"} {
		assert.Contains(t, said.String(), flag)
	}
}

// TestWrongFlags: the error names the flag and says what would be right.
func TestWrongFlags(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.csv")
	require.NoError(t, os.WriteFile(file, []byte("x,y\n1,2\n1,2,3\n"), 0o600))
	for name, tt := range map[string]struct {
		args []string
		want []string
	}{
		"unknown":            {[]string{"-dta", "a=b"}, []string{"-dta", "-h lists the flags"}},
		"an argument":        {[]string{"a.csv"}, []string{`"a.csv"`, "-data NAME=PATH"}},
		"data without name":  {[]string{"-data", "a.csv"}, []string{"-data", "NAME=PATH"}},
		"data without path":  {[]string{"-data", "a="}, []string{"-data", "NAME=PATH"}},
		"data twice":         {[]string{"-data", "a=b.csv", "-data", "a=c.csv"}, []string{"-data", `"a" is given twice`}},
		"data that is not":   {[]string{"-data", "a=" + filepath.Join(dir, "none.csv")}, []string{"-data a", "none.csv", "no such file"}},
		"data of no format":  {[]string{"-data", "a=b.xlsx"}, []string{"-data a", "b.xlsx", "want .csv, .csv.gz, .parquet, .arrow, .feather"}},
		"data that is wrong": {[]string{"-data", "a=" + file}, []string{"-data a", "a.csv", "line 3"}},
		"size":               {[]string{"-max-bytes", "much"}, []string{"-max-bytes", "such as 1500000, 512MB or 2GiB"}},
		"listen":             {[]string{"-listen", "nowhere"}, []string{"-listen nowhere", "missing port"}},
		"token":              {[]string{"-admin-token", filepath.Join(dir, "none")}, []string{"-admin-token", "no such file"}},
		"cache":              {[]string{"-cache-dir", file}, []string{"-cache-dir", "not a directory"}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			var stdout, said bytes.Buffer
			err := run(ctx, append([]string{anyPort}, tt.args...), &stdout, &said)
			require.NoError(t, ctx.Err(), "it runs")
			for _, want := range tt.want {
				assert.ErrorContains(t, err, want)
			}
			assert.Empty(t, stdout.String())
			assert.Empty(t, said.String(), "main tells of the error, once")
		})
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "1500000": 1_500_000, "1B": 1, "1kB": 1000, "1KB": 1000, "512MB": 512_000_000, "2GiB": 2 << 30,
		"0.5KiB": 512, "1 GB": 1_000_000_000, "3TiB": 3 << 40, "1e6": 1_000_000,
	} {
		var b byteSize
		require.NoError(t, b.Set(text), text)
		assert.EqualValues(t, want, b, text)
	}
	for _, text := range []string{"", "0", "-1", "B", "GB", "0.5", "1PB", "1mb", "NaN", "Inf", "1e30", "9000000TiB"} {
		var b byteSize
		assert.ErrorContains(t, b.Set(text), "is not a size: want", text)
	}
}

func TestTheTaxiFrame(t *testing.T) {
	d := start(t)
	for _, path := range []string{"/readyz", "/healthz", "/metrics"} {
		status, _ := get(t, http.DefaultClient, d.url+path)
		assert.Equal(t, http.StatusOK, status)
	}
	_, body := get(t, http.DefaultClient, d.url+"/v1/frames/taxi")
	assert.Contains(t, body, `"rows":630918`)
	_, body = get(t, http.DefaultClient, d.url+"/v1/figure?q=%7B%22frame%22:%22taxi%22,%22filter%22:%22passenger_count==7%22,%22args%22:%7B%22x%22:%22trip_distance%22%7D%7D")
	assert.Contains(t, body, `"data":[`)
}

func TestNoTwoOnOneAddress(t *testing.T) {
	d := start(t, small(t))
	listen := strings.TrimPrefix(d.url, "http://")
	assert.ErrorContains(t, run(context.Background(), []string{"-listen", listen}, io.Discard, io.Discard), "-listen "+listen)
}

// TestTermination: at SIGTERM the request in flight is finished, new ones are
// refused, and the program ends well.
func TestTermination(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(signal.String(), func(t *testing.T) {
			cmd := exec.Command(os.Args[0], anyPort, small(t), "-cache-dir", t.TempDir())
			cmd.Env = append(os.Environ(), asDemo+"=1")
			stdout, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			defer cmd.Process.Kill()
			url := readyURL(t, stdout)

			body, rest := io.Pipe()
			answered := make(chan int)
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			go func() {
				defer close(answered)
				response, err := client.Post(url+"/v1/frames", "text/csv", body)
				if assert.NoError(t, err) {
					response.Body.Close()
					answered <- response.StatusCode
				}
			}()
			_, err = rest.Write([]byte("x\n1\n")) // it is being sent
			require.NoError(t, err)
			polls := 0
			require.Eventually(t, func() bool {
				polls++
				_, text := get(t, client, url+"/metrics")
				return strings.Contains(text, fmt.Sprintf("requests_total %d\n", polls+1))
			}, 10*time.Second, time.Millisecond)

			require.NoError(t, cmd.Process.Signal(signal))
			require.Eventually(t, func() bool {
				conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
				if err == nil {
					conn.Close()
				}
				return err != nil
			}, 10*time.Second, time.Millisecond, "it still listens")
			_, err = rest.Write([]byte("2\n"))
			require.NoError(t, err)
			require.NoError(t, rest.Close())
			assert.Equal(t, http.StatusCreated, <-answered)
			assert.NoError(t, cmd.Wait())
		})
	}
}

// TestTheCacheDirectory: frames and their handles outlive the process.
func TestTheCacheDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "for", "it")
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	visitor := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	first := start(t, small(t), "-cache-dir", dir)
	response, err := visitor.Post(first.url+"/v1/frames?name=miles.csv", "text/csv", strings.NewReader("x\n1.5\n2.5\n"))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusCreated, response.StatusCode)
	location := "/v1/" + response.Header.Get("Location")
	status, before := get(t, visitor, first.url+location)
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, first.stop())

	second := start(t, small(t), "-cache-dir", dir)
	status, after := get(t, visitor, second.url+location)
	require.Equal(t, http.StatusOK, status, after)
	cut := func(text string) string { _, rest, _ := strings.Cut(text, `"columns"`); return rest }
	assert.Equal(t, cut(before), cut(after))
	_, listed := get(t, visitor, second.url+"/v1/frames")
	assert.Regexp(t, `"name":"miles.csv"[^{}]*"frame":"`+regexp.QuoteMeta(strings.TrimPrefix(location, "/v1/frames/"))+`"`, listed)
	stranger := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	status, _ = get(t, stranger, second.url+location)
	assert.Equal(t, http.StatusForbidden, status)

	secret, err := os.Stat(filepath.Join(dir, "secret"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), secret.Mode().Perm())
	left, err := filepath.Glob(filepath.Join(dir, "secret-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}
