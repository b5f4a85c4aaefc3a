package parity_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// A peer is a running peer.py.
type peer struct {
	in  io.WriteCloser
	out *bufio.Reader
}

// A call is one call of px, and of ours.
type call struct {
	Frame string          `json:"frame"`
	Data  string          `json:"data,omitempty"` // a frame of px.data to write, and no call
	Kind  string          `json:"kind"`
	Args  json.RawMessage `json:"args"`
	Rows  []uint32        `json:"rows"` // ascending; nil is all
}

// An answer is px's figure, or its error.
type answer struct {
	Figure json.RawMessage `json:"figure"`
	Error  string          `json:"error"`
}

// python returns the interpreter that has plotly.py.
func python(t testing.TB) string {
	path := os.Getenv("POINTILLIST_PYTHON")
	if path == "" {
		path = filepath.Join("..", "..", ".venv", "bin", "python")
	}
	_, err := os.Stat(path)
	require.NoError(t, err, "the real px.scatter is needed: run `make setup`, or name a Python with the packages of internal/peers/requirements.txt in POINTILLIST_PYTHON")
	return path
}

func startPeer(t testing.TB) *peer {
	cmd := exec.Command(python(t), "peer.py")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	return &peer{in: in, out: bufio.NewReaderSize(out, 1<<20)}
}

func (p *peer) ask(t testing.TB, c call) answer {
	line, err := json.Marshal(c)
	require.NoError(t, err)
	_, err = p.in.Write(append(line, '\n'))
	require.NoError(t, err)
	reply, err := p.out.ReadBytes('\n')
	require.NoError(t, err, "peer.py ended")
	var a answer
	require.NoError(t, json.Unmarshal(reply, &a), "%.200s", reply)
	return a
}

// store writes batches as an Arrow IPC stream.
func store(t testing.TB, name string, schema *arrow.Schema, batches []arrow.Record) string {
	path := filepath.Join(t.TempDir(), name+".arrows")
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	w := ipc.NewWriter(file, ipc.WithSchema(schema), ipc.WithDictionaryDeltas(false))
	for _, b := range batches {
		require.NoError(t, w.Write(b))
	}
	require.NoError(t, w.Close())
	return path
}

// rowsOf returns the call's rows as a filter would give them.
func (c call) rowsOf(f *frame.Frame) *frame.Rows {
	if c.Rows == nil {
		return nil
	}
	words := make([][]uint64, f.Chunks())
	for i := range words {
		words[i] = make([]uint64, (f.ChunkRows(i)+63)/64)
	}
	for _, row := range c.Rows {
		chunk, at := f.Locate(int(row))
		words[chunk][at/64] |= 1 << (at % 64)
	}
	return frame.BitmapRows(f, words)
}

func (c call) String() string { return fmt.Sprintf("px.%s(%s)", c.Kind, c.Args) }
