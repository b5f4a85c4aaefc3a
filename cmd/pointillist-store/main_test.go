package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/frame"
)

var key = cache.NewKey("test", 1).Key()

// fill returns a directory with an entry that expires and one that has.
func fill(t *testing.T, secret []byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	fillAt(t, key, disk.Options{Dir: dir, Secret: secret})
	past := time.Now().Add(-time.Hour)
	fillAt(t, cache.Key{1}, disk.Options{Dir: dir, Secret: secret, Now: func() time.Time { return past }})
	return dir
}

func fillAt(t *testing.T, k cache.Key, o disk.Options) {
	t.Helper()
	s, err := disk.Open(o)
	require.NoError(t, err)
	f, err := frame.FromSlices(frame.Slice("v", []int64{1, 2, 3}))
	require.NoError(t, err)
	require.NoError(t, s.Put(context.Background(), k, f, cache.PutOptions{TTL: time.Minute}))
	f.Release()
	require.NoError(t, s.Close())
}

func output(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(context.Background(), args, &out, &out)
	return out.String(), err
}

func TestListAndInspect(t *testing.T) {
	dir := fill(t, nil)
	out, err := output(t, "list", dir)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 3)
	assert.Regexp(t, `^key +rows +bytes +created +used +expires +owner$`, lines[0])
	assert.Regexp(t, `^01000000000000000000000000000000 +3 +\d+ .* has expired +-$`, lines[1])
	assert.Regexp(t, `^`+key.String()+` +3 +\d+ .*Z +-$`, lines[2])

	out, err = output(t, "inspect", dir, key.String())
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^key +`+key.String()+`$`, out)
	assert.Regexp(t, `(?m)^rows +3$`, out)
	_, err = output(t, "inspect", dir, strings.Repeat("ab", 16))
	assert.ErrorIs(t, err, cache.ErrNotFound)
}

// What is exported is the entry without what the store has put before it: an
// Arrow file. No file is written over, and none is left of what is corrupt.
func TestExport(t *testing.T) {
	dir, file := fill(t, nil), filepath.Join(t.TempDir(), "frame.arrow")
	out, err := output(t, "export", dir, key.String(), file)
	require.NoError(t, err)
	assert.Equal(t, file+": 3 rows of 1 columns\n", out)
	exported, err := os.ReadFile(file)
	require.NoError(t, err)
	entry := filepath.Join(dir, key.String()+".frame")
	stored, err := os.ReadFile(entry)
	require.NoError(t, err)
	assert.Equal(t, stored[binary.LittleEndian.Uint32(stored[12:]):], exported)

	_, err = output(t, "export", dir, key.String(), file)
	require.ErrorIs(t, err, os.ErrExist)

	stored[len(stored)-20] ^= 1
	require.NoError(t, os.WriteFile(entry, stored, 0o600))
	_, err = output(t, "export", dir, key.String(), file+"2")
	require.ErrorIs(t, err, cache.ErrCorrupt)
	assert.NoFileExists(t, file+"2")
}

func TestVerify(t *testing.T) {
	dir := fill(t, nil)
	out, err := output(t, "verify", dir)
	require.NoError(t, err)
	assert.Equal(t, "all entries are whole\n", out)

	path := filepath.Join(dir, key.String()+".frame")
	require.NoError(t, os.WriteFile(path, []byte("short"), 0o600))
	out, err = output(t, "verify", dir)
	assert.ErrorContains(t, err, "1 corrupt entries were removed")
	assert.Contains(t, out, key.String())
	assert.NoFileExists(t, path)
}

func TestGC(t *testing.T) {
	out, err := output(t, "gc", fill(t, nil))
	require.NoError(t, err)
	assert.Regexp(t, `^freed 1 entries of \d+ bytes; 1 of \d+ bytes are held\n$`, out)
}

func TestDoctor(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, bytes.Repeat([]byte("s"), 32), 0o600))
	dir := fill(t, bytes.Repeat([]byte("s"), 32))
	out, err := output(t, "-secret", secret, "doctor", dir)
	require.NoError(t, err)
	assert.Equal(t, "nothing is wrong\n", out)
	out, err = output(t, "doctor", dir)
	assert.ErrorContains(t, err, "1 problems")
	assert.Regexp(t, `^secret: entry .* is signed: true`, out)
}

func TestArguments(t *testing.T) {
	dir := fill(t, nil)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no subcommand":      {nil, "unknown subcommand"},
		"an unknown one":     {[]string{"drop", dir}, `unknown subcommand "drop"`},
		"no directory":       {[]string{"list"}, "want: pointillist-store list DIR"},
		"no key":             {[]string{"inspect", dir}, "want: pointillist-store inspect DIR KEY"},
		"too many":           {[]string{"gc", dir, dir}, "want: pointillist-store gc DIR"},
		"what is no key":     {[]string{"inspect", dir, "12"}, `"12" is no key: want 32 hexadecimal digits`},
		"a store to be made": {[]string{"list", filepath.Join(dir, "none")}, "no such file"},
		"no such secret":     {[]string{"-secret", filepath.Join(dir, "none"), "list", dir}, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := output(t, test.args...)
			assert.ErrorContains(t, err, test.want)
		})
	}
}
