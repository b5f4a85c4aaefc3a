package nearest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

func TestOf(t *testing.T) {
	columns := []string{"passenger_count", "trip_distance", "total_amount", "x"}
	for _, c := range []struct{ name, asked, want string }{
		{"a letter missing", "passenger_cont", "passenger_count"},
		{"two letters swapped", "trip_distnace", "trip_distance"},
		{"other case", "Total_Amount", "total_amount"},
		{"nothing near", "payment_type", ""},
		{"all of a short name differs", "y", ""},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, nearest.Of(c.asked, columns)) })
	}
}
