package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"time"
)

// Options configure a Store. Dir must be set.
type Options struct {
	Dir string // made, with mode 0700, if it is not there; its parent must be

	MaxBytes      int64 // of all files, their headers included; 0 is 4 GiB
	MaxEntries    int   // 0 is without limit
	MaxEntryBytes int64 // 0 is MaxBytes
	MaxOwnerBytes int64 // of the entries of one owner; 0 is MaxBytes
	MinFree       int64 // bytes of the file system to leave free; 0 is 64 MiB

	// Lease is how long an entry is not evicted after its last use, in any
	// process. 0: as long as it is read.
	Lease time.Duration

	// LoadLease is how long a loader may run before another takes over; 0 is a
	// minute. All processes must have the same.
	LoadLease time.Duration

	// Secret, if not nil, signs each file (HMAC-SHA256): a file that was not
	// written with it is corrupt. It is needed where others can write to Dir,
	// and costs about 4 ms a MB at Put and at the first Get.
	Secret []byte

	// Sync makes Put wait until the data is on the medium. Without it an
	// entry may be lost, and is then not found or corrupt, if the operating
	// system goes down within seconds of the Put; a killed process loses nothing.
	Sync bool

	Now func() time.Time // nil is time.Now
}

func (o Options) withDefaults() (Options, error) {
	if o.Dir == "" {
		return o, errors.New("cache/disk: Options.Dir is empty")
	}
	if o.MaxBytes < 0 || o.MaxEntries < 0 || o.MaxEntryBytes < 0 || o.MaxOwnerBytes < 0 || o.MinFree < 0 || o.Lease < 0 || o.LoadLease < 0 {
		return o, errors.New("cache/disk: Options: limits and leases must not be negative")
	}
	if o.Secret != nil && len(o.Secret) < 16 {
		return o, fmt.Errorf("cache/disk: Options.Secret has %d bytes, want at least 16", len(o.Secret))
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 4 << 30
	}
	if o.MaxEntries == 0 {
		o.MaxEntries = math.MaxInt
	}
	if o.MaxEntryBytes == 0 {
		o.MaxEntryBytes = o.MaxBytes
	}
	if o.MaxOwnerBytes == 0 {
		o.MaxOwnerBytes = o.MaxBytes
	}
	if o.MinFree == 0 {
		o.MinFree = 64 << 20
	}
	if o.LoadLease == 0 {
		o.LoadLease = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

// makeDir makes the directory, and refuses one in which files are not safe.
func makeDir(o Options) error {
	if err := os.Mkdir(o.Dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(o.Dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("cache/disk: %s is not a directory (a symbolic link to one is not followed)", o.Dir)
	case info.Mode().Perm()&0o022 != 0 && o.Secret == nil:
		return fmt.Errorf("cache/disk: others may write to %s, whose mode is %o: make it 700, or set Options.Secret", o.Dir, info.Mode().Perm())
	}
	return nil
}
