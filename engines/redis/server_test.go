package redis

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A server is a redis-server that a test has started.
type server struct {
	t       testing.TB
	addr    string
	dir     string
	args    []string
	process *exec.Cmd
}

// startServer starts one on a free port and stops it when the test ends.
func startServer(t testing.TB, args ...string) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), addr: "127.0.0.1:" + strconv.Itoa(freePort(t)), args: args}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *server) start() {
	s.t.Helper()
	var err error
	s.process, err = run(s.addr, s.dir, s.args...)
	require.NoError(s.t, err)
	require.Eventually(s.t, s.answers, 20*time.Second, 10*time.Millisecond)
}

func (s *server) answers() bool { return strings.Contains(s.cli("ping"), "PONG") }

// run starts a server that keeps nothing on disk.
func run(addr, dir string, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("these tests start a server of their own: apt-get install redis-server: %w", err)
	}
	_, port, _ := net.SplitHostPort(addr)
	process := exec.Command(path, append([]string{
		"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir, "--logfile", "log",
	}, args...)...)
	return process, process.Start()
}

// ServeExample starts a server for an example, which has no testing.TB.
func ServeExample() (addr string, stop func()) {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Panic(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Panic(err)
	}
	s := &server{addr: l.Addr().String()}
	l.Close()
	if s.process, err = run(s.addr, dir); err != nil {
		log.Panic(err)
	}
	for !s.answers() {
		time.Sleep(10 * time.Millisecond)
	}
	return s.addr, func() { s.stop(); os.RemoveAll(dir) }
}

// stop kills the server: what it held is lost.
func (s *server) stop() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

func (s *server) signal(sig syscall.Signal) { require.NoError(s.t, s.process.Process.Signal(sig)) }

// cli sends one inline command over a connection of its own, and returns the
// first line of the answer.
func (s *server) cli(command string) string {
	conn, err := net.DialTimeout("tcp", s.addr, time.Second)
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(conn, "%s\r\n", command)
	b := make([]byte, 64<<10)
	n, _ := conn.Read(b)
	return string(b[:n])
}

// startCluster starts three servers that share the slots.
func startCluster(t testing.TB) []*server {
	t.Helper()
	nodes := make([]*server, 3)
	for i := range nodes {
		nodes[i] = startServer(t, "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
			"--cluster-node-timeout", "3000", "--cluster-port", strconv.Itoa(freePort(t)))
		from, to := i*16384/3, (i+1)*16384/3-1
		require.Contains(t, nodes[i].cli(fmt.Sprintf("cluster addslotsrange %d %d", from, to)), "OK")
		require.Contains(t, nodes[i].cli(fmt.Sprintf("cluster set-config-epoch %d", i+1)), "OK")
	}
	for _, n := range nodes[1:] {
		host, port, _ := net.SplitHostPort(nodes[0].addr)
		bus := nodes[0].args[len(nodes[0].args)-1]
		require.Contains(t, n.cli("cluster meet "+host+" "+port+" "+bus), "OK")
	}
	for _, n := range nodes {
		require.Eventually(t, func() bool {
			info := n.cli("cluster info")
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")
		}, 20*time.Second, 20*time.Millisecond)
	}
	return nodes
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// openTest opens a store of its own prefix.
func openTest(t testing.TB, o Options, servers ...*server) *Store {
	t.Helper()
	for _, s := range servers {
		o.Connect.InitAddress = append(o.Connect.InitAddress, s.addr)
	}
	if o.Prefix == "" {
		o.Prefix = t.Name()
	}
	s, err := Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// client returns one for tests that look behind the store.
func client(t testing.TB, servers ...*server) rueidis.Client {
	t.Helper()
	var o rueidis.ClientOption
	for _, s := range servers {
		o.InitAddress = append(o.InitAddress, s.addr)
	}
	c, err := rueidis.NewClient(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// patient is a timeout for tests that are not about timeouts, on a busy machine.
const patient = 20 * time.Second

var background = context.Background()
