package main

import (
	"fmt"
	"html"
	"strings"
)

const (
	chartWidth = 760
	barHeight  = 18
	barGap     = 8
	labelWidth = 270
	valueWidth = 90
)

// chart draws the rows of a section as bars. Its colours suit light and dark
// pages.
func chart(s section) string {
	most := 0.0
	for _, r := range s.Rows {
		most = max(most, r.Value)
	}
	room := float64(chartWidth - labelWidth - valueWidth)
	height := len(s.Rows)*(barHeight+barGap) + 40

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="%s">`+"\n",
		chartWidth, height, html.EscapeString(s.Title))
	fmt.Fprintf(&b, `<text x="0" y="16" fill="#778899" font-weight="600">%s</text>`+"\n", html.EscapeString(s.Title))
	for i, r := range s.Rows {
		y := 28 + i*(barHeight+barGap)
		length := r.Value / most * room
		fill := "#8a94a3"
		if strings.HasPrefix(r.What, "Pointillist") {
			fill = "#3b5bdb"
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="#778899">%s</text>`, labelWidth-8, y+14, html.EscapeString(r.What))
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" rx="2" fill="%s"/>`, labelWidth, y, length, barHeight, fill)
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="#778899">%s</text>`+"\n", labelWidth+length+6, y+14, html.EscapeString(quantity(r.Value, r.Unit)))
	}
	b.WriteString("</svg>\n")
	return b.String()
}
