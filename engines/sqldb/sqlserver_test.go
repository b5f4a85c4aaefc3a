package sqldb_test

import (
	"encoding/binary"
	"io"
	"net"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// No SQL Server can be had here. This one answers any query with bytes that are
// written after the protocol's documentation, so that the real driver tells the
// types and decodes the values:
// https://learn.microsoft.com/openspecs/windows_protocols/ms-tds
//
// A tdsColumn is a column of the answer: its name, its TYPE_INFO, and values as
// in a ROW.
type tdsColumn struct {
	name   string
	info   []byte
	values [][]byte
}

// serveTDS answers on one connection at a time, and returns the address.
func serveTDS(t *testing.T, columns ...tdsColumn) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			answerTDS(conn, columns)
			conn.Close()
		}
	}()
	return "sqlserver://reader:secret@" + l.Addr().String() + "?encrypt=disable&guid+conversion=true"
}

func answerTDS(conn net.Conn, columns []tdsColumn) {
	for {
		var head [8]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return
		}
		if _, err := io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint16(head[2:]))-8); err != nil {
			return
		}
		switch head[0] {
		case 0x12: // PRELOGIN: a version, and no encryption
			reply(conn, []byte{0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 16, 0, 0, 0, 0, 0, 2})
		case 0x10: // LOGIN7
			name := append([]byte{4}, ucs2("test")...)
			ack := append(append([]byte{1, 0x74, 0, 0, 4}, name...), 16, 0, 0, 0)
			reply(conn, append(append([]byte{0xAD, byte(len(ack)), 0}, ack...), done(0)...))
		default:
			reply(conn, resultOf(columns))
		}
	}
}

func reply(conn net.Conn, tokens []byte) {
	head := []byte{4, 1, 0, 0, 0, 0, 1, 0}
	binary.BigEndian.PutUint16(head[2:], uint16(8+len(tokens)))
	_, _ = conn.Write(append(head, tokens...))
}

func resultOf(columns []tdsColumn) []byte {
	b := []byte{0x81, byte(len(columns)), 0}
	for _, c := range columns {
		b = append(b, 0, 0, 0, 0, 9, 0) // user type, flags: nullable
		b = append(append(b, c.info...), byte(len(c.name)))
		b = append(b, ucs2(c.name)...)
	}
	for row := range columns[0].values {
		b = append(b, 0xD1)
		for _, c := range columns {
			b = append(b, c.values[row]...)
		}
	}
	return append(b, done(len(columns[0].values))...)
}

func done(rows int) []byte {
	return binary.LittleEndian.AppendUint64([]byte{0xFD, 0x10, 0, 0xC1, 0}, uint64(rows))
}

func ucs2(text string) (b []byte) {
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// A value of up to 255 bytes, and one of up to 64 KB, have their length before them.
func short(value ...byte) []byte { return append([]byte{byte(len(value))}, value...) }
func long(value ...byte) []byte {
	return append(binary.LittleEndian.AppendUint16(nil, uint16(len(value))), value...)
}

func TestSQLServerTypes(t *testing.T) {
	collation := []byte{0x09, 0x04, 0xD0, 0x00, 0x34}
	null, longNull := []byte{0}, []byte{0xFF, 0xFF}
	noon := binary.LittleEndian.AppendUint64(nil, 12*60*60*10_000_000)[:5]
	fine := binary.LittleEndian.AppendUint64(nil, 12*60*60*10_000_000+1)[:5]
	day := binary.LittleEndian.AppendUint32(nil, 737060)[:3] // 2019-01-02, from 0001-01-01
	for name, test := range map[string]struct {
		column    tdsColumn
		typ, want string
	}{
		"tinyint":          {tdsColumn{info: []byte{0x26, 1}, values: [][]byte{short(255), null}}, "int16", "255 (null)"},
		"smallint":         {tdsColumn{info: []byte{0x26, 2}, values: [][]byte{short(0, 0x80)}}, "int16", "-32768"},
		"int":              {tdsColumn{info: []byte{0x26, 4}, values: [][]byte{short(0, 0, 0, 0x80), null}}, "int32", "-2147483648 (null)"},
		"int not null":     {tdsColumn{info: []byte{0x38}, values: [][]byte{{7, 0, 0, 0}}}, "int32", "7"},
		"bigint":           {tdsColumn{info: []byte{0x26, 8}, values: [][]byte{short(1, 0, 0, 0, 0, 0, 0, 0x80)}}, "int64", "-9223372036854775807"},
		"bit":              {tdsColumn{info: []byte{0x68, 1}, values: [][]byte{short(1), null, short(0)}}, "bool", "true (null) false"},
		"real":             {tdsColumn{info: []byte{0x6D, 4}, values: [][]byte{short(0xCD, 0xCC, 0xCC, 0x3D), null}}, "float32", "0.1 (null)"},
		"float":            {tdsColumn{info: []byte{0x6D, 8}, values: [][]byte{short(0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F)}}, "float64", "0.1"},
		"decimal":          {tdsColumn{info: []byte{0x6A, 5, 9, 2}, values: [][]byte{short(0, 39, 0, 0, 0), null}}, "decimal(38, 2)", "-0.390000 (null)"},
		"money":            {tdsColumn{info: []byte{0x6E, 8}, values: [][]byte{short(0, 0, 0, 0, 0x39, 0x30, 0, 0)}}, "decimal(38, 4)", "1.234500"},
		"uniqueidentifier": {tdsColumn{info: []byte{0x24, 16}, values: [][]byte{short(0x67, 0x45, 0x23, 0x01, 0xab, 0x89, 0xef, 0xcd, 1, 2, 3, 4, 5, 6, 7, 8), null}}, "utf8", "01234567-89ab-cdef-0102-030405060708 (null)"},
		"date":             {tdsColumn{info: []byte{0x28}, values: [][]byte{short(day...), null}}, "date32", "2019-01-02 (null)"},
		"time":             {tdsColumn{info: []byte{0x29, 7}, values: [][]byte{short(fine...), null}}, "time64[ns]", "12:00:00.000000100 (null)"},
		"datetime":         {tdsColumn{info: []byte{0x6F, 8}, values: [][]byte{short(1, 0, 0, 0, 0x2C, 1, 0, 0), null}}, "timestamp[us]", "1900-01-02 00:00:01Z (null)"},
		"datetime2":        {tdsColumn{info: []byte{0x2A, 7}, values: [][]byte{short(append(noon, day...)...), null}}, "timestamp[us]", "2019-01-02 12:00:00Z (null)"},
		"datetime2, fine":  {tdsColumn{info: []byte{0x2A, 7}, values: [][]byte{short(append(fine, day...)...)}}, "timestamp[ns]", "2019-01-02 12:00:00.0000001Z"},
		"datetimeoffset":   {tdsColumn{info: []byte{0x2B, 7}, values: [][]byte{short(append(append(noon[:5:5], day...), 60, 0)...), null}}, "timestamp[us, tz=UTC]", "2019-01-02 12:00:00Z (null)"},
		"nvarchar":         {tdsColumn{info: append([]byte{0xE7, 40, 0}, collation...), values: [][]byte{long(ucs2("é")...), longNull}}, "utf8", "é (null)"},
		"varchar":          {tdsColumn{info: append([]byte{0xA7, 40, 0}, collation...), values: [][]byte{long(0xE9), longNull}}, "utf8", "é (null)"},
		"varbinary":        {tdsColumn{info: []byte{0xA5, 40, 0}, values: [][]byte{long(0xFF, 0)}}, "binary", "/wA="},
	} {
		t.Run(name, func(t *testing.T) {
			test.column.name = "v"
			db := open(t, serveTDS(t, test.column))
			f, err := db.Frame(background, "select v")
			require.NoError(t, err)
			defer f.Release()
			assert.Equal(t, test.typ, f.Columns()[0].Type().String())
			assert.Equal(t, test.want, textOf(f.Columns()[0]))
		})
	}
	db := open(t, serveTDS(t, tdsColumn{name: "v", info: []byte{0x62, 0, 0, 0, 0}, values: [][]byte{}}))
	_, err := db.Frame(background, "select v")
	assert.ErrorContains(t, err, `column "v": the type SQL_VARIANT of the database has no column type`)
	assert.ErrorIs(t, err, frame.ErrType)
}
