package parity_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// documented are the calls of px's public documentation, by the frame of
// px.data that they draw and the kind. Where a page first changes the frame,
// the call is made on the frame as it is.
var documented = map[string]map[string][]string{
	"iris()": {"scatter": {
		`{"x": "sepal_width", "y": "sepal_length"}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "species"}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "species", "size": "petal_length", "hover_data": ["petal_width"]}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "petal_length"}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "species", "symbol": "species"}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "species", "marginal_y": "violin", "marginal_x": "box", "trendline": "ols", "template": "simple_white"}`,
		`{"x": "sepal_length", "y": "sepal_width", "marginal_x": "histogram", "marginal_y": "rug"}`,
		`{"x": "sepal_length", "y": "sepal_width", "color": "species", "marginal_x": "box", "marginal_y": "violin", "title": "Click on the legend items!"}`,
		`{"x": "sepal_width", "y": "sepal_length", "facet_col": "species"}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "species", "error_x": "petal_width", "error_y": "petal_width"}`,
		`{"x": "sepal_length", "y": "sepal_width", "color": "species", "labels": {"sepal_length": "Sepal Length (cm)", "sepal_width": "Sepal Width (cm)", "species": "Species of Iris"}, "color_discrete_sequence": ["red", "green", "blue"], "title": "Custom"}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "sepal_length", "color_continuous_scale": ["red", "green", "blue"]}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "sepal_length", "color_continuous_scale": "Viridis", "range_color": [5, 8]}`,
		`{"x": "species", "y": "sepal_width", "color": "species", "category_orders": {"species": ["virginica", "setosa"]}}`,
		`{"x": "sepal_width", "y": "sepal_length", "color": "species", "hover_data": {"species": false, "sepal_length": ":.2f", "petal_width": true}}`,
	}},
	"tips()": {"scatter": {
		`{"x": "total_bill", "y": "tip", "facet_row": "time", "facet_col": "day", "color": "smoker", "trendline": "ols", "category_orders": {"day": ["Thur", "Fri", "Sat", "Sun"], "time": ["Lunch", "Dinner"]}}`,
		`{"x": "total_bill", "y": "tip", "color": "size", "facet_col": "sex", "color_continuous_scale": "Bluered_r"}`,
		`{"x": "total_bill", "y": "tip", "trendline": "ols"}`,
		`{"x": "total_bill", "y": "tip", "trendline": "ols", "color": "sex", "facet_col": "smoker"}`,
		`{"x": "total_bill", "y": "tip", "trendline": "ols", "trendline_scope": "overall", "facet_col": "smoker", "color": "sex", "trendline_color_override": "black"}`,
		`{"x": "total_bill", "y": "tip", "trendline": "ols", "trendline_options": {"log_x": true}, "title": "Log-transformed fit on linear axes"}`,
		`{"x": "total_bill", "y": "tip", "color": "time", "symbol": "smoker", "size": "size", "size_max": 10}`,
		`{"x": "total_bill", "y": "tip", "color": "sex", "color_discrete_map": {"Male": "blue", "Female": "pink"}}`,
		`{"x": "day", "y": "total_bill", "color": "sex"}`,
	}},
	"gapminder()": {
		"scatter": {
			`{"x": "gdpPercap", "y": "lifeExp", "animation_frame": "year", "animation_group": "country", "size": "pop", "color": "continent", "hover_name": "country", "log_x": true, "size_max": 55, "range_x": [100, 100000], "range_y": [25, 90]}`,
			`{"x": "gdpPercap", "y": "lifeExp", "animation_frame": "year", "animation_group": "country", "size": "pop", "color": "continent", "hover_name": "country", "facet_col": "continent", "log_x": true, "size_max": 45, "range_x": [100, 100000], "range_y": [25, 90]}`,
			`{"x": "gdpPercap", "y": "lifeExp", "color": "continent", "size": "pop", "facet_col": "year", "facet_col_wrap": 4, "log_x": true}`,
			`{"x": "gdpPercap", "y": "lifeExp", "size": "pop", "color": "continent", "hover_name": "country", "log_x": true, "size_max": 60}`,
			`{"x": "gdpPercap", "y": "lifeExp", "hover_name": "country", "hover_data": ["continent", "pop"], "log_x": true}`,
			`{"x": "lifeExp", "y": "country", "color": "continent"}`,
		},
		"line": {
			`{"x": "year", "y": "lifeExp", "color": "continent", "line_group": "country", "hover_name": "country"}`,
			`{"x": "year", "y": "lifeExp", "color": "continent", "line_group": "country", "hover_name": "country", "line_shape": "spline", "render_mode": "svg"}`,
			`{"x": "year", "y": "lifeExp", "color": "country", "markers": true}`,
			`{"x": "year", "y": "lifeExp", "color": "country", "symbol": "country"}`,
			`{"x": "lifeExp", "y": "gdpPercap", "color": "country", "text": "year"}`,
			`{"x": "year", "y": "pop", "facet_col": "continent", "line_group": "country", "log_y": true}`,
		},
	},
	"gapminder(datetimes=True)": {"line": {`{"x": "year", "y": "lifeExp", "color": "country"}`}},
	"stocks()": {
		"scatter": {`{"x": "date", "y": "GOOG"}`, `{"x": "date", "y": ["GOOG", "AAPL"]}`},
		"line": {
			`{"x": "date", "y": "GOOG"}`,
			`{"x": "date", "y": ["GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT"], "hover_data": {"date": "|%B %d, %Y"}, "title": "custom tick labels"}`,
		},
	},
	"stocks(datetimes=True)": {"scatter": {
		`{"x": "date", "y": "GOOG", "trendline": "rolling", "trendline_options": {"window": 5}, "title": "5-point moving average"}`,
		`{"x": "date", "y": "GOOG", "trendline": "expanding", "title": "Expanding mean"}`,
		`{"x": "date", "y": "GOOG", "trendline": "ewm", "trendline_options": {"halflife": 2}}`,
		`{"x": "date", "y": "GOOG", "trendline": "rolling", "trendline_options": {"function": "median", "window": 5}}`,
		`{"x": "date", "y": "GOOG", "trendline": "lowess", "trendline_options": {"frac": 0.1}}`,
		`{"x": "date", "y": "GOOG", "range_x": ["2018-07-01", "2019-06-30"]}`,
	}},
	"wind()":       {"scatter": {`{"x": "direction", "y": "frequency", "color": "strength", "symbol": "strength", "size": "frequency"}`}},
	"election()":   {"scatter": {`{"x": "Joly", "y": "Bergeron", "color": "winner", "size": "total", "hover_name": "district", "symbol": "result", "color_discrete_map": {"Joly": "blue", "Bergeron": "green", "Coderre": "red"}}`}},
	"carshare()":   {"scatter": {`{"x": "centroid_lon", "y": "centroid_lat", "color": "peak_hour", "size": "car_hours", "color_continuous_scale": "IceFire", "size_max": 15}`}},
	"experiment()": {"scatter": {`{"y": ["experiment_1", "experiment_2", "experiment_3"]}`, `{"x": "experiment_1", "y": "experiment_2", "color": "group", "facet_col": "gender"}`}},
	"medals_wide()": {
		"line":    {`{"x": "nation", "y": ["gold", "silver", "bronze"]}`, `{"y": ["gold", "silver", "bronze"]}`},
		"scatter": {`{"x": ["gold", "silver", "bronze"], "y": "nation"}`, `{"y": ["gold", "silver", "bronze"], "x": "nation", "symbol": "variable"}`},
	},
	"medals_long()": {"scatter": {`{"y": "nation", "x": "count", "color": "medal"}`, `{"y": "nation", "x": "count", "color": "medal", "symbol": "medal", "text": "count"}`}},
}

func TestDocumentedCallsEqualPx(t *testing.T) {
	p := startPeer(t)
	var questions []question
	for name, kinds := range documented {
		data := p.data(t, name)
		for kind, calls := range kinds {
			for _, args := range calls {
				questions = append(questions, question{data: data, kind: kind, args: parse(t, args)})
			}
		}
	}
	askEach(t, questions)
}

// data returns a frame of px.data.
func (p *peer) data(t testing.TB, name string) table {
	path := filepath.Join(t.TempDir(), "frame.arrows")
	p.ask(t, call{Frame: path, Data: name})
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	r, err := ipc.NewReader(file)
	require.NoError(t, err)
	var batches []arrow.Record
	for r.Next() {
		r.Record().Retain()
		batches = append(batches, r.Record())
	}
	require.NoError(t, r.Err())
	f, err := frame.New(r.Schema(), batches)
	require.NoError(t, err)
	return table{f, path}
}
