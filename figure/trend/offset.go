package trend

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var offsetUnits = map[string]time.Duration{
	"D": 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "min": time.Minute,
	"s": time.Second, "ms": time.Millisecond, "us": time.Microsecond, "ns": time.Nanosecond,
}

var offsetPart = regexp.MustCompile(`^\s*(\d+\.?\d*|\.\d+|)\s*([A-Za-z]+)\s*`)

var (
	errOffset  = errors.New(`want a time such as "2D", "1.5h" or "1D12h", in D, h, min, s, ms, us or ns`)
	errTooLong = errors.New("is longer than 292 years")
)

// parseOffset reads a window in time as pandas does: a sum of numbers of fixed
// units, a unit alone being one of it.
func parseOffset(text string) (time.Duration, error) {
	total, rest := 0.0, text
	for rest != "" {
		part := offsetPart.FindStringSubmatch(rest)
		if part == nil {
			return 0, fmt.Errorf("%q: %w", text, errOffset)
		}
		unit, ok := offsetUnits[part[2]]
		if !ok {
			return 0, fmt.Errorf("%q: %w, not %q", text, errOffset, part[2])
		}
		number := 1.0
		if part[1] != "" {
			number, _ = strconv.ParseFloat(part[1], 64) // the pattern is a number; too large is +Inf
		}
		total += number * float64(unit)
		rest = strings.TrimPrefix(rest, part[0])
	}
	switch {
	case text == "":
		return 0, fmt.Errorf("%q: %w", text, errOffset)
	case total >= math.MaxInt64:
		return 0, fmt.Errorf("%q %w", text, errTooLong)
	case total != math.Trunc(total):
		return 0, fmt.Errorf("%q is not a whole number of ns", text)
	}
	return time.Duration(total), nil
}
