package disk

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

func TestVerify(t *testing.T) {
	s := openTest(t, Options{})
	for i := range 3 {
		put(t, s, i, 1000, int64(i), cache.PutOptions{})
		has(t, s, i, int64(i)) // and is verified
	}
	bad, err := s.Verify(background)
	require.NoError(t, err)
	assert.Empty(t, bad)

	path := s.path(cachetest.Key(1))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	require.NoError(t, os.WriteFile(path, b, 0o600)) // the same file, in the eyes of who verified it
	bad, err = s.Verify(background)
	require.NoError(t, err)
	require.Len(t, bad, 1)
	assert.Equal(t, cachetest.Key(1), bad[0].Key)
	assert.ErrorContains(t, bad[0], "checksum of block 0")
	lacks(t, s, 1, cache.ErrCorrupt)
	assert.Equal(t, 2, s.Stats().Entries)
	requireCounted(t, s)
}

func TestInspectCorrupt(t *testing.T) {
	s := openTest(t, Options{})
	require.NoError(t, os.WriteFile(s.path(cachetest.Key(1)), []byte("planted"), 0o600))
	require.NoError(t, os.Symlink("usage", s.path(cachetest.Key(2))))
	for i := 1; i <= 2; i++ {
		_, err := s.Inspect(background, cachetest.Key(i))
		assert.ErrorIs(t, err, cache.ErrCorrupt)
	}
}

// Entries go while they are looked at, and others are written to their files: what is said
// of one is what it is.
func TestInspectWhatGoes(t *testing.T) {
	o := Options{Dir: t.TempDir(), MaxEntries: 2}
	s, writer := openTest(t, o), openTest(t, o)
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			key := i % 4
			e, err := s.Inspect(background, cachetest.Key(key))
			if err == nil {
				assert.Equal(t, 1000*(1+key), e.Rows)
				continue
			}
			assert.NotErrorIs(t, err, cache.ErrCorrupt)
		}
	}()
	for i := range 1000 {
		put(t, writer, i%4, 1000*(1+i%4), 1, cache.PutOptions{})
	}
	close(stop)
	<-ended
}

func TestGCSweepsWhatWasLeft(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 100, 1, cache.PutOptions{})
	left := filepath.Join(s.o.Dir, "LEFT"+tempSuffix)
	require.NoError(t, os.WriteFile(left, make([]byte, 100), 0o600))
	require.NoError(t, s.ledger.record.Truncate(0)) // its writer was killed
	_, err := s.GC(background)
	require.NoError(t, err)
	assert.NoFileExists(t, left)
	has(t, s, 1, 1)
}

// Doctor names each of the faults that are injected, and nothing else.
func TestDoctor(t *testing.T) {
	secret := sha256.Sum256([]byte("secret"))
	other := sha256.Sum256([]byte("another"))
	for name, test := range map[string]struct {
		o     Options
		harm  func(t *testing.T, s *Store)
		check string
		want  string
	}{
		"nothing":         {},
		"nothing, signed": {o: Options{Secret: secret[:]}},
		"another directory": {
			harm: func(t *testing.T, s *Store) {
				require.NoError(t, os.Rename(s.o.Dir, s.o.Dir+"-moved"))
				openTest(t, Options{Dir: s.o.Dir})
			},
			check: "directory", want: "is not the directory that was opened",
		},
		"a directory that cannot be written to": {
			harm:  func(t *testing.T, s *Store) { s.o.Dir = filepath.Join(s.o.Dir, "none") },
			check: "writing", want: "no such file",
		},
		"no space": {
			harm:  func(_ *testing.T, s *Store) { s.o.MinFree = 1 << 60 },
			check: "space", want: "Options.MinFree is",
		},
		"a clock that was set back": {
			harm:  func(_ *testing.T, s *Store) { s.o.Now = func() time.Time { return time.Now().Add(-time.Hour) } },
			check: "clock", want: "was used 1h0m0s from now",
		},
		"no secret": {
			o:     Options{Secret: secret[:]},
			harm:  func(_ *testing.T, s *Store) { s.o.Secret = nil },
			check: "secret", want: "is signed: true; this process has a secret: false",
		},
		"another secret": {
			o:     Options{Secret: secret[:]},
			harm:  func(_ *testing.T, s *Store) { s.o.Secret = other[:] },
			check: "secret", want: "its signature is not ours",
		},
		"a file that was planted": {
			harm: func(t *testing.T, s *Store) {
				require.NoError(t, os.WriteFile(filepath.Join(s.o.Dir, "X"+tempSuffix), make([]byte, 9), 0o600))
			},
			check: "usage", want: "are counted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := test.o
			o.Dir = filepath.Join(t.TempDir(), "store")
			s := openTest(t, o)
			put(t, s, 1, 100, 1, cache.PutOptions{})
			if test.harm == nil {
				assert.Empty(t, s.Doctor(background))
				return
			}
			test.harm(t, s)
			problems := map[string]string{}
			for _, f := range s.Doctor(background) {
				problems[f.Check] = f.Problem
				assert.NotEmpty(t, f.Advice)
			}
			assert.Contains(t, problems[test.check], test.want)
			if test.check != "directory" && test.check != "writing" { // which take everything along
				assert.Len(t, problems, 1)
			}
		})
	}
}
