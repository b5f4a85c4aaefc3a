package parity_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
)

// normal brings a JSON value into the form in which figures are compared: typed
// arrays decoded, missing values of any spelling nil, dates as instants in a
// common text without their zone (px drops it from
// values, but not from categoryarray), numbers as float64.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["bdata"]; ok {
			return decodeSpec(v)
		}
		for key, value := range v {
			v[key] = normal(value)
			if v[key] == nil {
				delete(v, key) // a null member is a member left out
			}
		}
		return v
	case []any:
		for i := range v {
			v[i] = normal(v[i])
		}
		return v
	case json.Number:
		f, _ := strconv.ParseFloat(string(v), 64)
		return f
	case string:
		return normalText(v)
	}
	return v
}

var layouts = []string{"2006-01-02", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", time.RFC3339Nano}

func normalText(s string) any {
	if s == "NaT" {
		return nil
	}
	if len(s) >= 10 && s[4] == '-' && s[7] == '-' {
		for _, layout := range layouts {
			if t, err := time.Parse(layout, s); err == nil {
				return t.Format("2006-01-02T15:04:05.999999999")
			}
		}
	}
	return s
}

var widths = map[string]int{"i1": 1, "u1": 1, "i2": 2, "u2": 2, "i4": 4, "u4": 4, "f4": 4, "f8": 8}

func decodeSpec(spec map[string]any) any {
	dtype := spec["dtype"].(string)
	data, err := base64.StdEncoding.DecodeString(spec["bdata"].(string))
	if err != nil {
		panic(err)
	}
	width := widths[dtype]
	values := make([]any, len(data)/width)
	for i := range values {
		values[i] = decodeNumber(dtype, data[i*width:])
	}
	shape, ok := spec["shape"].(string)
	if !ok {
		return values
	}
	var rows, columns int
	fmt.Sscanf(shape, "%d, %d", &rows, &columns)
	table := make([]any, rows)
	for i := range table {
		table[i] = values[i*columns : (i+1)*columns : (i+1)*columns]
	}
	return table
}

func decodeNumber(dtype string, b []byte) any {
	var v float64
	switch dtype {
	case "i1":
		v = float64(int8(b[0]))
	case "u1":
		v = float64(b[0])
	case "i2":
		v = float64(int16(binary.LittleEndian.Uint16(b)))
	case "u2":
		v = float64(binary.LittleEndian.Uint16(b))
	case "i4":
		v = float64(int32(binary.LittleEndian.Uint32(b)))
	case "u4":
		v = float64(binary.LittleEndian.Uint32(b))
	case "f4":
		v = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case "f8":
		v = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

// A comparer compares normal values: exactly, but for trendlines.
type comparer struct{ fits fits }

// tolerance is relative: the 16 digits of a float64 are not all written.
const tolerance = 1e-12

// difference returns where two normal values differ, as "/data/0/x/3: 1 != 2";
// "" if they are equal.
func (c comparer) difference(ours, px any, path string) string {
	switch o := ours.(type) {
	case map[string]any:
		p, ok := px.(map[string]any)
		if !ok {
			break
		}
		return c.objectDifference(o, p, path)
	case []any:
		p, ok := px.([]any)
		if !ok {
			break
		}
		if len(o) != len(p) {
			return fmt.Sprintf("%s: %d values, px has %d: %s != %s", path, len(o), len(p), brief(ours), brief(px))
		}
		for i := range o {
			if d := c.difference(o[i], p[i], path+"/"+strconv.Itoa(i)); d != "" {
				return d
			}
		}
		return ""
	}
	if c.equalScalars(ours, px, path) {
		return ""
	}
	return fmt.Sprintf("%s: %s, px has %s", path, brief(ours), brief(px))
}

func (c comparer) objectDifference(ours, px map[string]any, path string) string {
	keys := map[string]bool{}
	for key := range ours {
		keys[key] = true
	}
	for key := range px {
		keys[key] = true
	}
	sorted := make([]string, 0, len(keys))
	for key := range keys {
		sorted = append(sorted, key)
	}
	sort.Strings(sorted)
	line, fitted := c.fits.of(ours["y"])
	for _, key := range sorted {
		if fitted && (key == "y" && line.sameHeights(ours[key], px[key]) || key == "hovertemplate" && line.sameHeader(ours[key], px[key])) {
			continue
		}
		if d := c.difference(ours[key], px[key], path+"/"+key); d != "" {
			return d
		}
	}
	return ""
}

func (c comparer) equalScalars(ours, px any, path string) bool {
	a, isA := ours.(float64)
	b, isB := px.(float64)
	if isA && isB {
		return a == b || math.Abs(a-b) <= tolerance*max(math.Abs(a), math.Abs(b))
	}
	if ours == px {
		return true
	}
	switch {
	case strings.Contains(path, "/text/"):
		return sameText(ours, px)
	case strings.Contains(path, "/customdata/"):
		return isB && sameCustom(ours, b)
	case strings.Contains(path, "/categoryarray/"):
		return sameDuration(ours, px)
	}
	return false
}

// sameDuration allows for durations in nanoseconds, which px writes as those of
// ISO 8601 in the order of an axis, though x and y are numbers of them.
func sameDuration(ours, px any) bool {
	ourText, _ := ours.(string)
	pxText, _ := px.(string)
	var ourDays, days, hours, minutes int
	var ourClock string
	var seconds float64
	fmt.Sscanf(ourText, "%d days %s", &ourDays, &ourClock)
	if n, _ := fmt.Sscanf(pxText, "P%dDT%dH%dM%gS", &days, &hours, &minutes, &seconds); n != 4 || days != ourDays {
		return false
	}
	at, err := time.Parse("15:04:05", strings.TrimPrefix(ourClock, "+"))
	clock := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute + time.Duration(math.Round(seconds*1e9))
	return err == nil && clock == at.Sub(at.Truncate(24*time.Hour))
}

// sameCustom allows for what px makes of values beside values of other types in
// customdata: true becomes 1, and a time in nanoseconds a number of them.
func sameCustom(ours any, px float64) bool {
	switch v := ours.(type) {
	case bool:
		return v == (px == 1)
	case string:
		t, err := time.Parse(layouts[1], v)
		return err == nil && float64(t.UnixNano()) == px
	}
	return false
}

// sameText allows for text of scattergl, which is strings on our side, and ""
// where there is none.
func sameText(ours, px any) bool {
	s, ok := ours.(string)
	if !ok {
		return false
	}
	switch px := px.(type) {
	case nil:
		return s == ""
	case bool:
		return s == strconv.FormatBool(px)
	case float64:
		n, err := strconv.ParseFloat(s, 64)
		return err == nil && n == px
	}
	return false
}

func brief(v any) string {
	text, _ := json.Marshal(v)
	if len(text) > 300 {
		return string(text[:300]) + "…"
	}
	return string(text)
}
