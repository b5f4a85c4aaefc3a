package parquet

import (
	"encoding/base64"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/metadata"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/arrowmeta"
)

// checkSchema checks the Arrow schema that writers put beside Parquet's own:
// Arrow allocates what its metadata asks for.
func checkSchema(m *metadata.FileMetaData) error {
	text := m.KeyValueMetadata().FindValue("ARROW:schema")
	if text == nil {
		return nil
	}
	encoding := base64.StdEncoding
	if len(*text)%4 != 0 {
		encoding = base64.RawStdEncoding
	}
	message, err := encoding.DecodeString(*text)
	if err != nil {
		return fmt.Errorf("its Arrow schema: %w", err)
	}
	return arrowmeta.CheckSchema(message)
}

// checkRows checks that the row groups hold as many rows as the file claims.
func checkRows(m *metadata.FileMetaData) error {
	rows := int64(0)
	for _, group := range m.RowGroups {
		if group.NumRows < 0 || group.NumRows > frame.MaxRows {
			return fmt.Errorf("a row group of %d rows", group.NumRows)
		}
		if rows += group.NumRows; rows > frame.MaxRows {
			return fmt.Errorf("more than %d rows: %w", uint32(frame.MaxRows), frame.ErrTooLarge)
		}
	}
	if rows != m.NumRows {
		return fmt.Errorf("%d rows in the row groups, but %d in all", rows, m.NumRows)
	}
	return nil
}

// maxPageHeader bounds a page's header: it holds statistics, so two values.
const maxPageHeader = 1 << 20

// checkChunk walks over the pages of a column chunk without reading them:
// Arrow allocates what their headers ask for before it has seen the data.
// limit bounds the bytes of a page.
func checkChunk(r io.ReaderAt, size int64, group *file.RowGroupReader, column int, limit int64) error {
	chunk, err := group.MetaData().ColumnChunk(column)
	if err != nil {
		return err
	}
	pos := chunk.DataPageOffset()
	if d := chunk.DictionaryPageOffset(); chunk.HasDictionaryPage() && d > 0 && d < pos {
		pos = d
	}
	end := pos + chunk.TotalCompressedSize()
	if pos < 0 || chunk.TotalCompressedSize() < 0 || end < pos || end > size {
		return fmt.Errorf("pages at byte %d to %d of a file of %d", pos, end, size)
	}
	if chunk.NumValues() != group.NumRows() {
		return fmt.Errorf("%d values for %d rows", chunk.NumValues(), group.NumRows())
	}
	values := int64(0)
	for pos < end && values < chunk.NumValues() {
		h, n, err := pageHeaderAt(r, pos, end)
		if err != nil {
			return fmt.Errorf("byte %d: %w", pos, err)
		}
		pos += int64(n)
		if err := h.check(end-pos, limit); err != nil {
			return fmt.Errorf("byte %d: %w", pos, err)
		}
		pos += h.compressed
		if h.kind == dataPage || h.kind == dataPageV2 {
			values += h.values
		}
	}
	if values != chunk.NumValues() {
		return fmt.Errorf("%d values in its pages for %d rows", values, group.NumRows())
	}
	return nil
}

// pageHeaderAt tries ever more bytes: headers do not tell their length.
func pageHeaderAt(r io.ReaderAt, pos, end int64) (h pageHeader, n int, err error) {
	for size := int64(256); ; size *= 4 {
		buf := make([]byte, min(size, end-pos))
		if _, err := r.ReadAt(buf, pos); err != nil {
			return h, 0, err
		}
		h, n, err = readPageHeader(buf)
		if err == nil || int64(len(buf)) == end-pos || size >= maxPageHeader {
			return h, n, err
		}
	}
}

func (h pageHeader) check(left, limit int64) error {
	switch {
	case h.compressed < 0 || h.compressed > left:
		return fmt.Errorf("a page of %d bytes, but %d are left", h.compressed, left)
	case h.uncompressed < 0 || h.uncompressed > limit:
		return fmt.Errorf("a page of %d bytes when decompressed: %w", h.uncompressed, frame.ErrTooLarge)
	case h.values < 0 || h.values > frame.MaxRows:
		return fmt.Errorf("a page of %d values", h.values)
	case h.kind == dictionaryPage && h.values > h.uncompressed:
		return fmt.Errorf("a dictionary of %d values in %d bytes", h.values, h.uncompressed)
	case h.levels < 0 || h.levels > min(h.compressed, h.uncompressed):
		return fmt.Errorf("%d bytes of levels in a page of %d", h.levels, h.uncompressed)
	}
	return nil
}

// checkValues checks what Parquet does not promise and Arrow does: text is
// UTF-8, and every dictionary code has a value.
func checkValues(chunked *arrow.Chunked) error {
	for _, chunk := range chunked.Chunks() {
		if d, ok := chunk.(*array.Dictionary); ok {
			for i := range d.Len() {
				if d.IsValid(i) && uint(d.GetValueIndex(i)) >= uint(d.Dictionary().Len()) {
					return fmt.Errorf("value %d has code %d of a dictionary of %d", i, d.GetValueIndex(i), d.Dictionary().Len())
				}
			}
			chunk = d.Dictionary()
		}
		if frame.KindOf(chunk.DataType()) != frame.Text {
			continue
		}
		text := chunk.(interface{ Value(int) string })
		for i := range chunk.Len() {
			if chunk.IsValid(i) && !utf8.ValidString(text.Value(i)) {
				return fmt.Errorf("value %d is not UTF-8", i)
			}
		}
	}
	return nil
}
