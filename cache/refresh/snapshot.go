package refresh

import (
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// A Snapshot is one version of the data. Whoever has it releases it.
type Snapshot struct {
	Frame   *frame.Frame
	Version frame.Version
	Loaded  time.Time // when the load began that found it
	Checked time.Time // when the source was last known to have it
	Err     error     // why there is none newer: of the last attempt; nil if that succeeded

	// StoreErr is of the last call of Options.Store, which may not have this
	// version then; nil if that succeeded, or there is no store.
	StoreErr error
}

// Age returns how old the data may be.
func (s *Snapshot) Age() time.Duration { return time.Since(s.Checked) }

// Release says that the data is not read any more.
func (s *Snapshot) Release() { s.Frame.Release() }

// share returns a copy that its reader releases.
func (s *Snapshot) share() *Snapshot {
	c := *s
	c.Frame = s.Frame.Share()
	return &c
}
