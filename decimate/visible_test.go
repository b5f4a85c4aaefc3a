package decimate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

type color [3]float64

// A layer is a trace with its colours, for the oracle to draw.
type layer struct {
	Markers
	colors  []color
	outline color
}

// A picture is the plot in device pixels.
type picture struct {
	w, h   int
	pixels []color
}

// render draws all layers on white, as a browser does: each pixel takes the
// share of the marker's colour that its 8 × 8 samples hit. The area begins at
// (dx, dy) device pixels, which may be a fraction.
func render(a Area, screen, dx, dy float64, layers []layer, kept [][]uint32) picture {
	p := a.projection(screen)
	pic := picture{w: int(math.Ceil(p.width + dx)), h: int(math.Ceil(p.height + dy))}
	pic.pixels = make([]color, pic.w*pic.h)
	for i := range pic.pixels {
		pic.pixels[i] = color{1, 1, 1}
	}
	for k, l := range layers {
		for _, i := range kept[k] {
			if !finite(l.X[i]) || !finite(l.Y[i]) {
				continue
			}
			size, opacity := l.Size, l.Opacity
			if l.Sizes != nil {
				size = l.Sizes[i]
			}
			if l.Opacities != nil {
				opacity = l.Opacities[i]
			}
			x, y := p.px(l.X[i])+dx, p.py(l.Y[i])+dy
			r, stroke := size/2*screen, l.Outline/2*screen
			pic.disc(x, y, r, opacity, l.colors[i])
			if stroke > 0 {
				pic.ring(x, y, r-stroke, r+stroke, opacity, l.outline)
			}
		}
	}
	return pic
}

func (p picture) disc(x, y, r, opacity float64, c color) { p.ring(x, y, -1, r, opacity, c) }

// ring blends the pixels between two circles.
func (p picture) ring(x, y, inner, outer, opacity float64, c color) {
	for j := max(int(y-outer)-1, 0); j <= min(int(y+outer)+1, p.h-1); j++ {
		for i := max(int(x-outer)-1, 0); i <= min(int(x+outer)+1, p.w-1); i++ {
			alpha := opacity * share64(float64(i)-x, float64(j)-y, inner, outer)
			px := &p.pixels[j*p.w+i]
			for k := range px {
				px[k] += alpha * (c[k] - px[k])
			}
		}
	}
}

// share64 returns how much of the pixel with the corner (x, y) lies between two
// circles around 0, by 8 × 8 samples where a rim passes through it.
func share64(x, y, inner, outer float64) float64 {
	centre := math.Sqrt((x+0.5)*(x+0.5) + (y+0.5)*(y+0.5))
	switch {
	case centre > outer+0.71, centre < inner-0.71:
		return 0
	case centre < outer-0.71 && centre > inner+0.71:
		return 1
	}
	hits := 0
	for s := range 64 {
		sx, sy := x+(float64(s%8)+0.5)/8, y+(float64(s/8)+0.5)/8
		if d := sx*sx + sy*sy; d <= outer*outer && (inner < 0 || d > inner*inner) {
			hits++
		}
	}
	return float64(hits) / 64
}

// difference returns the largest difference of a channel.
func difference(a, b picture) (worst float64) {
	for i := range a.pixels {
		for k := range 3 {
			worst = max(worst, math.Abs(a.pixels[i][k]-b.pixels[i][k]))
		}
	}
	return worst
}

var sceneArea = Area{Left: 0, Right: 48, Bottom: 0, Top: 32, Width: 48, Height: 32}

// scene makes a trace with random categories of colour, clustered and beyond
// the edges, with a few rows that cannot be drawn.
func scene(r *rand.Rand, n int) layer {
	l := layer{Markers: Markers{Size: 6, Opacity: 1}}
	palette := []color{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}, {1, 1, 1}}
	for i := range n {
		x, y := 20+r.NormFloat64()*6, 16+r.NormFloat64()*5
		if i%10 == 0 {
			x, y = r.Float64()*56-4, r.Float64()*40-4
		}
		switch r.IntN(200) {
		case 0:
			x = math.NaN()
		case 1:
			y = math.Inf(1)
		}
		l.X, l.Y = append(l.X, x), append(l.Y, y)
		l.colors = append(l.colors, palette[r.IntN(len(palette))])
	}
	return l
}

func (l *layer) each(f func() float64) []float64 {
	v := make([]float64, len(l.X))
	for i := range v {
		v[i] = f()
	}
	return v
}

// scenes are the looks of markers that must survive the cull.
var scenes = []struct {
	name string
	look func(r *rand.Rand, l *layer)
}{
	{"opaque", func(*rand.Rand, *layer) {}},
	{"small", func(_ *rand.Rand, l *layer) { l.Size = 2.5 }},
	{"large", func(_ *rand.Rand, l *layer) { l.Size = 17.3 }},
	{"half transparent", func(_ *rand.Rand, l *layer) { l.Opacity = 0.5 }},
	{"faint", func(_ *rand.Rand, l *layer) { l.Opacity = 0.2 }},
	{"outlined", func(_ *rand.Rand, l *layer) { l.Outline, l.outline = 2, color{1, 1, 1} }},
	{"bubbles", func(r *rand.Rand, l *layer) { l.Sizes = l.each(func() float64 { return r.ExpFloat64() * 6 }) }},
	{"mixed opacities", func(r *rand.Rand, l *layer) {
		l.Opacities = l.each(func() float64 { return []float64{0, 0.3, 0.9, 1}[r.IntN(4)] })
	}},
	{"bubbles of mixed opacity", func(r *rand.Rand, l *layer) {
		l.Sizes = l.each(func() float64 { return r.ExpFloat64() * 8 })
		l.Opacities = l.each(r.Float64)
	}},
}

// screens are the places where the picture of one cull must hold: its ratio,
// that of the screen, and where on a device pixel the area begins.
var screens = []struct {
	ratio, screen, offset float64
	unaligned             bool
}{
	{1, 1, 0, false}, {1, 2, 0, false}, {2, 2, 0, false}, {1.5, 1.5, 0.25, false}, {1, 1, 0.4, true}, {1, 1.25, 0.3, true},
}

func TestPictureIsTheSame(t *testing.T) {
	for _, s := range scenes {
		for _, sc := range screens {
			t.Run(fmt.Sprintf("%s/ratio=%v/screen=%v/offset=%v", s.name, sc.ratio, sc.screen, sc.offset), func(t *testing.T) {
				r := rand.New(rand.NewPCG(7, 8))
				l := scene(r, 1200)
				s.look(r, &l)
				a := sceneArea
				a.PixelRatio, a.Unaligned = sc.ratio, sc.unaligned
				c, err := NewCanvas(a, SVG)
				require.NoError(t, err)
				rows, red := c.Visible(nil, l.Markers)
				require.Less(t, red.RowsOut, red.RowsIn, "the cull must do something")

				all := appendRows(nil, 0, len(l.X))
				want := render(a, sc.screen, sc.offset, sc.offset, []layer{l}, [][]uint32{all})
				got := render(a, sc.screen, sc.offset, sc.offset, []layer{l}, [][]uint32{rows})
				assert.Less(t, difference(want, got), transparent)
			})
		}
	}
}

// TestTracesTogetherAndApart: with Reset any subset of the traces has the same
// picture, without it all of them together have, with fewer rows.
func TestTracesTogetherAndApart(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	layers := []layer{scene(r, 1500), scene(r, 1500), scene(r, 1500)}
	layers[1].Opacity = 0.6
	all := make([][]uint32, 3)
	apart, together := make([][]uint32, 3), make([][]uint32, 3)
	single, err := NewCanvas(sceneArea, SVG)
	require.NoError(t, err)
	shared, err := NewCanvas(sceneArea, SVG)
	require.NoError(t, err)
	for k := len(layers) - 1; k >= 0; k-- {
		all[k] = appendRows(nil, 0, len(layers[k].X))
		single.Reset()
		apart[k], _ = single.Visible(nil, layers[k].Markers)
		together[k], _ = shared.Visible(nil, layers[k].Markers)
		assert.Subset(t, apart[k], together[k])
	}
	assert.Less(t, len(together[0]), len(apart[0])/2, "the lowest trace is hidden by the others")

	draw := func(kept [][]uint32, hide int) picture {
		shown := make([][]uint32, 3)
		copy(shown, kept)
		if hide >= 0 {
			shown[hide] = nil
		}
		return render(sceneArea, 1, 0, 0, layers, shown)
	}
	assert.Less(t, difference(draw(all, -1), draw(together, -1)), transparent)
	for hide := -1; hide < 3; hide++ {
		assert.Less(t, difference(draw(all, hide), draw(apart, hide)), transparent, "trace %d hidden", hide)
	}
}

// slowVisible is the definition, a cell at a time and without bits, dead cells,
// chords or strips. It takes the margins from the canvas.
func slowVisible(c *Canvas, m Markers) []uint32 {
	through := make([]float32, c.columns*c.rows)
	for i := range through {
		through[i] = 1
	}
	pen := c.pen(&m)
	var rows []uint32
	for i := len(m.X) - 1; i >= 0; i-- {
		x, y := c.p.px(m.X[i])+c.margin, c.p.py(m.Y[i])+c.margin
		d := pen.disc(i, x, y)
		if !finite(x) || !finite(y) || !(d.opacity > 0) {
			continue
		}
		visible := false
		for k, t := range through {
			shows := float64(t) >= c.limits.light && c.near(k, x, y, d.touched, d.part)
			if shows && d.shaded && float64(t) < c.limits.rim {
				shows = c.near(k, x, y, d.covered, d.whole)
			}
			visible = visible || shows
		}
		if !visible {
			continue
		}
		rows = append(rows, uint32(i))
		for k := range through {
			switch {
			case d.shaded:
				through[k] *= 1 - c.slowHides(&d, k)
			case d.covered > 0 && c.near(k, x, y, d.covered, d.whole):
				through[k] *= float32(1 - min(d.opacity, 1))
			}
		}
	}
	slices.Reverse(rows)
	for _, i := range extremeRows(m.X, m.Y) {
		rows = insert(rows, 0, i)
	}
	return rows
}

// slowHides returns the share of cell k that a disc whose rim is known hides. It rounds
// as strips do: a cell's place is told from the first that the disc reaches.
func (c *Canvas) slowHides(d *disc, k int) float32 {
	dx, dy := float64(k%c.columns)+0.5-d.x, float64(k/c.columns)+0.5-d.y
	if math.Abs(dx) > d.reach || math.Abs(dy) > d.reach {
		return 0
	}
	left, _ := c.width(d.x, d.reach, grain{})
	top, _ := c.span(d.y, d.reach, grain{})
	left += (k%c.columns - left) / kernel.StripColumns * kernel.StripColumns
	across := float32(float64(left)+0.5-d.x) + float32(k%c.columns-left)
	down := float32(float64(top)+0.5-d.y) + float32(k/c.columns-top)
	return slowHides(d, across, down)
}

func slowHides(d *disc, dx, dy float32) float32 {
	r := d.rim
	away := float32(math.Sqrt(float64(float32(dx*dx) + float32(dy*dy))))
	t := min(max(away-r.Inside, 0), 1)
	q := 1 - float32(t*(r.A+float32(t*(r.B+float32(t*r.C)))))
	hides := float32(float32(q*max(q, r.Floor)) * r.Opacity)
	if hides < r.Least {
		return 0
	}
	return hides
}

// near reports whether cell k is within r of (x, y). It squares as chord does: at
// the very rim two forms of one formula may differ.
func (c *Canvas) near(k int, x, y, r float64, of grain) bool {
	lo, hi := c.chord(x, y, r, of, k/c.columns)
	return lo <= k%c.columns && k%c.columns <= hi
}

func TestVisibleIsTheDefinition(t *testing.T) {
	for _, opacity := range []float64{1, 0.7, 0.3} {
		for _, size := range []float64{0, 1, 5, 9} {
			r := rand.New(rand.NewPCG(11, 12))
			l := scene(r, 300)
			l.Size, l.Opacity = size, opacity
			c, err := NewCanvas(sceneArea, SVG)
			require.NoError(t, err)
			got, _ := c.Visible(nil, l.Markers)
			assert.Equal(t, slowVisible(c, l.Markers), got, "size %v, opacity %v", size, opacity)
			c.Reset()
			again, _ := c.Visible(nil, l.Markers)
			assert.Equal(t, got, again, "after Reset")
		}
	}
}

// TestChord is the one formula that slowVisible shares with the cull.
func TestChord(t *testing.T) {
	c, err := NewCanvas(sceneArea, SVG)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(17, 18))
	for range 2000 {
		x, y, radius := r.Float64()*70-10, r.Float64()*50-10, r.ExpFloat64()*8
		j := r.IntN(c.rows)
		of := [...]grain{{}, c.part, c.whole}[r.IntN(3)]
		lo, hi := c.chord(x, y, radius, of, j)
		for k := range c.columns {
			// Of the nearest point of a part, or the farthest of a whole.
			dx, dy := math.Abs(float64(k)+0.5-x)-of.wide, math.Abs(float64(j)+0.5-y)-of.high
			d := math.Hypot(max(dx, 0), max(dy, 0))
			if math.Abs(d-radius) > 1e-9 {
				require.Equal(t, d < radius, lo <= k && k <= hi, "(%v, %v) r %v, cell %d, %d", x, y, radius, k, j)
			}
		}
	}
}

// FuzzVisible takes five bytes a row: place, size and opacity.
func FuzzVisible(f *testing.F) {
	f.Add([]byte("abcdefghijklmnopqrstuvwxyz0123456789"), uint8(0))
	f.Add([]byte{20, 20, 20, 20, 20, 20, 20, 20, 20, 255, 255, 128, 255, 255, 255}, uint8(3))
	f.Add([]byte("shaded: ratio 2 in scattergl, aligned"), uint8(8))
	f.Add([]byte("a draft of ratio 2 in SVG and scattergl"), uint8(128))
	f.Add([]byte("a draft of ratio 2 in SVG and scattergl"), uint8(134))
	f.Add([]byte("a00C000\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03"), uint8(255)) // no size
	f.Add([]byte("00\x0080000\xff\xff\x01\x01\x01\xff\xff00\x0080"), uint8(128))             // opacities above 1
	f.Fuzz(func(t *testing.T, data []byte, screen uint8) {
		if len(data) > 600 {
			return
		}
		sc := screens[int(screen)%len(screens)]
		a := Area{Left: 10, Right: -10, Bottom: -8, Top: 8, Width: 20, Height: 16, PixelRatio: sc.ratio, Unaligned: sc.unaligned}
		kind := NewCanvas
		if screen >= 128 {
			kind = NewDraft
		}
		c, err := kind(a, Renderer(int(screen)/len(screens)%2))
		require.NoError(t, err)
		m := Markers{Sizes: []float64{}, Opacities: []float64{}}
		for ; len(data) >= 5; data = data[5:] {
			x, y := float64(int8(data[0]))/8, float64(int8(data[1]))/8
			if data[2] == 255 {
				x = math.NaN()
			}
			m.X, m.Y = append(m.X, x), append(m.Y, y)
			m.Sizes = append(m.Sizes, float64(data[3])/16-1)
			m.Opacities = append(m.Opacities, float64(data[4])/200)
		}
		got, _ := c.Visible(nil, m)
		require.Equal(t, slowVisible(c, m), got)
	})
}

// TestFree: the memory of another canvas, of any size and as dark as it may be, changes
// nothing.
func TestFree(t *testing.T) {
	l := scene(rand.New(rand.NewPCG(21, 22)), 2000)
	seen := map[string][]uint32{}
	for range 3 {
		for _, ratio := range []float64{2, 4} {
			for _, opacity := range []float64{1, 0.4} {
				a := sceneArea
				a.PixelRatio, l.Opacity = ratio, opacity
				c, err := NewCanvas(a, GL)
				require.NoError(t, err)
				rows, _ := c.Visible(nil, l.Markers)
				c.Free()
				name := fmt.Sprintf("ratio=%v/opacity=%v", ratio, opacity)
				if want, again := seen[name]; again {
					require.Equal(t, want, rows, name)
				}
				seen[name] = rows
			}
		}
	}
}

func extremeRows(columns ...[]float64) (rows []int) {
	for _, v := range columns {
		low, high := -1, -1
		for i, f := range v {
			if finite(f) && (low < 0 || f < v[low]) {
				low = i
			}
			if finite(f) && (high < 0 || f > v[high]) {
				high = i
			}
		}
		rows = append(rows, low, high)
	}
	return rows
}

func TestVisibleConforms(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	l := scene(r, 5000)
	c, err := NewCanvas(sceneArea, GL)
	require.NoError(t, err)
	marker := []uint32{math.MaxUint32}
	rows, red := c.Visible(marker, l.Markers)
	require.Equal(t, marker, rows[:1])
	rows = rows[1:]
	assert.IsIncreasing(t, rows)
	assert.Equal(t, len(rows), red.RowsOut)
	assert.Equal(t, 5000, red.RowsIn)

	var again Markers
	again.Size, again.Opacity = l.Size, l.Opacity
	for _, i := range rows {
		again.X, again.Y = append(again.X, l.X[i]), append(again.Y, l.Y[i])
	}
	c.Reset()
	twice, _ := c.Visible(nil, again)
	assert.Equal(t, appendRows(nil, 0, len(rows)), twice, "a second pass changes nothing")

	for _, i := range extremeRows(l.X, l.Y) {
		assert.Contains(t, rows, uint32(i), "an extreme is kept though it is far outside")
	}
}

// TestSaturation: the rows kept are bounded by the pixels, not by the rows.
func TestSaturation(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	a := Area{Left: 0, Right: 1, Bottom: 0, Top: 1, Width: 300, Height: 200}
	m := Markers{Size: 6, Opacity: 1}
	for range 1_000_000 {
		m.X, m.Y = append(m.X, r.Float64()), append(m.Y, r.Float64())
	}
	c, err := NewCanvas(a, SVG)
	require.NoError(t, err)
	_, red := c.Visible(nil, m)
	assert.Less(t, float64(red.RowsOut)/(300*200), 0.25)
	assert.Equal(t, 1_000_000, red.RowsInView)
}

// TestDraft: on a page half as large again, a draft for that page and the rows
// exact for the assumed one draw the picture nearly, with few more rows.
func TestDraft(t *testing.T) {
	for _, r := range []Renderer{SVG, GL} {
		l := scene(rand.New(rand.NewPCG(25, 26)), 6000)
		a := sceneArea
		a.PixelRatio = glRatio
		larger := a
		larger.Width, larger.Height = 1.5*a.Width, 1.5*a.Height
		c, err := NewCanvas(a, r)
		require.NoError(t, err)
		exact, _ := c.Visible(nil, l.Markers)
		c, err = NewCanvas(larger, r)
		require.NoError(t, err)
		all, _ := c.Visible(nil, l.Markers)
		c, err = NewDraft(larger, r)
		require.NoError(t, err)
		draft, _ := c.Visible(nil, l.Markers)
		assert.Less(t, len(draft), len(all))

		paint := func(rows []uint32) picture { return shade(larger, l, rows) }
		if r == SVG {
			paint = func(rows []uint32) picture { return render(larger, glRatio, 0, 0, []layer{l}, [][]uint32{rows}) }
		}
		want := paint(appendRows(nil, 0, len(l.X)))
		assert.Greater(t, wrong(want, paint(exact)), 20, "without it much is missing")
		union := append([]uint32{}, exact...)
		union = append(union, draft...)
		slices.Sort(union)
		assert.LessOrEqual(t, wrong(want, paint(slices.Compact(union))), len(want.pixels)/500)
	}
}

// wrong counts the pixels off by more than 20 levels of 255.
func wrong(a, b picture) (n int) {
	for i := range a.pixels {
		worst := 0.0
		for k := range 3 {
			worst = max(worst, math.Abs(a.pixels[i][k]-b.pixels[i][k]))
		}
		if worst > 20.0/255 {
			n++
		}
	}
	return n
}

func TestVisibleOfLittle(t *testing.T) {
	c, err := NewCanvas(sceneArea, SVG)
	require.NoError(t, err)
	nan := math.NaN()
	for _, tc := range []struct {
		name string
		x, y []float64
		want []uint32
	}{
		{"nothing", nil, nil, nil},
		{"one row", []float64{1}, []float64{1}, []uint32{0}},
		{"only gaps", []float64{nan, nan}, []float64{nan, 1}, []uint32{1}},
		{"all equal", []float64{5, 5, 5}, []float64{5, 5, 5}, []uint32{0, 1, 2}},
		{"far beyond every edge", []float64{-1e308, 1e308, 4, 4}, []float64{4, 4, -1e308, 1e308}, []uint32{0, 1, 2, 3}},
	} {
		c.Reset()
		got, _ := c.Visible(nil, Markers{X: tc.x, Y: tc.y, Size: 6, Opacity: 1})
		assert.Equal(t, tc.want, got, tc.name)
	}
	c.Reset()
	got, _ := c.Visible(nil, Markers{X: []float64{1e300, 5, 6}, Y: []float64{1e300, 5, 6}, Sizes: []float64{2e300, 6, math.Inf(1)}, Opacity: 1})
	assert.Equal(t, []uint32{0, 1, 2}, got, "a size that no screen has")
	assert.PanicsWithValue(t, badMarkers, func() { c.Visible(nil, Markers{X: []float64{1}}) })
}

func TestAreaThatNoPlotHas(t *testing.T) {
	for name, change := range map[string]func(*Area){
		"no width":      func(a *Area) { a.Width = 0 },
		"NaN height":    func(a *Area) { a.Height = math.NaN() },
		"too large":     func(a *Area) { a.Width, a.Height = 1e5, 1e5 },
		"empty range":   func(a *Area) { a.Left = a.Right },
		"infinite":      func(a *Area) { a.Top = math.Inf(1) },
		"overflow":      func(a *Area) { a.Bottom, a.Top = -1.7e308, 1.7e308 },
		"underflow":     func(a *Area) { a.Bottom, a.Top = 0, 5e-324 },
		"bad ratio":     func(a *Area) { a.PixelRatio = -1 },
		"ratio not set": func(a *Area) { a.PixelRatio = math.NaN() },
	} {
		a := sceneArea
		change(&a)
		_, err := NewCanvas(a, SVG)
		assert.ErrorIs(t, err, ErrView, name)
	}
}

// TestStacks: rows on one spot are cut to the topmost, and what is next to
// them is not.
func TestStacks(t *testing.T) {
	m := Markers{Size: 6, Opacity: 1}
	for i := range 1000 {
		m.X, m.Y = append(m.X, float64(10+i%2*20)), append(m.Y, 10)
	}
	c, err := NewCanvas(sceneArea, SVG)
	require.NoError(t, err)
	rows, red := c.Visible(nil, m)
	assert.Len(t, rows, 1000, "rims hide nothing")
	assert.Equal(t, MethodNone, red.Method)

	c.Reset()
	m.Stack = 16
	rows, red = c.Visible(nil, m)
	assert.Equal(t, append([]uint32{0, 1}, appendRows(nil, 968, 1000)...), rows, "extremes and the topmost of both stacks")
	assert.Equal(t, BoundInner, red.BoundKind)
}

// TestStackOf256 is the claim of Markers.Stack: blending one colour over a
// pixel in steps rounded to 8 bits comes to rest within 256 of them, for every
// share of the pixel that a marker may cover.
func TestStackOf256(t *testing.T) {
	for share := 1; share <= 255*4; share++ { // in quarters of a level: opacity times coverage
		alpha := float64(share) / (255 * 4)
		v, steps := 255.0, 0
		for next := math.Round(v * (1 - alpha)); next != v; next = math.Round(v * (1 - alpha)) {
			v = next
			steps++
		}
		require.LessOrEqual(t, steps, 256, "alpha %v", alpha)
	}
}
