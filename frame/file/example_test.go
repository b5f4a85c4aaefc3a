package file_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/pointillist-go/pointillist/frame/file"
)

func ExampleRead() {
	format, err := file.OfType("text/csv; charset=utf-8")
	if err != nil {
		log.Fatal(err)
	}
	f, err := file.Read(strings.NewReader("x;y\n1;2.5\n"), format, file.Options{Source: "upload", MaxBytes: 1 << 20})
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	fmt.Println(f.Names(), f.Columns()[1].Value(0))
	// Output: [x y] 2.5
}
