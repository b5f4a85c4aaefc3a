// Package taxi makes the frame of the demonstration and of the benchmarks: as
// many rows as the green taxis of New York reported for January 2019, and the
// same shape of values.
//
// It computes with integers only, and divides once at the end: the frame is
// the same, bit for bit, on every machine and in every build.
package taxi

import (
	"math/rand/v2"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/frame"
)

const (
	// Rows is the number of trips.
	Rows = 630_918
	// Alone is the number of trips with one passenger, the filter of the
	// benchmarks.
	Alone = 534_226

	seed  = 2019
	start = 1_546_300_800 // 2019-01-01 00:00, in seconds
	month = 31 * 86_400
)

// Payments are the values of payment_type. Trips of the first have a tip.
var Payments = []string{"Credit card", "Cash", "No charge", "Dispute", "Unknown"}

// New returns the frame:
//
//	lpep_pickup_datetime  timestamp[us]       nearly ascending, more by day than by night
//	passenger_count       int64               0 to 6, 1 for Alone rows
//	trip_distance         float64             miles, 2 decimals; zeros, outliers
//	total_amount          float64             dollars, 2 decimals; negatives, zeros, outliers
//	tip_amount            float64             dollars, 2 decimals; null if not paid by card
//	payment_type          dictionary of utf8  Payments
//
// It takes some 30 ms.
func New() *frame.Frame {
	r := rand.New(rand.NewPCG(seed, seed))
	t := newTrips()
	alone := Alone
	for row := range Rows {
		bits := r.Uint64()
		// Of the rows left, each is as likely to be one of those alone.
		if int(r.Uint32N(uint32(Rows-row))) < alone {
			alone--
			t.passengers[row] = 1
		} else {
			t.passengers[row] = parties[bits%uint64(len(parties))]
		}
		t.pickup[row] = pickup(row, uint32(bits>>8))
		t.ride(row, r)
	}
	return t.frame()
}

// parties are the numbers of passengers other than 1, as often as they occur.
var parties = [32]int64{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 3, 3, 3, 4, 0}

type trips struct {
	pickup     []int64 // µs
	passengers []int64
	miles      []float64
	total, tip []float64
	tipped     []bool
	payment    []int8
}

func newTrips() *trips {
	return &trips{
		pickup: make([]int64, Rows), passengers: make([]int64, Rows), miles: make([]float64, Rows),
		total: make([]float64, Rows), tip: make([]float64, Rows), tipped: make([]bool, Rows), payment: make([]int8, Rows),
	}
}

// pickup spreads the trips over the month in order, thins out the nights, and
// lets a trip be reported up to an hour late.
func pickup(row int, bits uint32) int64 {
	second := int64(row) * month / Rows
	day, of := second/86_400, second%86_400
	// The busiest hours are around 18:00: a parabola of the time since 06:00.
	since := (of + 86_400 - 6*3600) % 86_400
	shift := since * (86_400 - since) / 86_400 / 8
	second = day*86_400 + (of+shift)%86_400 + int64(bits%3600)
	return (start + min(second, month-1)) * 1_000_000
}

// ride fills in what the trip cost, in cents and hundredths of a mile.
func (t *trips) ride(row int, r *rand.Rand) {
	bits := r.Uint64()
	miles := distance(bits)
	fare := 300 + miles*int64(220+bits>>32%160)/100 // traffic: 2.20 to 3.79 a mile
	fare = fare/50*50 + 80                          // the meter counts in half dollars; two surcharges
	var tip int64
	switch odds := bits >> 40 % 1000; {
	case odds < 560:
		tip = fare * tips[bits>>50%8] / 100
		t.tipped[row] = true
	case odds < 985:
		t.payment[row] = 1
	default:
		t.payment[row] = int8(2 + odds%3)
	}
	total := fare + tip
	switch odds := bits >> 53 % 2048; {
	case odds < 6: // a refund
		total = -fare
	case odds < 9:
		total, tip = 0, 0
	case odds == 9: // a flat fare, far out
		total += 5_000 + int64(bits>>20%60_000)
	}
	t.miles[row] = float64(miles) / 100
	t.total[row] = float64(total) / 100
	t.tip[row] = float64(tip) / 100
}

// tips are the usual percentages; one in four with a card leaves none.
var tips = [8]int64{0, 0, 15, 18, 20, 20, 22, 25}

// quantiles of the distance, in hundredths of a mile, at every 16th.
var quantiles = [17]int64{0, 55, 74, 90, 105, 122, 142, 165, 192, 224, 264, 316, 384, 480, 640, 980, 2600}

// distance draws from the quantiles; one trip in 90 has not moved, and one in
// 4096 went up to 150 miles.
func distance(bits uint64) int64 {
	switch odds := bits % 4096; {
	case odds == 0:
		return 2600 + int64(bits>>12%12_400)
	case odds < 46:
		return 0
	}
	i, part := bits>>12%16, int64(bits>>16%1024)
	low, high := quantiles[i], quantiles[i+1]
	if i == 15 { // a long tail: the square of the part
		part = part * part / 1024
	}
	return low + (high-low)*part/1024
}

func (t *trips) frame() *frame.Frame {
	f, err := frame.FromSlices(
		frame.Array("lpep_pickup_datetime", arrayOf(&arrow.TimestampType{Unit: arrow.Microsecond}, arrow.Int64Traits.CastToBytes(t.pickup))),
		frame.Slice("passenger_count", t.passengers),
		frame.Slice("trip_distance", t.miles),
		frame.Slice("total_amount", t.total),
		frame.Slice("tip_amount", t.tip).Valid(t.tipped),
		frame.Array("payment_type", t.payments()),
	)
	if err != nil {
		panic(err) // all columns have Rows rows
	}
	return f
}

func (t *trips) payments() arrow.Array {
	names := array.NewStringBuilder(memory.DefaultAllocator)
	defer names.Release()
	names.AppendValues(Payments, nil)
	codes := arrayOf(arrow.PrimitiveTypes.Int8, arrow.Int8Traits.CastToBytes(t.payment))
	typ := &arrow.DictionaryType{IndexType: codes.DataType(), ValueType: arrow.BinaryTypes.String}
	return array.NewDictionaryArray(typ, codes, names.NewArray())
}

func arrayOf(t arrow.DataType, values []byte) arrow.Array {
	return array.MakeFromData(array.NewData(t, Rows, []*memory.Buffer{nil, memory.NewBufferBytes(values)}, nil, 0, 0))
}
