package disk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/pointillist-go/pointillist/cache"
)

// The file "owner-<owner>" lists the entries of one owner. It only says where
// to look: whose an entry is stands in its header, so an entry that went, or
// became another's, need not be taken from the list at once. The lock is held
// by who reads or writes a list.
//
//	offset  size
//	   16i    16  key of entry i
//	   16n     4  CRC-32C of the n keys before
const (
	ownerPrefix = "owner-"
	maxList     = 16 << 20 // a million entries
)

// An owned is an entry of an owner.
type owned struct {
	key, slot cache.Key
	file      fs.FileInfo
}

func (s *Store) ownerPath(owner cache.Key) string {
	return filepath.Join(s.o.Dir, ownerPrefix+owner.String())
}

// ownedBy returns what the owner has, the least recently used first.
//
// Cost: a header is read for each.
func (s *Store) ownedBy(u *usage, owner cache.Key) ([]owned, error) {
	keys, err := readList(s.ownerPath(owner))
	if _, bad := errors.AsType[*corruptError](err); bad {
		if err = errors.Join(os.Remove(s.ownerPath(owner)), s.rescan(u), s.listOwners()); err == nil {
			keys, err = readList(s.ownerPath(owner))
		}
	}
	if err != nil {
		return nil, err
	}
	var has []owned
	for _, key := range keys {
		file, err := os.Lstat(s.path(key))
		if err != nil {
			continue // it went
		}
		if h, err := readHeader(s.path(key)); err == nil && h.key == key && h.owner == owner {
			has = append(has, owned{key, h.slot, file})
		}
	}
	slices.SortFunc(has, func(a, b owned) int { return a.file.ModTime().Compare(b.file.ModTime()) })
	return has, nil
}

// readList returns the keys of a list; of one that does not exist, none.
func readList(path string) ([]cache.Key, error) {
	f, err := openEntry(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxList))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	n := len(b) - 4
	if n < 0 || n%len(cache.Key{}) != 0 || crc32.Checksum(b[:n], castagnoli) != binary.LittleEndian.Uint32(b[n:]) {
		return nil, corrupt(fmt.Errorf("list %s", filepath.Base(path)))
	}
	var keys []cache.Key
	for b := range slices.Chunk(b[:n], len(cache.Key{})) {
		keys = append(keys, cache.Key(b))
	}
	return keys, nil
}

// writeList writes it in place: whoever is killed here leaves the usage
// invalid, and the lists are made anew.
func (s *Store) writeList(owner cache.Key, has []owned) error {
	b := make([]byte, 0, len(has)*len(cache.Key{})+4)
	for _, e := range has {
		b = append(b, e.key[:]...)
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	f, err := openState(s.ownerPath(owner))
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, 0)
	return errors.Join(err, f.Truncate(int64(len(b))), f.Close())
}

// inSlot returns the key of what is in the slot, if there is one.
func inSlot(has []owned, slot cache.Key) (keys []cache.Key) {
	for _, e := range has {
		if slot != (cache.Key{}) && e.slot == slot {
			keys = append(keys, e.key)
		}
	}
	return keys
}

// makeOwnRoom evicts of what the owner has until an entry of so many bytes is within the quota
// that will take the place of others, and returns what is left but those.
func (s *Store) makeOwnRoom(u *usage, has []owned, bytes int64, replaced []cache.Key) ([]owned, error) {
	has = slices.DeleteFunc(slices.Clone(has), func(e owned) bool { return slices.Contains(replaced, e.key) })
	now := s.o.Now()
	for _, e := range has {
		bytes += e.file.Size()
	}
	has = slices.DeleteFunc(has, func(e owned) bool {
		miss := &cache.Miss{Key: e.key, Cause: cache.ErrEvicted, Limit: cache.LimitOwner, When: now}
		if bytes <= s.o.MaxOwnerBytes || s.leased(e.file, now) || !s.evictFile(u, &need{}, miss) {
			return false
		}
		bytes -= e.file.Size()
		return true
	})
	if bytes > s.o.MaxOwnerBytes {
		return nil, fmt.Errorf("%w: %d bytes", cache.ErrQuota, s.o.MaxOwnerBytes)
	}
	return has, nil
}

// commitOwner adds an entry to its owner's list, and returns the keys that it
// supersedes. Room was made before it was written; the owner may have put
// others since.
func (s *Store) commitOwner(u *usage, h *header, superseded cache.Key) ([]cache.Key, error) {
	has, err := s.ownedBy(u, h.owner)
	if err != nil {
		return nil, err
	}
	ends := append(inSlot(has, h.slot), superseded)
	left, err := s.makeOwnRoom(u, has, h.info().Bytes, append(ends, h.key))
	if err != nil {
		return nil, err
	}
	return ends, s.writeList(h.owner, append(left, owned{key: h.key}))
}

// DeleteOwner implements [cache.OwnerStore].
func (s *Store) DeleteOwner(ctx context.Context, owner cache.Key) (n int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	err = s.change(ctx, func(u *usage) error {
		has, err := s.ownedBy(u, owner)
		for _, e := range has {
			err = cmp.Or(err, s.remove(u, s.path(e.key)), dig(s.graves, u, &cache.Miss{Key: e.key}))
			n++
		}
		if rerr := os.Remove(s.ownerPath(owner)); !errors.Is(rerr, fs.ErrNotExist) {
			err = cmp.Or(err, rerr)
		}
		return err
	})
	return n, err
}

// ListOwner implements [cache.OwnerLister].
//
// Cost: two headers are read for each.
func (s *Store) ListOwner(ctx context.Context, owner cache.Key) ([]cache.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var has []owned
	err := s.change(ctx, func(u *usage) (err error) {
		has, err = s.ownedBy(u, owner)
		return err
	})
	var entries []cache.Entry
	for _, e := range has {
		if entry, err := s.describe(e.key); err == nil { // else it went
			entries = append(entries, entry)
		}
	}
	slices.SortFunc(entries, func(a, b cache.Entry) int {
		return cmp.Or(a.Created.Compare(b.Created), bytes.Compare(a.Key[:], b.Key[:]))
	})
	return entries, err
}

// sweepOwners removes the lists of those who have nothing any more.
func (s *Store) sweepOwners(lists []string) {
	live := make(map[string]bool)
	for _, e := range s.known.byUse {
		live[s.ownerPath(e.info.Owner)] = true
	}
	for _, path := range lists {
		if !live[path] {
			_ = os.Remove(path) // at the next scan
		}
	}
}

// listOwners writes all lists, after a scan.
func (s *Store) listOwners() error {
	all := make(map[cache.Key][]owned)
	for _, e := range s.known.byUse {
		if e.info.Owner != (cache.Key{}) {
			all[e.info.Owner] = append(all[e.info.Owner], owned{key: e.key})
		}
	}
	var err error
	for owner, has := range all {
		err = errors.Join(err, s.writeList(owner, has))
	}
	return err
}
