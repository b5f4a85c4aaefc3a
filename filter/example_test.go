package filter_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
)

func trips() *frame.Frame {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "passenger_count", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "trip_distance", Type: arrow.PrimitiveTypes.Float64},
		{Name: "payment_type", Type: arrow.BinaryTypes.String},
		{Name: "pickup", Type: &arrow.TimestampType{Unit: arrow.Second, TimeZone: "America/New_York"}},
	}, nil)
	batch, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(`[
		{"passenger_count": 1, "trip_distance": 3.2, "payment_type": "Cash", "pickup": "2019-01-01T04:59:59"},
		{"passenger_count": 2, "trip_distance": 1.1, "payment_type": "Credit card", "pickup": "2019-01-01T05:00:00"},
		{"passenger_count": null, "trip_distance": 0.7, "payment_type": "Cash", "pickup": "2019-01-01T12:30:00"},
		{"passenger_count": 1, "trip_distance": 25, "payment_type": "Dispute", "pickup": "2019-01-02T09:00:00"}]`))
	if err != nil {
		log.Fatal(err)
	}
	defer batch.Release()
	f, err := frame.New(schema, []arrow.Record{batch})
	if err != nil {
		log.Fatal(err)
	}
	return f
}

func Example() {
	f := trips()
	defer f.Release()
	for _, text := range []string{
		"passenger_count == 1 and trip_distance between 0 and 20",
		"passenger_count != 1", // not true where it is null
		"passenger_count is null or payment_type like 'C%'",
		"pickup >= 2019-01-01 and payment_type in ['Cash', 'Credit card']", // midnight in New York
	} {
		e, err := filter.Parse(text)
		if err != nil {
			log.Fatal(err)
		}
		program, err := filter.Compile(e, f)
		if err != nil {
			log.Fatal(err)
		}
		rows, err := program.Run(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(rows.AppendIndex(nil), text)
	}
	// Output:
	// [0] passenger_count == 1 and trip_distance between 0 and 20
	// [1] passenger_count != 1
	// [0 1 2] passenger_count is null or payment_type like 'C%'
	// [1 2] pickup >= 2019-01-01 and payment_type in ['Cash', 'Credit card']
}

func ExampleCol() {
	e := filter.Col("passenger_count").Eq(1).And(
		filter.Col("trip_distance").Between(0, 20),
		filter.Col("payment type").In("Cash", "Dispute").Not(),
	)
	fmt.Println(e)
	// Output:
	// passenger_count == 1 and trip_distance between 0 and 20 and `payment type` not in ['Cash', 'Dispute']
}

func ExampleParse() {
	_, err := filter.Parse("passenger_count == 1 adn trip_distance < 20")
	fmt.Println(err)
	if at, ok := errors.AsType[*filter.Error](err); ok {
		fmt.Println("byte", at.Offset)
	}
	// Output:
	// filter: line 1, column 22 (byte 21): want "and", "or" or the end, found "adn": did you mean "and"?
	// 	passenger_count == 1 adn trip_distance < 20
	// 	                     ^
	// byte 21
}

func ExampleCompile_errors() {
	f := trips()
	defer f.Release()
	_, err := filter.Compile(filter.Col("passenger_cuont").Eq(1), f)
	fmt.Println(err, "/", errors.Is(err, frame.ErrNoColumn))
	_, err = filter.Compile(filter.Col("payment_type").Eq(1), f)
	fmt.Println(err, "/", errors.Is(err, frame.ErrType))
	// Output:
	// filter: no column "passenger_cuont": did you mean "passenger_count"? / true
	// filter: column "payment_type" is utf8 and cannot be compared with 1: write '1' in quotes / true
}

func ExampleProgram_RunTraced() {
	const rows = 200_000
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}}, nil))
	defer b.Release()
	for i := range rows {
		b.Field(0).(*array.Int64Builder).Append(int64(i))
	}
	batch := b.NewRecord()
	defer batch.Release()
	f, err := frame.New(batch.Schema(), []arrow.Record{batch})
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()

	program, err := filter.Compile(filter.Col("id").Lt(100), f)
	if err != nil {
		log.Fatal(err)
	}
	taken, trace, err := program.RunTraced(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d rows, %d block read, %d skipped\n", taken.Len(), trace.Read, trace.Skipped)
	// Output: 100 rows, 1 block read, 3 skipped
}
