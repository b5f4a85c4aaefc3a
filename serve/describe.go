package serve

import (
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// A frameInfo is what clients are told about a frame.
type frameInfo struct {
	Frame   string       `json:"frame"`
	Name    string       `json:"name"`
	Rows    int          `json:"rows"`
	Bytes   int64        `json:"bytes"`
	Version string       `json:"version"`
	Age     float64      `json:"age"` // seconds
	Columns []columnInfo `json:"columns"`
}

type columnInfo struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Nulls int    `json:"nulls"`
	Min   any    `json:"min,omitempty"`
	Max   any    `json:"max,omitempty"`
}

func describe(handle, name string, f *frame.Frame, since time.Time) frameInfo {
	info := frameInfo{
		Frame: handle, Name: name, Rows: f.Rows(), Bytes: f.Bytes(),
		Version: f.Version().String(), Age: time.Since(since).Seconds(),
	}
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
