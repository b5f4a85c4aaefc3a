package serve

import (
	"net/http"
	"strconv"

	"github.com/pointillist-go/pointillist/frame"
)

// A frameInfo is what clients are told about a frame.
type frameInfo struct {
	Name    string  `json:"name"`
	Version string  `json:"version"`
	Age     float64 `json:"age"`             // seconds since the source was known to have it
	Stale   bool    `json:"stale,omitempty"` // the last attempt to have it anew has failed
	storedInfo
}

// A storedInfo is all that who sends a frame is told about it: little, because
// such an answer takes the place of the data.
type storedInfo struct {
	Frame   string       `json:"frame"`
	Rows    int          `json:"rows"`
	Bytes   int64        `json:"bytes"`
	Columns []columnInfo `json:"columns"`
}

type columnInfo struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Nulls int    `json:"nulls"`
	Min   any    `json:"min,omitempty"`
	Max   any    `json:"max,omitempty"`
}

func describe(handle string, found *found) frameInfo {
	return frameInfo{
		Name: found.name, Version: found.Frame.Version().String(), Age: found.Age().Seconds(), Stale: found.Err != nil,
		storedInfo: describeStored(handle, found.Frame),
	}
}

func describeStored(handle string, f *frame.Frame) storedInfo {
	info := storedInfo{Frame: handle, Rows: f.Rows(), Bytes: f.Bytes()}
	for _, c := range f.Columns() {
		info.Columns = append(info.Columns, columnInfo{Name: c.Name(), Type: typeName(c.Type()), Nulls: c.Nulls()})
	}
	return info
}

// withBounds adds the least and the largest value of each column.
func (info frameInfo) withBounds(f *frame.Frame) frameInfo {
	for i, c := range f.Columns() {
		if stats := c.Stats(); !stats.Empty() {
			info.Columns[i].Min = boundOf(c, stats.Min)
			info.Columns[i].Max = boundOf(c, stats.Max)
		}
	}
	return info
}

// tell says in the head of an answer which version of a frame that is kept
// fresh it is made of, and how many seconds ago that was known to be the newest.
func (f *found) tell(header http.Header) {
	if f.live {
		header.Set("Age", strconv.Itoa(int(f.Age().Seconds())))
		header.Set("Frame-Version", f.Version.String())
	}
}
