package disk

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// A spare is the file of an entry that was evicted, for the one that it makes room for: it
// has another name already, and does not count. To remove a file and make another takes
// several times as long: ext4, to name one, looks at every inode that went in the last
// minutes before it gives one out.
type spare struct {
	path  string // empty: there is none
	bytes int64
}

func (s *Store) tempPath() string { return filepath.Join(s.o.Dir, rand.Text()+tempSuffix) }

// spareFile takes an entry away, which nobody reads, and keeps its file.
func (s *Store) spareFile(u *usage, path string) (spare, error) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return spare{}, s.erase(u, path)
	}
	kept := spare{s.tempPath(), info.Size()}
	if err := os.Rename(path, kept.path); err != nil {
		return spare{}, err
	}
	s.letGo(path)
	u.bytes -= kept.bytes
	u.entries--
	return kept, nil
}

func (f spare) remove() error {
	if f.path == "" {
		return nil
	}
	if err := os.Remove(f.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// newTemp returns a file to write to, locked: the spare, if there is one that was planted
// by nobody, and that nobody looks at just now.
func (s *Store) newTemp(from spare) (*os.File, error) {
	if from.path != "" {
		if f, err := openForAppend(from.path); err == nil {
			if free, err := tryLock(f, true); free && err == nil && isOurs(f) {
				return f, nil
			}
			_ = f.Close() // nothing is written to it
		}
		_ = from.remove() // or it is when the directory is scanned next
	}
	f, err := createFile(s.tempPath())
	if err != nil {
		return nil, err
	}
	if _, err = tryLock(f, true); err != nil { // nobody else knows it
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return f, nil
}
