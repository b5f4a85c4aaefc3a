package trend_test

import (
	"fmt"

	"github.com/pointillist-go/pointillist/figure/trend"
)

func Example() {
	line, err := trend.ParseOptions("rolling", map[string]any{"window": 3, "function": "median"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := line.Fit(trend.Points{X: []float64{1, 2, 3, 4, 5}, Y: []float64{1, 9, 2, 3, 4}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fit.Header("x", "y"))
	fmt.Println(fit.Y)
	// Output:
	// <b>Rolling median trendline</b><br><br>
	// [NaN NaN 2 3 3]
}

func ExampleOLS() {
	fit, err := trend.OLS([]float64{0, 1, 2, 3}, []float64{1, 3, 4, 8}, trend.OLSOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("y = %.1f·x + %.1f, R² %.3f of %d rows\n", fit.Slope, fit.Intercept, fit.R2, fit.N)
	// Output:
	// y = 2.2·x + 0.7, R² 0.931 of 4 rows
}

func ExampleLowess() {
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	y := []float64{1, 2, 3, 40, 5, 6, 7, 8} // one outlier, which robustness leaves out
	heights, err := trend.Lowess(x, y, trend.LowessOptions{Frac: 0.8})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f\n", heights)
	// Output:
	// [1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0]
}

func ExampleRolling_time() {
	times := trend.Times{At: []int64{0, 1, 5, 6, 20}, Unit: 3600e9} // in hours
	mean, err := trend.Rolling([]float64{1, 3, 5, 7, 9}, times, trend.RollingOptions{Duration: 6 * 3600e9})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mean)
	// Output:
	// [1 2 3 5 9]
}

func ExampleEWM() {
	mean, err := trend.EWM([]float64{1, 3, 5, 7}, trend.EWMOptions{Alpha: new(0.5), SkipAdjust: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mean)
	// Output:
	// [1 2 3.5 5.25]
}

func ExampleParseOptions_errors() {
	_, err := trend.ParseOptions("rolling", map[string]any{"window": "2 months", "closed": "up", "wnidow": 3})
	fmt.Println(err)
	// Output:
	// trend: window: "2 months": want a time such as "2D", "1.5h" or "1D12h", in D, h, min, s, ms, us or ns, not "months"
	// trend: wnidow: is no option: rolling takes min_periods, center, closed, function_args, function, window
}
