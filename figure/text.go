package figure

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// Text returns the text that names a value of column c, as str() gives it in
// Python, where px runs: it is in names of traces and panels and in hovers.
//
//	True, 7, 2.0, 1e-05, nan, None      bool, integer, floats, missing
//	2020-01-31                          date
//	2020-01-31 12:00:00.250000+01:00    timestamp; the fraction only if there is one
//	12:30:00                            time of day
//	1 day, 2:03:04                      duration; "1 days 02:03:04" if it counts nanoseconds
func Text(c *frame.Column, row int) string { return textOf(c, c.Value(row)) }

func textOf(c *frame.Column, value any) string {
	switch v := value.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float32:
		return floatText(float64(v))
	case float64:
		if scale, ok := c.DecimalScale(); ok {
			return strconv.FormatFloat(v, 'f', scale, 64)
		}
		return floatText(v)
	case string:
		return v
	case time.Time:
		if c.Kind() == frame.Date {
			return v.Format("2006-01-02")
		}
		return timestampText(v, c.Zoned())
	case time.Duration:
		if c.Kind() == frame.Time {
			return clockText(v)
		}
		return durationText(v, c.Nanoseconds())
	}
	return fmt.Sprint(value)
}

// floatText is Python's repr of a float: the shortest digits that are read
// back as v, with an exponent below 1e-4 and from 1e16 on.
func floatText(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	case v != 0 && (math.Abs(v) < 1e-4 || math.Abs(v) >= 1e16):
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

func timestampText(t time.Time, zoned bool) string {
	s := t.Format("2006-01-02 15:04:05") + fraction(t.Nanosecond())
	if zoned {
		s += t.Format("-07:00")
	}
	return s
}

func clockText(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d:%02d%s", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, fraction(int(d%time.Second)))
}

// durationText counts whole days down for a negative duration, as Python does:
// −1 s is "-1 day, 23:59:59".
func durationText(d time.Duration, nanoseconds bool) string {
	const day = 24 * time.Hour
	days := d / day
	rest := d % day
	if rest < 0 {
		days, rest = days-1, rest+day
	}
	if nanoseconds {
		sign := ""
		if days < 0 {
			sign = "+"
		}
		return fmt.Sprintf("%d days %s%s", days, sign, clockText(rest))
	}
	clock := strings.TrimPrefix(clockText(rest), "0")
	switch {
	case days == 0:
		return clock
	case days == 1 || days == -1:
		return fmt.Sprintf("%d day, %s", days, clock)
	}
	return fmt.Sprintf("%d days, %s", days, clock)
}

// fraction writes six digits, or nine if the last three are not zero.
func fraction(ns int) string {
	switch {
	case ns == 0:
		return ""
	case ns%1000 == 0:
		return fmt.Sprintf(".%06d", ns/1000)
	}
	return fmt.Sprintf(".%09d", ns)
}
