// Package file reads a frame from a file or a request body, whatever its
// format: it chooses among the readers of packages frame and parquet by name
// or by content type. Who imports it links them all.
package file
