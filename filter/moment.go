package filter

import (
	"fmt"
	"math/big"
	"strings"
	"time"
)

// A moment is a date, or a date and time, as it was written: a reading of a
// clock, with the clock's offset from UTC if that was given.
type moment struct {
	wall   time.Time // the reading, as if the clock were on UTC
	zoned  bool
	offset time.Duration // of the clock, east of UTC, whole minutes; if zoned
}

var momentLayouts = [...]string{
	"2006-01-02",
	"2006-01-02T15:04",
	"2006-01-02T15:04:05", // Parse takes a fraction after the seconds, too
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05Z07:00",
}

// parseMoment reads an ISO 8601 date or date and time, T or a space between.
func parseMoment(text string) (moment, error) {
	iso := text
	if len(iso) > 10 && iso[10] == ' ' {
		iso = iso[:10] + "T" + iso[11:]
	}
	var first error
	for _, layout := range momentLayouts {
		t, err := time.Parse(layout, iso)
		if err == nil {
			m := moment{wall: t}
			if strings.HasSuffix(layout, "Z07:00") {
				return momentOf(t)
			}
			return m, nil
		}
		if strings.Contains(err.Error(), "out of range") {
			first = fmt.Errorf("there is no %s in the calendar", text)
		}
	}
	if first == nil {
		first = fmt.Errorf("%q is not a date: want 2024-01-31 or 2024-01-31T12:30:00, with Z or +02:00 if it has an offset", text)
	}
	return moment{}, first
}

// momentOf returns an instant as read from a clock at the offset of t.
func momentOf(t time.Time) (moment, error) {
	_, seconds := t.Zone()
	if seconds%60 != 0 { // local mean time, before the zones
		t, seconds = t.UTC(), 0
	}
	if year := t.Year(); year < 0 || year > 9999 {
		return moment{}, fmt.Errorf("the year %d is outside 0000 to 9999", year)
	}
	offset := time.Duration(seconds) * time.Second
	return moment{wall: t.UTC().Add(offset), zoned: true, offset: offset}, nil
}

// String returns the moment in canonical form: only as much as is not zero.
func (m moment) String() string {
	switch {
	case m.zoned:
		zone := time.FixedZone("", int(m.offset/time.Second))
		return m.wall.Add(-m.offset).In(zone).Format(time.RFC3339Nano)
	case m.wall.Equal(m.wall.Truncate(24 * time.Hour)):
		return m.wall.Format("2006-01-02")
	}
	return m.wall.Format("2006-01-02T15:04:05.999999999")
}

// in returns the instant at which a clock in the zone, or at m's own offset if
// it has one, reads m.
func (m moment) in(zone *time.Location) time.Time {
	if m.zoned {
		return m.wall.Add(-m.offset)
	}
	w := m.wall
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), zone)
}

// since1970 returns ⌊time since 1970-01-01 in the unit⌋, and whether that is
// exact.
func since1970(t time.Time, unit time.Duration) (v *big.Int, exact bool) {
	v = big.NewInt(t.Unix())
	v.Mul(v, big.NewInt(int64(time.Second)))
	v.Add(v, big.NewInt(int64(t.Nanosecond())))
	return floorDiv(v, big.NewInt(int64(unit)))
}

// parseClock reads a time of day, 13:30 or 13:30:05.25, or a duration as Go
// writes it, 1h30m.
func parseClock(text string) (time.Duration, error) {
	if d, err := time.ParseDuration(text); err == nil {
		return d, nil
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Sub(t.Truncate(24 * time.Hour)), nil
		}
	}
	return 0, fmt.Errorf("%q is neither a time of day such as '13:30:05' nor a duration such as '1h30m'", text)
}
