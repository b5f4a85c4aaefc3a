// Package frame holds tables of Arrow columns, and reads them from CSV, JSON,
// Arrow files and streams, SQL results and Go values.
//
// # Terms
//
// A Frame is a set of Columns with the same rows. The rows lie in chunks, the
// same for all columns: a chunk of a column is one Arrow array. A Column has a
// Kind, which says how its values are compared and drawn, whatever their width
// and encoding. Rows are some of a frame's rows in drawing order; a walk over
// them is a sequence of Spans, each within one chunk and small enough for the
// cache.
//
// What is computed from a column is computed once and kept with it: Stats (of
// the column and of every block of BlockRows rows, which filters skip blocks
// by), Codes (distinct values as small integers) and, for the whole frame, its
// Version, a hash of the logical contents.
//
// # Memory
//
// Frames are immutable and counted: who is given a frame releases it once, who
// keeps one longer retains it. Columns, values, slices and selections share the
// frame's memory; a Slice or Select keeps the frame alive that it was made of.
// OpenIPC and the function Slice wrap the memory they are given, and OpenMapped a file's
// pages, without copying it. Bytes is the exact size of the buffers held, and
// DerivedBytes that of what was computed from them.
//
// # Bad input
//
// Sources are not trusted: sizes are bounded, and errors are *SourceError and
// say where the data is wrong: the file, the line or the row, the column. Parquet
// is read by package frame/parquet, and any of these formats by its name or
// content type by package frame/file.
package frame
