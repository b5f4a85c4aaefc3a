package encode

const secondsADay = 24 * 60 * 60

// pairs holds "00" to "99".
var pairs = func() (text [100][2]byte) {
	for i := range text {
		text[i] = [2]byte{'0' + byte(i/10), '0' + byte(i%10)}
	}
	return text
}()

// civil is a day of the proleptic Gregorian calendar.
type civil struct {
	year       int64
	month, day int64
}

// civilOf returns the day that many days after 1970-01-01 [1]. Years begin in
// March, so that the leap day is the last one.
//
// [1] H. Hinnant, "chrono-Compatible Low-Level Date Algorithms",
// civil_from_days, howardhinnant.github.io/date_algorithms.html.
func civilOf(days int64) civil {
	days += 719468 // since 0000-03-01
	era := floorDiv(days, 146097)
	doe := uint64(days - era*146097)
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	c := civil{year: int64(yoe) + era*400, month: int64(mp) + 3, day: int64(doy-(153*mp+2)/5) + 1}
	if c.month > 12 {
		c.month -= 12
		c.year++
	}
	return c
}

// appendDate appends a day as 2006-01-02. A year of more than four digits has
// as many as it needs, and one before 0 a minus: plotly.js reads −9999 to 9999.
func appendDate(dst []byte, days int64) []byte {
	c := civilOf(days)
	if c.year < 0 || c.year > 9999 {
		dst = appendYear(dst, c.year)
	} else {
		hi, lo := pairs[c.year/100], pairs[c.year%100]
		dst = append(dst, hi[0], hi[1], lo[0], lo[1])
	}
	m, d := pairs[c.month], pairs[c.day]
	return append(dst, '-', m[0], m[1], '-', d[0], d[1])
}

func appendYear(dst []byte, year int64) []byte {
	if year < 0 {
		dst, year = append(dst, '-'), -year
	}
	if year > 9999 {
		dst = appendYearDigits(dst, year/10000)
	}
	hi, lo := pairs[year%10000/100], pairs[year%100]
	return append(dst, hi[0], hi[1], lo[0], lo[1])
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
	h, m, s := pairs[second/3600], pairs[second/60%60], pairs[second%60]
	dst = append(dst, h[0], h[1], ':', m[0], m[1], ':', s[0], s[1])
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
func appendStamp(dst []byte, second, n, per int64) []byte {
	days := floorDiv(second, secondsADay)
	dst = append(appendDate(dst, days), 'T')
	return appendClock(dst, second-days*secondsADay, n, per)
}

// floorDiv is ⌊a/b⌋ for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a < q*b {
		q--
	}
	return q
}
