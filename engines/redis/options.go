package redis

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/redis/rueidis"
)

// Options configure a Store. Client or Connect must be set. The processes that
// share a store must have the same Prefix, limits, leases and Secret.
type Options struct {
	// Client is a client that the application has already; Close leaves it
	// open. If it was made with DisableCache, each Get asks the server.
	Client rueidis.Client

	// Connect says how to make a client where Client is nil: InitAddress is
	// one server, or some nodes of a cluster.
	Connect rueidis.ClientOption

	// Prefix starts the name of every key, and must not contain braces. Stores
	// with one prefix are one store. "" is "pointillist".
	Prefix string

	MaxBytes      int64 // of all entries' chunks, in all processes together; 0 is 1 GiB
	MaxEntries    int   // 0 is without limit
	MaxEntryBytes int64 // 0 is MaxBytes
	MaxOwnerBytes int64 // of the entries of one owner; 0 is MaxBytes

	// Secret, if not nil, signs each entry (HMAC-SHA256): one that was not
	// written with it is corrupt. It is needed where others can write to the
	// server.
	Secret []byte

	// Compress has chunks compressed (zstd, its fastest level) where that makes
	// them smaller; what was written either way is read. Columns of measured
	// numbers and texts take some 30 % of their bytes, at 150 MB/s to write and
	// 600 MB/s to read on one core: it pays over a slower network, or where
	// memory of the server is dear. Limits count the bytes before.
	Compress bool

	// Timeout is how long one call may take, retries included. A chunk, which
	// is 4 MB, may take four times as long. 0 is 250 ms.
	Timeout time.Duration

	// Lease is how long an entry is not evicted after its last use, in any
	// process. 0: as long as it is read.
	Lease time.Duration

	// ReadLease is how long an entry counts as read after the last sign of life
	// of the process that reads it; a live one gives three in that time. 0 is a
	// minute.
	ReadLease time.Duration

	// LoadLease is how long a loader may run before another takes over; 0 is a
	// minute. See Load.
	LoadLease time.Duration

	// Now is the clock, which the processes that share the store should have
	// in common. nil is time.Now.
	Now func() time.Time
}

func (o Options) withDefaults() (Options, error) {
	if err := o.validate(); err != nil {
		return o, err
	}
	if o.Prefix == "" {
		o.Prefix = "pointillist"
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 1 << 30
	}
	if o.MaxEntries == 0 {
		o.MaxEntries = math.MaxInt32
	}
	if o.MaxEntryBytes == 0 {
		o.MaxEntryBytes = o.MaxBytes
	}
	if o.MaxOwnerBytes == 0 {
		o.MaxOwnerBytes = o.MaxBytes
	}
	if o.Timeout == 0 {
		o.Timeout = 250 * time.Millisecond
	}
	if o.ReadLease == 0 {
		o.ReadLease = time.Minute
	}
	if o.LoadLease == 0 {
		o.LoadLease = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

func (o Options) validate() error {
	var errs []error
	if (o.Client == nil) == (len(o.Connect.InitAddress) == 0) {
		errs = append(errs, errors.New("engines/redis: Options: set either Client or Connect.InitAddress"))
	}
	if strings.ContainsAny(o.Prefix, "{}") {
		errs = append(errs, fmt.Errorf("engines/redis: Options.Prefix %q has a brace, which chooses the slot in a cluster", o.Prefix))
	}
	// Scripts count in float64.
	if o.MaxBytes < 0 || o.MaxBytes > 1<<52 || o.MaxEntries < 0 || o.MaxEntryBytes < 0 || o.MaxOwnerBytes < 0 {
		errs = append(errs, errors.New("engines/redis: Options: limits must not be negative, nor MaxBytes above 4 PiB"))
	}
	if o.Secret != nil && len(o.Secret) < 16 {
		errs = append(errs, fmt.Errorf("engines/redis: Options.Secret has %d bytes, want at least 16", len(o.Secret)))
	}
	if o.Timeout < 0 || o.Lease < 0 || o.ReadLease < 0 || o.LoadLease < 0 {
		errs = append(errs, errors.New("engines/redis: Options: Timeout and leases must not be negative"))
	}
	return errors.Join(errs...)
}
