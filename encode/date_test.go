package encode

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every day of ten thousand years.
func TestDates(t *testing.T) {
	var b []byte
	for day := int64(-yearZero); day <= lastDay; day++ {
		b = appendDate(b[:0], day)
		year, month, date := time.Unix(day*secondsADay, 0).UTC().Date()
		y, m, d := civil(day)
		if y != int64(year) || time.Month(m) != month || int(d) != date {
			t.Fatalf("day %d is %d-%d-%d, not %d-%d-%d", day, year, month, date, y, m, d)
		}
		if day%97 == 0 {
			require.Equal(t, time.Unix(day*secondsADay, 0).UTC().Format(time.DateOnly), string(b))
		}
	}
}

func TestFarDates(t *testing.T) {
	for day, want := range map[int64]string{
		-yearZero:           "0000-01-01",
		-yearZero - 1:       "-0001-12-31",
		lastDay:             "9999-12-31",
		lastDay + 1:         "10000-01-01",
		-yearZero - 3652059: "-9999-01-01",
		45_000_000:          "125175-10-26",
	} {
		assert.Equal(t, want, string(appendDate(nil, day)))
	}
}

func TestCalendar(t *testing.T) {
	for name, bounds := range map[string][2]int64{
		"a month": {17897, 17928}, "one day": {0, 0}, "too many": {0, maxDays}, "years before 0": {-yearZero - 5, -yearZero + 5},
		"years of five digits": {lastDay - 3, lastDay + 3}, "all of time": {math.MinInt64 / secondsADay, math.MaxInt64 / secondsADay},
	} {
		c := newCalendar(bounds[0], bounds[1])
		for _, day := range []int64{bounds[0] - 1, bounds[0], bounds[0] + 1, bounds[1], bounds[1] + 1} {
			assert.Equal(t, string(appendDate(nil, day)), string(c.append(nil, day)), name)
		}
	}
	assert.Len(t, newCalendar(17897, 17928).days, 32)
}

func TestClock(t *testing.T) {
	for _, test := range []struct {
		second, n, per int64
		want           string
	}{
		{0, 0, 1, "00:00:00"},
		{86399, 0, 1e9, "23:59:59"},
		{3661, 500, 1000, "01:01:01.5"},
		{3661, 1, 1000, "01:01:01.001"},
		{3661, 120, 1e6, "01:01:01.00012"},
		{3661, 999999999, 1e9, "01:01:01.999999999"},
	} {
		assert.Equal(t, test.want, string(appendClock(nil, test.second, test.n, test.per)))
	}
}

func TestSeconds(t *testing.T) {
	for _, per := range []int64{1, 1e3, 1e6, 1e9} {
		for _, v := range []int64{0, 1, -1, per, -per, per - 1, 1 - per, math.MaxInt64, math.MinInt64} {
			second, fraction := seconds(v, per)
			assert.True(t, 0 <= fraction && fraction < per)
			assert.Equal(t, v, second*per+fraction) // modulo 2^64
		}
	}
}

// The table says what the time package says, at and around each transition.
func TestZones(t *testing.T) {
	const year = 366 * secondsADay
	for _, name := range []string{"America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "UTC"} {
		location, err := time.LoadLocation(name)
		require.NoError(t, err)
		for _, bounds := range [][2]int64{{-300 * year, 300 * year}, {0, 0}, {1546300800, 1548979200}, {math.MinInt64, math.MaxInt64}} {
			z := newZone(location, bounds[0], bounds[1])
			require.Less(t, len(z.starts), maxTransitions)
			lo, hi := max(bounds[0], -1900*year), min(bounds[1], 8000*year)
			check := func(second int64) {
				if second < lo || second > hi {
					return
				}
				_, want := time.Unix(second, 0).In(location).Zone()
				require.EqualValues(t, want, z.offset(second), "%s at %d", name, second)
			}
			for _, start := range z.starts[1:] {
				check(start - 1)
				check(start)
			}
			r := rand.New(rand.NewPCG(1, 2))
			for range 1000 {
				check(lo + r.Int64N(hi-lo+1))
			}
		}
	}
	var utc *zone
	assert.Zero(t, utc.offset(1546300800))
}

func TestAppendSwapped(t *testing.T) {
	var want, native []byte
	for _, v := range []uint32{0x01020304, 0xfffefdfc} {
		want = binary.BigEndian.AppendUint32(want, v)
		native = binary.LittleEndian.AppendUint32(native, v)
	}
	assert.Equal(t, want, appendSwapped(nil, native, 4))
	assert.Equal(t, []byte{1, 2, 3}, appendSwapped(nil, []byte{1, 2, 3}, 1))
}
