package disk

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/cache"
)

// What was read just now stays mapped for a while, for who asks for it next: to open,
// map and parse a file takes longer than all else of a Get. A resting mapping is not
// locked, so that any process may remove its file, whose blocks are free once this
// process has let go of it: at once if it is the one that removes it, or the disk is
// full, else within restTime.
const (
	maxResting = 64
	restTime   = time.Second
)

// rest keeps a mapping that nobody reads, unless its file is not the entry any more.
func (s *Store) rest(m *mapping) bool {
	// Unlocked before it is looked at: whoever takes the entry away after that
	// removes the file himself.
	if unlock(m.file) != nil || !m.current() {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.open[m.key] != nil || s.resting[m.key] != nil || len(s.resting) >= maxResting {
		return false
	}
	s.resting[m.key] = m
	// One that comes too late for this rest may end the next one early.
	m.end = time.AfterFunc(restTime, func() { s.endRest(m.key) })
	return true
}

// takeRest returns what rests of an entry, for who ends its rest, or nil.
func (s *Store) takeRest(key cache.Key) *mapping {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.resting[key]
	if m != nil {
		delete(s.resting, key)
		m.end.Stop()
	}
	return m
}

// wake returns a mapping that rested, with a reference for the caller, or nil if there
// is none that is still the entry, as it was.
func (s *Store) wake(key cache.Key) *mapping {
	m := s.takeRest(key)
	if m == nil {
		return nil
	}
	if free, err := tryLock(m.file, false); !free || err != nil || !m.unchanged() {
		m.close()
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m.refs = 1
	s.open[key] = m
	return m
}

// unchanged reports whether the file still says what it said when it was mapped. So much of it is
// verified whenever a file is opened, too.
func (m *mapping) unchanged() bool {
	file := m.store.lstat(m.key)
	if file == nil || !os.SameFile(file, m.stat) || file.Size() != m.last.end {
		return false
	}
	data := section{data: m.data}
	l, err := parseLayout(data, m.last.end)
	if err != nil || l.last != m.last {
		return false
	}
	parts, err := l.parts(data, slot{})
	return err == nil && slices.Equal(headsOf(parts), m.heads)
}

// letGo unmaps what rests of the entry with a path, whose file goes.
func (s *Store) letGo(path string) {
	if key, ok := entryKey(filepath.Base(path)); ok {
		s.endRest(key)
	}
}

func (s *Store) endRest(key cache.Key) {
	if m := s.takeRest(key); m != nil {
		m.close()
	}
}
