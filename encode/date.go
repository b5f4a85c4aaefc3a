package encode

import "encoding/binary"

const secondsADay = 24 * 60 * 60

// pairs holds "00" to "99", the first digit lowest: texts are put together in
// a word and stored at once.
var pairs = func() (text [100]uint16) {
	for i := range text {
		text[i] = '0' + uint16(i/10) | ('0'+uint16(i%10))<<8
	}
	return text
}()

// civil returns the day of the proleptic Gregorian calendar that many days
// after 1970-01-01 [1]. Within 400 years, which are 146,097 days, it counts
// from March, so that the leap day is the last one.
//
// [1] C. Neri, L. Schneider, "Euclidean affine functions and their application
// to calendar algorithms", Software: Practice and Experience 53(4), 2023.
func civil(days int64) (year int64, month, day uint32) {
	const era = 146097
	days += 719468 // since 0000-03-01
	eras := floorDiv(days, era)

	n := 4*uint32(days-eras*era) + 3 // quarter days: a century is as long as the next
	century := n / era
	n = n%era | 3
	ofYear := uint64(n) * 2939745 // the year's whole part is 32 bits up
	year = eras*400 + int64(century*100) + int64(ofYear>>32)
	dayOfYear := uint32(ofYear) / 2939745 / 4
	n = 2141*dayOfYear + 197913
	month, day = n>>16, n&0xffff/2141+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// A calendar holds the text of the days of a column, where they are few enough:
// that is twice as fast as to work them out.
type calendar struct {
	first int64
	days  []dayText
}

// A dayText is 2006-01-02, the first character lowest.
type dayText struct {
	yearMonth uint64
	day       uint16
}

// maxDays bounds a calendar: eleven years, 64 KB, made in 40 µs.
const maxDays = 1 << 12

// newCalendar returns the days from first to last. It is empty if they are
// too many, or not all in years of four digits.
func newCalendar(first, last int64) *calendar {
	c := &calendar{first: first}
	if last-first >= maxDays || first < -yearZero || last > lastDay {
		return c
	}
	c.days = make([]dayText, last-first+1)
	for i := range c.days {
		text := appendDate(nil, first+int64(i))
		c.days[i] = dayText{binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint16(text[8:])}
	}
	return c
}

// append appends a day as appendDate does.
func (c *calendar) append(dst []byte, day int64) []byte {
	if i := uint64(day - c.first); i < uint64(len(c.days)) {
		text := &c.days[i]
		dst = binary.LittleEndian.AppendUint64(dst, text.yearMonth)
		return binary.LittleEndian.AppendUint16(dst, text.day)
	}
	return appendDate(dst, day)
}

// Days since 1970-01-01 of 0000-01-01, negated, and of 9999-12-31.
const (
	yearZero = 719528
	lastDay  = 2932896
)

// appendDate appends a day as 2006-01-02. A year of more than four digits has
// as many as it needs, and one before 0 a minus: plotly.js reads −9999 to 9999.
func appendDate(dst []byte, days int64) []byte {
	year, month, day := civil(days)
	if uint64(year) > 9999 {
		dst = append(appendLongYear(dst, year), '-')
		dst = append(binary.LittleEndian.AppendUint16(dst, pairs[month]), '-')
	} else {
		y := uint32(year)
		dst = binary.LittleEndian.AppendUint64(dst, uint64(pairs[y/100])|uint64(pairs[y%100])<<16|
			'-'<<32|uint64(pairs[month])<<40|'-'<<56)
	}
	return binary.LittleEndian.AppendUint16(dst, pairs[day])
}

func appendLongYear(dst []byte, year int64) []byte {
	if year < 0 {
		dst, year = append(dst, '-'), -year
	}
	if year > 9999 {
		dst = appendYearDigits(dst, year/10000)
	}
	dst = binary.LittleEndian.AppendUint16(dst, pairs[year%10000/100])
	return binary.LittleEndian.AppendUint16(dst, pairs[year%100])
}

func appendYearDigits(dst []byte, n int64) []byte {
	if n >= 10 {
		dst = appendYearDigits(dst, n/10)
	}
	return append(dst, '0'+byte(n%10))
}

// appendClock appends the time of a day as 15:04:05, with the fraction of
// a second, n/per, in as many digits as it needs. It takes 0 ≤ second < 100 h.
func appendClock(dst []byte, second, n, per int64) []byte {
	minute := uint32(second) / 60
	dst = binary.LittleEndian.AppendUint64(dst, uint64(pairs[minute/60])|':'<<16|
		uint64(pairs[minute%60])<<24|':'<<40|uint64(pairs[uint32(second)%60])<<48)
	if n == 0 {
		return dst
	}
	dst = append(dst, '.')
	for n != 0 {
		per /= 10
		dst = append(dst, '0'+byte(n/per))
		n %= per
	}
	return dst
}

// appendStamp appends a wall-clock time, n/per seconds after 1970-01-01, as
// 2006-01-02T15:04:05.999999999 with the fraction trimmed.
func (c *calendar) appendStamp(dst []byte, second, n, per int64) []byte {
	day := floorDiv(second, secondsADay)
	dst = append(c.append(dst, day), 'T')
	return appendClock(dst, second-day*secondsADay, n, per)
}

// seconds divides a time by its unit, per of which are a second. The divisors
// are constants, for a division by a variable takes as long as all the rest.
func seconds(v, per int64) (second, fraction int64) {
	switch per {
	case 1:
		return v, 0
	case 1e3:
		second = floorDiv(v, 1e3)
	case 1e6:
		second = floorDiv(v, 1e6)
	default:
		second = floorDiv(v, 1e9)
	}
	return second, v - second*per
}

// floorDiv is ⌊a/b⌋ for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a < q*b {
		q--
	}
	return q
}
