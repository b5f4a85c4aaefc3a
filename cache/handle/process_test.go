package handle_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame"
)

// A worker is this test binary, started with its number in this variable.
const workerVariable = "POINTILLIST_HANDLE_TEST_WORKER"

const (
	workers   = 4
	handlesOf = 25 // each worker
	readings  = 25 // of each handle by each worker: 10,000 in all
)

func TestMain(m *testing.M) {
	number, err := strconv.Atoi(os.Getenv(workerVariable))
	if err != nil {
		goleak.VerifyTestMain(m)
		return
	}
	if err := work(number); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// work puts frames and prints their handles, and then gets what it is given handles of.
func work(number int) error {
	store, err := disk.Open(disk.Options{Dir: os.Getenv("DIR")})
	if err != nil {
		return err
	}
	ring, err := handle.NewRing(handle.Options{Secrets: []handle.Secret{older}})
	if err != nil {
		return err
	}
	ctx := context.Background()
	for i := range handlesOf {
		f, err := frame.FromSlices(frame.Slice("x", []float64{float64(number), float64(i)}))
		if err != nil {
			return err
		}
		key := cache.NewKey("test", 1).Int(int64(number)).Int(int64(i)).Key()
		if err := store.Put(ctx, key, f, cache.PutOptions{}); err != nil {
			return err
		}
		fmt.Println(ring.Sign(handle.Claims{Key: key, Version: f.Version(), Session: "alice"}))
		f.Release()
	}
	n := 0
	for given := bufio.NewScanner(os.Stdin); given.Scan(); {
		for range readings {
			f, _, err := ring.Get(ctx, store, given.Text(), "alice")
			if err != nil {
				return err
			}
			f.Release()
			n++
		}
		if _, _, err := ring.Get(ctx, store, given.Text(), "mallory"); !errors.Is(err, cache.ErrForbidden) {
			return fmt.Errorf("mallory: %w", err)
		}
	}
	fmt.Println(n)
	return store.Close()
}

// A handle that is made in one process is good in all that have the secret and
// the directory.
func TestHandlesOfOtherProcesses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "frames")
	var says [workers]*bufio.Scanner
	var handles []string
	var in [workers]*os.File
	var processes [workers]*exec.Cmd
	for i := range workers {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", workerVariable, i), "DIR="+dir)
		cmd.Stderr = os.Stderr
		r, w, err := os.Pipe()
		require.NoError(t, err)
		cmd.Stdin, in[i] = r, w
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		require.NoError(t, r.Close())
		processes[i], says[i] = cmd, bufio.NewScanner(out)
	}
	for i := range workers {
		for range handlesOf {
			require.True(t, says[i].Scan())
			handles = append(handles, says[i].Text())
		}
	}
	for i := range workers {
		for _, h := range handles {
			_, err := in[i].WriteString(h + "\n")
			require.NoError(t, err)
		}
		require.NoError(t, in[i].Close())
	}
	for i := range workers {
		require.True(t, says[i].Scan())
		assert.Equal(t, strconv.Itoa(workers*handlesOf*readings), says[i].Text())
		require.NoError(t, processes[i].Wait())
	}
}
